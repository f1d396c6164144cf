import HTTPServer
import Sealing
import StrictJSON
import TestDatabases
import Testing
import VotingService

@testable import API

@Suite struct SessionTests {
  @Test(arguments: DatabaseKind.all) func signsInAndOut(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      let (answer, client) = await fixture.signIn("Owner@Example.org")
      #expect(answer.status == 201)
      #expect(answer.headers["Set-Cookie"]?.hasSuffix("; Path=/; HttpOnly; SameSite=Lax") == true)
      let session = await client.send("GET", "/session")
      #expect(session.json["account"]?["email"] == "owner@example.org")
      #expect(session.json["csrf"]?.text == client.antiForgery)
      #expect(session.headers["Set-Cookie"] == nil)
      #expect(session.headers["Cache-Control"] == "no-store")
      #expect(await client.send("DELETE", "/session").status == 204)
      #expect(await client.send("GET", "/session").status == 401)
    }
  }

  @Test(arguments: DatabaseKind.all) func cookiesOverTLSAreBoundToTheHost(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      let body = #"{"name":"owner@example.org","password":"\#(AccessFixture.password)"}"#
      let answer = await fixture.router.send("POST", "/api/v1/session", body, address: "192.0.2.1", isSecure: true)
      let cookie = answer.headers["Set-Cookie"] ?? ""
      #expect(cookie.hasPrefix("__Host-comitia=") && cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Lax; Secure"))
      let token = answer.cookie ?? ""
      let get = { (cookie: String, isSecure: Bool) in
        await fixture.router.send("GET", "/api/v1/session", headers: [("Cookie", cookie)], isSecure: isSecure).status
      }
      #expect(await get("a=b; __Host-comitia=\(token)", true) == 200)
      #expect(await get("comitia=\(token)", true) == 401)
      #expect(await get("__Host-comitia=\(token)", false) == 401)
      #expect(await get("__Host-comitia=planted; __Host-comitia=\(token)", true) == 401)
      let plain = await fixture.router.send("POST", "/api/v1/session", body, address: "192.0.2.1")
      #expect(plain.code == "insecure-connection")
    }
  }

  @Test(arguments: DatabaseKind.all) func plantedTokensAreWorthNothing(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      _ = try await fixture.account(.voter, "eve@example.org", by: owner)
      // A token that the attacker made up, and one of a session of the attacker's own.
      let (_, attacker) = await fixture.signIn("eve@example.org")
      for planted in ["planted", attacker.token] {
        let (answer, victim) = await fixture.signIn("owner@example.org", cookie: planted)
        #expect(answer.status == 201)
        #expect(answer.json["account"]?["role"] == "owner")
        #expect(victim.token != planted)
        let seen = await SignedIn(router: fixture.router, token: planted, antiForgery: "").send("GET", "/session")
        #expect(seen.status == 401)
      }
    }
  }

  @Test(arguments: DatabaseKind.all) func theDatabaseHoldsNoTokens(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      let (_, client) = await fixture.signIn("owner@example.org")
      let made = await client.send(
        "POST", "/tokens", ["name": "ci", "scopes": ["ownAccount"], "expires": "2026-12-24T00:00:00Z"])
      let token = made.json["token"]?.text ?? "none"
      let rows = try await fixture.database.read { session in
        try await session.query("SELECT id, token_hash, anti_forgery FROM sessions")
          + session.query("SELECT id, token_hash, scopes FROM access_tokens")
      }
      #expect(rows.count == 2)
      for value in rows.flatMap({ $0.values }) {
        for secret in [client.token, token] {
          #expect(value != .text(secret))
          #expect(value != .bytes(Array(secret.utf8)))
        }
      }
    }
  }

  @Test(arguments: DatabaseKind.all) func sessionsEndByThemselves(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind, AccessSettings(idle: 3_600_000, lifetime: 10_000_000, rotation: 100_000_000)) { fixture in
      _ = try await fixture.owner()
      let (_, idle) = await fixture.signIn("owner@example.org")
      fixture.clock.turn(3_599_000)
      #expect(await idle.send("GET", "/session").status == 200)
      fixture.clock.turn(3_599_000)
      #expect(await idle.send("GET", "/session").status == 200)
      fixture.clock.turn(2_802_000)
      #expect(await idle.send("GET", "/session").status == 401)
      let (_, other) = await fixture.signIn("owner@example.org")
      fixture.clock.turn(3_600_001)
      #expect(await other.send("GET", "/session").status == 401)
    }
  }

  @Test(arguments: DatabaseKind.all) func tokensOfSessionsAreChangedInTime(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind, AccessSettings(rotation: 3_600_000)) { fixture in
      _ = try await fixture.owner()
      let (_, client) = await fixture.signIn("owner@example.org")
      fixture.clock.turn(3_600_001)
      let renewed = await client.send("GET", "/session")
      let token = renewed.cookie ?? ""
      #expect(!token.isEmpty && token != client.token)
      #expect(renewed.json["csrf"]?.text == client.antiForgery)
      #expect(await client.send("GET", "/sessions").status == 200)
      fixture.clock.turn(60_001)
      #expect(await client.send("GET", "/sessions").status == 401)
      #expect(await SignedIn(router: fixture.router, token: token, antiForgery: "").send("GET", "/sessions").status == 200)
    }
  }

  @Test(arguments: DatabaseKind.all) func signsOutEverywhere(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      _ = try await fixture.account(.voter, "eve@example.org", by: owner)
      let (_, first) = await fixture.signIn("owner@example.org")
      let (_, second) = await fixture.signIn("owner@example.org")
      let (_, stranger) = await fixture.signIn("eve@example.org")
      guard case .list(let list) = await first.send("GET", "/sessions").json["items"] else { return #expect(Bool(false)) }
      #expect(list.count == 2)
      #expect(list.filter { $0["current"] == true }.count == 1)
      let id = list.first { $0["current"] == false }?["id"]?.text ?? ""
      #expect(await stranger.send("DELETE", "/sessions/\(id)").status == 404)
      #expect(await first.send("DELETE", "/sessions/\(id)").status == 204)
      #expect(await second.send("GET", "/session").status == 401)
      #expect(await first.send("DELETE", "/sessions").status == 204)
      #expect(await first.send("GET", "/session").status == 401)
      #expect(await stranger.send("GET", "/session").status == 200)
    }
  }

  @Test(arguments: DatabaseKind.all) func changedPasswordsEndOtherSessions(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      let (_, client) = await fixture.signIn("owner@example.org")
      let (_, other) = await fixture.signIn("owner@example.org")
      let next = "another good passphrase"
      #expect(await client.send("PUT", "/session/password", ["present": "wrong", "next": .text(next)]).code == "wrong-credentials")
      let short = await client.send("PUT", "/session/password", ["present": .text(AccessFixture.password), "next": "password123"])
      #expect(short.paths == ["password"])
      let changed = await client.send("PUT", "/session/password", ["present": .text(AccessFixture.password), "next": .text(next)])
      #expect(changed.status == 200)
      let token = changed.cookie ?? ""
      #expect(!token.isEmpty && token != client.token)
      #expect(await other.send("GET", "/session").status == 401)
      #expect(await client.send("GET", "/session").status == 401)
      #expect(await SignedIn(router: fixture.router, token: token, antiForgery: "").send("GET", "/session").status == 200)
      #expect(await fixture.signIn("owner@example.org").0.status == 401)
      #expect(await fixture.signIn("owner@example.org", next).0.status == 201)
    }
  }

  @Test(arguments: DatabaseKind.all) func nobodyLearnsWhoHasAnAccount(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      _ = try await fixture.account(.voter, "ada@example.org", voterID: "V1", by: owner)
      var answers: Set<String> = []
      var hashes: Set<Int> = []
      for name in ["ada@example.org", "V1", "nobody@example.org", "V2", "@", "not an address@", "x'; DROP TABLE accounts; --"] {
        let before = fixture.hasher.computed
        let answer = await fixture.signIn(name, "wrong password").0
        #expect(answer.status == 401)
        answers.insert(answer.withoutID)
        hashes.insert(fixture.hasher.computed - before)
      }
      #expect(answers.count == 1)
      #expect(hashes == [1])
      let voterID = await fixture.signIn("V1").0
      #expect(voterID.status == 201)
    }
  }

  @Test(arguments: DatabaseKind.all) func whoKnowsThePasswordLearnsWhatTheAccountWaitsFor(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      try await fixture.access.register(fixture.registration("new@example.org"))
      #expect(await fixture.signIn("new@example.org").0.code == "account-pending")
      #expect(await fixture.signIn("new@example.org", "wrong password").0.code == "wrong-credentials")
      let account = try await fixture.account(.voter, "old@example.org", by: owner)
      _ = try await fixture.access.change(account.id, AccountChange(isActive: false), by: AccessFixture.caller(owner))
      #expect(await fixture.signIn("old@example.org").0.code == "account-suspended")
    }
  }

  @Test(arguments: DatabaseKind.all) func triesAreSlowedDown(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      // The owner has signed in from here once, a stranger tries from elsewhere.
      #expect(await fixture.signIn("owner@example.org").0.status == 201)
      var waits: [Int] = []
      for _ in 0..<9 {
        let answer = await fixture.access.tryPassword("owner@example.org", place: "stranger")
        if case .throttled(let seconds)? = answer {
          waits.append(seconds)
          fixture.clock.turn(UInt64(seconds) * 1000)
        }
      }
      #expect(waits == [1, 2, 4, 8].prefix(waits.count).map { $0 } && waits.count >= 2)
      for number in 0..<60 { _ = await fixture.access.tryPassword("owner@example.org", place: "stranger\(number)") }
      #expect(
        await fixture.access.tryPassword("owner@example.org", AccessFixture.password, place: "unknown place")?.isThrottled == true)
      // Not here, where the owner has signed in before.
      #expect(await fixture.signIn("owner@example.org").0.status == 201)
      // Names that nobody has are slowed down alike.
      for _ in 0..<6 { _ = await fixture.access.tryPassword("nobody@example.org", place: "elsewhere") }
      #expect(await fixture.access.tryPassword("nobody@example.org", place: "elsewhere")?.isThrottled == true)
      fixture.clock.turn(86_400_001)
      #expect(await fixture.access.tryPassword("owner@example.org", AccessFixture.password, place: "unknown place") == nil)
    }
  }

  @Test(arguments: DatabaseKind.all) func manyTriesAtOnceAreAllCounted(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      let before = fixture.hasher.computed
      let access = fixture.access
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<20 { group.addTask { _ = await access.tryPassword("owner@example.org", place: "stranger") } }
      }
      #expect(fixture.hasher.computed - before <= 5)
    }
  }

  @Test(arguments: DatabaseKind.all) func hashesAreRenewedWhenTheyBecomeCheap(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind, cost: PasswordHasher.Cost(passes: 2, memory: 16384)) { fixture in
      let owner = try await fixture.owner()
      let cheap = try await PasswordHasher(cost: .least).hash(AccessFixture.password)
      let stored = {
        try await fixture.database.read { try await $0.query("SELECT password FROM accounts").first?.text(0) ?? "" }
      }
      _ = try await fixture.database.transaction { session in
        try await session.execute("UPDATE accounts SET password = $1 WHERE id = $2", [.text(cheap), .text(owner.id)])
      }
      #expect(await fixture.signIn("owner@example.org").0.status == 201)
      #expect(try await stored() != cheap)
      #expect(!fixture.hasher.isOutdated(try await stored()))
      #expect(await fixture.signIn("owner@example.org").0.status == 201)
    }
  }
}

extension AccessService {
  /// What a try is refused with; `nil` when it succeeds.
  func tryPassword(_ name: String, _ password: String = "wrong password", place: String) async -> AccessError? {
    do {
      _ = try await signIn(name: name, password: password, place: place, client: "")
      return nil
    } catch { return error as? AccessError ?? .notFound }
  }
}

extension AccessError {
  var isThrottled: Bool {
    if case .throttled = self { return true }
    return false
  }
}
