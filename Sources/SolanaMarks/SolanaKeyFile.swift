import Curve25519
import StrictJSON

/// The key of an account in the form that the tools of Solana write: 64 numbers in JSON, the seed and the public key.
public enum SolanaKeyFile {
  /// Reads a file.
  ///
  /// - Returns: `nil` where it is no such file, or the public key is not that of the seed.
  public static func key(_ bytes: [UInt8]) -> Ed25519.PrivateKey? {
    guard let value = try? JSONParser.parse(bytes), case .list(let items) = value, items.count == 64 else { return nil }
    let numbers = items.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
    guard numbers.count == 64, let seed = Bytes32(Array(numbers.prefix(32))) else { return nil }
    let key = Ed25519.PrivateKey(seed: seed)
    return key.publicKey.bytes == Array(numbers.suffix(32)) ? key : nil
  }
}
