import Curve25519
import ThresholdCryptography

/// Why a trustee's part in the fire drill is refused.
public enum FireDrillError: Error, Equatable, Sendable {
  /// The partial decryption is not good.
  case decryption(PartialDecryptionError)
  /// The part in the opening draw is not good, or another trustee's.
  case draw(DrawError)
}

/// A trustee's part in the fire drill: of the decryption, and of the opening draw.
public struct FireDrillPart: Equatable, Sendable {
  /// Of the one total.
  public let decryption: PartialDecryption
  /// Of the opening draw.
  public let draw: DrawPart

  /// Whose it is.
  public var trustee: Int { decryption.trustee }
}

/// The decryption of a dummy total and the opening draw before voting opens (`docs/spec/08-trustee-network.md`, 8.5). It shows that every trustee has read the same
/// log of the ceremony and holds shares that work. All of it is public.
public struct FireDrill: Sendable {
  /// What trustees decrypt: one total.
  public let statement: DecryptionStatement
  /// What the total must turn out to be, 0 … 65 535.
  public let value: UInt64
  /// What the opening draw is about.
  public let draw: BeaconStatement
  private let size: UInt64
  private let root: Bytes32
  private let keys: PerKey<ThresholdKey>
  private let drawKeys: [Bytes32]

  /// The drill of a completed ceremony.
  ///
  /// - Parameters:
  ///   - size: messages on its log when the last confirmation was there.
  ///   - root: the ceremony root of that size.
  ///   - keys: what came out of it.
  ///   - drawKeys: of all trustees.
  public init(ceremony: Bytes32, size: UInt64, root: Bytes32, keys: PerKey<ThresholdKey>, drawKeys: [Bytes32]) {
    var transcript = Transcript("fire drill")
    transcript.absorb("ceremony", ceremony)
    transcript.absorb("size", size)
    transcript.absorb("root", root)
    let randomness = transcript.challenge("randomness")
    let number = transcript.challenge("value").encoded
    value = UInt64(number[0]) | UInt64(number[1]) << 8
    let total = Ciphertext(
      alpha: .generatorMultiple(randomness), beta: .vartimeSum([Scalar(value), randomness], [.generator, keys.election.jointKey]))
    statement = DecryptionStatement(election: transcript.digest("election"), size: size, root: root, totals: [total])
    draw = BeaconStatement(seed: .opening(ceremony: ceremony, size: size, root: root), key: keys.beacon)
    self.size = size
    self.root = root
    self.keys = keys
    self.drawKeys = drawKeys
  }

  /// A trustee's part.
  ///
  /// Constant time in the shares.
  ///
  /// - Parameter random: hedges the nonces.
  public func part<R: RandomSource>(with shares: SecretShares, using random: inout R) -> FireDrillPart {
    FireDrillPart(
      decryption: PartialDecryption(of: statement, with: shares[.election], using: &random),
      draw: DrawPart(in: draw, with: shares, using: &random))
  }

  /// Checks a trustee's part.
  public func verify(_ part: FireDrillPart) throws(FireDrillError) {
    do throws(PartialDecryptionError) {
      try part.decryption.verify(statement, key: keys.election)
    } catch { throw .decryption(error) }
    guard part.draw.trustee == part.trustee else { throw .draw(.outOfOrder(trustee: part.draw.trustee)) }
    do throws(DrawError) { try part.draw.verify(draw, drawKeys: drawKeys) } catch { throw .draw(error) }
  }

  /// What these parts, in ascending order of trustees and at least as many as the threshold, came to: the opening draw. `nil` unless they decrypt to `value`.
  public func outcome(_ parts: [FireDrillPart]) -> (record: DrawRecord, output: BeaconOutput)? {
    guard let plaintexts = try? Combination.plaintexts(statement, parts.map { $0.decryption }, key: keys.election),
      plaintexts == [.vartimeSum([Scalar(value)], [.generator])]
    else { return nil }
    let record = DrawRecord(size: size, root: root, parts: parts.map { $0.draw })
    guard let output = try? record.output(at: draw.seed, key: keys.beacon, drawKeys: drawKeys) else { return nil }
    return (record, output)
  }
}

// MARK: - Codec

extension FireDrillPart {
  /// Reads a part that stands alone: `partial` of one total, and `drawPart`.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    decryption = try PartialDecryption(from: &reader, count: 1)
    draw = try DrawPart(from: &reader)
    try reader.finish()
  }

  /// The encoding.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 512)
    decryption.encode(to: &writer)
    draw.encode(to: &writer)
    return writer.bytes
  }
}

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
