import Ciphers
import Curve25519
import TrusteeAgent

/// A key file (`docs/spec/08-trustee-network.md`, 8.11), the same as the command's.
struct PortableKeyFile {
  static let headerLength = 8 + 2 + 4 + 8 + 16
  private static let mostMemory: UInt64 = 1 << 30

  /// How much work it is to try a passphrase, and the salt.
  struct Cost {
    let passes: UInt32
    let memory: UInt64
    let salt: [UInt8]

    var isReasonable: Bool { (1...16).contains(passes) && (8 << 10...mostMemory).contains(memory) && salt.count == 16 }
  }

  private var key: Bytes32
  private let header: [UInt8]

  init(key: Bytes32, cost: Cost) throws(BrowserCallError) {
    guard cost.isReasonable else { throw BrowserCallError(code: "unreasonableCost") }
    self.key = key
    var writer = ByteWriter(capacity: Self.headerLength)
    for byte in Self.magic { writer.u8(byte) }
    writer.u16(1)
    writer.u32(cost.passes)
    writer.u64(cost.memory)
    writer.raw(cost.salt)
    header = writer.bytes
  }

  private static var magic: [UInt8] { [0x43, 0x4f, 0x4d, 0x49, 0x54, 0x49, 0x41, 0x4b] }

  /// What a file says of itself.
  static func cost(of file: [UInt8]) throws(BrowserCallError) -> Cost {
    guard file.starts(with: magic), file.count >= 10 else { throw BrowserCallError(code: "notAKeyFile") }
    guard file[8] == 0, file[9] == 1 else { throw BrowserCallError(code: "unknownVersion") }
    guard file.count >= headerLength + XChaCha20Poly1305.nonceLength + XChaCha20Poly1305.tagLength else {
      throw BrowserCallError(code: "notAKeyFile")
    }
    var reader = ByteReader(Array(file[10..<headerLength]))
    let cost: Cost
    do throws(CodecError) {
      let passes = try reader.u32("passes")
      let memory = try reader.u64("memory")
      cost = Cost(passes: passes, memory: memory, salt: try reader.raw(16, "salt"))
    } catch {
      throw BrowserCallError(code: "notAKeyFile")
    }
    guard cost.isReasonable else { throw BrowserCallError(code: "unreasonableCost") }
    return cost
  }

  /// The file with this content.
  ///
  /// - Parameter nonce: 24 random bytes.
  func seal(_ keyring: TrusteeKeyring, nonce: [UInt8]) -> [UInt8] {
    var content = keyring.encoded
    defer { content.wipe() }
    let data = header + nonce
    return data + XChaCha20Poly1305.seal(content, key: key, nonce: nonce, data: data)
  }

  /// The content of a file.
  func open(_ file: [UInt8]) throws(BrowserCallError) -> TrusteeKeyring {
    let start = Self.headerLength + XChaCha20Poly1305.nonceLength
    let data = Array(file[..<start])
    guard
      var content = XChaCha20Poly1305.open(
        Array(file[start...]), key: key, nonce: Array(data[Self.headerLength...]), data: data)
    else { throw BrowserCallError(code: "wrongPassphraseOrDamaged") }
    defer { content.wipe() }
    do throws(CodecError) { return try TrusteeKeyring(content) } catch { throw BrowserCallError(code: "otherVersion") }
  }

  mutating func wipe() { key.wipe() }
}
