import Curve25519
import Testing

@testable import SolanaTransactions

@Suite("Solana: what trustees sign")
struct ResultAnchorTests {
  private let key: Ed25519.PrivateKey
  private let election: Bytes32
  private let certificate: [UInt8]
  private let nonce: Bytes32
  private let account: SolanaAddress
  private let anchor: ResultAnchor

  init() throws {
    var random = seeded(11)
    key = Ed25519.PrivateKey(seed: random.bytes32())
    election = random.bytes32()
    certificate = random.bytes(242)
    nonce = random.bytes32()
    account = ResultAnchor.nonceAccount(election: election, payer: SolanaAddress(random.bytes32()))
    anchor = try #require(
      ResultAnchor(election: election, certificate: certificate, jointKey: key.publicKey, nonceAccount: account))
  }

  @Test("the memo names election and certificate")
  func memo() {
    let memo = String(decoding: anchor.memo, as: UTF8.self)
    let parts = memo.split(separator: ":")
    #expect(memo.hasPrefix("comitia:result:v1:"))
    #expect(bytes(String(parts[3])) == election.bytes && bytes(String(parts[4])) == SHA256.hash(certificate))
    #expect(anchor.memo.count == 147)
  }

  @Test("what was made is accepted, and tells nonce and price")
  func accepted() throws {
    for price in [0, 1, 12_345, ResultAnchor.maximumPrice] {
      let message = anchor.message(nonce: nonce, price: price)
      #expect(message.signers == 1 && message.readOnlySigners == 0)
      #expect(message.accounts[0].bytes == key.publicKey)
      // Nothing else that the joint key signs begins so: texts of ours begin with a letter.
      #expect(message.encoded[0] == 1)
      let found = try anchor.check(message.encoded)
      #expect(found.nonce == nonce && found.price == price)
    }
    let dear = anchor.message(nonce: nonce, price: ResultAnchor.maximumPrice + 1)
    #expect(throws: ResultAnchorFault.tooDear(lamports: 1_005_001)) { try anchor.check(dear.encoded) }
  }

  @Test("every changed bit is refused, but in nonce and price")
  func changedBits() throws {
    let message = anchor.message(nonce: nonce, price: 1000)
    let good = message.encoded
    let free = Set(self.free(in: message))
    #expect(free.count == 40)
    for bit in 0..<8 * good.count {
      var changed = good
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      if free.contains(bit / 8), let found = try? anchor.check(changed) {
        #expect(anchor.message(nonce: found.nonce, price: found.price).encoded == changed)
        #expect(found.price <= ResultAnchor.maximumPrice)
      } else {
        #expect(throws: ResultAnchorFault.self, "bit \(bit)") { try anchor.check(changed) }
      }
    }
  }

  /// Places of the nonce and of the price.
  private func free(in message: SolanaMessage) -> [Int] {
    let nonceStart = 4 + 32 * message.accounts.count
    let other = anchor.message(nonce: nonce, price: .max ^ 1000).encoded
    let price = zip(message.encoded, other).enumerated().filter { $0.element.0 != $0.element.1 }.map { $0.offset }
    return Array(nonceStart..<nonceStart + 32) + price
  }

  @Test("messages of other content are refused")
  func otherMessages() throws {
    let joint = SolanaAddress(key.publicKey)
    let parts = [
      SystemProgram.advanceNonce(account, authority: joint), ComputeBudget.limit(ResultAnchor.unitLimit), ComputeBudget.price(5),
      MemoProgram.memo(anchor.memo, signer: joint),
    ]
    func fault(_ instructions: [SolanaInstruction], payer: SolanaAddress? = nil) -> ResultAnchorFault? {
      let message = SolanaMessage(payer: payer ?? joint, instructions: instructions, blockhash: nonce)
      do throws(ResultAnchorFault) {
        try anchor.check(message.encoded)
        return nil
      } catch { return error }
    }
    #expect(fault(parts) == nil)
    #expect(fault(parts, payer: account) == .otherMessage)
    #expect(fault(Array(parts.dropFirst())) == .otherMessage)
    #expect(fault(parts + [SystemProgram.transfer(from: joint, to: account, lamports: 1)]) == .otherMessage)
    #expect(fault(parts.reversed()) == .otherMessage)
    #expect(fault([parts[0], parts[1], parts[2], parts[2]]) == .otherMessage)
    var random = seeded(12)
    for other in [
      ResultAnchor(election: random.bytes32(), certificate: certificate, jointKey: key.publicKey, nonceAccount: account),
      ResultAnchor(election: election, certificate: certificate + [0], jointKey: key.publicKey, nonceAccount: account),
      ResultAnchor(election: election, certificate: certificate, jointKey: random.bytes32(), nonceAccount: account),
      ResultAnchor(
        election: election, certificate: certificate, jointKey: key.publicKey, nonceAccount: SolanaAddress(random.bytes32())),
    ] {
      let anchored = try #require(other)
      let message = anchored.message(nonce: nonce, price: 5)
      #expect(throws: ResultAnchorFault.otherMessage) { try anchor.check(message.encoded) }
    }
    #expect(throws: ResultAnchorFault.malformed(.truncated(field: FieldName("signers")))) { try anchor.check([]) }
    for place in [joint, .systemProgram, .memoProgram, .computeBudgetProgram, .recentBlockhashes] {
      #expect(
        ResultAnchor(election: election, certificate: certificate, jointKey: key.publicKey, nonceAccount: place) == nil)
    }
  }

  @Test("the record's proof shows it to whoever has the joint key")
  func proof() throws {
    let message = anchor.message(nonce: nonce, price: 9)
    let good = key.sign(message.encoded)
    let proof = ResultAnchorProof(network: nonce, slot: 77, transaction: try signed(message, good))
    let file = proof.encoded
    #expect(try ResultAnchorProof(file) == proof)
    #expect(proof.shows(election: election, certificate: certificate, jointKey: key.publicKey))
    #expect(!proof.shows(election: election, certificate: certificate + [1], jointKey: key.publicKey))
    #expect(!proof.shows(election: nonce, certificate: certificate, jointKey: key.publicKey))
    #expect(!proof.shows(election: election, certificate: certificate, jointKey: election))
    for bit in 0..<512 {
      var wrong = good
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      let altered = ResultAnchorProof(network: nonce, slot: 77, transaction: try signed(message, wrong))
      #expect(!altered.shows(election: election, certificate: certificate, jointKey: key.publicKey))
    }
    for count in 0..<file.count { #expect(throws: CodecError.self) { try ResultAnchorProof(Array(file.prefix(count))) } }
    #expect(throws: CodecError.self) { try ResultAnchorProof(file + [0]) }
    for place in [0, 9] {
      var wrong = file
      wrong[place] ^= 1
      #expect(throws: CodecError.self) { try ResultAnchorProof(wrong) }
    }
    let empty = SolanaMessage(payer: account, instructions: [], blockhash: nonce)
    let other = try signed(empty, good)
    #expect(
      !ResultAnchorProof(network: nonce, slot: 1, transaction: other).shows(
        election: election, certificate: certificate, jointKey: key.publicKey))
  }
}
