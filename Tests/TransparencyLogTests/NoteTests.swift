import Curve25519
import Testing

@testable import TransparencyLog

/// Signed notes and verifier keys: published examples, and nothing but one encoding accepted.
struct NoteTests {
  /// The example of the Go package `note`.
  static let neumann = """
    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

    """
  static let neumannKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
  /// The private key of that example: its seed, after the type byte.
  static let neumannSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"

  /// The example of signed-note, "Verifier keys".
  static let example = """
    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

    """
  static let exampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

  /// The first example of signed-note: its text has empty lines and letters outside ASCII.
  static let quasimodo = """
    Ognuno sta solo sul cuor della terra
    trafitto da un raggio di sole:

    ed è subito sera.

    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=

    """

  @Test(arguments: [(neumann, neumannKey), (example, exampleKey)])
  func publishedNotes(text: String, key: String) throws {
    let note = try SignedNote(parsing: ascii(text))
    #expect(note.bytes == ascii(text))
    let key = try VerifierKey(parsing: ascii(key))
    #expect(try note.signers(among: [key]) == [0])
    let altered = try SignedNote(text: ascii("T") + note.text, signatures: note.signatures)
    #expect(throws: LogError.badSignature(name: key.name, keyID: key.keyID)) { try altered.signers(among: [key]) }
    #expect(try note.signers(among: [testSigner(1).key]) == [])
  }

  @Test func signsAsPublished() throws {
    let seed = try #require(Base64.decode(ascii(Self.neumannSeed)[...]))
    let privateKey = Ed25519.PrivateKey(seed: try #require(Bytes32(Array(seed[1...]))))
    let signer = try NoteSigner(name: ascii("PeterNeumann"), type: .ed25519, privateKey: privateKey)
    #expect(signer.key.bytes == ascii(Self.neumannKey))
    let text = try SignedNote(parsing: ascii(Self.neumann)).text
    #expect(try SignedNote(text: text, signatures: [signer.sign(text: text)]).bytes == ascii(Self.neumann))
  }

  @Test func textMayHaveEmptyLines() throws {
    let note = try SignedNote(parsing: ascii(Self.quasimodo))
    #expect(note.bytes == ascii(Self.quasimodo))
    #expect(note.text.suffix(18) == ascii("ed è subito sera.\n").suffix(18))
    #expect(note.signatures[0].keyID == 0x367b_a04b)
    for text in ["\n", "\n\n", "a\n\n\n", "— not a signature\n"] {
      let odd = try SignedNote(text: ascii(text), signatures: note.signatures)
      #expect(try SignedNote(parsing: odd.bytes) == odd)
    }
  }

  /// A key shares its ID's four bytes or its name with another: only both together identify it.
  @Test func unknownSignaturesAreKeptAndIgnored() throws {
    let (signer, other) = (testSigner(1), testSigner(2))
    let text = ascii("text\n")
    let sameID = try NoteSignature(keyName: ascii("another"), keyID: signer.key.keyID, signature: [1])
    let sameName = try NoteSignature(
      keyName: signer.key.name, keyID: signer.key.keyID ^ 1, signature: Array(repeating: 9, count: 5000))
    let note = try SignedNote(text: text, signatures: [sameID, signer.sign(text: text), sameName])
    #expect(try SignedNote(parsing: note.bytes) == note)
    #expect(try note.signers(among: [other.key, signer.key]) == [1])
    #expect(try SignedNote(text: text, signatures: [sameID]).signers(among: [signer.key]) == [])
    #expect(throws: LogError.duplicateSignature(index: 3)) { try note.adding(sameID) }
    let wrongLength = try NoteSignature(keyName: signer.key.name, keyID: signer.key.keyID, signature: [1])
    #expect(throws: LogError.badSignature(name: signer.key.name, keyID: signer.key.keyID)) {
      try SignedNote(text: text, signatures: [wrongLength]).signers(among: [signer.key])
    }
  }

  @Test func malformedNotes() throws {
    let line = "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    let faults: [(String, LogError)] = [
      ("", .noteWithoutSignatures), ("text\n", .noteWithoutSignatures), ("text\n\n", .noteWithoutSignatures),
      ("text\n" + line, .noteWithoutSignatures), ("\n" + line, .noteWithoutSignatures), ("\n\ntext\n", .signatureLine(index: 0)),
      ("text\n\n" + line.dropLast(), .signatureLine(index: 0)), ("text\n\n" + line + "x", .signatureLine(index: 1)),
      ("text\n\n" + line + line, .duplicateSignature(index: 1)), ("text\n\n" + line + "\n", .noteWithoutSignatures),
      ("text\r\n\n" + line, .notText(offset: 4)), ("te\u{0}xt\n\n" + line, .notText(offset: 2)),
      ("te\txt\n\n" + line, .notText(offset: 2)),
      ("text\n\n " + line, .signatureLine(index: 0)), ("text\n\n-" + line.dropFirst(), .signatureLine(index: 0)),
      ("text\n\n— " + line.dropFirst(), .signatureLine(index: 0)), ("text\n\n— a b AAAAAAA=\n", .signatureLine(index: 0)),
      ("text\n\n— a AAAAAA==\n", .signatureLine(index: 0)), ("text\n\n— a AAAAAAA\n", .signatureLine(index: 0)),
      ("text\n\n— a AAAAAAB=\n", .signatureLine(index: 0)), ("text\n\n— a AAAA AAA=\n", .signatureLine(index: 0)),
      ("text\n\n— a+b AAAAAAA=\n", .signatureLine(index: 0)), ("text\n\n—  AAAAAAA=\n", .signatureLine(index: 0)),
      ("text\n\n— a\u{a0}b AAAAAAA=\n", .signatureLine(index: 0)), ("text\n\n— a\u{3000}b AAAAAAA=\n", .signatureLine(index: 0)),
      ("text\n\n— a AAAAAAA=", .signatureLine(index: 0)), ("text\n\n— a AAAAAAA= \n", .signatureLine(index: 0)),
      ("text\n\n— a AAAA-AA=\n", .signatureLine(index: 0)),
    ]
    for (text, fault) in faults { #expect(throws: fault, "\(text)") { try SignedNote(parsing: ascii(text)) } }
    for bytes in [
      [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x80], [0xf0, 0x80, 0x80, 0x80], [0x80],
    ] as [[UInt8]] {
      #expect(throws: LogError.notText(offset: 1)) { try SignedNote(parsing: ascii("a") + bytes + ascii("\n\n" + line)) }
    }
    #expect(throws: LogError.noteText) { try SignedNote(text: [], signatures: SignedNote(parsing: ascii(Self.example)).signatures) }
    #expect(throws: LogError.noteText) {
      try SignedNote(text: [1], signatures: SignedNote(parsing: ascii(Self.example)).signatures)
    }
    #expect(throws: LogError.noteWithoutSignatures) { try SignedNote(text: ascii("a\n"), signatures: []) }
  }

  @Test func sizesAreBounded() throws {
    func signature(_ number: Int, bytes: Int = 1) throws -> NoteSignature {
      try NoteSignature(keyName: ascii("k\(number)"), keyID: 0, signature: Array(repeating: 1, count: bytes))
    }
    let most = try (0..<LogLimits.noteSignatures).map { try signature($0, bytes: LogLimits.signatureBytes) }
    let note = try SignedNote(text: Array(repeating: 0x61, count: LogLimits.noteTextBytes - 1) + [0x0a], signatures: most)
    #expect(try SignedNote(parsing: note.bytes) == note)
    #expect(throws: LogError.tooManySignatures(limit: 64)) { try note.adding(signature(64)) }
    #expect(throws: LogError.tooManySignatures(limit: 64)) { try SignedNote(parsing: note.bytes + signature(64).line) }
    #expect(throws: LogError.tooLong(count: 6145, limit: 6144)) { try signature(0, bytes: 6145) }
    #expect(throws: LogError.tooLong(count: 65_537, limit: 65_536)) { try SignedNote(text: [0x61] + note.text, signatures: most) }
    let long = Array(repeating: UInt8(0x0a), count: LogLimits.noteBytes + 1)
    #expect(throws: LogError.tooLong(count: long.count, limit: LogLimits.noteBytes)) { try SignedNote(parsing: long) }
    #expect(throws: LogError.keyName) { try NoteSignature(keyName: Array(repeating: 0x61, count: 256), keyID: 0, signature: [1]) }
  }

  /// Whatever single bit is flipped, a note is refused, or it is another note that serialises to exactly these bytes and no longer verifies.
  @Test func everyFlippedBit() throws {
    let key = try VerifierKey(parsing: ascii(Self.exampleKey))
    forEachFlip(of: ascii(Self.example)) { altered in
      guard let note = try? SignedNote(parsing: altered) else { return }
      #expect(note.bytes == altered)
      #expect((try? note.signers(among: [key])) != [0])
    }
    forEachFlip(of: ascii(Self.exampleKey)) { altered in #expect(throws: LogError.self) { try VerifierKey(parsing: altered) } }
  }

  @Test func verifierKeys() throws {
    for text in [
      Self.neumannKey, Self.exampleKey, "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
      "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
    ] {
      #expect(try VerifierKey(parsing: ascii(text)).bytes == ascii(text))
    }
    let key = "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    let faults: [(String, LogError)] = [
      ("", .verifierKey), ("example.com/foo", .verifierKey), ("example.com/foo+530d903a", .verifierKey),
      ("example.com/foo+530D903A+" + key, .verifierKey), ("example.com/foo+30d903a+" + key, .verifierKey),
      ("example.com/foo+530d903a+", .verifierKey), ("example.com/foo+530d903a+AQ==", .verifierKey),
      ("example.com/foo+530d903a+" + key + "\n", .verifierKey), ("example.com/foo+530d903a+" + key.dropLast(4), .verifierKey),
      ("+530d903a+" + key, .keyName), ("example com+530d903a+" + key, .keyName),
      ("example.com/foo+530d903b+" + key, .verifierKeyID(expected: 0x530d_903a, found: 0x530d_903b)),
      ("example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", .signatureType(6)),
      (String(repeating: "a", count: 310), .tooLong(count: 310, limit: 309)),
    ]
    for (text, fault) in faults { #expect(throws: fault, "\(text)") { try VerifierKey(parsing: ascii(text)) } }
    // The ID is of the name too.
    #expect(throws: LogError.self) { try VerifierKey(parsing: ascii("example.com/fop+530d903a+" + key)) }
  }

  /// Base64 both ways for every length and every last character; canonical only.
  @Test func base64() {
    let examples = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, encoded) in examples {
      #expect(Base64.encode(ascii(plain)) == ascii(encoded))
      #expect(Base64.decode(ascii(encoded)[...]) == ascii(plain))
    }
    for first in 0...255 as ClosedRange<UInt8> {
      for second in 0...255 as ClosedRange<UInt8> {
        for bytes in [[first], [first, second], [second, 0, first]] {
          if Base64.decode(Base64.encode(bytes)[...]) != bytes { Issue.record("\(bytes)") }
        }
        // Four characters, the last two of which may be padding.
        let text = [0x41, 0x42, first, second]
        if let bytes = Base64.decode(text[...]), Base64.encode(bytes) != text { Issue.record("\(text)") }
      }
    }
    for text in ["Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm 9v", "Zm9-", "Zm9_", "=m9v"] {
      #expect(Base64.decode(ascii(text)[...]) == nil, "\(text)")
    }
  }

  @Test func decimals() {
    for number in [0, 1, 9, 10, 255, 1 << 63 - 1] as [UInt64] {
      var text: [UInt8] = []
      text.append(decimal: number)
      #expect(text == ascii("\(number)"))
      #expect(text[...].decimal(limit: LogLimits.treeSize) == number)
    }
    #expect(ascii("256")[...].decimal(limit: 255) == nil)
    #expect(ascii("5")[...].decimal(limit: 4) == nil)
    for text in [
      "", "00", "01", "+1", "-1", " 1", "1 ", "1a", "0x1", "9223372036854775808", "18446744073709551616", "99999999999999999999",
    ] {
      #expect(ascii(text)[...].decimal(limit: LogLimits.treeSize) == nil, "\(text)")
    }
  }
}

/// A signer, the same in every run.
func testSigner(_ number: UInt8, type: VerifierKey.SignatureType = .ed25519, name: String? = nil) -> NoteSigner {
  let seed = Bytes32(SHA256.hash([number]).span)
  let name = ascii(name ?? (type == .ed25519 ? "example.org/log\(number)" : "example.org/witness\(number)"))
  guard let signer = try? NoteSigner(name: name, type: type, privateKey: Ed25519.PrivateKey(seed: seed)) else {
    preconditionFailure("test key")
  }
  return signer
}
