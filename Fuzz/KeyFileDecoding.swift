import Curve25519
import Elections
import TrusteeAgent

/// Contents of key files, and what trustees and service send each other: what is read is written as it was, and nothing stops the reader.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let bytes = Array(input.all.dropFirst())
  switch input[0] % 5 {
  case 0:
    if let keyring = try? TrusteeKeyring(bytes) { precondition(keyring.encoded == bytes, "another encoding") }
  case 1:
    // One in five inputs is a list of changes to a keyring that is good.
    let changed = Example.keyring.changed(as: input)
    if let keyring = try? TrusteeKeyring(changed) { precondition(keyring.encoded == changed, "another encoding") }
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
}
