import Curve25519
import HTTPClient
import Solana
import SolanaTransactions
import StrictJSON
import Testing
import TestChains

/// What the service pays for, and what endpoints answer.
@Suite("Solana: before the trustees sign", .needsPython)
struct PreparingTests {
  @Test("whatever is lost, one nonce account is made and paid once", arguments: SolanaChain.Fault.allCases)
  func lostAnswers(fault: SolanaChain.Fault) async throws {
    try await withCase(41, timeout: fault == .silent ? 1 : 15) { made in
      let before = try await made.client.balance(of: made.payer)
      try await made.chain.fault(fault)
      try await made.chain.fault(fault == .drop ? .cutBefore : fault, "getSignatureStatuses")
      let nonce = try await made.patiently { () throws(SolanaError) in try await made.prepare() }
      let account = try #require(try await made.client.account(made.mark.nonceAccount))
      #expect(try NonceAccount(account.data).value == nonce)
      let rent = try await made.client.minimumBalance(bytes: 80) + made.client.minimumBalance(bytes: 0)
      let spent = before - (try await made.client.balance(of: made.payer))
      #expect(spent == rent + ResultAnchor.fee(price: 1000) + 5000)
      #expect(try await made.chain.executed().count == 1)
    }
  }

  @Test("a transaction whose blockhash is too old is made anew")
  func expiredBlockhash() async throws {
    try await withCase(42) { made in
      let chain = made.chain
      let signed = Counter()
      let nonce = try await made.anchoring.prepare(price: 1) { [payerKey = made.payerKey] (message) throws(SolanaError) in
        // Whoever signs takes too long, once.
        if await signed.next() == 1 { do { try await chain.pass(slots: 200) } catch { throw .connectionLost("") } }
        return payerKey.sign(message)
      }
      #expect(await signed.count == 2)
      // What is too old is not even sent.
      #expect(try await made.chain.calls(of: "sendTransaction") == 1)
      #expect(try await made.anchoring.nonce()?.value == nonce)
      #expect(try await made.chain.executed().count == 1)
    }
  }

  @Test("money sent to the nonce account beforehand changes nothing")
  func sentBefore() async throws {
    try await withCase(43) { made in
      _ = try await made.client.requestAirdrop(to: made.mark.nonceAccount, lamports: 1_000_000)
      #expect(try await made.anchoring.nonce() == nil)
      _ = try await made.prepare()
      #expect(try await made.anchoring.nonce()?.authority == made.joint)
      // A higher price needs more money, and no other account.
      _ = try await made.prepare(price: 500_000)
      #expect(try await made.chain.executed().count == 2)
      let rent = try await made.client.minimumBalance(bytes: 0)
      #expect(try await made.client.balance(of: made.joint) == rent + ResultAnchor.fee(price: 500_000))
    }
  }

  @Test("a nonce account of another authority is refused")
  func foreignAccount() async throws {
    try await withCase(44) { made in
      _ = try await made.prepare()
      let other = try ResultAnchoring(
        made.client, election: made.election, certificate: made.certificate, jointKey: made.payerKey.publicKey, payer: made.payer
      ) {}
      await #expect(throws: SolanaError.foreignNonceAccount) { try await other.nonce() }
    }
  }

  @Test("errors have types")
  func errors() async throws {
    try await withCase(45, lamports: 0) { made in
      // The payer has nothing, and then too little.
      await #expect(throws: SolanaError.insufficientFunds) { try await made.prepare() }
      _ = try await made.client.requestAirdrop(to: made.payer, lamports: 2_000_000)
      await #expect(throws: SolanaError.insufficientFunds) { try await made.prepare() }
      await #expect(throws: SolanaError.badSignature) {
        try await made.anchoring.prepare(price: 1) { (_) throws(SolanaError) in [UInt8](repeating: 1, count: 64) }
      }
      await #expect(throws: SolanaError.wrongNetwork) { try await made.client.check(network: made.election) }
      try await made.client.check(network: made.client.genesisHash())
      let old = SolanaMessage(
        payer: made.payer, instructions: [MemoProgram.memo([0x61], signer: made.payer)], blockhash: made.election)
      let stale = try signed(old, made.payerKey.sign(old.encoded))
      await #expect(throws: SolanaError.blockhashNotFound) { try await made.client.send(stale) }
      try await made.chain.fault(.cutBefore)
      await #expect(throws: SolanaError.unknownOutcome(stale.id)) { try await made.client.send(stale) }
      try await made.chain.fault(.unavailable)
      await #expect(throws: SolanaError.connectionLost("endpoint 1: status 503")) { try await made.client.send(stale) }
      try await made.chain.lie("getBalance", ["value": -1])
      await #expect(throws: SolanaError.badAnswer(method: "getBalance")) { try await made.client.balance(of: made.payer) }
      try await made.chain.refuse("getBalance", code: -32_602, "no")
      await #expect(throws: SolanaError.refused(code: -32_602, message: "no")) {
        try await made.client.balance(of: made.payer)
      }
      #expect(try await made.client.isValid(blockhash: made.client.latestBlockhash()))
      #expect(try await !made.client.isValid(blockhash: made.election))
      #expect(try await made.client.blockHeight() > 0)
      #expect(try await made.client.recentPrice(changing: [made.joint]) == 0)
    }
  }

  @Test("a transaction that the network has already is sent")
  func alreadyProcessed() async throws {
    try await withCase(46) { made in
      let message = SolanaMessage(
        payer: made.payer, instructions: [MemoProgram.memo([0x61], signer: made.payer)],
        blockhash: try await made.client.latestBlockhash())
      let transaction = try signed(message, made.payerKey.sign(message.encoded))
      try await made.client.send(transaction)
      try await made.client.send(transaction)
      #expect(try await made.chain.executed() == [transaction.id.description])
      #expect(try await made.client.status(of: transaction.id)?.commitment == .finalized)
    }
  }

  @Test("where one endpoint fails the next is asked, and its address is not told")
  func failOver() async throws {
    try await withCase(47) { made in
      let chain = made.chain
      let dead = "http://127.0.0.1:1/?key=secret"
      let rpc = JSONRPC(
        endpoints: [dead, chain.address, chain.address + "/second"], client: HTTPClient(),
        transientCodes: SolanaClient.transientCodes)
      let client = SolanaClient(rpc)
      #expect(try await client.blockHeight() > 0)
      try await chain.fault(.garbage, "getBlockHeight")
      #expect(try await client.blockHeight() > 0)
      try await chain.refuse("getBlockHeight", code: -32_005, "Node is behind by 42 slots")
      #expect(try await client.blockHeight() > 0)
      try await chain.fault(.unavailable, "getBlockHeight", times: 2)
      let reason = "endpoint 2: status 503; endpoint 3: status 503; endpoint 1: no connection"
      await #expect(throws: SolanaError.connectionLost(reason)) { try await client.blockHeight() }
      chain.stop()
      let none = SolanaClient(JSONRPC(endpoints: [dead], client: HTTPClient()))
      await #expect(throws: SolanaError.connectionLost("endpoint 1: no connection")) { try await none.blockHeight() }
    }
  }

  private actor Counter {
    private(set) var count = 0
    func next() -> Int {
      count += 1
      return count
    }
  }
}
