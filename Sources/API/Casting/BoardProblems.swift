import HTTPServer
import StrictJSON
import VotingService

extension Problem.Kind {
  static let unknownElection = Self(404, "unknown-election", "There is no board of this election")
  static let malformedBallot = Self(400, "malformed-ballot", "The bytes are no ballot")
  static let ballotTooLong = Self(413, "ballot-too-long", "The body is longer than a ballot of this election")
  static let foreignElection = Self(422, "foreign-election", "The ballot was made for another election")
  static let notEligible = Self(403, "not-eligible", "This credential may not vote")
  static let loginNeeded = Self(403, "login-needed", "Casting needs a login in this election")
  static let otherAccount = Self(403, "other-account", "Account and credential do not belong together")
  static let alreadyVoted = Self(409, "already-voted", "This credential has voted")
  static let numberTooLow = Self(409, "number-too-low", "The ballot's number is too low")
  static let repeatedCiphertext = Self(409, "repeated-ciphertext", "A ballot with the same content is on the board")
  static let ballotChallenged = Self(409, "ballot-challenged", "This ballot was challenged")
  static let ballotCast = Self(409, "ballot-cast", "This ballot was cast")
  static let tooManyChallenges = Self(409, "too-many-challenges", "This credential has made all its challenges")
  static let notChallenged = Self(409, "not-challenged", "This ballot was not challenged")
  static let alreadyOpened = Self(409, "already-opened", "The opening of this ballot is published")
  static let notOpen = Self(409, "not-open", "Voting has not begun")
  static let votingPaused = Self(409, "voting-paused", "Voting is paused")
  static let votingClosed = Self(409, "voting-closed", "Voting has ended")
  static let electionAborted = Self(409, "election-aborted", "The election was aborted")
  static let badSignature = Self(422, "bad-signature", "The signature is not the credential's")
  static let badProof = Self(422, "bad-proof", "The ballot's proof does not hold")
  static let credentialThrottled = Self(429, "credential-throttled", "This credential has to wait")
  static let busy = Self(503, "busy", "Too many ballots come at once")
  static let boardBehind = Self(503, "board-behind", "The board is read-only until its operator has looked after it")
  static let boardUnavailable = Self(503, "board-unavailable", "The board cannot be reached")
  static let wrongPhase = Self(409, "wrong-phase", "The board's state forbids it")
  static let notAcceptable = Self(422, "not-acceptable", "It cannot be accepted")
  static let beyondEnd = Self(409, "beyond-end", "The board has fewer entries")

  /// All refusals of ballots, challenges and openings.
  static let ofCasting = [
    unknownElection, malformedBallot, ballotTooLong, foreignElection, notEligible, loginNeeded, otherAccount, alreadyVoted,
    numberTooLow, repeatedCiphertext, ballotChallenged, ballotCast, tooManyChallenges, notChallenged, alreadyOpened, notOpen,
    votingPaused, votingClosed, electionAborted, badSignature, badProof, credentialThrottled, busy, boardBehind, boardUnavailable,
  ]
}

extension CastRefusal: ProblemConvertible {
  /// What the voter is told, and what to do.
  public var problem: Problem {
    switch self {
    case .unknownElection: Problem(.unknownElection, detail: "Look at the link: its election is not known here.")
    case .malformed(let reason): Problem(.malformedBallot, detail: "It \(reason). Make the ballot anew.")
    case .tooLong(let limit): Problem(.ballotTooLong, detail: "At most \(limit) bytes.")
    case .foreignElection: Problem(.foreignElection, detail: "Load the booth anew.")
    case .notEligible: Problem(.notEligible, detail: "It is not on the roll, or has been replaced. Ask the organiser.")
    case .loginNeeded: Problem(.loginNeeded, detail: "Sign in and send the same ballot again.")
    case .otherAccount:
      Problem(.otherAccount, detail: "This account votes with another credential, or this credential with another account.")
    case .alreadyVoted(let entry):
      Problem(.alreadyVoted, detail: "Its ballot is entry \(entry).", members: [.init("entry", .integer(Int64(entry)))])
    case .numberTooLow(let next):
      Problem(
        .numberTooLow, detail: "Make the ballot anew with number \(next) or a higher one.",
        members: [.init("nextNumber", .integer(Int64(next)))])
    case .repeatedCiphertext: Problem(.repeatedCiphertext, detail: "Make the ballot anew.")
    case .ballotChallenged: Problem(.ballotChallenged, detail: "It is never counted. Make a new ballot.")
    case .ballotCast: Problem(.ballotCast, detail: "It can no longer be challenged.")
    case .tooManyChallenges: Problem(.tooManyChallenges, detail: "Cast a ballot.")
    case .notChallenged: Problem(.notChallenged, detail: "Challenge it first, with the same credential.")
    case .alreadyOpened: Problem(.alreadyOpened)
    case .notOpen(let opens):
      Problem(.notOpen, detail: "It begins at \(JSONTime.text(opens)).", members: [.init("opens", .text(JSONTime.text(opens)))])
    case .paused: Problem(.votingPaused, detail: "Send the same ballot again later.")
    case .closed: Problem(.votingClosed)
    case .aborted: Problem(.electionAborted)
    case .badSignature: Problem(.badSignature, detail: "Make the ballot anew with the credential that it names.")
    case .badProof(let reason): Problem(.badProof, detail: "In the ballot, \(reason). Make it anew.")
    case .throttled(let seconds):
      Problem(.credentialThrottled, detail: "Wait \(seconds) s.", headers: HTTPHeaders([("Retry-After", String(seconds))]))
    case .busy(let seconds):
      Problem(.busy, detail: "Send the same ballot again.", headers: HTTPHeaders([("Retry-After", String(seconds))]))
    case .behind: Problem(.boardBehind, headers: HTTPHeaders([("Retry-After", "60")]))
    case .unavailable(let seconds):
      Problem(
        .boardUnavailable, detail: "It is not known whether the ballot was taken. Send the same ballot again.",
        headers: HTTPHeaders([("Retry-After", String(seconds))]))
    }
  }
}

extension BoardError: ProblemConvertible {
  /// What whoever asks is told.
  public var problem: Problem {
    switch self {
    case .unknownElection: Problem(.unknownElection)
    case .alreadyOpen: Problem(.conflict, detail: "The board is open already.")
    case .wrongPhase(let phase): Problem(.wrongPhase, detail: "The board is \(phase.code).")
    case .replacement(let reason), .parts(let reason), .refused(let reason): Problem(.notAcceptable, detail: reason)
    case .behind: Problem(.boardBehind, headers: HTTPHeaders([("Retry-After", "60")]))
    case .beyondEnd(let size):
      Problem(.beyondEnd, detail: "It has \(size) entries.", members: [.init("size", .integer(Int64(size)))])
    case .unavailable, .damaged: Problem(.boardUnavailable, headers: HTTPHeaders([("Retry-After", "2")]))
    }
  }
}
