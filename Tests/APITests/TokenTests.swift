import StrictJSON
import TestDatabases
import Testing
import VotingService

@testable import API

@Suite struct TokenTests {
  private static let expires: JSONValue = "2026-12-24T00:00:00.000Z"

  private func bearer(_ answer: Seen) -> [(String, String)] {
    [("Authorization", "Bearer \(answer.json["token"]?.text ?? "none")")]
  }

  @Test(arguments: DatabaseKind.all) func tokensDoWhatTheirScopesSay(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      let (_, client) = await fixture.signIn("owner@example.org")
      let made = await client.send(
        "POST", "/tokens", ["name": "ci", "scopes": ["readAccounts", "ownAccount"], "expires": Self.expires])
      #expect(made.status == 201)
      #expect(made.json["token"]?.text?.hasPrefix("comitia_") == true)
      let headers = bearer(made)
      let router = fixture.router
      #expect(await router.send("GET", "/api/v1/accounts", headers: headers).status == 200)
      #expect(await router.send("GET", "/api/v1/audit-log", headers: headers).code == "forbidden")
      #expect(await router.send("GET", "/api/v1/session", headers: headers).code == "forbidden")
      #expect(await client.send("GET", "/accounts", headers: headers).status == 401)
      let forged = headers + [("X-Comitia-CSRF", client.antiForgery)]
      #expect(await router.send("GET", "/api/v1/accounts", headers: forged).status == 401)
      // More than it has, it cannot give away.
      let more = #"{"name":"x","scopes":["readAuditLog"],"expires":"2026-12-24T00:00:00Z"}"#
      #expect(await router.send("POST", "/api/v1/tokens", more, headers: headers).code == "too-many-scopes")
      guard case .list(let list) = await client.send("GET", "/tokens").json["items"] else { return #expect(Bool(false)) }
      #expect(list.count == 1 && list[0]["token"] == nil && list[0]["used"] != nil)
      let id = made.json["id"]?.text ?? ""
      #expect(await client.send("DELETE", "/tokens/\(id)").status == 204)
      #expect(await router.send("GET", "/api/v1/accounts", headers: headers).status == 401)
      #expect(await client.send("DELETE", "/tokens/\(id)").status == 404)
    }
  }

  @Test(arguments: DatabaseKind.all) func tokensLoseWhatTheirOwnerLoses(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      let ada = try await fixture.account(.administrator, "ada@example.org", by: owner)
      let (_, client) = await fixture.signIn("ada@example.org")
      let made = await client.send("POST", "/tokens", ["name": "ci", "scopes": ["readAuditLog"], "expires": Self.expires])
      let get = { await fixture.router.send("GET", "/api/v1/audit-log", headers: self.bearer(made)).status }
      #expect(await get() == 200)
      let caller = AccessFixture.caller(owner)
      _ = try await fixture.access.change(ada.id, AccountChange(role: .voter), by: caller)
      #expect(await get() == 403)
      _ = try await fixture.access.change(ada.id, AccountChange(role: .auditor), by: caller)
      #expect(await get() == 200)
      _ = try await fixture.access.change(ada.id, AccountChange(isActive: false), by: caller)
      #expect(await get() == 401)
    }
  }

  @Test(arguments: DatabaseKind.all) func tokensExpire(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      let (_, client) = await fixture.signIn("owner@example.org")
      for expires: JSONValue in ["2026-11-30T00:00:00Z", "2028-01-01T00:00:00Z"] {
        let answer = await client.send("POST", "/tokens", ["name": "ci", "scopes": ["vote"], "expires": expires])
        #expect(answer.paths == ["expires"])
      }
      let made = await client.send(
        "POST", "/tokens", ["name": "ci", "scopes": ["readAccounts"], "expires": "2026-12-01T09:00:00Z"])
      #expect(await fixture.router.send("GET", "/api/v1/accounts", headers: bearer(made)).status == 200)
      fixture.clock.turn(3_600_000)
      #expect(await fixture.router.send("GET", "/api/v1/accounts", headers: bearer(made)).status == 401)
      for wrong in ["comitia_x", "", "comitia_" + String(repeating: "A", count: 43), "Basic x"] {
        let answer = await fixture.router.send("GET", "/api/v1/health", headers: [("Authorization", "Bearer \(wrong)")])
        #expect(answer.status == 401)
      }
    }
  }

  @Test(arguments: DatabaseKind.all) func keysMakeOneOfMany(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      _ = try await fixture.account(.voter, "ada@example.org", by: owner)
      let (_, client) = await fixture.signIn("owner@example.org")
      let body: JSONValue = ["name": "ci", "scopes": ["vote"], "expires": Self.expires]
      let key = [("Idempotency-Key", "0123456789abcdef")]
      let answers = await withTaskGroup(of: Seen.self) { group in
        for _ in 0..<10 { group.addTask { await client.send("POST", "/tokens", body, headers: key) } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let made = answers.filter { $0.status == 201 }
      #expect(!made.isEmpty && answers.allSatisfy { $0.status == 201 || $0.code == "key-in-use" })
      #expect(Set(made.map { $0.json["token"]?.text }).count == 1)
      let again = await client.send("POST", "/tokens", body, headers: key)
      #expect(again.json == made.first?.json)
      #expect(again.headers["Content-Type"] == "application/json")
      #expect(try await fixture.access.tokens(of: owner.id).count == 1)
      let other = await client.send("POST", "/tokens", ["name": "b", "scopes": ["vote"], "expires": Self.expires], headers: key)
      #expect(other.code == "key-reused")
      let (_, stranger) = await fixture.signIn("ada@example.org")
      #expect(await stranger.send("POST", "/tokens", body, headers: key).json["token"] != again.json["token"])
      for wrong in ["short", String(repeating: "a", count: 129), "0123456789abcde "] {
        #expect(await client.send("POST", "/tokens", body, headers: [("Idempotency-Key", wrong)]).code == "bad-parameter")
      }
      // What was refused may be tried again with the same key.
      let refused = [("Idempotency-Key", "fedcba9876543210")]
      #expect(await client.send("POST", "/tokens", ["name": "ci"], headers: refused).status == 422)
      #expect(await client.send("POST", "/tokens", body, headers: refused).status == 201)
      fixture.clock.turn(86_400_001)
      let later = await fixture.signIn("owner@example.org").1
      #expect(await later.send("POST", "/tokens", body, headers: key).json["id"] != again.json["id"])
      let rows = try await fixture.database.read { try await $0.query("SELECT answer FROM idempotency_keys") }
      let secret = Array((again.json["token"]?.text ?? "none").utf8)
      for row in rows { #expect(try row.isNull(0) || !row.bytes(0).contains(secret)) }
    }
  }
}
