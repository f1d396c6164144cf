import Curve25519
import ThresholdCryptography

/// A trustee's part in the end of an election: of the decryption, and of the closing draw (`docs/spec/08-trustee-network.md`, 8.8).
public struct ClosingPart: Equatable, Sendable {
  /// Of the totals.
  public let decryption: PartialDecryption
  /// Of the closing draw.
  public let draw: DrawPart

  /// Both parts.
  public init(decryption: PartialDecryption, draw: DrawPart) {
    self.decryption = decryption
    self.draw = draw
  }

  /// Whose it is.
  public var trustee: Int { decryption.trustee }

  /// Whether both are good, and of one trustee. Variable time: public.
  public func isGood(_ statement: DecryptionStatement, keys: PerKey<ThresholdKey>, drawKeys: [Bytes32]) -> Bool {
    let seed = DrawSeed.closing(election: statement.election, size: statement.size, root: statement.root)
    return draw.trustee == trustee && (try? decryption.verify(statement, key: keys.election)) != nil
      && (try? draw.verify(BeaconStatement(seed: seed, key: keys.beacon), drawKeys: drawKeys)) != nil
  }
}

// MARK: - Codec

extension ClosingPart {
  /// Reads `partial ‖ drawPart`.
  ///
  /// - Parameter count: of the totals.
  public init(_ encoded: [UInt8], count: Int) throws(CodecError) {
    var reader = ByteReader(encoded)
    decryption = try PartialDecryption(from: &reader, count: count)
    draw = try DrawPart(from: &reader)
    try reader.finish()
  }

  /// Bytes of a part of an election with so many totals.
  public static func length(totals: Int) -> Int { 97 + 32 * totals + DrawPart.encodedLength }

  /// Writes the same.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.length(totals: decryption.partials.count))
    decryption.encode(to: &writer)
    draw.encode(to: &writer)
    return writer.bytes
  }
}
