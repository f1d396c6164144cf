/// Why a signer refuses to sign, or shares make no signature.
public enum SigningError: Error, Equatable, Sendable {
  /// The list of commitments has fewer signers than the threshold.
  case tooFewSigners(found: Int, needed: Int)
  /// A signer occurs twice.
  case repeatedSigner(Int)
  /// There is no trustee with this number.
  case unknownSigner(Int)
  /// The commitments add up to the identity. Nobody gets there by accident.
  case identityCommitment
  /// This trustee's commitment is not in the list: it is asked to sign in a session of others.
  case notInSession(trustee: Int)
  /// The list has, in this trustee's name, what is not the commitment of the nonce that it holds: an altered one, or one used before.
  case foreignCommitment(trustee: Int)
  /// The secret share is not the one that the key has for this trustee.
  case foreignShare(trustee: Int)
  /// Not one share of every signer of the session, each once.
  case wrongSigners
  /// These signers' shares are wrong, in ascending order; none where it is the key that does not fit together.
  case wrongShares(by: [Int])
}
