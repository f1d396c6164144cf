import Curve25519
import Elections
import HTTPServer
import Sealing
import StrictJSON
import TestBoards
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography
import TransparencyLog
import VotingService

@testable import API

/// Takes the word of a header field: `organiser` may manage elections, `reader` see them.
private struct OrganiserByName: Authenticator {
  func hasCredentials(_ request: HTTPRequest) -> Bool { request.headers["Test-Caller"] != nil }

  func caller(of request: HTTPRequest) async throws -> Caller {
    switch request.headers["Test-Caller"] {
    case "organiser":
      Caller(proof: .token(id: "t"), account: "a1", role: .administrator, permissions: [.manageElections, .readElections])
    case "other":
      Caller(proof: .token(id: "t"), account: "a3", role: .administrator, permissions: [.manageElections, .readElections])
    case "reader": Caller(proof: .token(id: "t"), account: "a2", role: .auditor, permissions: [.readElections])
    default: .anonymous
    }
  }
}

/// The trustees of an election behind a router.
private struct TrusteeService {
  let field: BoardField
  let database: TestDatabase
  let boards: Boards
  let ceremonies: Ceremonies
  let router: Router

  var base: String { "/api/v1/elections/\(field.election)" }

  init(_ test: TestDatabase) throws {
    field = try BoardField()
    database = test
    let metrics = MetricsRegistry()
    var limits = BoardLimits()
    limits.staleness = 0
    boards = field.boards(test.database, limits: limits)
    let audit = try AuditLog(origin: "vote.example/audit-log", privateKey: field.signing[0], clock: field.clock)
    ceremonies = Ceremonies(
      database: test.database, clock: field.clock, boards: boards, jobs: JobQueue(clock: field.clock), audit: audit,
      workers: Workers(width: 1) { work in Task { work() } }, metrics: metrics)
    let environment = RouterEnvironment(
      authenticator: OrganiserByName(), trustees: TrusteeSignatures(ceremonies, clock: field.clock),
      limiter: TokenBuckets(quotas: [.login: RateQuota(count: 1000, window: 60)], clock: field.clock), metrics: metrics,
      report: { _, _ in })
    let groups = ServiceRoutes(checks: [], metrics: metrics, report: { _, _ in }).groups(
      describing: [
        TrusteeRoutes(ceremonies, clock: field.clock).group,
        // The election is the first organiser's.
        CeremonyRoutes(ceremonies) { _, organiser, changes in
          if changes, organiser.account != "a1" { throw ElectionError.notOrganiser }
        }.group, BoardRoutes(boards).group,
      ])
    router = Router(groups, environment: environment)
  }

  func begin() async throws {
    let (ceremonies, election) = (ceremonies, field.election)
    try await database.database.transaction { session in
      try await ceremonies.begin(
        election,
        ElectionTerms(origin: "vote.example/\(election)", title: "A board under test", threshold: 2, quorum: 2), in: session)
    }
  }

  func send(
    _ method: String, _ target: String, _ body: [UInt8] = [], type: String? = nil, fields: [(String, String)] = []
  ) async -> Seen {
    var headers = HTTPHeaders([("Host", "vote.example")])
    for field in fields { headers[field.0] = field.1 }
    if let type { headers["Content-Type"] = type }
    let parts = target.split(separator: "?", maxSplits: 1)
    let request = HTTPRequest(
      id: "r", method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "", headers: headers, body: body)
    guard case .response(let response) = await router.respond(to: request), case .bytes(let bytes) = response.body else {
      return Seen(status: 0, headers: HTTPHeaders(), body: [])
    }
    return Seen(status: response.status, headers: response.headers, body: bytes)
  }

  /// A request that a trustee signs, `skew` seconds from the service's time.
  func signed(
    _ method: String, _ path: String, _ body: [UInt8] = [], type: String? = nil, by key: Ed25519.PrivateKey, skew: Int = 0
  ) async -> Seen {
    let time = UInt64(Int(field.clock.now() / 1000) + skew)
    let request = TrusteeRequest(method: Array(method.utf8), target: Array((base + path).utf8), time: time, body: body)
    let authorization = String(decoding: request.signed(by: key).field, as: UTF8.self)
    return await send(method, base + path, body, type: type, fields: [("Authorization", authorization)])
  }

  func binary(_ path: String, _ body: [UInt8], by key: Ed25519.PrivateKey) async -> Seen {
    await signed("POST", path, body, type: "application/octet-stream", by: key)
  }

  func text(_ path: String, _ body: [UInt8], by key: Ed25519.PrivateKey) async -> Seen {
    await signed("POST", path, body, type: "text/plain; charset=utf-8", by: key)
  }

  func organise(_ method: String, _ path: String, _ body: JSONValue? = nil, as caller: String = "organiser") async -> Seen {
    await send(
      method, base + path, body?.bytes ?? [], type: body == nil ? nil : "application/json", fields: [("Test-Caller", caller)])
  }

  /// What a trustee sends to join; `altered`: signed for another name.
  func join(_ token: String, _ name: String, by key: Ed25519.PrivateKey, altered: Bool = false) async throws -> Seen {
    let joining = try need(TrusteeJoining(token: Array(token.utf8), name: need(Text(altered ? "Mal" : name))), "joining")
    let body: JSONValue = [
      "token": .text(token), "name": .text(name), "signingKey": .text(hex(key.publicKey)),
      "signature": .text(String(decoding: Base64.encode(key.sign(joining.text)), as: UTF8.self)),
    ]
    return await send("POST", "/api/v1/trustees/join", body.bytes, type: "application/json")
  }

  func hex(_ value: Bytes32) -> String { String(decoding: Hexadecimal.encode(value), as: UTF8.self) }

  /// Invites a trustee and lets it join.
  func seat(_ index: Int) async throws {
    let link = try need(
      await organise("POST", "/trustees", ["name": .text("Trustee \(index + 1)")]).json["link"]?.text, "a link")
    let token = String(try need(link.split(separator: ".").last, "a token"))
    let joined = try await join(token, "Trustee \(index + 1)", by: field.signing[index])
    #expect(joined.status == 200)
    #expect(joined.json["number"]?.integer == Int64(index + 1))
  }

  /// A key ceremony over HTTP.
  func ceremony() async throws -> (id: String, results: [KeyCeremonyResult], log: CeremonyRoot) {
    let id = try need(await organise("POST", "/ceremony", [:]).json["ceremony"]?.text, "a ceremony")
    let configuration = try CeremonyConfiguration(
      ceremony: need(Hexadecimal.decode(Array(id.utf8)[...])), threshold: 2, signingKeys: field.signing.map { $0.publicKey })
    var random = seeded("ceremony over HTTP")
    var parts = try field.signing.enumerated().map {
      try KeyCeremony<AES256GCM>(configuration, trustee: $0.offset + 1, signingKey: $0.element, seed: random.b32())
    }
    var waiting = parts.indices.map { parts[$0].start() }
    var read = [UInt32](repeating: 0, count: 3)
    var log = CeremonyRoot()
    while parts.contains(where: { $0.result == nil }) {
      for index in parts.indices {
        if !waiting[index].isEmpty {
          let answer = await binary("/ceremonies/\(id)/messages", CeremonyBatch(waiting[index]).encoded, by: field.signing[index])
          #expect(answer.status == 200)
          #expect(answer.json["accepted"]?.integer == Int64(waiting[index].count))
          waiting[index] = []
        }
        let answer = await signed("GET", "/ceremonies/\(id)/messages?after=\(read[index])", by: field.signing[index])
        let page = try CeremonyPage(answer.body, start: read[index])
        read[index] += UInt32(page.entries.count)
        for entry in page.entries {
          if index == 0 {
            switch entry {
            case .shareHash(let hash): log.append(hash)
            case .message(let bytes): log.append(SHA256.digest(bytes))
            }
          }
          if case .message(let bytes) = entry { waiting[index] += parts[index].receive(bytes).messages }
        }
      }
    }
    // The first trustee reads the last confirmation.
    let rest = await signed("GET", "/ceremonies/\(id)/messages?after=\(read[0])", by: field.signing[0])
    for case .message(let bytes) in try CeremonyPage(rest.body, start: read[0]).entries { log.append(SHA256.digest(bytes)) }
    return (id, parts.compactMap { $0.result }, log)
  }

  /// Opens the board as the ceremony came out.
  func open() async throws {
    let (ceremonies, boards, field) = (ceremonies, boards, field)
    try await database.database.transaction { session in
      let result = try await ceremonies.outcome(of: field.election, in: session).get()
      var parts = field.parts
      parts.trustees = result.roster
      parts.absent = result.absent
      parts.draw = result.draw
      parts.openingDraw = result.opening
      try await boards.open(field.election, parts, in: session)
    }
  }

  func cosignature(_ checkpoint: Checkpoint, by index: Int, as number: Int) throws -> [UInt8] {
    let signer = try NoteSigner(
      name: CosignerName.of(trustee: number, origin: field.parts.origin), type: .cosignature, privateKey: field.signing[index])
    return try signer.cosign(checkpoint, timestamp: field.clock.now() / 1000).line
  }
}

@Suite("Trustees over HTTP")
struct TrusteeRoutesTests {
  private func withService(_ kind: DatabaseKind, _ body: (TrusteeService) async throws -> Void) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let service = try TrusteeService(test)
      try await service.begin()
      try await body(service)
    }
  }

  @Test("requests are signed, in time, by a trustee of this election", arguments: DatabaseKind.all)
  func authentication(kind: DatabaseKind) async throws {
    try await withService(kind) { service in
      try await service.seat(0)
      let key = service.field.signing[0]
      #expect(await service.signed("GET", "/trustees/state?after=0&wait=0", by: key).status == 200)
      for skew in [-300, 300] { #expect(await service.signed("GET", "/trustees/state", by: key, skew: skew).status == 200) }
      for skew in [-301, 301] { #expect(await service.signed("GET", "/trustees/state", by: key, skew: skew).status == 401) }
      #expect(await service.send("GET", service.base + "/trustees/state").status == 401)
      #expect(await service.signed("GET", "/trustees/state", by: service.field.signing[1]).status == 403)
      // Another query, another method, another body than was signed.
      let time = service.field.clock.now() / 1000
      let request = TrusteeRequest(
        method: Array("GET".utf8), target: Array((service.base + "/trustees/state").utf8), time: time, body: [])
      let field = [("Authorization", String(decoding: request.signed(by: key).field, as: UTF8.self))]
      #expect(await service.send("GET", service.base + "/trustees/state", fields: field).status == 200)
      #expect(await service.send("GET", service.base + "/trustees/state?after=1", fields: field).status == 401)
      #expect(await service.send("HEAD", service.base + "/trustees/state", fields: field).status == 401)
      #expect(await service.send("GET", service.base + "/trustees/state", [1], fields: field).status == 401)
      let other = "/api/v1/elections/bbbbbbbbbbbbbbbbbbbb/trustees/state"
      let foreign = TrusteeRequest(method: Array("GET".utf8), target: Array(other.utf8), time: time, body: [])
      let signed = [("Authorization", String(decoding: foreign.signed(by: key).field, as: UTF8.self))]
      #expect(await service.send("GET", other, fields: signed).status == 403)
    }
  }

  @Test("joining: proof of possession, one key an invitation", arguments: DatabaseKind.all)
  func joining(kind: DatabaseKind) async throws {
    try await withService(kind) { service in
      let (first, second) = (service.field.signing[0], service.field.signing[1])
      #expect(await service.organise("POST", "/trustees", ["name": "Ada"], as: "reader").status == 403)
      #expect(await service.organise("POST", "/trustees", ["name": "Ada"], as: "nobody").status == 401)
      #expect(await service.organise("POST", "/trustees", ["name": "Ada"], as: "other").status == 403)
      #expect(await service.organise("POST", "/ceremony", [:], as: "other").status == 403)
      let invited = await service.organise("POST", "/trustees", ["name": "Ada"])
      #expect(invited.status == 201)
      let link = try need(invited.json["link"]?.text, "a link")
      #expect(link.hasPrefix("/trustee#\(service.field.election)."))
      let token = String(link.suffix(43))
      #expect(try await service.join(token, "Ada", by: first, altered: true).status == 422)
      #expect(try await service.join(String(token.reversed()), "Ada", by: first).status == 404)
      let joined = try await service.join(token, "Ada", by: first)
      #expect(joined.status == 200)
      #expect(joined.json["origin"]?.text == "vote.example/\(service.field.election)")
      #expect(try await service.join(token, "Ada", by: first).body == joined.body)
      #expect(try await service.join(token, "Ada", by: second).status == 409)
      #expect(await service.organise("POST", "/trustees", ["name": "Ada"]).status == 409)
      #expect(await service.organise("POST", "/trustees", ["name": ""]).status == 422)
      #expect(await service.organise("POST", "/ceremony", [:]).status == 422)
      #expect(await service.organise("POST", "/trustees/1/invitation").status == 201)
      #expect(try await service.join(token, "Ada", by: first).status == 404)
      #expect(await service.organise("POST", "/ceremony", [:]).status == 409)
      #expect(await service.organise("DELETE", "/trustees/2").status == 404)
      #expect(await service.organise("DELETE", "/trustees/1").status == 204)
      let list = await service.organise("GET", "/trustees", as: "reader")
      #expect(list.json["phase"]?.text == "gathering" && list.json["trustees"] == [])
    }
  }

  @Test("from the ceremony to the result, with every refusal on the way", arguments: DatabaseKind.all)
  func wholeWay(kind: DatabaseKind) async throws {
    try await withService(kind) { service in
      for index in 0..<3 { try await service.seat(index) }
      let keys = service.field.signing
      let (id, results, log) = try await service.ceremony()
      try await drill(service, id, results, log)
      #expect(await service.signed("GET", "/board/witness?old=1", by: keys[0]).status == 404)
      try await service.open()
      let open = await service.signed("GET", "/trustees/state", by: keys[1])
      #expect(open.json["phase"]?.text == "open" && open.json["number"]?.integer == 2)
      #expect(await service.binary("/partials", [1], by: keys[0]).status == 409)
      let (ceremonies, election) = (service.ceremonies, service.field.election)
      try await service.boards.append(.closing, to: election) { session, _ in try await ceremonies.closing(election, in: session) }
      try await cosign(service)
      try await decrypt(service, results)
    }
  }

  private func drill(_ service: TrusteeService, _ id: String, _ results: [KeyCeremonyResult], _ log: CeremonyRoot) async throws {
    let keys = service.field.signing
    let drill = FireDrill(
      ceremony: results[0].parameters.ceremony, size: log.size, root: log.root, keys: results[0].keys,
      drawKeys: results[0].dealings.map { $0.drawKey })
    var random = seeded("drill over HTTP")
    let parts = results.map { drill.part(with: $0.shares, using: &random).encoded }
    #expect(await service.binary("/ceremonies/\(id)/drill", parts[1], by: keys[0]).status == 422)
    #expect(await service.binary("/ceremonies/\(id)/drill", [1, 2], by: keys[0]).status == 422)
    let other = String(repeating: "0", count: 64)
    #expect(await service.binary("/ceremonies/\(other)/drill", parts[0], by: keys[0]).status == 404)
    #expect(await service.signed("GET", "/ceremonies/\(other)/messages", by: keys[0]).status == 404)
    #expect(await service.binary("/ceremonies/\(id)/messages", [0, 1], by: keys[0]).status == 422)
    for index in [0, 1] { #expect(await service.binary("/ceremonies/\(id)/drill", parts[index], by: keys[index]).status == 204) }
    #expect(await service.organise("POST", "/ceremony/absence", ["absent": ["Trustee 1"]]).status == 422)
    #expect(await service.organise("POST", "/ceremony/absence", ["absent": ["Trustee 3"]]).status == 204)
    #expect(await service.organise("POST", "/ceremony", [:]).status == 409)
    #expect(await service.organise("POST", "/trustees", ["name": "Late"]).status == 409)
    #expect(await service.signed("GET", "/trustees/state", by: keys[2]).json["phase"]?.text == "ready")
  }

  private func cosign(_ service: TrusteeService) async throws {
    let keys = service.field.signing
    let request = await service.signed("GET", "/board/witness?old=1", by: keys[0])
    #expect(request.status == 200)
    let checkpoint = try WitnessRequest(parsing: request.body).checkpoint
    let size = checkpoint.checkpoint.size
    #expect(await service.signed("GET", "/board/witness?old=\(size + 1)", by: keys[0]).status == 409)
    #expect(await service.signed("GET", "/board/witness", by: keys[0]).status == 400)
    let stranger = try service.cosignature(checkpoint.checkpoint, by: 0, as: 2)
    #expect(await service.text("/board/cosignatures?size=\(size)", stranger, by: keys[0]).status == 422)
    #expect(await service.text("/board/cosignatures?size=\(size)", [1], by: keys[0]).status == 422)
    for index in [0, 1, 0] {
      let line = try service.cosignature(checkpoint.checkpoint, by: index, as: index + 1)
      #expect(await service.text("/board/cosignatures?size=\(size + 5)", line, by: keys[index]).status == 204)
      #expect(await service.text("/board/cosignatures?size=\(size)", line, by: keys[index]).status == 204)
    }
    #expect(await service.text("/board/checkpoints", [1], by: keys[0]).status == 422)
    #expect(await service.text("/board/checkpoints", checkpoint.bytes, by: keys[0]).status == 204)
    let published = await service.send("GET", service.base + "/board/checkpoint")
    #expect(try SignedCheckpoint(parsing: published.body).note.signatures.count == 3)
  }

  private func decrypt(_ service: TrusteeService, _ results: [KeyCeremonyResult]) async throws {
    let keys = service.field.signing
    let (_, board) = try service.field.verify(try await service.field.mirror(service.boards))
    let verified = try need(board, "a board")
    let statement = DecryptionStatement(
      election: verified.electionID, size: verified.size, root: verified.root, totals: verified.tally.totals)
    var random = seeded("decryption over HTTP")
    let partials = try results.map {
      try ClosingPart(of: statement, with: $0.shares, verified.roster, random: &random).encoded
    }
    #expect(await service.binary("/partials", partials[2], by: keys[2]).status == 403)
    #expect(await service.binary("/partials", partials[1], by: keys[0]).status == 422)
    for index in [0, 0, 1] { #expect(await service.binary("/partials", partials[index], by: keys[index]).status == 204) }
    #expect(await service.signed("GET", "/signing", by: keys[0]).status == 409)
    #expect(try await service.ceremonies.tally(service.field.election) == .waiting)
    #expect(await service.signed("GET", "/trustees/state", by: keys[2]).json["phase"]?.text == "signing")
    try await sign(service, results)
    #expect(await service.binary("/partials", partials[0], by: keys[0]).status == 204)
    #expect(await service.binary("/partials", [1], by: keys[0]).status == 409)
    #expect(await service.signed("GET", "/trustees/state", by: keys[2]).json["phase"]?.text == "tallied")
    #expect(await service.send("GET", service.base + "/board/result").status == 200)
    let list = await service.organise("GET", "/trustees")
    let first = try need(list.json["trustees"], "trustees")
    guard case .list(let trustees) = first else { return #expect(Bool(false), "no list of trustees") }
    #expect(trustees.count == 3)
    #expect(trustees[0]["milliseconds"]?["decryption"]?.integer == 0)
    #expect(trustees[2]["absent"] == .boolean(true) && trustees[2]["passedDrill"] == .boolean(false))
  }

  /// Two of three sign, over the network.
  private func sign(_ service: TrusteeService, _ results: [KeyCeremonyResult]) async throws {
    let keys = service.field.signing
    let message = try await service.ceremonies.certificate(of: service.field.election, service.boards).message
    let key = JointSigningKey(results[0].keys.signing)
    #expect(await service.binary("/signing", [9], by: keys[0]).status == 422)
    #expect(await service.binary("/signing", [1] + [UInt8](repeating: 1, count: 64), by: keys[0]).status == 422)
    let signers = try [0, 2].map { index in
      try TestSigner(key, message, SigningTrustee(key: keys[index], shares: results[index].shares))
    }
    for _ in 0..<2 {
      for (index, signer) in zip([0, 2], signers) {
        let request = await service.signed("GET", "/signing", by: keys[index])
        guard request.status == 200, let answer = try signer.answer(request.body) else { continue }
        #expect(await service.binary("/signing", answer.encoded, by: keys[index]).status == 204)
      }
    }
    #expect(await service.signed("GET", "/signing", by: keys[0]).status == 409)
    #expect(await service.send("GET", service.base + "/board/certificate").status == 200)
  }

  @Test("the description names every route of trustees and its refusals", arguments: [DatabaseKind.sqlite])
  func description(kind: DatabaseKind) async throws {
    try await withService(kind) { service in
      let document = OpenAPI([
        TrusteeRoutes(service.ceremonies, clock: service.field.clock).group,
        CeremonyRoutes(service.ceremonies) { _, _, _ in }.group,
      ]).document
      let paths = try need(document["paths"], "paths")
      for path in ["trustees", "trustees/{number}", "trustees/{number}/invitation", "ceremony", "ceremony/absence", "partials"] {
        #expect(paths["/api/v1/elections/{e}/\(path)"] != nil, "\(path)")
      }
      let partials = paths["/api/v1/elections/{e}/partials"]?["post"]?["responses"]
      for status in ["204", "401", "403", "409", "422"] { #expect(partials?[status] != nil, "\(status)") }
    }
  }
}
