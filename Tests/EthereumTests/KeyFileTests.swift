import Curve25519
import Foundation
import Sealing
import StrictJSON
import Testing

@testable import Ethereum

@Suite("Key files of accounts")
struct KeyFileTests {
  private static let least = Scrypt.Cost(rounds: 2, blockSize: 1)
  private let passphrase = Array("correct horse".utf8)

  private func key(_ last: UInt8 = 7) throws -> AccountKey {
    var secret = [UInt8](repeating: 0, count: 31) + [last]
    return try #require(AccountKey(wiping: &secret))
  }

  private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("comitia-keys-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  // The example of the format's description.
  @Test("the published example opens")
  func example() throws {
    let file = #"""
      {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
      "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
      "kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
      "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
      """#
    let read = try AccountKeyFile(Array(file.utf8))
    #expect(read.address == nil)
    let key = try read.open(Array("testpassword".utf8))
    #expect(key.withSecret { $0 } == bytes("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"))
    #expect(throws: AccountKeyFileError.wrongPassphraseOrDamaged) { try read.open(Array("testpassword ".utf8)) }
  }

  @Test("what is sealed opens with its passphrase alone, and no two files are alike")
  func sealed() throws {
    let key = try key()
    let file = try AccountKeyFile(key, passphrase: passphrase, cost: Self.least)
    let read = try AccountKeyFile(file.encoded)
    #expect(read.address == key.address && read.encoded == file.encoded)
    let opened = try read.open(passphrase)
    #expect(opened.address == key.address)
    for wrong in [[], Array("Correct horse".utf8), passphrase + [1], Array(passphrase.dropLast())] {
      #expect(throws: AccountKeyFileError.wrongPassphraseOrDamaged) { try read.open(wrong) }
    }
    let again = try AccountKeyFile(key, passphrase: passphrase, cost: Self.least)
    let (first, second) = (try JSONParser.parse(file.encoded), try JSONParser.parse(again.encoded))
    #expect(first["crypto"]?["kdfparams"]?["salt"] != second["crypto"]?["kdfparams"]?["salt"])
    #expect(first["crypto"]?["cipherparams"] != second["crypto"]?["cipherparams"] && first["id"] != second["id"])
    _ = try AccountKeyFile(key, passphrase: [], cost: Self.least).open([])
  }

  @Test("every changed digit of what matters is found")
  func changed() throws {
    let file = try AccountKeyFile(try key(), passphrase: passphrase, cost: Self.least)
    let json = try JSONParser.parse(file.encoded)
    let sealed = try #require(json["crypto"])
    func changed(_ text: JSONValue?) throws -> [JSONValue] {
      let digits = Array(try #require(text?.text))
      return digits.indices.map { place in
        var other = digits
        other[place] = other[place] == "0" ? "1" : "0"
        return .text(String(other))
      }
    }
    var files: [JSONValue] = try changed(sealed["ciphertext"]).map { json.with("crypto", sealed.with("ciphertext", $0)) }
    files += try changed(sealed["mac"]).map { json.with("crypto", sealed.with("mac", $0)) }
    files += try changed(sealed["cipherparams"]?["iv"]).map { json.with("crypto", sealed.with("cipherparams", ["iv": $0])) }
    let parameters = try #require(sealed["kdfparams"])
    files += try changed(parameters["salt"]).map { json.with("crypto", sealed.with("kdfparams", parameters.with("salt", $0))) }
    files += try changed(json["address"]).map { json.with("address", $0) }
    #expect(files.count == 64 + 64 + 32 + 64 + 40)
    for file in files {
      #expect(throws: AccountKeyFileError.wrongPassphraseOrDamaged) { try AccountKeyFile(file.bytes).open(passphrase) }
    }
  }

  @Test("what is no key file, or asks for too much, is refused before any work")
  func refused() throws {
    let json = try JSONParser.parse(try AccountKeyFile(try key(), passphrase: passphrase, cost: Self.least).encoded)
    let sealed = try #require(json["crypto"])
    let parameters = try #require(sealed["kdfparams"])
    func with(_ name: String, _ value: JSONValue?) -> JSONValue { json.with("crypto", sealed.with(name, value)) }
    func withParameter(_ name: String, _ value: JSONValue?) -> JSONValue { with("kdfparams", parameters.with(name, value)) }
    let malformed = [
      json.with("version", 1), json.with("crypto", nil), json.with("address", "12"), with("cipher", "aes-256-ctr"),
      with("kdf", "pbkdf2"),
      with("ciphertext", "00"), with("mac", nil), with("cipherparams", [:]), withParameter("dklen", 16), withParameter("salt", ""),
      withParameter("n", "2"), withParameter("r", -1), withParameter("p", nil),
    ]
    for file in malformed {
      do {
        _ = try AccountKeyFile(file.bytes)
        Issue.record("a file that is none")
      } catch { guard case .malformed = error else { throw error } }
    }
    for file in [
      withParameter("n", 3), withParameter("n", 1), withParameter("n", .integer(1 << 40)), withParameter("r", 0),
      withParameter("p", 0),
      withParameter("n", .integer(1 << 24)), withParameter("p", 4_000_000_000),
    ] {
      #expect(throws: AccountKeyFileError.unreasonableCost) { try AccountKeyFile(file.bytes) }
    }
    #expect(throws: AccountKeyFileError.malformed("no JSON")) { try AccountKeyFile([UInt8](repeating: 0x20, count: 1 << 17)) }
    // The name with a capital, as the first wallets had it.
    _ = try AccountKeyFile(json.with("crypto", nil).with("Crypto", sealed).bytes).open(passphrase)
  }

  @Test("a file is its owner's alone, and never takes another's place")
  func files() throws {
    try withFolder { folder in
      let path = folder + "/key.json"
      let file = try AccountKeyFile(try key(), passphrase: passphrase, cost: Self.least)
      try file.write(to: path)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(try AccountKeyFile(path: path).open(passphrase).address == key().address)
      let other = try AccountKeyFile(try key(8), passphrase: passphrase, cost: Self.least)
      #expect(throws: AccountKeyFileError.exists) { try other.write(to: path) }
      #expect(try AccountKeyFile(path: path).encoded == file.encoded)
      #expect(throws: AccountKeyFileError.system(ENOENT)) { try AccountKeyFile(path: folder + "/none") }
      #expect(throws: AccountKeyFileError.system(ENOENT)) { try file.write(to: folder + "/none/key.json") }
      #expect(throws: AccountKeyFileError.system(EISDIR)) { try AccountKeyFile(path: folder) }
    }
  }

  @Test(
    "wallets of others open our files, and we open theirs",
    .enabled(if: OtherImplementation.isThere, "skipped: no Python environment"))
  func others() throws {
    try withFolder { folder in
      let key = try key(9)
      let path = folder + "/key.json"
      try AccountKeyFile(key, passphrase: passphrase, cost: Scrypt.Cost(rounds: 1024)).write(to: path)
      let secret = key.withSecret { Hexadecimal.digits($0) }
      let opened = try OtherImplementation.lines("decrypt", path, "correct horse")
      #expect(opened.map { String(decoding: $0, as: UTF8.self) } == [secret])
      let theirs = try #require(try OtherImplementation.lines("encrypt", secret, "päss wörd", "scrypt", "4096").first)
      let file = try AccountKeyFile(Array(theirs))
      #expect(file.address == key.address)
      #expect(try file.open(Array("päss wörd".utf8)).withSecret { Hexadecimal.digits($0) } == secret)
    }
  }
}
