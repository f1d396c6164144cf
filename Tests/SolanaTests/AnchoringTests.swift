import Curve25519
import Solana
import SolanaTransactions
import StrictJSON
import Testing
import TestChains
import ThresholdCryptography

/// Results marked on the real runtime.
@Suite("Solana: a signed result", .needsPython)
struct AnchoringTests {
  @Test("three of five trustees sign, and the runtime accepts it; every changed bit it refuses")
  func accepted() async throws {
    try await withCase(21) { made in
      var random = seeded(22)
      let before = try await made.client.balance(of: made.payer)
      let nonce = try await made.prepare()
      // Rent of the nonce account and of an empty one, the fee to come, and the fee of one transaction.
      let rent = try await (made.client.minimumBalance(bytes: 80), made.client.minimumBalance(bytes: 0))
      let spent = before - (try await made.client.balance(of: made.payer))
      #expect(spent == rent.0 + rent.1 + ResultAnchor.fee(price: 1000) + 5000)
      #expect(try await made.prepare() == nonce)
      #expect(try await made.chain.executed().count == 1)

      let message = made.mark.message(nonce: nonce, price: 1000)
      #expect(try await made.client.fee(of: message) == ResultAnchor.fee(price: 1000))
      let good = try made.trustees.sign(message.encoded, of: made.mark, by: [1, 3, 5], &random)
      try await refuseEveryBit(made, message, good)

      // No blockhash lasts so long.
      try await made.chain.pass(slots: 1000)
      guard case .anchored(let place) = try await made.anchoring.submit(message, signature: good) else {
        Issue.record("not marked")
        return
      }
      #expect(place.transaction.signatures.map { $0.bytes } == [good])
      #expect(try await made.marks() == [place.transaction])
      #expect(try await made.client.balance(of: made.joint) == rent.1)
      let proof = ResultAnchorProof(
        network: try await made.client.genesisHash(), slot: place.slot, transaction: place.transaction)
      #expect(proof.shows(election: made.election, certificate: made.certificate, jointKey: made.trustees.key.publicKey))
    }
  }

  /// By the node's look beforehand and by the runtime itself.
  private func refuseEveryBit(_ made: AnchoringCase, _ message: SolanaMessage, _ good: [UInt8]) async throws {
    let rpc = made.chain.rpc()
    for bit in 0..<512 {
      var wrong = good
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      let transaction = try signed(message, wrong)
      await #expect(throws: SolanaError.signatureVerificationFailed) { try await made.client.send(transaction) }
      let text = String(decoding: base64(transaction.encoded), as: UTF8.self)
      _ = try await rpc.call("sendTransaction", [.text(text), ["encoding": "base64", "skipPreflight": true]])
      await #expect(throws: SolanaError.badSignature) { try await made.anchoring.submit(message, signature: wrong) }
    }
    #expect(try await made.chain.executed().count == 1)
    #expect(try await made.anchoring.nonce()?.value == message.blockhash)
  }

  @Test("two trustees cannot, whatever they hold a threshold to be")
  func tooFew() async throws {
    try await withCase(23) { made in
      var random = seeded(24)
      let message = made.mark.message(nonce: try await made.prepare(), price: 0)
      #expect(throws: SigningError.tooFewSigners(found: 2, needed: 3)) {
        try made.trustees.sign(message.encoded, of: made.mark, by: [2, 4], &random)
      }
      // Three who hold so do sign: what two of them join is a signature but for the share that is missing.
      let three = try made.trustees.joined(message.encoded, by: [1, 2, 4], threshold: 2, &random)
      #expect(made.trustees.key.verify(signature: three, message: message.encoded))
      for (one, two) in [(1, 2), (2, 4), (3, 5), (1, 5)] {
        let signature = try made.trustees.joined(message.encoded, by: [one, two], threshold: 2, &random)
        let transaction = try signed(message, signature)
        await #expect(throws: SolanaError.signatureVerificationFailed) { try await made.client.send(transaction) }
        await #expect(throws: SolanaError.badSignature) { try await made.anchoring.submit(message, signature: signature) }
      }
      #expect(try await made.marks().isEmpty)
    }
  }

  @Test("whatever is lost, there is one mark", arguments: SolanaChain.Fault.allCases, 1...2)
  func lostAnswers(fault: SolanaChain.Fault, times: Int) async throws {
    try await withCase(25, timeout: fault == .silent ? 1 : 15) { made in
      var random = seeded(26)
      let message = made.mark.message(
        nonce: try await made.patiently { () throws(SolanaError) in try await made.prepare() }, price: 7)
      let signature = try made.trustees.sign(message.encoded, of: made.mark, by: [2, 3, 4], &random)
      try await made.chain.fault(fault, times: times)
      try await made.chain.fault(fault == .drop ? .unavailable : fault, "getSignatureStatuses")
      try await made.chain.fault(fault == .drop ? .cutAfter : fault, "getAccountInfo")
      let place = try await made.untilAnchored(message, signature)
      #expect(try await made.marks() == [place.transaction])
      // A service that has forgotten all of it does not mark the result again.
      let nonce = try await made.patiently { () throws(SolanaError) in try await made.prepare(price: 9) }
      let next = made.mark.message(nonce: nonce, price: 9)
      #expect(next.blockhash != message.blockhash)
      #expect(try await made.patiently { () throws(SolanaError) in try await made.anchoring.find() } == place)
      let again = try made.trustees.sign(next.encoded, of: made.mark, by: [1, 2, 5], &random)
      #expect(try await made.untilAnchored(next, again) == place)
      #expect(try await made.marks() == [place.transaction])
    }
  }

  @Test("two signatures on one message are one mark")
  func twoSignatures() async throws {
    try await withCase(27) { made in
      var random = seeded(28)
      let message = made.mark.message(nonce: try await made.prepare(), price: 7)
      let first = try made.trustees.sign(message.encoded, of: made.mark, by: [1, 2, 3], &random)
      let second = try made.trustees.sign(message.encoded, of: made.mark, by: [3, 4, 5], &random)
      #expect(first != second)
      let place = try await made.untilAnchored(message, first)
      #expect(try await made.untilAnchored(message, second) == place)
      #expect(try await made.anchoring.outcome(of: signed(message, second)) == .anchored(place))
      await #expect(throws: SolanaError.blockhashNotFound) { try await made.client.send(signed(message, second)) }
      #expect(try await made.marks().count == 1)
    }
  }

  @Test("a word about a status is not believed")
  func lies() async throws {
    try await withCase(29) { made in
      var random = seeded(30)
      let nonce = try await made.prepare()
      let message = made.mark.message(nonce: nonce, price: 7)
      let signature = try made.trustees.sign(message.encoded, of: made.mark, by: [1, 2, 3], &random)
      let transaction = try signed(message, signature)
      let finalized: JSONValue = ["slot": 5, "confirmations": .null, "err": .null, "confirmationStatus": "finalized"]
      try await made.chain.lie("getSignatureStatuses", ["value": [finalized]])
      #expect(try await made.anchoring.outcome(of: transaction) == .pending)
      try await made.chain.lie("getSignatureStatuses", ["value": [finalized]])
      let place = try await made.untilAnchored(message, signature)
      // There, it is said not to be, and an old nonce is shown: what is sent again changes nothing.
      let old = NonceAccount(authority: made.joint, value: nonce, lamportsPerSignature: 5000)
      try await made.chain.lie("getSignaturesForAddress", [], times: 2)
      try await made.chain.lie("getSignatureStatuses", ["value": [.null]])
      try await made.chain.lie("getAccountInfo", account(old))
      #expect(try await made.untilAnchored(message, signature) == place)
      #expect(try await made.marks().count == 1)
    }
  }

  @Test("a nonce is given up only for a failed transaction that is seen")
  func spentNonces() async throws {
    try await withCase(31) { made in
      var random = seeded(32)
      let message = made.mark.message(nonce: try await made.prepare(), price: 7)
      let signature = try made.trustees.sign(message.encoded, of: made.mark, by: [1, 2, 3], &random)
      let transaction = try signed(message, signature)
      let name: JSONValue = .text(transaction.id.description)
      let failure: JSONValue = ["InstructionError": [3, "ComputationalBudgetExceeded"]]
      let other = NonceAccount(authority: made.joint, value: made.election, lamportsPerSignature: 5000)
      let named: JSONValue = [["signature": name, "memo": .text("[147] " + String(decoding: made.mark.memo, as: UTF8.self))]]
      let bytes: JSONValue = [.text(String(decoding: base64(transaction.encoded), as: UTF8.self)), "base64"]

      // The account has changed, and nobody knows by what.
      try await made.chain.lie("getAccountInfo", account(other))
      #expect(try await made.anchoring.outcome(of: transaction) == .pending)

      let failed: JSONValue = ["slot": 5, "err": failure, "confirmationStatus": "finalized"]
      try await made.chain.lie("getSignatureStatuses", ["value": [failed]])
      try await made.chain.lie("getAccountInfo", account(other))
      try await made.chain.lie("getSignaturesForAddress", named)
      try await made.chain.lie("getTransaction", ["slot": 5, "meta": ["err": failure, "fee": 5001], "transaction": bytes])
      #expect(try await made.anchoring.outcome(of: transaction) == .nonceSpent)

      let processed: JSONValue = ["slot": 5, "err": .null, "confirmationStatus": "processed"]
      try await made.chain.lie("getSignatureStatuses", ["value": [processed]])
      #expect(try await made.anchoring.outcome(of: transaction) == .pending)
    }
  }

  private func account(_ nonce: NonceAccount) -> JSONValue {
    [
      "value": [
        "owner": .text(SolanaAddress.systemProgram.description), "lamports": 1_447_680,
        "data": [.text(String(decoding: base64(nonce.encoded), as: UTF8.self)), "base64"],
      ]
    ]
  }
}
