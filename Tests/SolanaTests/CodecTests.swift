import Curve25519
import Testing

@testable import SolanaTransactions

@Suite("Solana: encodings")
struct CodecTests {
  @Test("base58 has one text a value")
  func base58() {
    func text(_ bytes: [UInt8]) -> String { String(decoding: Base58.encode(bytes), as: UTF8.self) }
    func decoded(_ text: String, _ count: Int) -> [UInt8]? { Base58.decode(Array(text.utf8), count: count) }
    // Of the draft that describes base58.
    #expect(text(Array("Hello World!".utf8)) == "2NEpo7TZRRrLZSi2U")
    #expect(text([0, 0, 0x28, 0x7f, 0xb4, 0xcd]) == "11233QC4")
    #expect(decoded("11233QC4", 6) == [0, 0, 0x28, 0x7f, 0xb4, 0xcd])
    #expect(text([]) == "" && decoded("", 0) == [])
    #expect(SolanaAddress.systemProgram.description == "11111111111111111111111111111111")
    for wrong in ["1233QC4", "111233QC4", "11233QC", "11233QC0", "11233QCO", "11233QCI", "11233QCl", "11233QC 4", "zzzzzzzzzzzz"] {
      #expect(decoded(wrong, 6) == nil, "\(wrong)")
    }
    #expect(decoded(String(repeating: "z", count: 44), 32) == nil)
    #expect(decoded(String(repeating: "1", count: 100_000), 32) == nil)
    var random = seeded(1)
    for round in 0..<500 {
      let bytes = [UInt8](repeating: 0, count: round % 5) + random.bytes(round % 70)
      #expect(Base58.decode(Base58.encode(bytes), count: bytes.count) == bytes)
    }
  }

  @Test("lengths have one form")
  func lengths() throws {
    for (length, form) in [
      (0, [0]), (0x7f, [0x7f]), (0x80, [0x80, 1]), (0xff, [0xff, 1]), (0x100, [0x80, 2]), (0x7fff, [0xff, 0xff, 1]),
      (0x8000, [0x80, 0x80, 2]), (0xffff, [0xff, 0xff, 3]),
    ] as [(Int, [UInt8])] {
      var writer = ByteWriter()
      writer.compact(length)
      #expect(writer.bytes == form)
      var reader = ByteReader(form)
      #expect(try reader.compact("length") == length)
      try reader.finish()
    }
    for wrong in [
      [0x80, 0], [0x80, 0x80, 0], [0xff, 0], [0x80, 0x80, 4], [0xff, 0xff, 4], [0x80, 0x80, 0x80, 0], [0x80, 0x80, 0x80], [],
      [0x80],
    ] as [[UInt8]] {
      var reader = ByteReader(wrong)
      #expect(throws: CodecError.self, "\(wrong)") { try reader.compact("length") }
    }
  }

  @Test("messages that the network would refuse are refused")
  func strictMessages() throws {
    var random = seeded(2)
    let (payer, other) = (SolanaAddress(random.bytes32()), SolanaAddress(random.bytes32()))
    let message = SolanaMessage(
      payer: payer, instructions: [SystemProgram.transfer(from: payer, to: other, lamports: 7)], blockhash: random.bytes32())
    let good = message.encoded
    #expect(good[0..<4] == [1, 0, 1, 3])
    #expect(try SolanaMessage(good) == message)
    func refused(_ change: (inout [UInt8]) -> Void, _ comment: Comment) {
      var bytes = good
      change(&bytes)
      #expect(throws: CodecError.self, comment) { try SolanaMessage(bytes) }
    }
    refused({ $0[0] = 0 }, "nobody signs")
    refused({ $0[0] = 0x81 }, "a later form")
    refused({ $0[0] = 4 }, "more signers than accounts")
    refused({ $0[1] = 1 }, "a payer who may not pay")
    refused({ $0[2] = 3 }, "more that are read than there are")
    refused({ $0.replaceSubrange(36..<68, with: $0[4..<36]) }, "an account twice")
    refused({ $0.append(0) }, "a byte left over")
    refused({ $0[133] = 0 }, "the payer as program")
    refused({ $0[133] = 3 }, "a program that is not there")
    refused({ $0[135] = 3 }, "an account that is not there")
    refused({ $0.replaceSubrange(132..<133, with: [0x81, 0]) }, "a longer form of a length")
    for count in 0..<good.count { #expect(throws: CodecError.self) { try SolanaMessage(Array(good.prefix(count))) } }
  }

  @Test("a transaction has a signature for each signer, and each is verified")
  func transactions() throws {
    var random = seeded(3)
    let keys = (0..<2).map { _ in Ed25519.PrivateKey(seed: random.bytes32()) }
    let (payer, other) = (SolanaAddress(keys[0].publicKey), SolanaAddress(keys[1].publicKey))
    let message = SolanaMessage(
      payer: payer, instructions: [SystemProgram.createAccount(other, payer: payer, lamports: 1, space: 2)],
      blockhash: random.bytes32())
    let signatures = keys.compactMap { SolanaSignature($0.sign(message.encoded)) }
    let signed = try #require(SolanaTransaction(message, signatures: signatures))
    #expect(signed.isSigned)
    #expect(signed.id == signatures[0])
    #expect(SolanaTransaction(message, signatures: [signatures[0]]) == nil)
    let swapped = try #require(SolanaTransaction(message, signatures: signatures.reversed()))
    #expect(!swapped.isSigned)
    let bytes = signed.encoded
    #expect(try SolanaTransaction(bytes) == signed)
    #expect(throws: CodecError.self) { try SolanaTransaction([1] + bytes.dropFirst(1 + 64)) }
    #expect(throws: CodecError.self) { try SolanaTransaction(bytes + [0]) }
    let long = SolanaMessage(
      payer: payer, instructions: [MemoProgram.memo([UInt8](repeating: 0x61, count: 1100), signer: payer)], blockhash: .zero)
    let tooLong = try #require(SolanaTransaction(long, signatures: [signatures[0]]))
    #expect(throws: CodecError.outOfRange(field: FieldName("transaction"))) { try SolanaTransaction(tooLong.encoded) }
    #expect(SolanaSignature([UInt8](repeating: 0, count: 63)) == nil)
    #expect(SolanaSignature(text: Base58.encode([1, 2, 3])) == nil)
  }

  @Test("a nonce account is read strictly")
  func nonceAccounts() throws {
    var random = seeded(4)
    let nonce = NonceAccount(
      authority: SolanaAddress(random.bytes32()), value: random.bytes32(), lamportsPerSignature: 5000)
    let good = nonce.encoded
    #expect(good.count == NonceAccount.length)
    #expect(try NonceAccount(good) == nonce)
    for (place, value) in [(0, 0), (0, 2), (3, 1), (4, 0), (4, 2)] as [(Int, UInt8)] {
      var bytes = good
      bytes[place] = value
      #expect(throws: CodecError.self) { try NonceAccount(bytes) }
    }
    #expect(throws: CodecError.self) { try NonceAccount(good + [0]) }
    #expect(throws: CodecError.self) { try NonceAccount(good.dropLast()) }
    #expect(throws: CodecError.self) { try NonceAccount([UInt8](repeating: 0, count: 80)) }
  }

  @Test("fees are rounded up")
  func fees() {
    #expect(ComputeBudget.fee(signatures: 1, limit: 100_000, price: 0) == 5000)
    #expect(ComputeBudget.fee(signatures: 2, limit: 100_000, price: 10) == 10_001)
    #expect(ComputeBudget.fee(signatures: 1, limit: 100_000, price: 11) == 5002)
    #expect(ComputeBudget.fee(signatures: 1, limit: .max, price: .max) == .max)
    #expect(ResultAnchor.fee(price: ResultAnchor.maximumPrice) == 1_005_000)
  }
}
