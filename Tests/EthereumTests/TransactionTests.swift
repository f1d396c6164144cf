import Curve25519
import StrictJSON
import Testing

@testable import Ethereum

@Suite("Transactions (EIP-1559)")
struct TransactionTests {
  static let transaction = EthereumTransaction(
    chainID: 137, nonce: 3, fees: TransactionFees(maximum: 100, tip: 30), gasLimit: 21_000,
    receiver: address(HashTests.addresses[4]), value: 5,
    data: [1, 2, 3], accessList: [.init(address: address(HashTests.addresses[5]), storageKeys: [.zero])])

  static var signed: SignedEthereumTransaction {
    var secret = [UInt8](repeating: 5, count: 32)
    guard let key = AccountKey(wiping: &secret) else { preconditionFailure("a key") }
    return SignedEthereumTransaction(transaction, key: key)
  }

  @Test("published vectors: hash, sender and what is refused", .enabled(if: Vectors.areThere, "skipped: no test data"))
  func vectors() throws {
    let vectors = try Vectors.all("ethereum-tx-eip1559")
    #expect(vectors.count >= 9)
    for vector in vectors {
      let raw = bytes(try vector.value.text("txbytes"))
      // Rules of later forks on gas are the chain's: here stands what bytes are a transaction at all.
      let result = try #require(vector.value["result"]?["London"])
      if let hash = result["hash"]?.text {
        let read = try SignedEthereumTransaction(raw)
        #expect(read.hash == bytes32(hash), "\(vector.name)")
        #expect(read.sender == address(try result.text("sender")), "\(vector.name)")
        #expect(read.encoded == raw, "\(vector.name)")
      } else {
        #expect(throws: MalformedData.self, "\(vector.name)") { try SignedEthereumTransaction(raw) }
      }
    }
  }

  @Test("every single changed bit is another transaction, another sender, or none")
  func changedBits() throws {
    let signed = Self.signed
    let good = signed.encoded
    #expect(try SignedEthereumTransaction(good) == signed)
    for bit in 0..<good.count * 8 {
      var bad = good
      bad[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let read = try? SignedEthereumTransaction(bad) else { continue }
      #expect(read.encoded == bad && read.hash != signed.hash && read.sender != signed.sender)
    }
  }

  @Test("what is not the one encoding is refused")
  func refused() throws {
    let signed = Self.signed
    let items = signed.transaction.items
    let end: [RLPItem] = [
      .number(signed.signature.isOdd ? UInt64(1) : 0), .bytes(signed.signature.r.bytes), .bytes(signed.signature.s.bytes),
    ]
    func encoded(_ items: [RLPItem]) -> [UInt8] { [2] + RLPItem.list(items).encoded }
    _ = try SignedEthereumTransaction(encoded(items + end))
    func changed(_ place: Int, _ item: RLPItem) -> [UInt8] {
      var all = items + end
      all[place] = item
      return encoded(all)
    }
    let cases = [
      changed(0, .bytes([0, 137])), changed(1, .number(UInt256.max)), changed(1, .number(UInt64.max)),
      changed(2, .number(UInt64(101))),
      changed(3, .number(UInt256.max)), changed(5, .bytes([1])), changed(6, .bytes([0])), changed(7, .list([])),
      changed(8, .bytes([])),
      changed(8, .list([.list([.bytes([1]), .list([])])])), changed(9, .number(UInt64(2))), changed(9, .number(UInt64(27))),
      changed(10, .bytes([])), changed(11, .bytes([UInt8](repeating: 0xff, count: 32))), encoded(items),
      encoded(items + end + [.bytes([])]),
      Array(encoded(items + end).dropFirst()), [1] + encoded(items + end).dropFirst(), [],
    ]
    for (index, bytes) in cases.enumerated() {
      #expect(throws: MalformedData.self, "case \(index)") { try SignedEthereumTransaction(bytes) }
    }
  }

  @Test("the most that a transaction can cost")
  func cost() {
    #expect(Self.transaction.largestCost == 2_100_005)
    var large = Self.transaction
    large.fees.maximum = .max
    #expect(large.largestCost == nil)
  }
}
