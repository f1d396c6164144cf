import Curve25519
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography

@testable import VotingService

@Suite("Order of duty")
struct DutyOrderTests {
  /// An election that is to be signed, by three trustees of whom two are enough, and those in the order of duty.
  private func prepared(_ field: inout TrusteeField) async throws -> [TestSigner] {
    try await field.vote()
    try await field.close()
    try await field.cosign([1, 2, 3])
    try await field.decrypt([1, 2, 3])
    let (server, election) = (field.server(), field.election)
    _ = try await server.ceremonies.tally(election)
    #expect(try await field.state().phase == .signing)
    let message = try await server.ceremonies.certificate(of: election, server.boards).message
    let key = JointSigningKey(try await server.boards.trustees(of: election).thresholdKey(.signing))
    let order = try await server.boards.dutyOrder(of: election)
    let output = try await server.boards.opening(of: election).entry.draw.output
    #expect(order == Draw(value: output).permutation(of: 3, purpose: .dutyOrder).map { $0 + 1 })
    return try order.map { number in
      let trustee = field.trustees[number - 1]
      return try TestSigner(
        key, message, SigningTrustee(key: trustee.key, shares: try need(trustee.part?.result?.shares, "shares")))
    }
  }

  /// What is asked of those in the order of duty: `true` where it is a share of the signature.
  private func asked(_ signers: [TestSigner], _ field: TrusteeField) async throws -> [Bool] {
    var asked: [Bool] = []
    for signer in signers {
      let request = try await field.servers[0].ceremonies.signingRequest(field.election, by: signer.key)
      if case .session = try SigningRequest(request) { asked.append(true) } else { asked.append(false) }
    }
    return asked
  }

  @Test("those who come first sign, however quick the others are", arguments: DatabaseKind.all)
  func preferred(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 2, preferredTime: 5000)
      let signers = try await prepared(&field)
      for signer in signers.reversed() { try await signer.step(field.server().ceremonies, field.election) }
      #expect(try await asked(signers, field) == [true, true, false])
      for signer in signers.prefix(2) { try await signer.step(field.server().ceremonies, field.election) }
      #expect(try await field.state().phase == .tallied)
    }
  }

  @Test(
    "one of them is away: after their time whoever is there signs, also under a server that begins anew",
    arguments: DatabaseKind.all)
  func absent(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 2, preferredTime: 5000)
      let signers = try await prepared(&field)
      let (first, last) = (signers[0], signers[2])
      for signer in [last, first] { try await signer.step(field.server().ceremonies, field.election) }
      /// As whoever waits for news asks.
      func poll() async throws -> TrusteeState {
        try await field.servers[1].ceremonies.state(of: field.election, after: 0, wait: 0)
      }
      _ = try await poll()
      #expect(try await asked(signers, field) == [false, false, false])
      field.field.clock.advance(4999)
      _ = try await poll()
      #expect(try await asked(signers, field) == [false, false, false])
      field.field.clock.advance(1)
      let version = try await poll().version
      #expect(try await poll().version == version + 1)
      #expect(try await poll().version == version + 1)
      #expect(try await asked(signers, field) == [true, false, true])
      try field.restart()
      #expect(try await asked(signers, field) == [true, false, true])
      for signer in [first, last] { try await signer.step(field.server().ceremonies, field.election) }
      #expect(try await field.state().phase == .tallied)
    }
  }
}
