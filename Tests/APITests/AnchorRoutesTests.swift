import Curve25519
import Database
import Elections
import StrictJSON
import TestBoards
import TestDatabases
import TestSupport
import Testing

@testable import API
@testable import VotingService

@Suite("The public chain over HTTP")
struct AnchorRoutesTests {
  private static let contract = [UInt8](repeating: 0x11, count: 20)

  /// A board with two ballots behind a router; gives the tracker of the first.
  private func run(
    _ kind: DatabaseKind, _ mode: ElectionAnchoring.Mode?,
    _ body: (Router, any Database, String, String) async throws -> Void
  ) async throws {
    let anchoring = try mode.map { try need(ElectionAnchoring(mode: $0, chain: 137, contract: Self.contract), "anchoring") }
    let field = try BoardField(anchoring: anchoring)
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database)
      let context = try await field.open(boards, in: test.database)
      var random = seeded("anchors over HTTP")
      var tracker = ""
      for voter in 0..<2 {
        let receipt = try await boards.cast(try field.ballot(1, by: voter, context, random: &random), election: field.election)
        if voter == 0 { tracker = receipt.tracker.hex }
      }
      let jobs = JobQueue(clock: field.clock)
      let key = Ed25519.PrivateKey(seed: Bytes32([UInt8](repeating: 7, count: 32).span))
      let audit = try AuditLog(origin: "vote.example/audit-log", privateKey: key, clock: field.clock)
      let workers = Workers(width: 1) { $0() }
      let metrics = MetricsRegistry()
      let ceremonies = Ceremonies(
        database: test.database, clock: field.clock, boards: boards, jobs: jobs, audit: audit, workers: workers, metrics: metrics)
      let place = ChainPlace(network: "polygon", chain: 137, address: Self.contract, explorer: "https://explorer.example")
      let elections = ElectionStore(
        ElectionEnvironment(
          database: test.database, clock: field.clock, ceremonies: ceremonies, boards: boards, jobs: jobs, workers: workers,
          audit: audit, host: "vote.example", chain: place))
      let environment = RouterEnvironment(
        authenticator: NamedCaller(), limiter: TokenBuckets(quotas: [:], clock: field.clock), metrics: metrics, report: { _, _ in })
      let groups = ServiceRoutes(checks: [], metrics: metrics, report: { _, _ in }).groups(
        describing: [AnchorRoutes(PublicElections(elections), boards).group, ChainRoutes(nil).group])
      try await body(Router(groups, environment: environment), test.database, "/api/v1/elections/\(field.election)", tracker)
    }
  }

  /// A confirmed anchor above the first two leaves.
  private func anchor(_ database: any Database) async throws {
    let hash = SQLValue.bytes([UInt8](repeating: 0xab, count: 32))
    try await database.transaction { session in
      try await session.execute(
        "INSERT INTO chain_anchors (root, leaves, transaction_hash, block, time, gas) VALUES ($1, 1, $1, 77, 1700000000, 79982)",
        [hash])
      try await session.execute(
        """
        INSERT INTO chain_places (election, size, root, board_root, position, path, ballots)
        VALUES ('abcdefghijkmnpqrstuv', 2, $1, $1, 0, $2, 1)
        """, [hash, .bytes([])])
      try await session.execute("UPDATE chain_plan SET head = 80")
    }
  }

  @Test("an election that is not anchored says so", arguments: DatabaseKind.all)
  func none(kind: DatabaseKind) async throws {
    try await run(kind, nil) { router, _, base, tracker in
      #expect(await router.send("GET", base + "/anchors").json == ["mode": "none"])
      let ballot = await router.send("GET", "\(base)/ballots/\(tracker)/anchor")
      #expect(ballot.json == ["state": "none", "entry": 1])
      #expect(await router.send("GET", "\(base)/ballots/\(String(repeating: "0", count: 64))/anchor").status == 404)
      #expect(await router.send("GET", "/api/v1/elections/zzzzzzzzzzzzzzzzzzzz/anchors").status == 404)
    }
  }

  @Test("what waits, and what is there", arguments: DatabaseKind.all)
  func checkpoint(kind: DatabaseKind) async throws {
    try await run(kind, .checkpoint) { router, database, base, tracker in
      let waiting = await router.send("GET", base + "/anchors").json
      #expect(waiting["mode"] == "checkpoint" && waiting["coveredSize"] == 0 && waiting["boardSize"] == 3)
      #expect(waiting["place"]?["network"] == "polygon" && waiting["anchors"] == [] && waiting["ballots"] == nil)
      #expect(await router.send("GET", "\(base)/ballots/\(tracker)/anchor").json["state"] == "waiting")
      try await anchor(database)
      let there = await router.send("GET", base + "/anchors").json
      #expect(there["coveredSize"] == 2 && there["anchorCount"] == 1)
      #expect(there["anchors"]?[0]?["block"] == 77 && there["anchors"]?[0]?["confirmations"] == 4)
      let ballot = await router.send("GET", "\(base)/ballots/\(tracker)/anchor").json
      #expect(ballot["state"] == "confirmed" && ballot["entry"] == 1)
      #expect(ballot["anchor"]?["transaction"]?.text == String(repeating: "ab", count: 32))
      #expect(ballot["place"]?["explorer"] == "https://explorer.example" && ballot["leaf"]?.text?.count == 64)
    }
  }

  @Test("where every ballot is recorded, numbers of them are told", arguments: DatabaseKind.all)
  func each(kind: DatabaseKind) async throws {
    try await run(kind, .each) { router, _, base, _ in
      let answer = await router.send("GET", base + "/anchors").json
      #expect(answer["mode"] == "each" && answer["ballots"] == ["cast": 2, "recorded": 0, "waiting": 2, "queued": 0])
    }
  }

  @Test("routes for administrators ask for their permission, and are described")
  func administration() async throws {
    try await run(.sqlite, nil) { router, _, _, _ in
      for (method, path) in [("GET", "/chain"), ("POST", "/chain/retry"), ("POST", "/chain/anchors")] {
        #expect(await router.send(method, "/api/v1" + path).status == 401)
      }
      #expect(await router.send("POST", "/api/v1/chain/reconciliations", "{}").status == 401)
      let paths = await router.send("GET", "/api/v1/openapi.json").json["paths"]
      for path in ["/api/v1/chain", "/api/v1/chain/reconciliations", "/api/v1/elections/{e}/anchors"] {
        #expect(paths?[path] != nil, "\(path)")
      }
    }
  }
}

@Suite("The public chain for administrators, over HTTP")
struct ChainRoutesTests {
  @Test("what is asked for is noted, and told", arguments: DatabaseKind.all)
  func asking(kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let place = ChainPlace(network: "local", chain: 31337, address: [UInt8](repeating: 7, count: 20))
      let chain = ChainAdministration(
        place: place, account: "0xabc", database: fixture.database, clock: fixture.clock, audit: fixture.audit, wake: {})
      let owner = AccessFixture.caller(try await fixture.owner())
      let none = try #require(ChainRoutes(nil).group.routes.first { $0.name == "getChain" })
      await #expect(throws: Problem(.noChain)) { _ = try await none.run(Self.context(owner)) }
      for name in ["retryChainQueue", "anchorNow"] {
        let route = try #require(ChainRoutes(chain).group.routes.first { $0.name == name })
        guard case .response(let response) = try await route.run(Self.context(owner)) else { return }
        #expect(response.status == 204)
      }
      let overview = try await chain.overview()
      #expect(overview.isAnchorAsked && !overview.isCheckAsked)
      let json = ChainOverview.json.encode(overview)
      #expect(json["elsewhere"] == [])
      #expect(json["anchorAsked"] == true && json["place"]?["chain"] == 31337 && json["costs"]?["modes"]?[2]?["mode"] == "each")
    }
  }

  private static func context(_ caller: Caller) -> Context {
    Context(request: .init(method: "GET", path: "/api/v1/chain"), caller: caller, values: [:])
  }
}
