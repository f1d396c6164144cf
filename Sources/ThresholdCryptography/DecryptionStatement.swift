import Curve25519

/// What trustees decrypt: the totals of one election, as they follow from one closing checkpoint of its board
/// (`docs/spec/04-trustees.md`, 4.3).
///
/// Every partial decryption is bound to all of it.
public struct DecryptionStatement: Sendable {
  /// The election id.
  public let election: Bytes32
  /// The log's size at the closing checkpoint.
  public let size: UInt64
  /// The log's root at the closing checkpoint.
  public let root: Bytes32
  /// The totals of all options of all contests, in order.
  public let totals: [Ciphertext]
  /// `A₁ ‖ B₁ ‖ … ‖ Aₘ ‖ Bₘ`, encoded once for all trustees.
  private let ciphertexts: [UInt8]

  /// States what is decrypted.
  public init(election: Bytes32, size: UInt64, root: Bytes32, totals: [Ciphertext]) {
    self.election = election
    self.size = size
    self.root = root
    self.totals = totals
    ciphertexts = totals.flatMap { [$0.alpha, $0.beta] }.encoded
  }

  /// The transcript of trustee *j*'s proof, up to the weight that joins the totals.
  func transcript(trustee: Int, publicShare: RistrettoPoint, partials: [RistrettoPoint]) -> Transcript {
    var transcript = Transcript("partial decryption")
    transcript.absorb("election", election)
    transcript.absorb("size", size)
    transcript.absorb("root", root)
    transcript.absorb("trustee", UInt64(trustee))
    transcript.absorb("share", publicShare.encoded)
    transcript.absorb("ciphertexts", ciphertexts)
    transcript.absorb("partials", partials.encoded)
    return transcript
  }
}
