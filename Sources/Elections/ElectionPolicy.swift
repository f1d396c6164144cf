import Curve25519
import TransparencyLog

extension LogPolicy {
  /// Whose signatures the checkpoints of an election carry (`docs/spec/06-record.md`, 6.6): the log's, and those of trustees.
  public init(opening: OpeningEntry, roster: TrusteeRoster) throws(LogError) {
    try self.init(opening: opening, signingKeys: roster.trustees.map { $0.signingKey })
  }

  /// The same by the trustees' keys, that of number *j* at position *j* − 1.
  init(opening: OpeningEntry, signingKeys: [Bytes32]) throws(LogError) {
    var witnesses: [VerifierKey] = []
    for (index, key) in signingKeys.enumerated() {
      let name = CosignerName.of(trustee: index + 1, origin: opening.origin)
      witnesses.append(try VerifierKey(name: name, type: .cosignature, publicKey: key))
    }
    try self.init(
      logKey: VerifierKey(name: opening.origin.utf8, type: .ed25519, publicKey: opening.logKey), witnesses: witnesses,
      quorum: Int(opening.quorum))
  }
}
