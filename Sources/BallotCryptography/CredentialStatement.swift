import Curve25519

/// What a voter's device proves when it registers the credential that it made: that it has the secret, for this election and this account, so that
/// nobody registers another's credential.
public enum CredentialStatement {
  /// The transcript of the proof.
  ///
  /// - Parameters:
  ///   - credential: the public credential.
  ///   - election: the election's reference, UTF-8.
  ///   - account: the account's id, UTF-8.
  public static func transcript(_ credential: Bytes32, election: [UInt8], account: [UInt8]) -> Transcript {
    var transcript = Transcript("credential registration")
    transcript.absorb("election reference", election)
    transcript.absorb("account", account)
    transcript.absorb("credential", credential)
    return transcript
  }
}
