import Curve25519
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography

import VotingService

/// Two of three trustees sign, and one of them loses its nonce again and again (10.5).
@Suite("Signers that begin anew")
struct RestartTests {
  private func signer(_ number: Int, _ field: inout TrusteeField, life: Int = 0) async throws -> TestSigner {
    let server = field.server()
    let message = try await server.ceremonies.certificate(of: field.election, server.boards).message
    let key = JointSigningKey(try await server.boards.trustees(of: field.election).thresholdKey(.signing))
    let trustee = field.trustees[number - 1]
    let signing = SigningTrustee(key: trustee.key, shares: try need(trustee.shares, "shares"))
    return try TestSigner(key, message, signing, life: life)
  }

  /// The first trustee's process of this number sends its commitment, whatever it is asked.
  private func begin(_ life: Int, _ field: inout TrusteeField) async throws -> TestSigner {
    let signer = try await signer(1, &field, life: life)
    let answer = try need(try signer.answer([0]), "a commitment")
    try await field.server().ceremonies.addSigning(answer.encoded, field.election, by: signer.key)
    return signer
  }

  private func expectRefusal(_ life: Int, _ field: inout TrusteeField) async throws {
    do {
      _ = try await begin(life, &field)
      Issue.record("it may begin anew for ever")
    } catch CeremonyError.unusable {}
  }

  @Test("eight times in an hour, whatever servers run, and then again", arguments: DatabaseKind.all)
  func restarts(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      // Nobody polls: the time of those who are preferred is not over before the end.
      var field = try TrusteeField(test, servers: 2, preferredTime: 5000)
      try await field.vote()
      try await field.close()
      try await field.cosign([1, 2, 3])
      try await field.decrypt([1, 2, 3])
      _ = try await field.server().ceremonies.tally(field.election)
      for life in 0...8 { _ = try await begin(life, &field) }
      try await expectRefusal(9, &field)
      field.field.clock.advance(3_599_999)
      try await expectRefusal(9, &field)
      let refusal = try need(try await field.server().ceremonies.refusals(of: field.election).first, "a refusal")
      #expect(refusal.reason == .tooManyRestarts && refusal.name == "Ada" && refusal.count == 2)
      field.field.clock.advance(1)
      for life in 10..<18 {
        // Each server reads the messages, and with them the mark, by itself.
        try field.restart()
        _ = try await begin(life, &field)
      }
      try await expectRefusal(18, &field)
      field.field.clock.advance(3_599_999)
      try await expectRefusal(18, &field)
      field.field.clock.advance(1)
      let signers = [try await begin(19, &field), try await signer(2, &field)]
      try field.restart()
      _ = try await field.server().ceremonies.state(of: field.election, after: 0, wait: 0)
      for _ in 0..<3 {
        for signer in signers {
          guard try await field.state().phase == .signing else { break }
          try await signer.step(field.server().ceremonies, field.election)
        }
      }
      #expect(try await field.state().phase == .tallied)
      #expect(try await field.server().ceremonies.refusals(of: field.election).map { $0.count } == [4])
    }
  }
}
