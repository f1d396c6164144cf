import Elections
import StrictJSON
import VotingService

extension Problem.Kind {
  static let notTrustee = Self(403, "not-trustee", "The key is not that of a trustee of this election")
  static let notCosigned = Self(403, "not-cosigned", "The closing checkpoint is to be cosigned first")
  static let unusable = Self(409, "unusable", "What was sent for the joint signature is of no use now")
  static let noInvitation = Self(404, "no-invitation", "There is no such invitation")
  static let otherKey = Self(409, "other-key", "Another key has joined by this invitation")
  static let trusteeTaken = Self(409, "trustee-taken", "Another trustee has this key or this name")
  static let trusteesFixed = Self(409, "trustees-fixed", "The trustees cannot be changed any more")
  static let notGathered = Self(409, "not-gathered", "Not all trustees have joined")
}

extension CeremonyError: ProblemConvertible {
  /// What whoever asks is told.
  public var problem: Problem {
    switch self {
    case .unknownElection, .unknownTrustee, .unknownCeremony: Problem(.notFound)
    case .notTrustee: Problem(.notTrustee)
    case .replaced(let name): Problem(.notTrustee, detail: "Another has the place of \(name) since a renewal of the shares.")
    case .unknownInvitation: Problem(.noInvitation, detail: "It was never given, was withdrawn, or was replaced by another one.")
    case .badSignature: Problem(.notAcceptable, detail: "The signature is not by the key given.")
    case .otherKey: Problem(.otherKey, detail: "Ask the organiser for a new invitation if the key is lost.")
    case .keyTaken: Problem(.trusteeTaken, members: [JSONValue.Member("member", "signingKey")])
    case .nameTaken: Problem(.trusteeTaken, members: [JSONValue.Member("member", "name")])
    case .badName: Problem.invalid("name", "must be one line of at most 200 bytes")
    case .parameters(let reason): Problem(.notAcceptable, detail: reason)
    case .begun: Problem(.trusteesFixed, detail: "A key ceremony has begun. Start another one to leave it.")
    case .opened: Problem(.trusteesFixed, detail: "The board is open.")
    case .notJoined(let numbers):
      Problem(.notGathered, members: [JSONValue.Member("trustees", .list(numbers.map { .integer(Int64($0)) }))])
    case .refused(let reason): Problem(.notAcceptable, detail: reason)
    case .wrongPhase(let phase): Problem(.wrongPhase, members: [JSONValue.Member("phase", .text("\(phase.name)"))])
    case .notCosigned: Problem(.notCosigned)
    case .unusable: Problem(.unusable)
    case .usedNonce:
      Problem(.unusable, detail: "The nonce of this commitment was used before. Send another one, made of fresh randomness.")
    case .otherSession: Problem(.unusable, detail: "There is no such session with this trustee in it.")
    case .noHandOver: Problem(.unusable, detail: "No hand-over goes on, or another list is wanted.")
    case .renewalAwaited: .renewalAwaited([])
    case .notMissing(let name):
      Problem(.notAcceptable, detail: "No trustee of the name “\(name)” has missed the fire drill.")
    case .tooManyAbsent(let most): Problem(.notAcceptable, detail: "At most \(most) may be absent.")
    case .boardNotVerified, .damaged: Problem(.internalError)
    }
  }
}
