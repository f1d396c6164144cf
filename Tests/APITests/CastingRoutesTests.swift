import BallotCryptography
import Curve25519
import Elections
import HTTPServer
import StrictJSON
import TestBoards
import TestDatabases
import TestSupport
import Testing
import TransparencyLog
import VotingService

@testable import API

@Suite("Casting over HTTP")
struct CastingRoutesTests {
  /// A board behind a router.
  struct Service {
    let field: BoardField
    let boards: Boards
    let context: BallotContext
    let router: Router
    var random = seeded("casting over HTTP")

    var base: String { "/api/v1/elections/\(field.election)" }

    func post(_ path: String, _ body: [UInt8], caller: String? = nil, type: String = "application/octet-stream") async -> Seen {
      var headers = HTTPHeaders([("Host", "vote.example"), ("Content-Type", type)])
      if let caller {
        headers["Test-Caller"] = caller
        headers["X-Comitia-CSRF"] = "anti"
      }
      let request = HTTPRequest(id: "r", method: "POST", path: base + path, headers: headers, body: body)
      return await seen(request)
    }

    func get(_ path: String) async -> Seen { await router.send("GET", base + path) }

    private func seen(_ request: HTTPRequest) async -> Seen {
      guard case .response(let response) = await router.respond(to: request), case .bytes(let bytes) = response.body else {
        return Seen(status: 0, headers: HTTPHeaders(), body: [])
      }
      return Seen(status: response.status, headers: response.headers, body: bytes)
    }

    mutating func ballot(_ voter: Int) throws -> [UInt8] { try field.ballot(1, by: voter, context, random: &random) }
  }

  private func withService(
    _ kind: DatabaseKind, _ field: BoardField, _ body: (inout Service) async throws -> Void
  ) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database)
      let context = try await field.open(boards, in: test.database)
      let metrics = MetricsRegistry()
      let environment = RouterEnvironment(
        authenticator: NamedCaller(), limiter: TokenBuckets(quotas: [:], clock: field.clock), metrics: metrics, report: { _, _ in })
      let groups = ServiceRoutes(checks: [], metrics: metrics, report: { _, _ in }).groups(
        describing: [CastingRoutes(boards, isPilot: true).group, BoardRoutes(boards).group])
      var service = Service(
        field: field, boards: boards, context: context, router: Router(groups, environment: environment))
      try await body(&service)
    }
  }

  @Test("a ballot is cast, and cast again; its receipt can be had by its tracker", arguments: DatabaseKind.all)
  func cast(kind: DatabaseKind) async throws {
    try await withService(kind, BoardField()) { service in
      let bytes = try service.ballot(0)
      let first = await service.post("/ballots", bytes)
      #expect(first.status == 201)
      #expect(first.headers["Comitia-Entry"] == "1")
      let again = await service.post("/ballots", bytes)
      #expect(again.status == 200 && again.body == first.body)
      let tracker = try need(first.headers["Comitia-Tracker"], "tracker")
      let found = await service.get("/ballots/\(tracker)")
      #expect(found.status == 200 && found.body == first.body)
      #expect(try Receipt(parsing: found.body).index == 1)
      let unknown = await service.get("/ballots/\(String(tracker.reversed()))")
      #expect(unknown.status == 404)
      let second = await service.post("/ballots", try service.ballot(0))
      #expect(second.status == 409 && second.code == "already-voted" && second.json["entry"] == 1)
    }
  }

  @Test("what is no ballot is refused clearly", arguments: DatabaseKind.all)
  func refusals(kind: DatabaseKind) async throws {
    try await withService(kind, BoardField(issuer: .authority)) { service in
      let bytes = try service.ballot(0)
      for (body, status, code) in [
        ([], 400, "malformed-ballot"), (Array(bytes.dropLast()), 400, "malformed-ballot"), (bytes + [0], 413, "ballot-too-long"),
        (bytes.replacing(0, with: [bytes[0] ^ 1]), 422, "foreign-election"), (bytes, 403, "login-needed"),
      ] {
        let answer = await service.post("/ballots", body)
        #expect(answer.status == status && answer.code == code, "\(answer.code ?? "")")
      }
      let wrongType = await service.post("/ballots", bytes, type: "text/plain")
      #expect(wrongType.status == 415)
      let huge = await service.post("/ballots", [UInt8](repeating: 0, count: 100_000))
      #expect(huge.status == 413)
      let damaged = await service.post(
        "/ballots", bytes.replacing(bytes.count - 1, with: [bytes[bytes.count - 1] ^ 1]), caller: "session")
      #expect(damaged.status == 422)
      let good = await service.post("/ballots", bytes, caller: "session")
      #expect(good.status == 201)
      try await service.boards.append(.closing, to: service.field.election)
      let late = await service.post("/ballots", try service.ballot(1), caller: "session")
      #expect(late.status == 409 && late.code == "voting-closed")
      let elsewhere = await service.router.send("GET", "/api/v1/elections/zzzzzzzzzzzzzzzzzzzz/booth")
      #expect(elsewhere.status == 404 && elsewhere.code == "unknown-election")
    }
  }

  @Test("challenge and opening", arguments: DatabaseKind.all)
  func challenge(kind: DatabaseKind) async throws {
    try await withService(kind, BoardField()) { service in
      let voter = service.field.voters[0]
      let (ballot, opening) = try service.field.encrypt(2, by: voter, service.context, random: &service.random)
      let opened = OpenedBallot(ballot, opening: opening, credential: voter, random: &service.random).encoded
      let early = await service.post("/opened", opened)
      #expect(early.status == 409 && early.code == "not-challenged")
      let challenge = await service.post(
        "/challenges", BallotChallenge(ballot, credential: voter, random: &service.random).encoded)
      #expect(challenge.status == 201)
      let published = await service.post("/opened", opened)
      #expect(published.status == 201)
      let cast = await service.post("/ballots", CastBallot(ballot, credential: voter, random: &service.random).encoded)
      #expect(cast.status == 409 && cast.code == "ballot-challenged")
      let status = await service.get("/credentials/\(voter.publicKey.hex)")
      #expect(status.json == ["eligible": true, "casts": 0, "nextNumber": 1, "challenges": 1])
    }
  }

  @Test("booth and board are what the election id fixes", arguments: DatabaseKind.all)
  func board(kind: DatabaseKind) async throws {
    try await withService(kind, BoardField()) { service in
      let booth = await service.get("/booth")
      #expect(booth.status == 200)
      #expect(booth.json["electionId"]?.text == service.context.election.hex)
      #expect(booth.json["state"]?.text == "voting")
      #expect(booth.json["pilot"] == .boolean(true) && booth.isCompressible)
      _ = await service.post("/ballots", try service.ballot(0))
      let manifest = await service.get("/board/manifest")
      #expect(manifest.body == service.field.parts.manifest.encoded)
      #expect(manifest.headers["Cache-Control"]?.contains("immutable") == true)
      let checkpoint = await service.get("/board/checkpoint")
      #expect(try SignedCheckpoint(parsing: checkpoint.body).checkpoint.size == 2)
      #expect(checkpoint.headers["Cache-Control"] == "no-cache")
      let bundle = await service.get("/board/tile/entries/000.p/2")
      #expect(try EntryBundle.decode(bundle.body, count: 2).count == 2)
      for path in ["/board/tile/entries/000.p/3", "/board/tally", "/board/../manifest", "/board/tile/0/0"] {
        let answer = await service.get(path)
        #expect(answer.status == 404, "\(path)")
      }
      let consistency = await service.get("/board/consistency?old=1&new=2")
      #expect(consistency.status == 200 && consistency.body.count == 45)
      let beyond = await service.get("/board/consistency?old=1&new=3")
      #expect(beyond.status == 409 && beyond.json["size"] == 2)
      let reversed = await service.get("/board/consistency?old=2&new=1")
      #expect(reversed.status == 422)
    }
  }
}
