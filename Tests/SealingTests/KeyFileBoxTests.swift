import Curve25519
import Testing

@testable import Sealing

/// Key files (`docs/spec/08-trustee-network.md`, 8.10).
@Suite("Key files")
struct KeyFileBoxTests {
  private let passphrase = Array("correct horse".utf8)
  private let content = Array("what is kept".utf8)

  private func failure(_ body: () throws -> Void) -> KeyFileError? {
    do {
      try body()
      return nil
    } catch { return error as? KeyFileError }
  }

  @Test("what was sealed opens, in this process and the next")
  func roundTrip() throws {
    for content in [[], content, [UInt8](repeating: 7, count: 100_000)] {
      let box = try KeyFileBox(passphrase: passphrase, cost: .least)
      let file = box.seal(content)
      #expect(file.count == 38 + 24 + content.count + 16)
      #expect(try box.open(file) == content)
      #expect(try KeyFileBox(passphrase: passphrase, file: file).open(file) == content)
      // Each time under another nonce.
      #expect(box.seal(content) != file)
    }
  }

  @Test("another passphrase opens nothing", arguments: ["", "correct hors", "correct horsf", "correct horse\n", "correct horse\0"])
  func wrongPassphrase(other: String) throws {
    let file = try KeyFileBox(passphrase: passphrase, cost: .least).seal(content)
    let box = try KeyFileBox(passphrase: Array(other.utf8), file: file)
    #expect(failure { _ = try box.open(file) } == .wrongPassphraseOrDamaged)
  }

  @Test("every flipped bit is refused")
  func flips() throws {
    let file = try KeyFileBox(passphrase: passphrase, cost: .least).seal(content)
    for index in file.indices {
      // The costs are read before anything can be authenticated; what they ask for is bounded.
      let bits: [UInt8] = index < 38 ? [1] : [1, 2, 4, 8, 16, 32, 64, 128]
      for bit in bits {
        var bytes = file
        bytes[index] ^= bit
        #expect(failure { _ = try KeyFileBox(passphrase: passphrase, file: bytes).open(bytes) } != nil, "byte \(index)")
      }
    }
  }

  @Test("what is cut or longer is refused")
  func lengths() throws {
    let file = try KeyFileBox(passphrase: passphrase, cost: .least).seal(content)
    for count in 0..<78 {
      #expect(failure { _ = try KeyFileBox(passphrase: passphrase, file: Array(file[..<count])) } == .notAKeyFile)
    }
    for bytes in [Array(file.dropLast()), file + [0]] {
      #expect(failure { _ = try KeyFileBox(passphrase: passphrase, file: bytes).open(bytes) } == .wrongPassphraseOrDamaged)
    }
  }

  @Test("a file cannot make the reader work without end")
  func costs() throws {
    let file = try KeyFileBox(passphrase: passphrase, cost: .least).seal(content)
    func changed(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
      Array(file[..<offset]) + bytes + Array(file[(offset + bytes.count)...])
    }
    for bytes in [
      changed(10, [0, 0, 0, 0]), changed(10, [0, 0, 0, 17]), changed(14, [0, 0, 0, 1]),
      changed(14, [UInt8](repeating: 0, count: 8)),
    ] {
      #expect(failure { _ = try KeyFileBox(passphrase: passphrase, file: bytes) } == .unreasonableCost)
    }
    #expect(failure { _ = try KeyFileBox(passphrase: passphrase, file: changed(8, [0, 2])) } == .unknownVersion(2))
    #expect(KeyFileCost.moderate.isReasonable)
  }
}
