/// Why an election cannot be held within one process.
public enum LocalElectionError: Error, Equatable, Sendable {
  /// Two trustees have one name.
  case repeatedTrusteeName
  /// The ceremony ended without a result for everyone.
  case unfinishedCeremony
  /// There is no trustee with this number.
  case noSuchTrustee(Int)
  /// Fewer trustees than the threshold take part in the decryption.
  case tooFewTrustees(present: Int, threshold: Int)
  /// A ballot of the input breaks the contests' rules. Counted from 1.
  case invalidBallot(number: Int, reason: String)
  /// The board did not verify before the decryption: the name of the check and what is wrong.
  case boardNotVerified(check: String, detail: String)
  /// A total was not found in its range.
  case totalNotFound(option: Int)
}
