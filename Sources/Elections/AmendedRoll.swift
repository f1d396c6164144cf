import Curve25519

/// Why a credential cannot be replaced.
public enum ReplacementError: Error, Equatable, Sendable {
  /// The credential to be revoked is not on the roll.
  case unknownCredential
  /// It was revoked before.
  case alreadyRevoked
  /// It has cast a ballot, which a replacement would void.
  case hasCast
  /// The new credential is not a point, or is the identity.
  case invalidCredential
  /// The new credential stood on the roll before, revoked or not.
  case credentialSeen
  /// The new weight is not that of the revoked credential.
  case otherWeight(expected: UInt32)
}

/// The roll as the replacements on the board have amended it so far (`docs/spec/06-record.md`, 6.3): who may vote at this point.
///
/// A voter has a **place**: those of the frozen roll 0 ..< count in its order, those of replacements behind them in the order of the board.
public struct AmendedRoll: Sendable {
  /// As it was frozen.
  public let roll: Roll
  /// The voters added, in the order of the board.
  public private(set) var added: [RollEntry] = []
  private var placeOfAdded: [Bytes32: Int] = [:]
  private var revoked: Set<Int> = []

  /// The roll before any replacement.
  public init(_ roll: Roll) { self.roll = roll }

  /// How many places there are, those of revoked credentials included.
  public var places: Int { roll.count + added.count }

  /// The voter at a place, 0 ..< places.
  public subscript(place: Int) -> RollEntry { place < roll.count ? roll[place] : added[place - roll.count] }

  /// Where a credential stands or stood, revoked or not; `nil` if it never did.
  public func place(everHeldBy credential: Bytes32) -> Int? { roll.index(of: credential) ?? placeOfAdded[credential] }

  /// Where a credential that may vote stands; `nil` if it may not.
  public func place(of credential: Bytes32) -> Int? {
    guard let place = place(everHeldBy: credential), !revoked.contains(place) else { return nil }
    return place
  }

  /// Replaces a credential from now on.
  ///
  /// - Parameter hasCast: whether any cast ballot on the board so far bears the revoked credential.
  /// - Throws: `ReplacementError`; nothing has changed then.
  public mutating func replace(_ replacement: CredentialReplacement, hasCast: Bool) throws(ReplacementError) {
    guard let old = place(everHeldBy: replacement.revoked) else { throw .unknownCredential }
    if revoked.contains(old) { throw .alreadyRevoked }
    if hasCast { throw .hasCast }
    let voter = replacement.voter
    guard let point = RistrettoPoint(voter.credential), point != .identity else { throw .invalidCredential }
    if place(everHeldBy: voter.credential) != nil { throw .credentialSeen }
    let weight = self[old].weight
    if voter.weight != weight { throw .otherWeight(expected: weight) }
    revoked.insert(old)
    placeOfAdded[voter.credential] = places
    added.append(voter)
  }
}
