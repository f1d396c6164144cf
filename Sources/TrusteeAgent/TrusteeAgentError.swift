import Curve25519

/// Why a trustee stops taking part in an election, until a person has looked.
public enum TrusteeAgentError: Error, Equatable, Sendable {
  /// The opening entry is not that of the trustee's own ceremony: which part differs.
  case foreignOpening(String)
}
