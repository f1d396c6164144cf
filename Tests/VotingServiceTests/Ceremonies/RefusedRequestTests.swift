import Curve25519
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography
import Verification

@testable import VotingService

@Suite("What refused requests prove")
struct RefusedRequestTests {
  private typealias Judgement = @Sendable (RefusalJudge, RefusedRequest) -> RefusalJudge.Culprit?

  private static let wrongPart: Judgement = { $0.senderOfWrongPart($1) }
  private static let formerPart: Judgement = { $0.formerTrustee($1, .decryption) }
  private static let formerSignature: Judgement = { $0.formerTrustee($1, .signature) }

  /// What a trustee signs to send something, a minute after now.
  private func signed(
    _ body: [UInt8], to path: String, _ trustee: TestTrustee, _ field: TrusteeField, election: String? = nil, time: UInt64? = nil
  ) -> SignedRequest {
    let time = time ?? field.field.clock.now() / 1000 + 60
    let target = "/api/v1/elections/\(election ?? field.election)\(path)"
    let request = TrusteeRequest(method: Array("POST".utf8), target: Array(target.utf8), time: time, body: body)
    return SignedRequest(
      target: target, time: time, bodyHash: request.bodyHash, signature: request.signed(by: trustee.key).signature)
  }

  /// The same, as evidence.
  private func evidence(_ request: SignedRequest, _ trustee: TestTrustee, body: [UInt8]?) -> RefusedRequest {
    RefusedRequest(
      signingKey: trustee.key.publicKey, target: Array(request.target.utf8), time: request.time, bodyHash: request.bodyHash,
      signature: request.signature, body: body)
  }

  private func judge(_ field: inout TrusteeField) async throws -> RefusalJudge {
    let boards = field.server().boards
    var record = try await field.field.mirror(boards)
    for path in ["tally", "result", "draw-closing", "certificate"] {
      record[path] = try need(try await boards.file(path, election: field.election), path).bytes
    }
    let (report, facts) = try RecordVerifier(source: record, runner: SequentialRunner()).verify()
    #expect(report.passed)
    return try need(facts, "a record that passes").judge
  }

  private func flipped(_ bytes: [UInt8], _ place: Int) -> [UInt8] {
    var bytes = bytes
    bytes[place] ^= 1
    return bytes
  }

  /// Cy's place is Dee's; Ada uses its old share, Bo and Dee send wrong parts, and Cy acts as if nothing had happened.
  private func misconduct(_ test: TestDatabase) async throws -> (TrusteeField, former: TestTrustee) {
    var field = try TrusteeField(test)
    try await field.vote()
    let (former, old) = (field.trustees[2], try need(field.trustees[0].shares, "shares"))
    let before = try await field.server().boards.roster(of: field.election).current.acting
    try await field.handOver(to: [3: TestTrustee("Dee")], by: [1, 2])
    try await field.close()
    try await field.cosign([1, 2, 3])
    let outdated = try await field.partial(of: 1, with: (old, before)).encoded
    let (second, third) = (try await field.partial(of: 2).encoded, try await field.partial(of: 3).encoded)
    let (ceremonies, election) = (field.server().ceremonies, field.election)
    for (trustee, body) in [
      (former, outdated), (field.trustees[0], outdated), (field.trustees[1], flipped(second, second.count - 1)),
      (field.trustees[2], flipped(third, 1)),
    ] {
      let request = signed(body, to: "/partials", trustee, field)
      await #expect(throws: CeremonyError.self) {
        try await ceremonies.addPartial(body, election, by: trustee.key.publicKey, request: request)
      }
    }
    let early = try await ceremonies.conduct(of: election, closed: try await field.state().boardSize)
    #expect(early.refusals.count == 4 && early.refusals.allSatisfy { !$0.isProved })
    try await field.decrypt([2, 3])
    _ = try await ceremonies.tally(election)
    let body = [2] + [UInt8](repeating: 0, count: 128)
    let request = signed(body, to: "/signing", former, field)
    await #expect(throws: CeremonyError.replaced(name: "Cy")) {
      try await ceremonies.addSigning(body, election, by: former.key.publicKey, request: request)
    }
    try await field.sign([2, 3])
    return (field, former)
  }

  @Test("what was signed convicts its signer, and nothing else of it does", arguments: DatabaseKind.all)
  func proved(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var (field, former) = try await misconduct(test)
      let judge = try await judge(&field)
      let size = try await field.state().boardSize
      let refusals = try await field.server().ceremonies.conduct(of: field.election, closed: size).refusals
      func request(_ name: String, _ phase: ConductPhase, _ reason: RefusalReason) throws -> RefusedRequest {
        try need(refusals.first { $0.name == name && $0.phase == phase && $0.reason == reason }?.request, "\(name)’s request")
      }
      let cases: [(RefusedRequest, String, Judgement)] = [
        (try request("Bo", .decryption, .wrongPart), "2 Bo", Self.wrongPart),
        (try request("Ada", .decryption, .formerTrustee), "1 Ada", Self.formerPart),
        (try request("Cy", .decryption, .formerTrustee), "3 Cy", Self.formerPart),
        (try request("Cy", .signature, .formerTrustee), "3 Cy", Self.formerSignature),
      ]
      // As many wrong parts as the threshold might open what they are parts of: there is one less.
      #expect(refusals.count == 5 && refusals.filter { $0.isProved }.count == 4)
      // Of who has no place nothing is shown but that it acted.
      #expect(cases.map { $0.0.body == nil } == [false, false, true, true])
      for (request, name, judgement) in cases {
        let culprit = try need(judgement(judge, request), "proof against \(name)")
        #expect("\(culprit.number) \(culprit.name)" == name)
        for altered in alterations(of: request, field.trustees.map { $0.key.publicKey } + [former.key.publicKey]) {
          for judgement in [Self.wrongPart, Self.formerPart, Self.formerSignature] { #expect(judgement(judge, altered) == nil) }
        }
      }
      // What proves one thing proves no other.
      #expect(Self.formerPart(judge, cases[0].0) == nil && Self.formerSignature(judge, cases[1].0) == nil)
      #expect(Self.wrongPart(judge, cases[2].0) == nil && Self.formerPart(judge, cases[3].0) == nil)
    }
  }

  /// With one thing changed in each.
  private func alterations(of request: RefusedRequest, _ keys: [Bytes32]) -> [RefusedRequest] {
    func with(
      key: Bytes32? = nil, target: [UInt8]? = nil, time: UInt64? = nil, hash: Bytes32? = nil, signature: [UInt8]? = nil,
      body: [UInt8]?
    ) -> RefusedRequest {
      RefusedRequest(
        signingKey: key ?? request.signingKey, target: target ?? request.target, time: time ?? request.time,
        bodyHash: hash ?? request.bodyHash, signature: signature ?? request.signature, body: body)
    }
    let body = request.body
    let others = keys.filter { $0 != request.signingKey }.map { with(key: $0, body: body) }
    let bodies = body.map { body in [with(body: flipped(body, 40)), with(body: nil), with(body: [])] } ?? [with(body: [1])]
    let other = flipped(request.target, 20)
    return others + bodies + [
      with(key: .zero, body: body), with(target: other, body: body), with(target: request.target + Array("?".utf8), body: body),
      with(time: request.time + 1, body: body), with(time: 0, body: body), with(hash: .zero, body: body),
      with(signature: flipped(request.signature, 3), body: body), with(signature: [], body: body),
    ]
  }

  @Test("nobody is convicted by what an honest trustee signs, nor for another election or another phase")
  func innocent() async throws {
    try await withDatabase(.sqlite, Schema.migrations) { test async throws in
      var (field, former) = try await misconduct(test)
      let judge = try await judge(&field)
      let bo = field.trustees[1]
      let right = try await field.partial(of: 2).encoded
      let wrong = flipped(right, right.count - 1)
      let old = [UInt8](repeating: 0, count: 40)
      let size = try await field.state().boardSize
      let (other, drill) = (String(field.election.reversed()), "/ceremonies/\(String(repeating: "0", count: 64))/drill")
      let cases: [(TestTrustee, [UInt8], String, String?, UInt64?)] = [
        (bo, right, "/partials", nil, nil),
        (bo, wrong, "/signing", nil, nil), (bo, wrong, drill, nil, nil),
        (bo, wrong, "/partials", other, nil),
        // Who is replaced signs these when it learns of it, or before.
        (former, old, "/board/cosignatures?size=\(size)", nil, nil), (former, old, "/handovers/approvals", nil, nil),
        (former, old, "/partials", nil, 1), (former, old, "/signing", other, nil),
        // Not a trustee at any time.
        (TestTrustee("Eve", seed: "stranger"), old, "/partials", nil, nil),
      ]
      for (trustee, body, path, election, time) in cases {
        let request = evidence(signed(body, to: path, trustee, field, election: election, time: time), trustee, body: body)
        for judgement in [Self.wrongPart, Self.formerPart, Self.formerSignature] {
          #expect(judgement(judge, request) == nil, "\(trustee.name) \(path)")
        }
      }
    }
  }

  @Test("a wrong part proves nothing against who has not cosigned the closing checkpoint: it may have seen another board")
  func cosigners() async throws {
    try await withDatabase(.sqlite, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.vote()
      try await field.close()
      try await field.cosign([1, 2])
      try await field.decrypt([1, 2])
      _ = try await field.server().ceremonies.tally(field.election)
      try await field.sign([1, 2])
      let judge = try await judge(&field)
      for (trustee, name) in zip(field.trustees, ["Ada", "Bo", nil]) {
        let request = evidence(signed([1], to: "/partials", trustee, field), trustee, body: [1])
        #expect(judge.senderOfWrongPart(request)?.name.description == name)
        #expect(Self.formerPart(judge, request) == nil)
      }
    }
  }
}
