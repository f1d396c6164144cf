import CSodium
import Curve25519

/// Why a key file cannot be opened.
public enum KeyFileError: Error, Equatable, Sendable {
  /// It does not begin like one, or ends too early.
  case notAKeyFile
  /// Made by a newer program.
  case unknownVersion(UInt16)
  /// It asks for more work or memory than any of ours: somebody has changed it.
  case unreasonableCost
  /// The passphrase is another one, or a byte was changed.
  case wrongPassphraseOrDamaged
  /// There is not enough memory to derive the key.
  case noMemory
}

/// How much work it is to try a passphrase.
public struct KeyFileCost: Equatable, Sendable {
  /// Passes over the memory.
  public let passes: UInt32
  /// Bytes of memory.
  public let memory: UInt64

  /// libsodium's "moderate": 256 MiB, most of a second.
  public static let moderate = KeyFileCost(passes: 3, memory: 256 << 20)
  /// The least that the algorithm takes. For tests.
  public static let least = KeyFileCost(passes: 1, memory: 8 << 10)

  /// What a file may ask for.
  var isReasonable: Bool { (1...16).contains(passes) && (8 << 10...1 << 30).contains(memory) }
}

/// The key of a key file, derived from its passphrase by Argon2id once and kept while the process runs
/// (`docs/spec/08-trustee-network.md`, 8.11).
///
/// ```
/// "COMITIAK" ‖ version u16 ‖ passes u32 ‖ memory u64 ‖ salt[16] ‖ nonce[24] ‖ XChaCha20-Poly1305 of the content, tag included
/// ```
/// Everything before the ciphertext is authenticated with it. Wiped when the last reference goes.
public final class KeyFileBox: @unchecked Sendable {
  private static let headerLength = 8 + 2 + 4 + 8 + 16
  private static let nonceLength = 24
  private static let tagLength = 16

  // Never changed after initialisation, but for being wiped at the end.
  private var key: [UInt8]
  private let header: [UInt8]

  /// A key for a new file, with a salt of its own. Takes most of a second at moderate cost.
  ///
  /// - Throws: `noMemory`.
  public init(passphrase: [UInt8], cost: KeyFileCost = .moderate) throws(KeyFileError) {
    var writer = ByteWriter(capacity: Self.headerLength)
    writer.raw(Array("COMITIAK".utf8))
    writer.u16(1)
    writer.u32(cost.passes)
    writer.u64(cost.memory)
    let salt = SystemRandom().bytes(16)
    writer.raw(salt)
    header = writer.bytes
    key = try Self.derive(passphrase, salt, cost)
  }

  /// The key of a file that is there. Whether the passphrase is right shows when the file is opened.
  ///
  /// - Throws: `notAKeyFile`, `unknownVersion`, `unreasonableCost`, `noMemory`.
  public init(passphrase: [UInt8], file: [UInt8]) throws(KeyFileError) {
    let (cost, salt) = try Self.parameters(of: file)
    header = Array(file[..<Self.headerLength])
    key = try Self.derive(passphrase, salt, cost)
  }

  deinit { key.wipe() }

  /// The file with this content, under a fresh nonce.
  public func seal(_ content: [UInt8]) -> [UInt8] {
    let nonce = SystemRandom().bytes(Self.nonceLength)
    var sealed = [UInt8](repeating: 0, count: content.count + Self.tagLength)
    let data = header + nonce
    let status = crypto_aead_xchacha20poly1305_ietf_encrypt(
      &sealed, nil, content, UInt64(content.count), data, UInt64(data.count), nil, nonce, key)
    precondition(status == 0, "libsodium failed at XChaCha20-Poly1305")
    return data + sealed
  }

  /// The content of a file.
  ///
  /// - Throws: what the initialiser throws; `wrongPassphraseOrDamaged`.
  public func open(_ file: [UInt8]) throws(KeyFileError) -> [UInt8] {
    _ = try Self.parameters(of: file)
    // Another salt or cost is another key.
    guard file.starts(with: header) else { throw .wrongPassphraseOrDamaged }
    let data = Array(file[..<(Self.headerLength + Self.nonceLength)])
    let sealed = Array(file[data.count...])
    var content = [UInt8](repeating: 0, count: sealed.count - Self.tagLength)
    let status = crypto_aead_xchacha20poly1305_ietf_decrypt(
      &content, nil, nil, sealed, UInt64(sealed.count), data, UInt64(data.count), Array(data[Self.headerLength...]), key)
    guard status == 0 else { throw .wrongPassphraseOrDamaged }
    return content
  }

  /// Cost and salt that a file names.
  static func parameters(of file: [UInt8]) throws(KeyFileError) -> (cost: KeyFileCost, salt: [UInt8]) {
    guard file.starts(with: Array("COMITIAK".utf8)) else { throw .notAKeyFile }
    var reader = ByteReader(file, 8..<file.count)
    guard let version = try? reader.u16("version") else { throw .notAKeyFile }
    guard version == 1 else { throw .unknownVersion(version) }
    guard let passes = try? reader.u32("passes"), let memory = try? reader.u64("memory"), let salt = try? reader.raw(16, "salt"),
      reader.remaining >= nonceLength + tagLength
    else { throw .notAKeyFile }
    let cost = KeyFileCost(passes: passes, memory: memory)
    guard cost.isReasonable else { throw .unreasonableCost }
    return (cost, salt)
  }

  private static func derive(_ passphrase: [UInt8], _ salt: [UInt8], _ cost: KeyFileCost) throws(KeyFileError) -> [UInt8] {
    // Initialises the library.
    _ = SystemRandom()
    var key = [UInt8](repeating: 0, count: 32)
    // With a zero at the end, which is not hashed: an empty passphrase, too, has an address.
    var text = passphrase.map { CChar(bitPattern: $0) } + [0]
    let status = crypto_pwhash(
      &key, 32, text, UInt64(passphrase.count), salt, UInt64(cost.passes), Int(cost.memory), crypto_pwhash_alg_argon2id13())
    text.withUnsafeMutableBytes { sodium_memzero($0.baseAddress, $0.count) }
    guard status == 0 else { throw .noMemory }
    return key
  }
}
