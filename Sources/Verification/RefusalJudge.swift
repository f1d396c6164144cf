import Curve25519
import Elections
import ThresholdCryptography

/// Judges by a verified record what its trustees are said to have sent at the end of the election (`docs/spec/07-verification.md`, 7.6). Variable time: all of
/// it is public.
public struct RefusalJudge: Sendable {
  /// Who sent it, as the record knows the key.
  public struct Culprit: Equatable, Sendable {
    /// From 1.
    public let number: Int
    /// Its name.
    public let name: Text
  }

  /// What only who is a trustee at the end sends, each to its path (`docs/spec/08-trustee-network.md`, 8.8, 8.9 and 8.14).
  public enum Act: Sendable {
    case decryption, signature, mark

    fileprivate var path: StaticString {
      switch self {
      case .decryption: "/partials"
      case .signature: "/signing"
      case .mark: "/marking"
      }
    }
  }

  /// The trustees of each time.
  public let roster: AmendedRoster
  /// When each renewal entry was made, Unix milliseconds.
  private let renewalTimes: [UInt64]
  /// Of the closing checkpoint.
  private let cosigners: [Int]
  private let statement: DecryptionStatement
  /// `nil` where the origin ends in none: then nothing was sent to a service.
  private let reference: ElectionReference?

  /// - Precondition: all checks have passed.
  init(_ board: VerifiedBoard) {
    roster = board.survey.roster
    renewalTimes = board.survey.renewalTimes
    cosigners = board.cosigners
    statement = DecryptionStatement(
      election: board.electionID, size: board.size, root: board.root, totals: board.tally.totals)
    reference = ElectionReference(Array(board.frame.opening.origin.utf8.suffix(ElectionReference.length)))
  }

  /// Who sent a part in decryption and closing draw that does not hold.
  ///
  /// - Returns: `nil` unless that is proved: by a trustee that had cosigned the closing checkpoint of this record, so that it was asked for no other.
  public func senderOfWrongPart(_ request: RefusedRequest) -> Culprit? {
    let acting = roster.current.acting
    guard let culprit = culprit(request.signingKey, acting), cosigners.contains(culprit.number), let body = part(request),
      !isGood(body, of: culprit.number, acting)
    else { return nil }
    return culprit
  }

  /// Who used a share from before a renewal for decryption and closing draw, or did this with a key whose place another had.
  ///
  /// - Returns: `nil` unless that is proved.
  public func formerTrustee(_ request: RefusedRequest, _ act: Act) -> Culprit? {
    guard let term = roster.terms.last(where: { $0.acting.number(signingWith: request.signingKey) != nil }),
      let culprit = culprit(request.signingKey, term.acting)
    else { return nil }
    let isProved =
      term == roster.current ? act == .decryption && usesOldShare(request, culprit.number) : acts(request, act, after: term)
    return isProved ? culprit : nil
  }

  private func culprit(_ key: Bytes32, _ acting: ActingTrustees) -> Culprit? {
    acting.number(signingWith: key).map { Culprit(number: $0, name: acting.trustees[$0 - 1].name) }
  }

  /// Its body, where the key signed it as a part in the end of this election.
  private func part(_ request: RefusedRequest) -> [UInt8]? {
    guard let reference, request.isSigned(to: Act.decryption.path, of: reference) else { return nil }
    return request.body
  }

  private func isGood(_ body: [UInt8], of number: Int, _ acting: ActingTrustees) -> Bool {
    guard let part = try? ClosingPart(body, count: statement.totals.count), part.trustee == number else { return false }
    return part.isGood(statement, keys: acting.keys, drawKeys: acting.drawKeys)
  }

  /// The part holds by public shares from before a renewal: nobody makes it without the share.
  private func usesOldShare(_ request: RefusedRequest, _ number: Int) -> Bool {
    guard let body = part(request) else { return false }
    return roster.terms.dropLast().contains { isGood(body, of: number, $0.acting) }
  }

  /// The time that counts is the one that was signed. Cosignatures and approvals prove nothing: who is replaced learns of it from the board only, and sends its
  /// last cosignature afterwards.
  private func acts(_ request: RefusedRequest, _ act: Act, after term: AmendedRoster.Term) -> Bool {
    guard let reference, request.time > renewalTimes[term.renewal] / 1000 else { return false }
    return request.isSigned(to: act.path, of: reference)
  }
}
