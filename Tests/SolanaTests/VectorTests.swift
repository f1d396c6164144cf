import Curve25519
import Foundation
import PipeSupport
import StrictJSON
import Testing

@testable import SolanaTransactions

/// Messages and transactions as another library encodes them (`Tests/Support/chains/solana_vectors.py`).
@Suite("Solana: vectors")
struct VectorTests {
  @Test("a few that are kept")
  func kept() throws {
    let file = repository.appending(path: "Tests/Vectors/solana.json")
    try #expect(check(Array(Data(contentsOf: file))) == 12)
  }

  @Test("a thousand random ones", .needsPython)
  func random() throws {
    var start = Child.Start()
    start.executableURL = URL(filePath: try #require(python))
    start.arguments = [repository.appending(path: "Tests/Support/chains/solana_vectors.py").path, "2", "1000"]
    let output = Pipe()
    start.standardOutput = output
    let process = try Child(start)
    let cases = try output.fileHandleForReading.rest()
    process.wait()
    try #expect(check(Array(cases)) == 1000)
  }

  /// Returns how many there were.
  private func check(_ json: [UInt8]) throws -> Int {
    guard case .list(let cases) = try JSONParser.parse(json) else { throw NoVector() }
    for vector in cases {
      let message = bytes(try text(vector, "message"))
      let transaction = bytes(try text(vector, "transaction"))
      guard case .list(let parts)? = vector["instructions"], case .list(let names)? = vector["signatures"] else { throw NoVector() }
      let made = SolanaMessage(
        payer: try address(vector, "payer"), instructions: try parts.map(instruction),
        blockhash: try address(vector, "blockhash").bytes)
      #expect(made.encoded == message)
      #expect(try SolanaMessage(message) == made)
      let signatures = try names.map { try #require(SolanaSignature(text: Array(($0.text ?? "").utf8))) }
      #expect(signatures.map { $0.description } == names.compactMap { $0.text })
      let signed = try #require(SolanaTransaction(made, signatures: signatures))
      #expect(signed.encoded == transaction)
      #expect(try SolanaTransaction(transaction) == signed)
      #expect(!signed.isSigned)
    }
    return cases.count
  }

  private struct NoVector: Error {}

  private func text(_ json: JSONValue, _ name: String) throws -> String { try #require(json[name]?.text) }

  private func number(_ json: JSONValue, _ name: String) throws -> UInt64 { UInt64(try #require(json[name]?.integer)) }

  private func address(_ json: JSONValue, _ name: String) throws -> SolanaAddress {
    let text = try text(json, name)
    let address = try #require(SolanaAddress(text: Array(text.utf8)))
    #expect(address.description == text)
    return address
  }

  private func instruction(_ json: JSONValue) throws -> SolanaInstruction {
    guard let kind = json["kind"]?.text else { return try raw(json) }
    let (one, two) = (try address(json, "one"), try address(json, "two"))
    let (amount, space, seed) = (try number(json, "amount"), try number(json, "space"), Array(try text(json, "seed").utf8))
    #expect(try SolanaAddress.derived(from: two, seed: seed) == address(json, "derived"))
    switch kind {
    case "createAccount": return SystemProgram.createAccount(two, payer: one, lamports: amount, space: space)
    case "createDerived": return SystemProgram.createAccount(base: two, seed: seed, payer: one, lamports: amount, space: space)
    case "allocate": return SystemProgram.allocate(base: two, seed: seed, space: space)
    case "transfer": return SystemProgram.transfer(from: one, to: two, lamports: amount)
    case "initializeNonce": return SystemProgram.initializeNonce(one, authority: two)
    case "advanceNonce": return SystemProgram.advanceNonce(one, authority: two)
    case "limit": return ComputeBudget.limit(UInt32(try number(json, "limit")))
    case "price": return ComputeBudget.price(try number(json, "price"))
    default: throw NoVector()
    }
  }

  private func raw(_ json: JSONValue) throws -> SolanaInstruction {
    guard case .list(let accounts)? = json["accounts"] else { throw NoVector() }
    return SolanaInstruction(
      program: try address(json, "program"),
      accounts: try accounts.map { account in
        SolanaInstruction.Account(
          try address(account, "address"), isSigner: account["signer"] == true, isWritable: account["writable"] == true)
      }, data: bytes(try text(json, "data")))
  }
}
