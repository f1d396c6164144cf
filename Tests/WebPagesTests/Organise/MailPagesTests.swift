import Database
import Elections
import TestDatabases
import Testing

@testable import VotingService
@testable import WebPages

@Suite("Pages of mails")
struct MailPagesTests {
  private static let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;"

  /// A draft with voters v1, v2, …; the last has no address.
  private static func draft(_ site: OrganiseSite, voters count: Int = 3) async throws -> (reference: String, at: String) {
    let reference = try await site.draft()
    for number in 1...count {
      let email = number == count ? "" : "v\(number)@example.org"
      _ = try await site.services.rolls.add(
        VoterDetails(voterID: "v\(number)", name: "Name \(number)", email: email), to: reference,
        by: Organiser(account: "administrator"))
    }
    return (reference, "/organise/\(reference)/mails")
  }

  private static func counts(_ site: OrganiseSite, _ reference: String) async throws -> [MailCount] {
    try await site.services.mails.counts(of: reference, for: Organiser(account: "administrator"))
  }

  private static func set(_ state: String, _ answer: String, _ site: OrganiseSite, like id: String = "%") async throws {
    try await site.database.transaction { session in
      try await session.execute(
        "UPDATE mails SET state = $1, answer = $2, tries = 3 WHERE id LIKE $3", [.text(state), .text(answer), .text(id)])
    }
  }

  // MARK: Who may

  @Test("auditors look without names; only who holds the election writes", arguments: DatabaseKind.all)
  func permissions(kind: DatabaseKind) async throws {
    try await OrganiseSite.run(kind, mails: .server) { site in
      let (reference, at) = try await Self.draft(site)
      #expect(await site.post("\(at)/send/invitation", [("do", "send")]).status == 303)
      for path in [at, "\(at)/delivery", "\(at)/texts/invitation"] {
        #expect(await site.get(path, as: "voter").status == 403, "\(path)")
        let seen = await site.get(path, as: "auditor")
        #expect(seen.status == 200 && !seen.text.contains("Name 1") && !seen.text.contains("@example.org"), "\(path)")
        #expect(!seen.text.contains("/mails/send/") && !seen.text.contains("name=\"subject\""), "\(path)")
      }
      #expect(await site.get("\(at)/delivery?q=name", as: "auditor").text.contains("No mail is as you asked."))
      let voters = try await site.services.rolls.voters(of: reference, for: Organiser(account: "administrator"), limit: 10)
      let paths = [
        "send/invitation", "send/reminder", "settings", "texts/invitation", "texts/invitation/usual", "voters/\(voters[0].id)",
      ]
      let fields = [("do", "send"), ("subject", "a"), ("text", "{link}"), ("language", "de")]
      for path in paths {
        for role in ["auditor", "support", "bob"] {
          let sent = await site.post("\(at)/\(path)", fields, as: role)
          #expect(sent.status == 403, "\(role) writes to \(path): \(sent.status)")
        }
      }
      for role in ["auditor", "support", "bob"] { #expect(await site.get("\(at)/send/invitation", as: role).status == 403) }
      #expect(try await Self.counts(site, reference).reduce(0) { $0 + $1.count } == 2)
      for path in ["texts/password", "texts/nonsense", "send/confirmation", "send/password"] {
        #expect(await site.get("\(at)/\(path)").status == 404, "\(path)")
      }
      #expect(await site.get("/outbox").status == 404)
    }
  }

  @Test("without mails nothing is offered, and nothing is sent")
  func none() async throws {
    try await OrganiseSite.run { site in
      let (reference, at) = try await Self.draft(site)
      let page = await site.get(at)
      #expect(page.text.contains("This service sends no mail") && !page.text.contains("/mails/send/"))
      #expect(await site.get("\(at)/send/invitation").location == at)
      #expect(await site.post("\(at)/send/invitation", [("do", "send")]).status == 422)
      #expect(try await Self.counts(site, reference).isEmpty)
      #expect(await site.get("/outbox").status == 404)
    }
  }

  // MARK: Texts

  @Test("a text is previewed, kept, and given up again; every mistake stands at its field")
  func texts() async throws {
    try await OrganiseSite.run(mails: .server) { site in
      let (reference, at) = try await Self.draft(site)
      let path = "\(at)/texts/invitation"
      let usual = await site.get(path)
      #expect(usual.text.contains("Kim Sample") && usual.text.contains("https://vote.example/vote/\(reference)#…"))
      #expect(await site.get("\(path)/usual").location == path)
      let both = await site.post(path, [("do", "save"), ("subject", "{link}"), ("text", "Hello {nonsense}")])
      #expect(both.status == 422)
      #expect(
        both.text.contains("id=\"subject-fault\"") && both.text.contains("id=\"text-fault\"")
          && both.text.contains("{nonsense} is not known"))
      let lacking = await site.post(path, [("do", "preview"), ("subject", "Vote"), ("text", "Hello {name}")])
      #expect(lacking.status == 422 && lacking.text.contains("{link} is needed"))
      let own = [("subject", "Come, {name}: \(Self.hostile)"), ("text", "Dear {name},\n\n\(Self.hostile)\n{link}")]
      let tried = await site.post(path, own + [("do", "preview")])
      #expect(
        tried.status == 200 && tried.text.contains("not saved yet") && tried.text.contains("Come, Kim Sample: &quot;&gt;&lt;script")
      )
      let organiser = Organiser(account: "administrator")
      #expect(try await site.services.mails.text(.invitation, of: reference, for: organiser).isPreset)
      #expect(await site.post(path, own + [("do", "save")]).location == "\(at)?done=mails.text")
      #expect(try await !site.services.mails.text(.invitation, of: reference, for: organiser).isPreset)
      for page in [path, "\(path)/usual", at] {
        let seen = await site.get(page)
        #expect(seen.status == 200 && !seen.text.contains("<script>alert") && !seen.text.contains("<img src=x"), "\(page)")
        #expect(!seen.text.contains(" style="), "\(page)")
      }
      #expect(await site.get(path).form(to: path).first { $0.0 == "text" }?.1 == own[1].1)
      #expect(await site.post("\(path)/usual", []).location == "\(at)?done=mails.usual")
      #expect(try await site.services.mails.text(.invitation, of: reference, for: organiser).isPreset)
    }
  }

  @Test("language and what is mailed by itself")
  func settings() async throws {
    try await OrganiseSite.run(mails: .server) { site in
      let (reference, at) = try await Self.draft(site)
      let path = "\(at)/settings"
      let fields = [("language", "fr"), ("opening", "yes"), ("confirmation", "yes")]
      #expect(await site.post(path, fields).location == "\(at)?done=mails.settings")
      let organiser = Organiser(account: "administrator")
      let settings = try await site.services.mails.settings(of: reference, for: organiser)
      #expect(settings == MailSettings(language: .french, opening: true, confirmation: true))
      let shown = await site.get(path).form(to: path)
      #expect(shown.map(\.0) == ["language", "opening", "confirmation"] && shown[0].1 == "fr")
      #expect(await site.post(path, [("language", "tlh")]).status == 400)
    }
  }

  // MARK: Sending

  @Test("how many are written to is said before; no page tells a link", arguments: DatabaseKind.all)
  func sending(kind: DatabaseKind) async throws {
    try await OrganiseSite.run(kind, mails: .server) { site in
      let (reference, at) = try await Self.draft(site)
      let path = "\(at)/send/invitation"
      let asked = await site.get(path)
      #expect(asked.text.contains("2 mails will be sent") && asked.text.contains("One voter has no address"))
      #expect(asked.text.contains("2 voting links are made for this."))
      #expect(try await Self.counts(site, reference).isEmpty)
      #expect(await site.post(path, [("do", "keep")]).location == "\(at)?done=mails.kept")
      #expect(try await Self.counts(site, reference).isEmpty)
      #expect(await site.post(path, [("do", "send")]).location == "\(at)?done=mails.queued")
      #expect(try await Self.counts(site, reference) == [MailCount(kind: .invitation, state: .queued, count: 2)])
      let again = await site.get(path)
      #expect(again.text.contains("There is nobody to write to now") && !again.text.contains("value=\"send\""))
      #expect(await site.post(path, [("do", "send")]).location == "\(at)?done=mails.nobody")
      // Nothing of an election that is not open is to be reminded.
      #expect(await site.get("\(at)/send/reminder").location == at)
      let refused = await site.post("\(at)/send/reminder", [])
      #expect(refused.status == 422 && refused.text.contains("such mails make no sense now"))
      let voters = try await site.services.rolls.voters(of: reference, for: Organiser(account: "administrator"), limit: 10)
      for page in [at, "\(at)/delivery", path, "\(at)/texts/invitation"] + voters.map({ "\(at)/voters/\($0.id)" }) {
        let text = await site.get(page).text
        #expect(text.matches(of: /\/vote\/[a-z0-9]+#./).allSatisfy { $0.output.hasSuffix("…") }, "\(page) tells a link")
      }
    }
  }

  @Test("states, search, pages; one voter again; reminders never in a list", arguments: DatabaseKind.all)
  func delivery(kind: DatabaseKind) async throws {
    try await OrganiseSite.run(kind, mails: .server) { site in
      let (reference, at) = try await Self.draft(site, voters: 53)
      #expect(await site.get("\(at)/delivery").text.contains("No mail yet."))
      _ = await site.post("\(at)/send/invitation", [("do", "send")])
      try await Self.set("sent", "250 ok", site)
      let voters = try await site.services.rolls.voters(of: reference, for: Organiser(account: "administrator"), limit: 100)
      let seven = try #require(voters.first { $0.details.voterID == "v7" })
      try await Self.set("refused", "550 no <b>such</b> mailbox", site, like: "invitation_\(seven.id)_%")
      try await site.database.transaction { session in
        try await session.execute(
          """
          INSERT INTO mails (id, kind, election, voter, state, due, created, changed)
          VALUES ('r', 'reminder', $1, $2, 'sent', 1, 1, 1)
          """, [.text(reference), .text(seven.id)])
      }
      let first = await site.get("\(at)/delivery")
      #expect(first.text.contains("All (52)") && first.text.contains("Sent (51)") && first.text.contains("Refused (1)"))
      let next = try #require(first.text.firstMatch(of: /href="([^"]*after=[^"]*)"/)?.output.1)
      let rest = await site.get(String(next)).text
      #expect(rest.matches(of: /<tr>/).count == 3 && rest.contains("First page"))
      let refused = await site.get("\(at)/delivery?state=refused&kind=invitation").text
      #expect(refused.contains("550 no &lt;b&gt;such&lt;/b&gt; mailbox") && refused.contains("tried 3 times"))
      #expect(refused.matches(of: /<tr>/).count == 2)
      #expect(await site.get("\(at)/delivery?q=v7%40example").text.contains(">v7</a>"))
      for page in ["kind=reminder", "q=%25", "state=%22%3E%3Cscript%3Ealert(1)", "q=%22%3E%3Cscript%3Ealert(1)", "after=%00"] {
        let seen = await site.get("\(at)/delivery?\(page)")
        #expect(!seen.text.contains("<script>alert"), "\(page)")
        #expect(!seen.text.contains("<td>Reminder"), "\(page)")
      }
      let own = "\(at)/voters/\(seven.id)"
      let page = await site.get(own).text
      #expect(page.contains("v7@example.org") && !page.contains("<b>Reminder"))
      #expect(await site.post(own, [("do", "again")]).location == "\(at)?done=mails.again")
      let twice = await site.post(own, [("do", "again")])
      #expect(twice.status == 422 && twice.text.contains("on its way already"))
      let silent = try #require(voters.first { $0.details.voterID == "v53" })
      #expect(await site.post("\(at)/voters/\(silent.id)", [("do", "again")]).text.contains("This voter has no address."))
      #expect(await site.get("\(at)/voters/nobody").status == 404)
    }
  }

  // MARK: The outbox

  private static func keep(_ id: String, _ subject: String, _ text: String, _ site: OrganiseSite) async {
    let mail = OutgoingMail(
      kind: .invitation, name: "", address: "\(id)@example.org", subject: subject, text: text,
      html: MailHTML.document(subject: subject, text: text, language: "en"), messageID: id, date: 1)
    #expect(await OutboxTransport(database: site.database, clock: site.clock).send(mail) == .sent)
    site.clock.advance(1)
  }

  @Test("the outbox says that nothing was sent; its links work, and only this service's", arguments: DatabaseKind.all)
  func outbox(kind: DatabaseKind) async throws {
    try await OrganiseSite.run(kind, mails: .outbox) { site in
      let (_, at) = try await Self.draft(site)
      #expect(await site.get(at).text.contains("href=\"/outbox\""))
      #expect(await site.get("/outbox").text.contains("No mail yet."))
      let text =
        "Hello,\nthere: https://vote.example/vote/aaaa#Ab_c-9.\n\n\(Self.hostile) https://vote.example.evil/x javascript:alert(1)"
      await Self.keep("a", "First \(Self.hostile)", text, site)
      await Self.keep("b", "Second", "Set it here:\nhttps://vote.example/password#code", site)
      let list = await site.get("/outbox").text
      #expect(list.contains("nothing is sent") && list.contains("a@example.org") && !list.contains("<script>alert"))
      let mail = await site.get("/outbox/a").text
      #expect(mail.contains("<a href=\"/vote/aaaa#Ab_c-9\">https://vote.example/vote/aaaa#Ab_c-9</a>."))
      #expect(!mail.contains("<script>alert") && !mail.contains("<img src=x") && !mail.contains("<p style"))
      #expect(!mail.contains("href=\"https") && !mail.contains("href=\"javascript"))
      #expect(mail.contains("&lt;p style=&quot;margin"))
      // Whoever sets an owner's password is the owner.
      #expect(!list.contains("Second"))
      #expect(await site.get("/outbox/b").status == 404)
      #expect(await site.get("/outbox", as: "owner").text.contains("Second"))
      #expect(await site.get("/outbox/b", as: "owner").text.contains("<a href=\"/password#code\">"))
      for role in ["voter", "auditor", "support"] {
        #expect(await site.get("/outbox", as: role).status == 403, "\(role)")
        #expect(await site.get("/outbox/a", as: role).status == 403, "\(role)")
      }
      #expect(await site.get("/outbox", from: "203.0.113.9").status == 404)
      #expect(await site.get("/outbox/a", from: "203.0.113.9").status == 404)
      #expect(await site.get("/outbox/nothing").status == 404)
    }
  }

  @Test("an outbox in pages, newest first")
  func outboxPages() async throws {
    try await OrganiseSite.run(mails: .outbox) { site in
      for number in 0..<52 { await Self.keep("m\(number)", "Mail \(number).", "text", site) }
      let first = await site.get("/outbox").text
      #expect(first.contains("Mail 51.") && first.contains("Mail 2.") && !first.contains("Mail 1.") && first.contains("page=2"))
      let second = await site.get("/outbox?page=2").text
      #expect(second.contains("Mail 1.") && second.contains("Mail 0.") && !second.contains("Mail 2."))
    }
  }
}
