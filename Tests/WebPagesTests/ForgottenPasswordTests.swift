import API
import Curve25519
import HTTPServer
import Sealing
import TestBoards
import TestDatabases
import Testing
import VotingService

@testable import WebPages

@Suite("Forgotten passwords")
struct ForgottenPasswordTests {
  @Test("whoever asks is told the same, account or not; what is no address is said at the field", arguments: DatabaseKind.all)
  func asking(kind: DatabaseKind) async throws {
    try await OrganiseSite.run(kind, mails: .outbox) { site in
      let key = try #require(Bytes32([UInt8](repeating: 7, count: 32)))
      let audit = try AuditLog(origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: key), clock: site.clock)
      let access = AccessService(
        database: site.database, clock: site.clock, hasher: PasswordHasher(cost: .least), audit: audit, metrics: MetricsRegistry())
      let password = "correct horse battery"
      _ = try await access.setUp(
        code: try await access.setupCode()?.code ?? "",
        owner: Registration(name: "Olga", surname: "Owner", email: "owner@example.org", voterID: nil, password: password))
      let environment = RouterEnvironment(
        authenticator: AccessAuthenticator(access: access), limiter: TokenBuckets(quotas: [:], clock: site.clock),
        metrics: MetricsRegistry(), report: { _, error in Issue.record(error) })
      let pages = ForgottenPasswordPages(passwords: PasswordMails(store: site.services.mails, access: access)).pages
      let browser = PeopleField.Browser(router: PageRouter(pages, environment: environment, files: NoFiles()))
      #expect(await browser.get("/password/forgotten").status == 200)
      for address in ["owner@example.org", "nobody@example.org", "a@b"] {
        let asked = await browser.send("/password/forgotten", ["email": address])
        #expect(asked.status == 303 && asked.to == "/sign-in?done=passwordMail", "\(address)")
      }
      for address in ["", "  ", "nobody", "\"><script>alert(1)</script>", "@" + String(repeating: "a", count: 300)] {
        let refused = await browser.send("/password/forgotten", ["email": address])
        #expect(refused.status == 422 && refused.text.contains("id=\"email-fault\""), "\(address)")
        #expect(!refused.text.contains("<script>alert"))
      }
      let waiting = try await site.database.read { session in
        try await session.query("SELECT COUNT(*) FROM jobs WHERE kind = 'password-mail'")[0].integer(0)
      }
      #expect(waiting == 3)
    }
  }
}

private struct NoFiles: HTTPHandler {
  func bodyLimit(method: String, path: String) -> Int { 0 }
  func respond(to request: HTTPRequest) async -> HTTPAnswer { .response(HTTPResponse(status: 404)) }
}
