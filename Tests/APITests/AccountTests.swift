import StrictJSON
import TestDatabases
import Testing
import VotingService

@testable import API

@Suite struct AccountTests {
  @Test(arguments: DatabaseKind.all) func registrationsWaitForApproval(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      _ = try await fixture.owner()
      let (_, owner) = await fixture.signIn("owner@example.org")
      let body = #"{"name":"Bo","surname":"Ek","email":"Bo@Example.org","voterId":"V-7","password":"a long passphrase"}"#
      let answer = await fixture.router.send("POST", "/api/v1/accounts", body)
      #expect(answer.status == 202)
      #expect(answer.json == ["status": "received"])
      guard case .list(let list) = await owner.send("GET", "/accounts?state=pending").json["items"], let waiting = list.first else {
        return #expect(Bool(false))
      }
      #expect(waiting["email"] == "bo@example.org")
      let id = waiting["id"]?.text ?? ""
      #expect(await owner.send("POST", "/accounts/\(id)/approval").json["state"] == "active")
      #expect(await owner.send("POST", "/accounts/\(id)/approval").code == "wrong-state")
      #expect(await owner.send("POST", "/accounts/\(id)/rejection").code == "wrong-state")
      #expect(await fixture.signIn("V-7", "a long passphrase").0.status == 201)
      #expect(
        try await fixture.auditActions() == ["account.owner-set-up", "session.began", "account.registered", "account.approved"])
    }
  }

  @Test(arguments: DatabaseKind.all) func registrationSaysNothingOfOthers(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      _ = try await fixture.account(.voter, "ada@example.org", voterID: "V1", by: owner)
      var answers: Set<String> = []
      for (email, voterID) in [
        ("ada@example.org", "V9"), ("x@example.org", "V1"), ("y@example.org", "V8"), ("ADA@example.org", "V7"),
      ] {
        let before = fixture.hasher.computed
        let body = #"{"name":"A","surname":"B","email":"\#(email)","voterId":"\#(voterID)","password":"a long passphrase"}"#
        let answer = await fixture.router.send("POST", "/api/v1/accounts", body)
        answers.insert("\(answer.status) \(answer.withoutID)")
        #expect(fixture.hasher.computed - before == 1)
      }
      #expect(answers.count == 1)
      let waiting = try await fixture.access.accounts(AccountFilter(state: .pending), after: nil, limit: 10)
      #expect(
        waiting.map { "\($0.account.email) \($0.clash ?? "none")" }.sorted() == [
          "ada@example.org email", "ada@example.org email", "x@example.org voterId", "y@example.org none",
        ])
      for listed in waiting where listed.clash != nil {
        await #expect(throws: AccessError.inUse(member: listed.clash ?? "")) {
          try await fixture.access.approve(listed.account.id, by: AccessFixture.caller(owner))
        }
      }
      // The true owner's password still is the only one that opens.
      #expect(await fixture.signIn("ada@example.org", "a long passphrase").0.status == 401)
      #expect(await fixture.signIn("ada@example.org").0.status == 201)
      // A flood of registrations for one address is dropped.
      for _ in 0..<10 { try await fixture.access.register(fixture.registration("flood@example.org")) }
      let flood = try await fixture.access.accounts(AccountFilter(state: .pending), after: nil, limit: 50)
      #expect(flood.filter { $0.account.email == "flood@example.org" }.count == 3)
    }
  }

  @Test(arguments: DatabaseKind.all) func registrationMayBeOpenOrClosed(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind, AccessSettings(registration: .open)) { fixture in
      try await fixture.access.register(fixture.registration("ada@example.org"))
      #expect(await fixture.signIn("ada@example.org").0.status == 201)
      try await fixture.access.register(fixture.registration("ada@example.org", password: "not the same one"))
      #expect(await fixture.signIn("ada@example.org", "not the same one").0.status == 401)
    }
    try await AccessFixture.run(kind, AccessSettings(registration: .closed)) { fixture in
      let body = #"{"name":"A","surname":"B","email":"a@b","password":"a long passphrase"}"#
      #expect(await fixture.router.send("POST", "/api/v1/accounts", body).code == "registration-closed")
    }
  }

  @Test(arguments: [
    ("short", "password"), ("1234567890", "password"), ("Password123", "password"), ("aaaaaaaaaaaaa", "password"),
    (String(repeating: "é", count: 129), "password"), (String(repeating: "a", count: 257), "password"),
  ])
  func poorPasswordsAreRefused(_ password: String, _ member: String) async throws {
    try await AccessFixture.run(.sqlite) { fixture in
      let body: JSONValue = ["name": "A", "surname": "B", "email": "a@example.org", "password": .text(password)]
      let answer = await fixture.router.send("POST", "/api/v1/accounts", String(decoding: body.bytes, as: UTF8.self))
      #expect(answer.status == 422)
      #expect(answer.paths == [member])
      #expect(!String(decoding: answer.body, as: UTF8.self).contains(password))
    }
  }

  @Test(arguments: ["a", "a@", "@b", "a@b@c", "a b@c", "a@b\n", "é@example.org", String(repeating: "a", count: 255) + "@b"])
  func poorAddressesAreRefused(_ email: String) async throws {
    try await AccessFixture.run(.sqlite) { fixture in
      let body: JSONValue = ["name": "A", "surname": "B", "email": .text(email), "password": "a long passphrase"]
      let answer = await fixture.router.send("POST", "/api/v1/accounts", String(decoding: body.bytes, as: UTF8.self))
      #expect(answer.status == 422)
      #expect(answer.paths == ["email"])
    }
  }

  @Test(arguments: DatabaseKind.all) func theFirstOwnerComesByACodeThatWorksOnce(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let code = try await fixture.access.setupCode()?.code ?? ""
      let newer = try await fixture.access.setupCode()?.code ?? ""
      let body = { (code: String) in
        #"{"code":"\#(code)","name":"A","surname":"B","email":"a@example.org","password":"a long passphrase"}"#
      }
      let before = fixture.hasher.computed
      #expect(await fixture.router.send("POST", "/api/v1/setup", body(code)).code == "invalid-code")
      #expect(fixture.hasher.computed == before)
      let made = await fixture.router.send("POST", "/api/v1/setup", body(newer))
      #expect(made.status == 201)
      #expect(made.json["role"] == "owner")
      #expect(await fixture.router.send("POST", "/api/v1/setup", body(newer)).code == "invalid-code")
      #expect(try await fixture.access.setupCode() == nil)
    }
    try await AccessFixture.run(kind) { fixture in
      let code = try await fixture.access.setupCode()
      fixture.clock.turn(86_400_000)
      await #expect(throws: AccessError.invalidCode) {
        try await fixture.access.setUp(code: code?.code ?? "", owner: fixture.registration("a@example.org"))
      }
    }
  }

  @Test(arguments: DatabaseKind.all) func twoWithOneCodeMakeOneOwner(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let code = try await fixture.access.setupCode()?.code ?? ""
      let made = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<8 {
          group.addTask {
            (try? await fixture.access.setUp(code: code, owner: fixture.registration("a\(number)@example.org"))) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(made == 1)
      #expect(try await fixture.access.accounts(AccountFilter(role: .owner), after: nil, limit: 10).count == 1)
    }
  }

  @Test(arguments: DatabaseKind.all) func passwordsAreResetByACodeThatWorksOnce(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      let ada = try await fixture.account(.voter, "ada@example.org", by: owner)
      let (_, session) = await fixture.signIn("ada@example.org")
      let token = await session.send("POST", "/tokens", ["name": "t", "scopes": ["vote"], "expires": "2026-12-24T00:00:00Z"])
      let (_, administrator) = await fixture.signIn("owner@example.org")
      let first = await administrator.send("POST", "/accounts/\(ada.id)/password").json["code"]?.text ?? ""
      let code = await administrator.send("POST", "/accounts/\(ada.id)/password").json["code"]?.text ?? ""
      let reset = { (code: String) in
        await fixture.router.send("POST", "/api/v1/password-resets", #"{"code":"\#(code)","password":"a new passphrase"}"#)
      }
      #expect(await reset(first).code == "invalid-code")
      #expect(await session.send("GET", "/session").status == 200)
      #expect(await reset(code).status == 204)
      #expect(await reset(code).code == "invalid-code")
      #expect(await session.send("GET", "/session").status == 401)
      let bearer = [("Authorization", "Bearer \(token.json["token"]?.text ?? "")")]
      #expect(await fixture.router.send("GET", "/api/v1/tokens", headers: bearer).status == 401)
      #expect(await fixture.signIn("ada@example.org").0.status == 401)
      #expect(await fixture.signIn("ada@example.org", "a new passphrase").0.status == 201)
      let late = await administrator.send("POST", "/accounts/\(ada.id)/password").json["code"]?.text ?? ""
      fixture.clock.turn(86_400_000)
      #expect(await reset(late).code == "invalid-code")
      // A code for one thing is none for another.
      #expect(
        await fixture.router.send(
          "POST", "/api/v1/setup",
          #"{"code":"\#(late)","name":"A","surname":"B","email":"e@example.org","password":"a long passphrase"}"#
        ).code == "invalid-code")
    }
  }

  @Test(arguments: DatabaseKind.all) func nobodyRaisesAnybodyAboveHimself(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      var accounts: [Role: Account] = [:]
      var clients: [Role: SignedIn] = [:]
      for role in Role.allCases {
        let email = "\(role.rawValue)2@example.org"
        accounts[role] = try await fixture.account(role, email, by: owner)
        clients[role] = await fixture.signIn(email).1
      }
      for (actor, client) in clients {
        for (subject, account) in accounts {
          for role in Role.allCases {
            // Who may is said here once more, in other words than in the table.
            let above: [Role: Set<Role>] = [.owner: Set(Role.allCases), .administrator: [.auditor, .support, .voter]]
            let isAllowed = above[actor]?.isSuperset(of: [subject, role]) == true
            guard !isAllowed else { continue }
            let answer = await client.send("PATCH", "/accounts/\(account.id)", ["role": .text(role.rawValue)])
            #expect(answer.status == 403, "\(actor) made \(subject) \(role)")
          }
          guard actor != .owner, actor != .administrator || subject == .owner || subject == .administrator else { continue }
          #expect(await client.send("DELETE", "/accounts/\(account.id)").status == 403)
          #expect(await client.send("POST", "/accounts/\(account.id)/password").status == 403)
          #expect(await client.send("PATCH", "/accounts/\(account.id)", ["state": "suspended"]).status == 403)
        }
      }
      for (role, account) in accounts { #expect(try await fixture.access.account(account.id).account.role == role) }
      let administrator = clients[.administrator]
      let raised = await administrator?.send("PATCH", "/accounts/\(accounts[.voter]?.id ?? "")", ["role": "support"])
      #expect(raised?.json["role"] == "support")
      // The role is another one, so the sessions are over.
      #expect(await clients[.voter]?.send("GET", "/session").status == 401)
    }
  }

  @Test(arguments: DatabaseKind.all) func theLastOwnerStays(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      let (_, client) = await fixture.signIn("owner@example.org")
      for body: JSONValue in [["role": "voter"], ["state": "suspended"]] {
        #expect(await client.send("PATCH", "/accounts/\(owner.id)", body).code == "last-owner")
      }
      #expect(await client.send("DELETE", "/accounts/\(owner.id)").code == "last-owner")
      let second = try await fixture.account(.owner, "second@example.org", by: owner)
      // Both at once: one of them stays.
      let access = fixture.access
      let caller = AccessFixture.caller(owner)
      async let first: Void? = try? access.delete(owner.id, by: caller)
      async let other: Void? = try? access.delete(second.id, by: caller)
      _ = await (first, other)
      #expect(try await fixture.access.accounts(AccountFilter(role: .owner), after: nil, limit: 10).count == 1)
    }
  }

  @Test(arguments: DatabaseKind.all) func contactDataIsForThoseWhoNeedIt(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      let ada = try await fixture.account(.voter, "ada@example.org", by: owner)
      for (role, sees) in [(Role.auditor, false), (.support, true), (.administrator, true)] {
        let email = "\(role.rawValue)@example.org"
        _ = try await fixture.account(role, email, by: owner)
        let (_, client) = await fixture.signIn(email)
        let account = await client.send("GET", "/accounts/\(ada.id)")
        #expect(account.json["role"] == "voter")
        #expect((account.json["email"] != nil) == sees)
        #expect((account.json["surname"] != nil) == sees)
      }
      let (_, voter) = await fixture.signIn("ada@example.org")
      #expect(await voter.send("GET", "/accounts/\(ada.id)").status == 403)
      #expect(await voter.send("GET", "/accounts").status == 403)
      #expect(await voter.send("GET", "/audit-log").status == 403)
    }
  }

  @Test(arguments: DatabaseKind.all) func accountsComeInPages(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      for number in 0..<7 { _ = try await fixture.account(.voter, "v\(number)@example.org", by: owner) }
      let (_, client) = await fixture.signIn("owner@example.org")
      var ids: [String] = []
      var next: String? = ""
      while let after = next {
        let page = await client.send("GET", "/accounts?role=voter&limit=3" + (after.isEmpty ? "" : "&after=\(after)"))
        guard case .list(let items) = page.json["items"] else { break }
        ids += items.compactMap { $0["id"]?.text }
        next = page.json["next"]?.text
      }
      #expect(ids.count == 7 && Set(ids).count == 7 && ids == ids.sorted())
    }
  }
}
