import Curve25519
import Elections
import TestDatabases
import TestSupport
import Testing
import VotingService

extension CredentialIssuerName {
  var issuer: CredentialIssuer {
    switch self {
    case .service: .service
    case .authority: .authority
    case .voter: .voter
    }
  }
}

@Suite("Invitations by mail")
struct InvitationTests {
  @Test("everybody with an address gets the own link, once, and nothing stored tells it", arguments: DatabaseKind.all)
  func invitations(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft(voters: 4, silent: [4])
      let plan = try await mails.store.invitationPlan(reference, for: mails.field.organiser)
      let report = try await mails.store.invite(reference, by: mails.field.organiser)
      #expect(report == InvitationReport(links: 3, queued: 3, withoutAddress: 1, withoutLink: 0) && plan == report)
      #expect(try await mails.store.invitationPlan(reference, for: mails.field.organiser).queued == 0)
      #expect(try await mails.states(.invitation, reference) == ["v1": .queued, "v2": .queued, "v3": .queued])
      #expect(try await mails.store.invite(reference, by: mails.field.organiser).queued == 0)
      try await mails.work()
      #expect(Set(mails.transport.taken.map(\.address)) == ["v1@example.org", "v2@example.org", "v3@example.org"])
      #expect(Set(mails.transport.taken.map(\.messageID)).count == 3)
      let voters = try await mails.field.rolls.voters(of: reference, for: mails.field.organiser, limit: 10)
      let stored = try await mails.everythingStored()
      for mail in mails.transport.taken {
        let fragment = try need(mail.fragment, "link")
        let secret = try need(Base64URL.decode(fragment).flatMap { Bytes32($0) }.flatMap { VotingSecret(secret: $0) }, "secret")
        #expect(voters.first { $0.details.email == mail.address }?.credential == secret.publicKey)
        #expect(mail.html.contains("#\(fragment)\"") && mail.subject == "Your vote: Board & chair")
        #expect(!stored.contains(fragment) && !stored.contains(mail.address))
      }
      #expect(try await mails.states(.invitation, reference) == ["v1": .sent, "v2": .sent, "v3": .sent])
      #expect(mails.metrics.text.contains("comitia_mails_total{kind=\"invitation\",state=\"sent\"} 3"))
      #expect(mails.field.notes.all.contains { $0 == ("mails.invite", "3 links, 3 invitations") })
    }
  }

  @Test("a link handed out otherwise is not touched; a new one makes the mailed one void", arguments: DatabaseKind.all)
  func otherwise(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft()
      let organiser = mails.field.organiser
      let links = try await mails.field.rolls.issueLinks(for: reference, service: "https://vote.example", by: organiser)
      let plan = try await mails.store.invitationPlan(reference, for: organiser)
      let report = try await mails.store.invite(reference, by: organiser)
      #expect(report == InvitationReport(links: 0, queued: 0, withoutAddress: 0, withoutLink: 3) && plan == report)
      await #expect(throws: MailError.noLink) { try await mails.store.resend(to: links[0].voter, in: reference, by: organiser) }
      // A changed voter id takes the credential away; the next invitation brings another.
      let voter = try await mails.field.rolls.voter(links[0].voter, in: reference, for: organiser)
      var details = voter.details
      details.voterID = "changed"
      _ = try await mails.field.rolls.update(voter.id, to: details, state: .admitted, in: reference, by: organiser)
      #expect(try await mails.store.invite(reference, by: organiser).queued == 1)
      _ = try await mails.field.rolls.issueLinks(for: reference, service: "s", renewing: true, by: organiser)
      try await mails.work()
      #expect(mails.transport.tried.isEmpty)
      #expect(try await mails.states(.invitation, reference) == ["changed": .givenUp])
    }
  }

  @Test("links may be made before, and be mailed when voting is open", arguments: DatabaseKind.all)
  func later(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft()
      let report = try await mails.store.invite(reference, sends: false, by: mails.field.organiser)
      #expect(report.links == 3 && report.queued == 0)
      #expect(try await mails.field.rolls.counts(of: reference, for: mails.field.organiser).credentials == 3)
      let plan = try await mails.store.invitationPlan(reference, for: mails.field.organiser)
      #expect(plan == InvitationReport(links: 0, queued: 3, withoutAddress: 0, withoutLink: 0))
      #expect(try await mails.store.invite(reference, by: mails.field.organiser).queued == 3)
    }
  }

  @Test("with other issuers the mail says how the credential comes", arguments: DatabaseKind.all)
  func issuers(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      for (issuer, word) in [(CredentialIssuerName.authority, "separate office"), (.voter, "your device makes")] {
        mails.transport.forget()
        let reference = try await mails.draft(issuer)
        #expect(try await mails.store.invite(reference, by: mails.field.organiser).queued == 3)
        try await mails.work()
        #expect(mails.transport.taken.count == 3)
        for mail in mails.transport.taken {
          #expect(
            mail.fragment == nil && mail.text.contains("https://vote.example/vote/\(reference)\n") && mail.text.contains(word))
        }
      }
    }
  }

  @Test("an invitation can be sent again, to the address that is there now", arguments: DatabaseKind.all)
  func resending(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft(voters: 2, silent: [2])
      let organiser = mails.field.organiser
      _ = try await mails.store.invite(reference, by: organiser)
      let voters = try await mails.field.rolls.voters(of: reference, for: organiser, limit: 10)
      let first = try need(voters.first { $0.details.voterID == "v1" }, "voter")
      let silent = try need(voters.first { $0.details.voterID == "v2" }, "voter")
      // One is on its way.
      #expect(try await !mails.store.resend(to: first.id, in: reference, by: organiser))
      try await mails.work()
      var details = first.details
      details.email = "new@example.org"
      _ = try await mails.field.rolls.update(first.id, to: details, state: .admitted, in: reference, by: organiser)
      #expect(try await mails.store.resend(to: first.id, in: reference, by: organiser))
      try await mails.work()
      #expect(mails.transport.taken.map(\.address) == ["v1@example.org", "new@example.org"])
      #expect(mails.transport.taken[0].fragment == mails.transport.taken[1].fragment)
      #expect(mails.transport.taken[0].messageID != mails.transport.taken[1].messageID)
      await #expect(throws: MailError.noAddress) { try await mails.store.resend(to: silent.id, in: reference, by: organiser) }
    }
  }

  @Test("without a mail server nothing is offered; nobody but the organiser sends", arguments: DatabaseKind.all)
  func refusals(kind: DatabaseKind) async throws {
    try await withMails(kind, mode: .none) { mails in
      let reference = try await mails.draft()
      await #expect(throws: MailError.notOffered) { try await mails.store.invite(reference, by: mails.field.organiser) }
      await #expect(throws: MailError.notOffered) { try await mails.passwords.request("a@b.de", .english) }
      let sending = try MailField(mails.field)
      await #expect(throws: ElectionError.notFound) { try await sending.store.invite(reference, by: Organiser(account: "eve")) }
      await #expect(throws: ElectionError.notOrganiser) {
        try await sending.store.set(MailSettings(), of: reference, by: Organiser(account: "eve", readsAll: true))
      }
      await #expect(throws: ElectionError.self) { try await sending.store.remind(reference, by: mails.field.organiser) }
      await #expect(throws: ElectionError.self) {
        try await sending.store.notify(.result, of: reference, by: mails.field.organiser)
      }
    }
  }

  @Test("an organiser's own text is used, previewed and taken back", arguments: DatabaseKind.all)
  func texts(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft(voters: 1)
      let organiser = mails.field.organiser
      try await mails.store.set(MailSettings(language: .german), of: reference, by: organiser)
      let preview = try await mails.store.preview(.invitation, of: reference, for: organiser)
      #expect(preview.subject == "Ihre Stimme: Board & chair" && preview.text.contains("Kim Beispiel"))
      #expect(preview.html.contains("Board &amp; chair") && preview.html.contains("lang=\"de\""))
      let own = try MailText(subject: "{election}!", body: "{name}, los: {link}", for: .invitation)
      let draftPreview = try await mails.store.preview(.invitation, own, of: reference, for: organiser)
      #expect(draftPreview.text == "Kim Beispiel, los: https://vote.example/vote/\(reference)#…")
      try await mails.store.set(own, for: .invitation, of: reference, by: organiser)
      #expect(try await mails.store.text(.invitation, of: reference, for: organiser).isPreset == false)
      _ = try await mails.store.invite(reference, by: organiser)
      try await mails.work()
      #expect(mails.transport.taken.first?.subject == "Board & chair!")
      try await mails.store.set(nil, for: .invitation, of: reference, by: organiser)
      #expect(try await mails.store.text(.invitation, of: reference, for: organiser).isPreset)
      for kind in MailKind.ofElections { _ = try await mails.store.preview(kind, of: reference, for: organiser) }
    }
  }

  @Test("lists are searched, paged and filtered", arguments: DatabaseKind.all)
  func lists(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft(voters: 12)
      let organiser = mails.field.organiser
      mails.transport.answer("v3@example.org", .refused("550 no"))
      _ = try await mails.store.invite(reference, by: organiser)
      try await mails.work()
      func found(_ filter: MailFilter, contact: Bool = true, after: String = "", limit: Int = 100) async throws -> [ListedMail] {
        try await mails.store.mails(
          of: reference, filter, for: organiser, searchesContact: contact, after: after, limit: limit)
      }
      #expect(try await found(MailFilter(state: .refused)).map(\.details.voterID) == ["v3"])
      #expect(try await found(MailFilter(search: "VOTER 1")).map(\.details.voterID).sorted() == ["v1", "v10", "v11", "v12"])
      #expect(try await found(MailFilter(search: "VOTER 1"), contact: false).isEmpty)
      #expect(try await found(MailFilter(search: "%")).isEmpty)
      #expect(try await found(MailFilter(search: "_")).isEmpty)
      #expect(try await found(MailFilter(kind: .result)).isEmpty)
      var ids: [String] = []
      while true {
        let page = try await found(MailFilter(), after: ids.last ?? "", limit: 5)
        ids += page.map(\.id)
        if page.count < 5 { break }
      }
      #expect(ids.count == 12 && ids == ids.sorted() && Set(ids).count == 12)
    }
  }
}
