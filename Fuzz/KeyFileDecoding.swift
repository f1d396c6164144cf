import Curve25519
import Elections
import Sealing
import TrusteeAgent

/// Key files, their contents, and what trustees and service send each other: what is read is written as it was, and nothing stops the reader.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let bytes = Array(input.all.dropFirst())
  switch input[0] % 8 {
  case 0:
    if let keyring = try? TrusteeKeyring(bytes) { precondition(keyring.encoded == bytes, "another encoding") }
  case 1:
    // One in eight inputs is a list of changes to a keyring that is good, and one to one that holds everything.
    let changed = Example.keyring.changed(as: input)
    if let keyring = try? TrusteeKeyring(changed) { precondition(keyring.encoded == changed, "another encoding") }
  case 5:
    let changed = Example.full.changed(as: input)
    if var keyring = try? TrusteeKeyring(changed) {
      precondition(keyring.encoded == changed, "another encoding")
      keyring.markRestored()
      precondition((try? TrusteeKeyring(keyring.encoded)) == keyring, "a copy that is not read")
    }
  case 6: Example.sealed.open(bytes)
  case 7: Example.sealed.open(Example.sealed.file.changed(as: input))
  case 2:
    if let page = try? CeremonyPage(bytes, start: 3) { precondition(page.encoded == bytes, "another encoding") }
  case 3:
    if let batch = try? CeremonyBatch(encoded: bytes) { precondition(batch.encoded == bytes, "another encoding") }
  default:
    if let field = TrusteeAuthorization(field: bytes) { precondition(field.field == bytes, "another encoding") }
  }
  return 0
}

/// A keyring with one election that has been decrypted.
enum Example {
  static let keyring: [UInt8] = {
    var random = SeededRandom(seed: [1])
    var keyring = TrusteeKeyring(using: &random)
    guard let text = Text("vote.example") else { preconditionFailure("plain text") }
    var election = TrusteeElection(
      service: text, reference: ElectionReference(using: &random), origin: text, title: text, name: text)
    election.retired = [.zero]
    election.opening = [1, 2, 3]
    election.ending = .aborted
    keyring.elections = [election]
    return keyring.encoded
  }()

  /// The same with everything that an election can have, written by hand.
  static let full: [UInt8] = {
    var random = SeededRandom(seed: [2])
    var writer = ByteWriter()
    writer.raw(random.bytes(32))
    writer.u16(1)
    writer.counted(Array("https://vote.example".utf8))
    writer.raw(ElectionReference(using: &random).ascii)
    for text in ["vote.example/x", "Board", "Ada"] { writer.counted(Array(text.utf8)) }
    writer.u16(1)
    writer.raw(random.bytes(32))
    writer.bool(true)
    ceremony(&writer, &random)
    writer.bool(true)
    writer.counted([1, 2, 3])
    writer.bool(true)
    writer.counted(Array("note".utf8))
    writer.u64(1_700_000_000)
    writer.bool(true)
    writer.u64(7)
    writer.raw(random.bytes(32))
    writer.counted([4, 5, 6])
    writer.u8(0x80)
    precondition((try? TrusteeKeyring(writer.bytes))?.encoded == writer.bytes, "a good keyring")
    return writer.bytes
  }()

  private static func ceremony(_ writer: inout ByteWriter, _ random: inout SeededRandom) {
    writer.raw(random.bytes(32))
    for number: UInt8 in [2, 2, 3] { writer.u8(number) }
    for name in ["Tom", "Ada", "Tina"] {
      writer.counted(Array(name.utf8))
      writer.raw(random.bytes(32))
    }
    writer.bool(true)
    writer.raw(random.bytes(32))
    writer.u64(15)
    writer.raw(random.bytes(32))
    writer.bool(true)
    for _ in 0..<3 { writer.scalar(.random(using: &random)) }
    writer.raw(random.bytes(32))
    writer.bool(true)
    writer.u32(4)
    writer.raw([1, 2, 3, 4])
    writer.bool(true)
  }

  static let sealed = SealedExample()
}

/// A key file at the least cost.
struct SealedExample: Sendable {
  private let box: KeyFileBox
  let file: [UInt8]

  init() {
    guard let box = try? KeyFileBox(passphrase: [1], cost: .least) else { preconditionFailure("8 KiB") }
    self.box = box
    file = box.seal([1, 2, 3])
    precondition((try? box.open(file)) == [1, 2, 3], "a good file")
  }

  /// Nothing opens but the file as it was sealed.
  func open(_ bytes: [UInt8]) {
    let content = try? box.open(bytes)
    precondition((content != nil) == (bytes == file), "another file opens, or the good one does not")
  }
}
