import Curve25519
import StrictJSON
import Testing

@testable import Ethereum

@Suite("Beside another implementation", .enabled(if: OtherImplementation.isThere, "skipped: no Python environment"))
struct DifferentialTests {
  private func key(_ json: JSONValue) throws -> AccountKey {
    var secret = bytes(try json.text("key"))
    return try #require(AccountKey(wiping: &secret))
  }

  private func transaction(_ json: JSONValue) throws -> EthereumTransaction {
    func number(_ name: String) throws -> UInt256 { try #require(UInt256(decimal: try json.text(name))) }
    func small(_ name: String) throws -> UInt64 { try #require(try number(name).uint64) }
    var accesses: [EthereumTransaction.Access] = []
    for item in try #require(json["accessList"]?.list) {
      let keys = try #require(item["storageKeys"]?.list)
      accesses.append(.init(address: address(try item.text("address")), storageKeys: keys.compactMap { $0.text.map(bytes32) }))
    }
    return EthereumTransaction(
      chainID: try small("chainId"), nonce: try small("nonce"),
      fees: TransactionFees(maximum: try number("maxFeePerGas"), tip: try number("maxPriorityFeePerGas")),
      gasLimit: try small("gas"),
      receiver: json["to"]?.text.map(address), value: try number("value"), data: bytes(try json.text("data")), accessList: accesses)
  }

  @Test("a thousand random transactions are the same, byte by byte")
  func transactions() throws {
    let all = try OtherImplementation.objects("transactions", count: 1000)
    #expect(all.count == 1000)
    for json in all {
      let signed = SignedEthereumTransaction(try transaction(json), key: try key(json))
      let raw = try json.text("raw")
      #expect(Hexadecimal.text(signed.encoded) == raw)
      #expect(Hexadecimal.text(signed.hash.bytes) == (try json.text("hash")))
      let read = try SignedEthereumTransaction(bytes(raw))
      #expect(read == signed)
      #expect(read.sender.description == (try json.text("sender")))
    }
  }

  private func compare(_ hash: Bytes32, _ json: JSONValue) throws {
    #expect(Hexadecimal.text(hash.bytes) == (try json.text("hash")))
    let signature = try key(json).sign(hash)
    #expect(Hexadecimal.text(signature.bytes) == (try json.text("signature")))
    #expect(signature.signer(of: hash)?.description == (try json.text("sender")))
  }

  @Test("messages of people (EIP-191) have the same hash and signature")
  func messages() throws {
    let all = try OtherImplementation.objects("messages", count: 200)
    #expect(all.count == 200)
    for json in all { try compare(SignedMessage.hash(bytes(try json.text("message"))), json) }
  }

  @Test("typed data (EIP-712) has the same hash and signature")
  func typedData() throws {
    let all = try OtherImplementation.objects("typed", count: 200)
    #expect(all.count == 200)
    for json in all { try compare(try TypedData(try #require(json["data"])).hash(), json) }
  }
}
