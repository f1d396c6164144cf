import Curve25519
import Elections
import SolanaTransactions
import Testing
import ThresholdCryptography
import TrusteeAgent
import TrusteeSupport

/// The mark of the result on Solana: all but the network.
struct MarkingTests {
  private static let nonce = Bytes32([UInt8](repeating: 9, count: 32).span)

  /// A finished election whose result is to be marked.
  private func certified(_ count: Int = 5, threshold: Int = 3, power: PowerCut? = nil) throws -> Trustees {
    let trustees = try Trustees(count, threshold: threshold, power: power)
    trustees.service.with { $0.marks = true }
    try trustees.hold()
    try #require(trustees.phase() == .marking)
    return trustees
  }

  private func signature(_ trustees: Trustees) -> [UInt8]? { trustees.service.with { $0.markCoordinator?.signature } }

  @Test func trusteesSignTheMarkAndLetTheirSharesGo() throws {
    let trustees = try certified()
    let mark = try trustees.service.mark()
    // Nothing is asked yet; what counted and drew is wiped all the same.
    for agent in trustees.agents {
      let shares = try #require(agent.election.ceremony?.shares)
      #expect(shares[.election].value == .zero)
      #expect(shares[.beacon].value == .zero)
      #expect(shares.drawSeed == .zero)
      #expect(shares[.signing].value != .zero)
    }
    let message = mark.message(nonce: Self.nonce, price: 1000)
    trustees.service.ask(toSign: message.encoded)
    try trustees.settle()
    let signed = try #require(signature(trustees))
    let joint = try #require(SolanaSignature(signed))
    let transaction = try #require(SolanaTransaction(message, signatures: [joint]))
    #expect(mark.isAnchored(by: transaction))
    #expect((1...5).count { number in trustees.events.of(number).contains(.signedMark) } == 3)
    trustees.service.endMarking()
    try trustees.settle()
    for (number, agent) in trustees.agents.enumerated() {
      #expect(agent.election.ending == .tallied)
      #expect(agent.election.ceremony?.shares == nil)
      #expect(trustees.events.of(number + 1).count { $0 == .recordVerified } == 1)
    }
  }

  /// The first nonce was used up: they sign again for another one.
  @Test func anotherNonceIsSignedFor() throws {
    let trustees = try certified(3, threshold: 2)
    let mark = try trustees.service.mark()
    for number in [UInt8(1), 2] {
      let nonce = Bytes32([UInt8](repeating: number, count: 32).span)
      trustees.service.ask(toSign: mark.message(nonce: nonce, price: 0).encoded)
      try trustees.settle()
      #expect(signature(trustees) != nil)
    }
  }

  @Test func tooFewDoNotSuffice() throws {
    let trustees = try certified()
    trustees.service.ask(toSign: try trustees.service.mark().message(nonce: Self.nonce, price: 0).encoded)
    try trustees.settle(absent: [1, 2, 3])
    #expect(signature(trustees) == nil)
    #expect(trustees.phase() == .marking)
    // The service gives up: who was there and who was not let their shares go.
    trustees.service.endMarking()
    try trustees.settle()
    #expect(trustees.agents.allSatisfy { $0.election.ending == .tallied && $0.election.ceremony?.shares == nil })
  }

  @Test func whoWasAwayComesBackToAnEnd() throws {
    let trustees = try Trustees(3, threshold: 2)
    trustees.service.with { $0.marks = true }
    try trustees.hold(absentAtTally: [1])
    try #require(trustees.phase() == .marking)
    trustees.service.ask(toSign: try trustees.service.mark().message(nonce: Self.nonce, price: 0).encoded)
    try trustees.settle(absent: [2])
    #expect(signature(trustees) != nil)
    #expect(trustees.agents[0].election.decrypted == nil)
  }

  /// A machine that starts again has no nonce, and takes another one.
  @Test func machinesStartAgain() throws {
    let trustees = try certified(3, threshold: 2)
    trustees.service.ask(toSign: try trustees.service.mark().message(nonce: Self.nonce, price: 0).encoded)
    _ = try trustees.agents[0].step()
    trustees.restart(0)
    try trustees.settle(absent: [3])
    #expect(signature(trustees) != nil)
    trustees.restart(1)
    trustees.service.endMarking()
    try trustees.settle()
    #expect(trustees.agents[1].election.ending == .tallied)
  }

  @Test func powerIsCutAnywhere() throws {
    let counter = PowerCut()
    let undisturbed = try certified(3, threshold: 2, power: counter)
    let before = counter.count
    undisturbed.service.ask(toSign: try undisturbed.service.mark().message(nonce: Self.nonce, price: 0).encoded)
    try undisturbed.settle()
    undisturbed.service.endMarking()
    try undisturbed.settle()
    try #require(counter.count > before)
    for after in [false, true] {
      // From the certificate on, with what keeps the one share.
      for cut in max(0, before - 2)..<counter.count {
        let trustees = try certified(3, threshold: 2, power: PowerCut(at: cut, after: after))
        trustees.service.ask(toSign: try trustees.service.mark().message(nonce: Self.nonce, price: 0).encoded)
        try trustees.settle()
        #expect(signature(trustees) != nil, "cut at \(cut)")
        trustees.service.endMarking()
        try trustees.settle()
        #expect(trustees.agents[0].election.ending == .tallied, "cut at \(cut)")
      }
    }
  }

  /// Whatever else the service wants to have signed: another memo, election, certificate, price, payer or program.
  @Test func nothingElseIsSigned() throws {
    let trustees = try certified(3, threshold: 2)
    let mark = try trustees.service.mark()
    let certificate = try #require(trustees.service.with { $0.board?.files["certificate"] })
    let other = try #require(
      ResultAnchor(
        election: .zero, certificate: certificate, jointKey: mark.jointAddress.bytes, nonceAccount: mark.nonceAccount))
    let otherResult = try #require(
      ResultAnchor(
        election: mark.election, certificate: certificate.dropLast() + [certificate[certificate.count - 1] ^ 1],
        jointKey: mark.jointAddress.bytes, nonceAccount: mark.nonceAccount))
    let otherPayer = try #require(
      ResultAnchor(election: mark.election, certificate: certificate, jointKey: .zero, nonceAccount: mark.nonceAccount))
    let thief = SolanaMessage(
      payer: mark.jointAddress,
      instructions: [
        SystemProgram.advanceNonce(mark.nonceAccount, authority: mark.jointAddress),
        SystemProgram.transfer(from: mark.jointAddress, to: mark.nonceAccount, lamports: 1),
      ], blockhash: Self.nonce)
    let signed = try #require(trustees.service.with { $0.certificate }).message
    let wanted: [[UInt8]] = [
      other.message(nonce: Self.nonce, price: 0).encoded, otherResult.message(nonce: Self.nonce, price: 0).encoded,
      otherPayer.message(nonce: Self.nonce, price: 0).encoded, thief.encoded,
      mark.message(nonce: Self.nonce, price: ResultAnchor.maximumPrice + 1).encoded, signed, [1, 2, 3],
      mark.message(nonce: Self.nonce, price: 0).encoded + [0],
    ]
    for message in wanted {
      trustees.service.ask(toSign: message)
      do {
        _ = try trustees.agents[0].step()
        Issue.record("it was willing to sign \(message)")
      } catch let error as TrusteeAgentError {
        guard case .foreignMark(_, let shown) = error else { throw error }
        #expect(shown == message)
        #expect(error.evidence.map { $0.bytes } == [message])
      }
      #expect(trustees.service.with { $0.markCoordinator?.readyCommitment(of: 1) } == nil)
    }
    // The dearest that is allowed.
    trustees.service.ask(toSign: mark.message(nonce: Self.nonce, price: ResultAnchor.maximumPrice).encoded)
    try trustees.settle()
    #expect(signature(trustees) != nil)
  }

  /// With one share only, no tally can be asked for again.
  @Test func aMarkIsNoWayBack() throws {
    let trustees = try certified(3, threshold: 2)
    trustees.service.with { state in
      state.version += 1
      state.phase = .signing
    }
    trustees.restart(0)
    #expect(throws: TrusteeAgentError.noShare) { try trustees.agents[0].step() }
  }
}
