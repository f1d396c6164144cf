import TestDatabases
import Testing
import VotingService

@testable import WebPages

@Suite("Pages of administrators, voters and those who ask")
struct PeoplePagesTests {
  private static let attack = "\"><script>alert(1)</script>"

  /// Whether what somebody wrote became markup.
  private static func isHarmless(_ page: String) -> Bool {
    !page.contains("<script>") && page.contains("&lt;script&gt;")
  }

  @Test("what people write stays text on every page", arguments: DatabaseKind.all)
  func texts(kind: DatabaseKind) async throws {
    try await PeopleField.run(kind) { field in
      let owner = try await field.owner()
      let browser = try await field.browser("owner@example.org")
      let id = try await field.register(Self.attack, "x@example.org")
      let ticket = try await field.people.desk.ask(Question(category: .link, severity: .low, text: Self.attack))
      try await field.people.feedback.give(Feedback(words: [.worked: Self.attack, .problems: Self.attack]))
      let account = Caller(proof: .none, account: owner.id, role: .owner, permissions: Role.owner.permissions)
      _ = try await field.access.createToken(name: Self.attack, scopes: [.vote], lifetime: 1000, by: account)
      for path in [
        "/administration/accounts", "/administration/accounts/\(id)", "/administration/desk/\(ticket.id)",
        "/administration/feedback",
        "/administration/settings", "/account",
      ] {
        let page = await browser.get(path)
        #expect(page.status == 200 && Self.isHarmless(page.text), "\(path)")
      }
      let asked = await field.stranger.send("/help/answer", ["reference": ticket.id, "code": ticket.code])
      #expect(asked.status == 200 && Self.isHarmless(asked.text))
      // What is searched for, and what a form brings back.
      for path in ["/administration/accounts?q=", "/administration/audit-log?account="] {
        let page = await browser.get(path + "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E")
        #expect(page.status == 200 && Self.isHarmless(page.text), "\(path)")
      }
      let refused = await field.stranger.send(
        "/help", ["category": "link", "severity": "4", "text": Self.attack, "address": Self.attack])
      #expect(refused.status == 422 && Self.isHarmless(refused.text))
    }
  }

  @Test("each page asks for its permission, each form for the token", arguments: DatabaseKind.all)
  func permissions(kind: DatabaseKind) async throws {
    try await PeopleField.run(kind) { field in
      let owner = try await field.owner()
      let voter = try await field.account(.voter, "voter@example.org", by: owner)
      for role in [Role.auditor, .support] { _ = try await field.account(role, "\(role.rawValue)@example.org", by: owner) }
      let table: [(String, [Role])] = [
        ("/administration", [.owner, .auditor, .support]), ("/administration/accounts", [.owner, .auditor, .support]),
        ("/administration/accounts/\(voter.id)", [.owner, .auditor, .support]), ("/administration/audit-log", [.owner, .auditor]),
        ("/administration/jobs", [.owner, .auditor]), ("/administration/health", [.owner, .auditor]),
        ("/administration/chain", [.owner, .auditor]),
        ("/administration/settings", [.owner, .auditor]), ("/administration/analytics", [.owner, .auditor]),
        ("/administration/desk", [.owner, .support]),
        ("/administration/feedback", [.owner]), ("/account", [.owner, .auditor, .support, .voter]),
        ("/mine", [.owner, .auditor, .support, .voter]),
      ]
      for role in [Role.owner, .auditor, .support, .voter] {
        let browser = try await field.browser("\(role.rawValue)@example.org")
        for (path, roles) in table {
          let page = await browser.get(path)
          #expect(page.status == (roles.contains(role) ? 200 : 403), "\(role) \(path)")
          if role == .auditor && path.hasPrefix("/administration") {
            #expect(!page.text.contains("voter@example.org") && !page.text.contains("Some Some"))
          }
        }
      }
      for (path, _) in table { #expect(await field.stranger.get(path).to.hasPrefix("/sign-in?then=")) }
      // Nobody but who manages accounts does anything to them, and no other site in their name.
      let path = "/administration/accounts/\(voter.id)/suspension"
      for role in [Role.auditor, .support, .voter] {
        let browser = try await field.browser("\(role.rawValue)@example.org")
        #expect(await browser.send(path, [:]).status == 403)
      }
      var forged = try await field.browser("owner@example.org")
      forged.token = "guessed"
      #expect(await forged.send(path, [:]).status == 403)
      #expect(try await field.access.account(voter.id).account.state == .active)
    }
  }

  @Test("accounts are approved, changed, suspended and deleted as the forms say", arguments: DatabaseKind.all)
  func accounts(kind: DatabaseKind) async throws {
    try await PeopleField.run(kind) { field in
      _ = try await field.owner()
      let browser = try await field.browser("owner@example.org")
      let id = try await field.register("Ada", "ada@example.org")
      let path = "/administration/accounts/\(id)"
      #expect(await browser.send("\(path)/approval", [:]).to == "\(path)?done=approved")
      #expect(await browser.send("\(path)/role", ["role": "auditor"]).status == 303)
      #expect(try await field.access.account(id).account.role == .auditor)
      #expect(await browser.send("\(path)/role", ["role": "emperor"]).status == 400)
      #expect(await browser.send("\(path)/password", [:]).text.contains("https://vote.example/password#"))
      #expect(await browser.send("\(path)/suspension", [:]).status == 303)
      #expect(await browser.get(path).text.contains("Let in again"))
      #expect(await browser.send("\(path)/restoration", [:]).status == 303)
      #expect(await browser.send("\(path)/deletion", ["words": "yes"]).status == 422)
      #expect(await browser.send("\(path)/deletion", ["words": " ADA@example.org"]).status == 303)
      #expect(await browser.get(path).status == 404)
      // A second registration by an address that is taken shows it, and can only be rejected.
      let twin = try await field.register("Twin", "owner@example.org")
      let page = await browser.get("/administration/accounts/\(twin)").text
      #expect(page.contains("Somebody who was approved has the same") && !page.contains("/approval"))
      #expect(await browser.send("/administration/accounts/\(twin)/rejection", [:]).status == 303)
    }
  }

  @Test("the own account: password, sessions, tokens", arguments: DatabaseKind.all)
  func account(kind: DatabaseKind) async throws {
    try await PeopleField.run(kind) { field in
      _ = try await field.owner()
      let (browser, other) = (try await field.browser("owner@example.org"), try await field.browser("owner@example.org"))
      #expect(await browser.send("/account/password", ["present": "wrong", "next": "another long one"]).status == 422)
      #expect(await browser.send("/account/password", ["present": PeopleField.password, "next": "short"]).status == 422)
      let made = await browser.send("/account/tokens", ["name": "Mine", "scope": "vote", "scope": "unknown", "days": "7"])
      #expect(made.status == 200 && made.text.contains("comitia_"))
      #expect(await browser.send("/account/tokens", ["name": "Mine", "days": "7"]).status == 422)
      #expect(await browser.send("/account/tokens", ["name": "Mine", "scope": "vote", "days": "9999"]).status == 400)
      #expect(await !browser.get("/account").text.contains("comitia_"))
      let changed = await browser.send("/account/password", ["present": PeopleField.password, "next": "another long one"])
      #expect(changed.to == "/account?done=password")
      #expect(await other.get("/account").to.hasPrefix("/sign-in"))
    }
  }

  @Test("questions and feedback without an account are limited", arguments: DatabaseKind.all)
  func limits(kind: DatabaseKind) async throws {
    try await PeopleField.run(kind) { field in
      var statuses: [Int] = []
      for _ in 0..<10 { statuses.append(await field.stranger.send("/feedback", ["overall": "3"]).status) }
      #expect(statuses.prefix(8).allSatisfy { $0 == 303 } && statuses.suffix(2) == [429, 429])
      #expect(await field.stranger.get("/feedback").status == 200)
    }
  }
}
