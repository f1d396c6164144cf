import Curve25519
import Sealing
import StrictJSON

/// Why a key file of an account cannot be opened.
public enum AccountKeyFileError: Error, Equatable, Sendable {
  /// It is none that wallets make, or another version; in words.
  case malformed(String)
  /// It asks for more work or memory than any wallet.
  case unreasonableCost
  /// The passphrase is another one, or the file was changed.
  case wrongPassphraseOrDamaged
  /// There is not enough memory to derive the key.
  case noMemory
  /// There is a file already, which is left as it is.
  case exists
  /// The file cannot be read or written: the system's number.
  case system(Int32)
}

/// A key file as wallets have it: Web3 Secret Storage, version 3, with scrypt and AES-128-CTR. The check is Keccak-256 over the second half of the derived key
/// and the ciphertext.
public struct AccountKeyFile: Sendable {
  /// What geth takes: 256 MiB, most of a second.
  public static let cost = Scrypt.Cost(rounds: 1 << 18)
  /// Bytes of the longest file that is read.
  public static let sizeLimit = 1 << 16

  private let ciphertext: [UInt8]
  private let counter: [UInt8]
  private let salt: [UInt8]
  private let cost: Scrypt.Cost
  private let check: [UInt8]
  private let identifier: String
  /// The account, as the file says; many wallets leave it out.
  public let address: Address?

  /// Seals a key under a passphrase, with a salt of its own.
  ///
  /// - Throws: `unreasonableCost`, `noMemory`.
  public init(_ key: AccountKey, passphrase: [UInt8], cost: Scrypt.Cost = AccountKeyFile.cost) throws(AccountKeyFileError) {
    let random = SystemRandom()
    salt = random.bytes(32)
    counter = random.bytes(16)
    self.cost = cost
    address = key.address
    var derived = try Self.derive(passphrase, salt, cost)
    defer { derived.wipe() }
    var cipherKey = Array(derived[..<16])
    defer { cipherKey.wipe() }
    let counter = counter
    ciphertext = key.withSecret { AES128CTR.apply($0, key: cipherKey, counter: counter) }
    check = Self.check(derived, ciphertext)
    identifier = Self.uuid(random.bytes(16))
  }

  /// Reads a file. Whether anything fits is known only when it is opened.
  ///
  /// - Throws: `malformed`, `unreasonableCost`.
  public init(_ file: [UInt8]) throws(AccountKeyFileError) {
    guard file.count <= Self.sizeLimit, let json = try? JSONParser.parse(file) else { throw .malformed("no JSON") }
    guard json["version"]?.integer == 3 else { throw .malformed("not version 3") }
    // Old wallets begin the name with a capital.
    guard let sealed = json["crypto"] ?? json["Crypto"] else { throw .malformed("nothing is sealed in it") }
    guard sealed["cipher"]?.text == "aes-128-ctr" else { throw .malformed("another cipher than aes-128-ctr") }
    guard sealed["kdf"]?.text == "scrypt" else { throw .malformed("another key derivation than scrypt") }
    guard let ciphertext = Self.bytes(sealed["ciphertext"]), ciphertext.count == 32,
      let counter = Self.bytes(sealed["cipherparams"]?["iv"]),
      counter.count == 16, let check = Self.bytes(sealed["mac"]), check.count == 32
    else { throw .malformed("ciphertext, iv or mac of another length") }
    let parameters = sealed["kdfparams"]
    guard parameters?["dklen"]?.integer == 32, let salt = Self.bytes(parameters?["salt"]), !salt.isEmpty,
      let rounds = parameters?["n"]?.integer.flatMap(UInt64.init(exactly:)),
      let size = parameters?["r"]?.integer.flatMap(UInt32.init(exactly:)),
      let parallelism = parameters?["p"]?.integer.flatMap(UInt32.init(exactly:))
    else { throw .malformed("parameters of scrypt are missing") }
    let cost = Scrypt.Cost(rounds: rounds, blockSize: size, parallelism: parallelism)
    guard cost.isReasonable else { throw .unreasonableCost }
    (self.ciphertext, self.counter, self.salt, self.cost, self.check) = (ciphertext, counter, salt, cost, check)
    identifier = json["id"]?.text ?? ""
    if let text = json["address"]?.text, !text.isEmpty {
      guard let address = Address(text.hasPrefix("0x") ? text : "0x" + text) else { throw .malformed("an address that is none") }
      self.address = address
    } else {
      address = nil
    }
  }

  /// The key. The passphrase is the caller's to wipe.
  ///
  /// - Throws: `wrongPassphraseOrDamaged`, `noMemory`.
  public func open(_ passphrase: [UInt8]) throws(AccountKeyFileError) -> AccountKey {
    var derived = try Self.derive(passphrase, salt, cost)
    defer { derived.wipe() }
    guard Self.check(derived, ciphertext) == check else { throw .wrongPassphraseOrDamaged }
    var cipherKey = Array(derived[..<16])
    defer { cipherKey.wipe() }
    var secret = AES128CTR.apply(ciphertext, key: cipherKey, counter: counter)
    guard let key = AccountKey(wiping: &secret), address == nil || address == key.address else { throw .wrongPassphraseOrDamaged }
    return key
  }

  /// The file.
  public var encoded: [UInt8] {
    let json: JSONValue = [
      "address": .text(address.map { Hexadecimal.digits($0.bytes) } ?? ""),
      "crypto": [
        "cipher": "aes-128-ctr", "cipherparams": ["iv": .text(Hexadecimal.digits(counter))],
        "ciphertext": .text(Hexadecimal.digits(ciphertext)),
        "kdf": "scrypt",
        "kdfparams": [
          "dklen": 32, "n": .integer(Int64(cost.rounds)), "p": .integer(Int64(cost.parallelism)),
          "r": .integer(Int64(cost.blockSize)),
          "salt": .text(Hexadecimal.digits(salt)),
        ],
        "mac": .text(Hexadecimal.digits(check)),
      ],
      "id": .text(identifier), "version": 3,
    ]
    return json.bytes
  }

  private static func bytes(_ value: JSONValue?) -> [UInt8]? { value?.text.flatMap { Hexadecimal.bytes(digits: $0.utf8) } }

  private static func derive(_ passphrase: [UInt8], _ salt: [UInt8], _ cost: Scrypt.Cost) throws(AccountKeyFileError) -> [UInt8] {
    guard cost.isReasonable else { throw .unreasonableCost }
    guard let key = Scrypt.key(passphrase, salt: salt, cost: cost, length: 32) else { throw .noMemory }
    return key
  }

  private static func check(_ derived: [UInt8], _ ciphertext: [UInt8]) -> [UInt8] {
    // In one piece from the beginning, so that growing leaves no copy.
    var input = [UInt8](unsafeUninitializedCapacity: 16 + ciphertext.count) { buffer, count in
      for byte in derived[16..<32] {
        buffer[count] = byte
        count += 1
      }
      for byte in ciphertext {
        buffer[count] = byte
        count += 1
      }
    }
    defer { input.wipe() }
    return Keccak256.hash(input).bytes
  }

  /// A random one (version 4).
  private static func uuid(_ random: [UInt8]) -> String {
    var bytes = random
    bytes[6] = bytes[6] & 0x0f | 0x40
    bytes[8] = bytes[8] & 0x3f | 0x80
    let digits = Hexadecimal.digits(bytes)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(digit)
    }
    return text
  }
}
