import Curve25519
import ThresholdCryptography

/// The decryption of a dummy total before voting opens (`docs/spec/08-trustee-network.md`, 8.5). It shows that every trustee has read the same log of the
/// ceremony and holds a share that works. All of it is public.
public struct FireDrill: Sendable {
  /// What trustees decrypt: one total.
  public let statement: DecryptionStatement
  /// What the total must turn out to be, 0 … 65 535.
  public let value: UInt64
  private let key: ThresholdKey

  /// The drill of a completed ceremony.
  ///
  /// - Parameters:
  ///   - size: messages on its log when the last confirmation was there.
  ///   - root: the ceremony root of that size.
  ///   - key: what came out of it.
  public init(ceremony: Bytes32, size: UInt64, root: Bytes32, key: ThresholdKey) {
    var transcript = Transcript("fire drill")
    transcript.absorb("ceremony", ceremony)
    transcript.absorb("size", size)
    transcript.absorb("root", root)
    let randomness = transcript.challenge("randomness")
    let number = transcript.challenge("value").encoded
    value = UInt64(number[0]) | UInt64(number[1]) << 8
    let total = Ciphertext(
      alpha: .generatorMultiple(randomness), beta: .vartimeSum([Scalar(value), randomness], [.generator, key.jointKey]))
    statement = DecryptionStatement(election: transcript.digest("election"), size: size, root: root, totals: [total])
    self.key = key
  }

  /// A trustee's part.
  ///
  /// Constant time in the share.
  ///
  /// - Parameter random: hedges the nonce.
  public func part<R: RandomSource>(with share: SecretShare, using random: inout R) -> PartialDecryption {
    PartialDecryption(of: statement, with: share, using: &random)
  }

  /// Checks a trustee's part.
  public func verify(_ part: PartialDecryption) throws(PartialDecryptionError) { try part.verify(statement, key: key) }

  /// Whether these parts, verified and of distinct trustees, at least as many as the threshold, decrypt to `value`.
  public func isPassed(_ parts: [PartialDecryption]) -> Bool {
    guard let plaintexts = try? Combination.plaintexts(statement, parts, key: key) else { return false }
    return plaintexts == [.vartimeSum([Scalar(value)], [.generator])]
  }
}

// MARK: - Codec

extension PartialDecryption {
  /// Reads a partial decryption that stands alone, of `count` totals: `partial` of `docs/spec/06-record.md`, 6.7.
  public init(_ encoded: [UInt8], count: Int) throws(CodecError) {
    var reader = ByteReader(encoded)
    self = try PartialDecryption(from: &reader, count: count)
    try reader.finish()
  }

  /// The encoding, standing alone.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 97 + 32 * partials.count)
    encode(to: &writer)
    return writer.bytes
  }
}
