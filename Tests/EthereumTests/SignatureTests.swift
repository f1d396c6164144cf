import Curve25519
import StrictJSON
import Testing

@testable import Ethereum

@Suite("Keys, signatures and typed data")
struct SignatureTests {
  private func key(_ last: UInt8) throws -> AccountKey {
    var secret = [UInt8](repeating: 0, count: 31) + [last]
    return try #require(AccountKey(wiping: &secret))
  }

  @Test("known accounts; the caller's secret is wiped")
  func accounts() throws {
    #expect(try key(1).address == address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"))
    #expect(try key(2).address == address("0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"))
    var secret = [UInt8](repeating: 7, count: 32)
    let key = try #require(AccountKey(wiping: &secret))
    #expect(secret == [UInt8](repeating: 0, count: 32))
    #expect(key.withSecret { $0 } == [UInt8](repeating: 7, count: 32))
    #expect(AccountKey().address != AccountKey().address)
  }

  @Test(
    "what is no key is refused",
    arguments: [
      String(repeating: "00", count: 32), String(repeating: "ff", count: 32), "01",
      "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", String(repeating: "01", count: 33),
    ])
  func noKeys(text: String) {
    var secret = bytes(text)
    #expect(AccountKey(wiping: &secret) == nil)
  }

  @Test("signatures are deterministic, short and tell their key")
  func signatures() throws {
    let key = try key(9)
    for number in 0..<64 {
      let hash = Keccak256.hash([UInt8(number)])
      let signature = key.sign(hash)
      #expect(signature == key.sign(hash) && signature.isCanonical)
      #expect(signature.signer(of: hash) == key.address)
      #expect(ECDSASignature(signature.bytes) == signature)
      let other = ECDSASignature(r: signature.r, s: signature.s, isOdd: !signature.isOdd)
      #expect(other.signer(of: hash) != key.address)
      // The same signature with the other s, which curve libraries take, is none here.
      let order = number256("115792089237316195423570985008687907852837564279074904382605163141518161494337")
      let s = try #require(UInt256(bigEndian: signature.s.bytes))
      let high = try #require(order.subtracting(s).flatMap { Bytes32($0.bytes) })
      let twin = ECDSASignature(r: signature.r, s: high, isOdd: !signature.isOdd)
      #expect(!twin.isCanonical && twin.signer(of: hash) == nil && ECDSASignature(twin.bytes) == nil)
    }
    #expect(ECDSASignature([UInt8](repeating: 1, count: 64) + [29]) == nil)
    #expect(ECDSASignature([UInt8](repeating: 0, count: 64) + [27]) == nil)
  }

  private func number256(_ text: String) -> UInt256 { number(text) }

  // The example of EIP-712.
  static let mail = #"""
    {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},
    {"name":"verifyingContract","type":"address"}],"Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
    "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},"primaryType":"Mail",
    "domain":{"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
    "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
    "to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}}
    """#

  @Test("the published example of typed data")
  func example() throws {
    let data = try TypedData(try JSONParser.parse(Array(Self.mail.utf8)))
    #expect(data.encodedType("Mail") == "Mail(Person from,Person to,string contents)Person(string name,address wallet)")
    let hash = try data.hash()
    #expect(hash == bytes32("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"))
    var secret = Keccak256.hash(Array("cow".utf8)).bytes
    let cow = try #require(AccountKey(wiping: &secret))
    #expect(cow.address == address("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"))
    let expected =
      "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
      + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
      + "1c"
    #expect(cow.sign(hash).bytes == bytes(expected))
  }

  @Test(
    "typed data with a value that is none of its type is refused",
    arguments: [
      ("Hello, Bob!\"", "Hello, Bob!\",\"more\":1"), ("\"name\":\"Cow\",", ""), ("\"chainId\":1,", "\"chainId\":-1,"),
      ("\"chainId\":1,", "\"chainId\":1.5,"),
      ("0xCD2a", "0xcD2a"), ("\"primaryType\":\"Mail\"", "\"primaryType\":\"Post\""), ("\"Cow\"", "7"),
      ("{\"name\":\"to\"", "{\"name\":\"from\""),
    ])
  func refused(part: String, other: String) throws {
    #expect(Self.mail.contains(part))
    let json = try JSONParser.parse(Array(Self.mail.replacing(part, with: other).utf8))
    #expect(throws: MalformedData.self) { try TypedData(json).hash() }
  }

  @Test("messages of EIP-191")
  func messages() throws {
    let hash = SignedMessage.hash(Array("hello world".utf8))
    #expect(hash == bytes32("d9eba16ed0ecae432b71fe008c98cc872bb4cc214d3220a36f365326cf807d68"))
    let validator = address(HashTests.addresses[4])
    #expect(SignedMessage.hash([1, 2], validator: validator) == Keccak256.hash([0x19, 0] + validator.bytes + [1, 2]))
  }
}
