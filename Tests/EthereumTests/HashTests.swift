import Testing

@testable import Ethereum

@Suite("Keccak-256 and addresses")
struct HashTests {
  @Test("known hashes")
  func known() {
    #expect(Keccak256.hash([]) == bytes32("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"))
    #expect(Keccak256.hash(Array("abc".utf8)) == bytes32("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"))
    let transfer = Keccak256.hash(Array("Transfer(address,address,uint256)".utf8))
    #expect(transfer == bytes32("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"))
  }

  // The examples of EIP-55.
  static let addresses = [
    "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
  ]

  @Test("addresses have the capitals of EIP-55", arguments: addresses)
  func capitals(text: String) throws {
    let address = try #require(Address(text))
    #expect(address.description == text)
    #expect(Address(text.lowercased()) == address)
  }

  @Test("an address with another capital, length or sign is refused")
  func refused() {
    let good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    for text in [
      good.replacing("aA", with: "AA"), good.replacing("Aed", with: "AeD"), String(good.dropLast()), good + "0",
      String(good.dropFirst(2)),
      good.replacing("5a", with: "5g"), "",
    ] {
      #expect(Address(text) == nil, "\(text)")
    }
    #expect(Address([UInt8](repeating: 0, count: 19)) == nil)
  }

  @Test("addresses of contracts follow from account and number")
  func contracts() {
    let maker = address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")
    #expect(maker.contract(nonce: 0) == address("0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"))
    #expect(maker.contract(nonce: 1) == address("0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"))
  }
}
