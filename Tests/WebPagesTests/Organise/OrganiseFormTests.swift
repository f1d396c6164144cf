import BallotCryptography
import Curve25519
import Elections
import Foundation
import TestDatabases
import TestSupport
import Testing
import VotingService

@testable import WebPages

@Suite("Forms of organisers")
struct OrganiseFormTests {
  private static let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;"

  private static func fields(_ fields: [(String, String)], with changes: KeyValuePairs<String, String>) -> [(String, String)] {
    let names = changes.map { $0.key }
    return fields.filter { !names.contains($0.0) } + changes.map { ($0.key, $0.value) }
  }

  // MARK: Round trips

  @Test("every template becomes a draft whose forms give it back as it is", arguments: ElectionTemplate.all.map { $0.name })
  func templates(name: String) async throws {
    try await OrganiseSite.run { site in
      let reference = try await site.draft(name)
      try await Self.sendBack(reference, site)
      let template = try #require(ElectionTemplate.all.first { $0.name == name })
      let manifest = try await site.election(reference).manifest
      #expect(manifest.contests == template.manifest.contests && manifest.title.description == "Meeting")
    }
  }

  /// Opens every form of the definition and sends it as it stands: nothing may change.
  private static func sendBack(_ reference: String, _ site: OrganiseSite) async throws {
    let before = try await site.election(reference).manifest
    let at = "/organise/\(reference)"
    for path in ["\(at)/questions", "\(at)/times"] + (1...before.contests.count).map({ "\(at)/questions/\($0)" }) {
      let page = await site.get(path)
      let sent = await site.post(path, page.form(to: path))
      #expect(sent.status == 303, "\(path) answers \(sent.status)")
      let after = try await site.election(reference).manifest
      #expect(after.encoded == before.encoded, "\(path) changes the definition")
    }
  }

  @Test("a definition with everything comes back as it is; hostile texts stay texts on every page", arguments: DatabaseKind.all)
  func everything(kind: DatabaseKind) async throws {
    try await OrganiseSite.run(kind) { site in
      let reference = try await site.draft()
      let manifest = try Self.manifestWithEverything()
      let organiser = Organiser(account: "administrator")
      _ = try await site.services.elections.update(
        reference, to: ElectionDefinition(manifest: manifest, threshold: 2, quorum: 3), version: nil, by: organiser)
      let details = VoterDetails(voterID: Self.hostile, name: Self.hostile, email: "a<b>\"'@example.org")
      let voter = try await site.services.rolls.add(details, to: reference, by: organiser)
      let caller = Caller(proof: .none, account: "administrator")
      _ = try await site.services.ceremonies.invite(Self.hostile, to: reference, by: caller)
      try await Self.sendBack(reference, site)
      #expect(try await site.election(reference).definition.quorum == 3)
      let at = "/organise/\(reference)"
      let paths = [
        "/organise", at, "\(at)/questions", "\(at)/questions/1", "\(at)/times", "\(at)/ballot", "\(at)/voters", "\(at)/check",
        "\(at)/voters?q=%22%3E%3Cscript%3Ealert%281%29", "\(at)/voters/\(voter.id)", "\(at)/trustees", "\(at)/delete",
        "\(at)/questions/1/options/1/picture", "\(at)/voters/rules", "\(at)/voters/links",
      ]
      for path in paths { Self.expectHarmless(await site.get(path), path) }
      for path in ["\(at)/trustees", "\(at)/voters/add", "\(at)/voters/import", "\(at)/voters/rules", "\(at)/check"] {
        let sent = await site.post(
          path,
          [
            ("name", Self.hostile), ("voterId", ""), ("weight", Self.hostile), ("list", "voterId\n\(Self.hostile)\n"),
            ("allow", "@\n" + Self.hostile), ("confirm", Self.hostile),
          ])
        Self.expectHarmless(sent, path)
      }
    }
  }

  private static func expectHarmless(_ seen: OrganiseSite.Seen, _ path: String) {
    #expect(seen.status == 200 || seen.status == 422, "\(path) answers \(seen.status)")
    #expect(!seen.text.contains("<script>alert") && !seen.text.contains("<img src=x"), "\(path) runs what a person wrote")
    #expect(!seen.text.contains(" style=") && !seen.text.contains("javascript:"), "\(path)")
  }

  private static func manifestWithEverything() throws -> Manifest {
    func text(_ string: String, lines: Bool = false) throws -> Text { try #require(Text(string, lines: lines)) }
    let rules: [ContestRules?] = [
      .approval(options: 2, minimum: 1, maximum: 2), .score(options: 2, range: 10, blankAllowed: false),
      .single(options: 2, blankAllowed: false), .yesNo(blankAllowed: true),
    ]
    let contests = try rules.map { rules in
      let options = [
        ContestOption(name: try text(hostile), description: try text("a\n\(hostile)", lines: true)),
        ContestOption(name: try text("Ünïcødé 日本"), description: .empty),
      ]
      let (title, description, known) = (try text(hostile), try text("x\n\ny", lines: true), try #require(rules))
      return try #require(Contest(title: title, description: description, rules: known, options: options))
    }
    let (title, description) = (try text(hostile), try text("\(hostile)\nline", lines: true))
    // A time with seconds, which the form does not show.
    return try #require(
      Manifest(
        title: title, description: description, opens: 4_070_908_800_000, closes: 4_070_999_960_000, revoting: .lastCounts,
        issuer: .service, smallAcknowledged: true, contests: contests))
  }

  // MARK: Limits

  @Test("what a question cannot be is said under its field, and nothing is saved")
  func limits() async throws {
    try await OrganiseSite.run { site in
      let reference = try await site.draft("approval")
      let path = "/organise/\(reference)/questions/1"
      let form = await site.get(path).form(to: path)
      let before = try await site.election(reference).manifest.encoded
      let cases: [(KeyValuePairs<String, String>, String)] = [
        (["title": ""], "title"), (["title": String(repeating: "ä", count: 101)], "title"), (["title": "a\u{202e}b"], "title"),
        (["description": String(repeating: "a", count: 4001)], "description"), (["name-1": "Candidate A"], "name-1"),
        (["name-0": "", "about-0": "x"], "name-0"), (["maximum": "6"], "maximum"), (["minimum": "4"], "minimum"),
        (["minimum": "-1"], "minimum"), (["maximum": "1e3"], "maximum"), (["kind": "yes-no"], "name-0"),
        (["kind": "score", "range": "1"], "range"), (["kind": "score", "range": "1001"], "range"),
      ]
      for (changes, field) in cases {
        let sent = await site.post(path, Self.fields(form, with: changes))
        #expect(sent.status == 422 && sent.text.contains("id=\"\(field)-fault\""), "\(changes)")
        // What was typed is still there.
        #expect(sent.text.contains("Candidate C"))
      }
      var many = Self.fields(form, with: ["kind": "single"])
      for index in 6...251 { many += [("name-\(index)", "Option \(index)"), ("about-\(index)", "")] }
      #expect(await site.post(path, many).status == 422)
      #expect(try await site.election(reference).manifest.encoded == before)
      #expect(await site.post(path, Self.fields(form, with: ["name-4": "", "maximum": "4"])).status == 303)
      let rules = try await site.election(reference).manifest.contests[0].rules
      #expect(rules.options == 4 && rules.maximum == 4)
    }
  }

  @Test("questions are added up to fifty, moved and removed; the last one stays")
  func questions() async throws {
    try await OrganiseSite.run { site in
      let reference = try await site.draft("yes-no")
      let path = "/organise/\(reference)/questions"
      func send(_ verb: String, _ place: String = "") async -> OrganiseSite.Seen {
        let form = await site.get(path + place).form(to: path + place)
        return await site.post(path + place, Self.fields(form, with: ["do": verb]))
      }
      #expect(await send("delete", "/1").text.contains("An election needs at least one question."))
      for number in 2...50 { #expect(await send("add").location == "\(path)/\(number)") }
      #expect(await send("add").status == 422)
      _ = await send("up-49")
      let titles = try await site.election(reference).manifest.contests.map { $0.title.description }
      #expect(titles[0] == "Do you approve the motion?" && titles.count == 50)
      _ = await send("down-0")
      #expect(try await site.election(reference).manifest.contests[1].title.description == titles[0])
      #expect(await send("delete", "/2").status == 200)
      #expect(try await site.election(reference).manifest.contests.count == 49)
      for nonsense in ["up-0", "down-48", "up--1", "down-999", "up-x", "edit-"] { _ = await send(nonsense) }
      for number in [0, 50] { #expect(await site.get("\(path)/\(number)").status == 404) }
    }
  }

  @Test("a question that was removed comes back as it was and where it was", arguments: DatabaseKind.all)
  func undo(kind: DatabaseKind) async throws {
    try await OrganiseSite.run(kind) { site in
      let reference = try await site.draft()
      _ = try await site.services.elections.update(
        reference, to: ElectionDefinition(manifest: try Self.manifestWithEverything(), threshold: 2, quorum: 3), version: nil,
        by: Organiser(account: "administrator"))
      let path = "/organise/\(reference)/questions"
      let before = try await site.election(reference).manifest
      for number in 1...before.contests.count {
        let at = "\(path)/\(number)"
        let removed = await site.post(at, Self.fields(await site.get(at).form(to: at), with: ["do": "delete"]))
        Self.expectHarmless(removed, at)
        #expect(removed.text.contains("Undo"))
        #expect(try await site.election(reference).manifest.contests.count == before.contests.count - 1)
        let back = await site.post("\(at)/return", removed.form(to: "\(at)/return"))
        #expect(back.location == "\(path)?done=organise.contestReturned")
        #expect(await site.get(back.location ?? "").text.contains("The question is back."))
        #expect(try await site.election(reference).manifest.encoded == before.encoded)
      }
      // Once more, when somebody has changed the list: said, and possible all the same.
      let at = "\(path)/\(before.contests.count)"
      let removed = await site.post(at, Self.fields(await site.get(at).form(to: at), with: ["do": "delete"]))
      _ = await site.post(path, Self.fields(await site.get(path).form(to: path), with: ["title": "Theirs"]))
      let refused = await site.post("\(at)/return", removed.form(to: "\(at)/return"))
      #expect(refused.status == 422 && refused.text.contains("Somebody changed this election"))
      #expect(await site.post("\(at)/return", refused.form(to: "\(at)/return")).status == 303)
      let after = try await site.election(reference).manifest
      #expect(after.contests == before.contests && after.title.description == "Theirs")
      #expect(await site.post("\(path)/0/return", refused.form(to: "\(at)/return")).status == 400)
      #expect(await site.post("\(at)/return", [("version", "1")]).status == 400)
    }
  }

  @Test("somebody else's change is said and not lost; a second try takes the place of it")
  func concurrency() async throws {
    try await OrganiseSite.run { site in
      let reference = try await site.draft()
      let path = "/organise/\(reference)/questions"
      let mine = Self.fields(await site.get(path).form(to: path), with: ["title": "Mine"])
      _ = await site.post(path, Self.fields(await site.get(path).form(to: path), with: ["title": "Theirs"]))
      let refused = await site.post(path, mine)
      #expect(refused.status == 422 && refused.text.contains("Somebody changed this election"))
      #expect(try await site.election(reference).manifest.title.description == "Theirs")
      #expect(await site.post(path, refused.form(to: path)).status == 303)
      #expect(try await site.election(reference).manifest.title.description == "Mine")
    }
  }

  // MARK: Pictures, times

  @Test("pictures are what they say they are")
  func pictures() async throws {
    try await OrganiseSite.run { site in
      let reference = try await site.draft()
      let path = "/organise/\(reference)/questions/1/options/2/picture"
      // One green point.
      let png: [UInt8] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
        0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53,
        0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xe0, 0x8e, 0xf2, 0x00,
        0x00, 0x01, 0x21, 0x00, 0xae, 0xbe, 0x1c, 0x35, 0x4b, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e,
        0x44, 0xae, 0x42, 0x60, 0x82,
      ]
      for bad in [Array("<svg onload=alert(1)>".utf8), Array("GIF89a".utf8), []] {
        #expect(await site.post(path, file: "picture", bad).status == 422)
      }
      #expect(await site.post(path, file: "picture", png).status == 303)
      let option = try await site.election(reference).manifest.contests[0].options[1]
      #expect(option.picture != nil)
      #expect(await site.get("/organise/\(reference)/ballot").text.contains("/pictures/"))
      // Saving the question keeps it.
      try await Self.sendBack(reference, site)
      #expect(await site.post(path, [("do", "remove")]).status == 303)
      #expect(try await site.election(reference).manifest.contests[0].options[1].picture == nil)
    }
  }

  @Test("local times and back: winter, summer, hours that clocks skip or show twice")
  func zones() throws {
    let berlin = try #require(ZonedTime("Europe/Berlin"))
    #expect(berlin.read("2026-12-01T09:00") == .time(1_796_112_000_000))
    #expect(berlin.read("2026-07-01T09:00") == .time(1_782_889_200_000))
    #expect(berlin.read("2026-03-29T02:30") == .skipped)
    #expect(berlin.read("2026-10-25T02:30") == .time(1_792_888_200_000))
    #expect(berlin.text(1_796_112_000_000) == "2026-12-01T09:00" && berlin.text(0).isEmpty && berlin.read("") == .time(0))
    for bad in ["2026-02-30T10:00", "2026-13-01T10:00", "tomorrow", "2026-12-01", "2026-12-01T25:00", "2026-12-01T10:00Z"] {
      #expect(berlin.read(bad) == .malformed, "\(bad)")
    }
    #expect(ZonedTime("Nowhere/Else") == nil && ZonedTime("") == nil && ZonedTime("../etc/passwd") == nil)
    #expect(ZonedTime.utc.text(1_796_112_000_000) == "2026-12-01T08:00" && ZonedTime("UTC")?.name == "UTC")
    #expect(ZonedTime.names.count > 300)
  }

  // MARK: Who may

  @Test("voters see nothing, auditors only look, other organisers' elections stay theirs")
  func permissions() async throws {
    try await OrganiseSite.run { site in
      let reference = try await site.draft()
      let at = "/organise/\(reference)"
      for path in ["/organise", at, "\(at)/questions", "\(at)/voters", "\(at)/trustees", "\(at)/ballot"] {
        #expect(await site.get(path, as: "voter").status == 403, "\(path)")
        #expect(await site.get(path, as: "auditor").status == 200, "\(path)")
      }
      let path = "\(at)/questions"
      let form = await site.get(path).form(to: path)
      for role in ["voter", "auditor", "support", "bob"] { #expect(await site.post(path, form, as: role).status == 403) }
      for action in ["delete", "clone", "check", "trustees", "trustees/ceremony", "voters/links", "voters/import"] {
        #expect(await site.post("\(at)/\(action)", [], as: "auditor").status == 403, "\(action)")
      }
      for action in ["delete", "check", "trustees", "trustees/threshold"] {
        #expect(await site.post("\(at)/\(action)", [("confirm", "DELETE")], as: "bob").status == 403, "\(action)")
      }
      // Names and addresses are for those alone who may see them, also by search.
      let ada = VoterDetails(voterID: "1", name: "Ada Lovelace", email: "ada@example.org")
      _ = try await site.services.rolls.add(ada, to: reference, by: Organiser(account: "administrator"))
      let list = await site.get("\(at)/voters?q=nobody", as: "auditor").text
      #expect(!list.contains("Ada") && !list.contains("ada@") && list.contains("<th scope=\"row\">1</th>"))
      #expect(await site.get("/organise/aaaaaaaaaaaaaaaaaaaa").status == 404)
    }
  }

  @Test("a key ceremony is given up after its word was typed, and trustees can be changed again")
  func abandonment() async throws {
    try await OrganiseSite.run { site in
      let reference = try await site.draft()
      let at = "/organise/\(reference)/trustees"
      let ceremonies = site.services.ceremonies
      for (number, name) in ["Ada", "Bo"].enumerated() {
        let invitation = try await ceremonies.invite(name, to: reference)
        let key = Ed25519.PrivateKey(seed: try #require(Bytes32([UInt8](repeating: UInt8(number + 1), count: 32))))
        let joining = try #require(TrusteeJoining(token: Array(invitation.token.utf8), name: try text(name)))
        _ = try await ceremonies.join(joining, signingKey: key.publicKey, signature: key.sign(joining.text))
      }
      #expect(await site.post("\(at)/abandon", [("confirm", "ABANDON")]).status == 422)
      try await ceremonies.start(reference)
      let page = await site.get(at)
      #expect(page.text.contains("Give the key ceremony up") && !page.text.contains("Invite a trustee"))
      let form = page.form(to: "\(at)/abandon")
      #expect(await site.post("\(at)/abandon", form + [("confirm", "yes")]).status == 422)
      #expect(try await ceremonies.state(of: reference).phase == .ceremony)
      for role in ["auditor", "bob"] {
        #expect(await site.post("\(at)/abandon", [("confirm", "ABANDON")], as: role).status == 403)
      }
      let done = await site.post("\(at)/abandon", form.filter { $0.0 != "confirm" } + [("confirm", "abandon")])
      #expect(done.location == "\(at)?done=organise.ceremonyAbandoned")
      let after = await site.get(at).text
      #expect(after.contains("The key ceremony was given up") && !after.contains("has failed") && after.contains("Withdraw"))
    }
  }

  @Test("words that must be typed guard what cannot be undone")
  func confirmations() async throws {
    try await OrganiseSite.run { site in
      let reference = try await site.draft()
      let path = "/organise/\(reference)/delete"
      #expect(await site.post(path, [("confirm", "yes")]).status == 422)
      #expect(try await site.election(reference).state == .draft)
      // Nothing of a draft can be paused or ended.
      #expect(await site.get("/organise/\(reference)/close").status == 303)
      let closing = await site.post("/organise/\(reference)/close", [("confirm", "CLOSE")])
      #expect(closing.status == 422 && closing.text.contains("Being prepared"))
      #expect(await site.post(path, [("confirm", "delete")]).location == "/organise?done=organise.deleted")
      #expect(await site.get("/organise/\(reference)").status == 404)
    }
  }
}
