import BallotCryptography
import Elections
import TestSupport
import Testing
import ThresholdCryptography

@testable import VotingService
@testable import WebPages

@Suite("Pages for everybody")
struct PublicPagesTests {
  private static let progress = TallyProgress(threshold: 2, quorum: 2, cosigned: [1, 2], decrypted: [2])

  /// Every page of an election in every state, by name.
  private func documents(_ language: Language) throws -> [(String, Document)] {
    let fixture = try PublicFixture()
    let context = PublicFixture.context(language)
    let outcome = fixture.outcome([4, 4, 1])
    var documents: [(String, Document)] = [("how", HowPage.document(context))]
    for state in ElectionState.allCases {
      let shown = try fixture.shown(state, [PublicFixture.start + 1000])
      let audit = AuditPage(
        shown: shown, audit: shown.board == nil ? nil : fixture.audit(), result: outcome.result, served: [], address: "http://x",
        conduct: fixture.conduct())
      documents += [
        ("election \(state)", ElectionPage(shown: shown, progress: state == .closed ? Self.progress : nil).document(context)),
        ("audit \(state)", audit.document(context)), ("none \(state)", NoResultPage(shown: shown, progress: nil).document(context)),
        ("option \(state)", try OptionPage(shown: shown, contest: "1", option: "1").document(context)),
        ("contest \(state)", try ContestPage(shown: shown, contest: "1").document(context)),
      ]
    }
    let tallied = try fixture.shown(.tallied)
    let results = [nil, try fixture.signed([4, 4, 1])].map { signed in
      ResultPage(shown: tallied, outcome: outcome, pages: outcome.pages(), page: 0, signed: signed)
    }
    return documents + results.map { ("result", $0.document(context)) }
  }

  @Test("nothing that an organiser or trustee wrote becomes markup", arguments: Language.allCases)
  func attacks(language: Language) throws {
    for (name, document) in try documents(language) {
      let markup = document.markup(Texts(language))
      #expect(!markup.contains("<script>") && !markup.contains("<img src=x") && !markup.contains("alert(1)</script"), "\(name)")
      #expect(!markup.contains(" style=") && !markup.contains(" onerror='"), "\(name)")
      // Every place of a text was filled, and every text exists.
      #expect(markup.firstMatch(of: /\{[a-z]+\}/) == nil, "\(name)")
      #expect(markup.firstMatch(of: />(?:public|result|audit|how)\.[a-zA-Z.]+</) == nil, "\(name)")
    }
  }

  @Test("each state says what it is, and why")
  func states() throws {
    let fixture = try PublicFixture()
    func page(_ state: ElectionState) throws -> String {
      ElectionPage(shown: try fixture.shown(state), progress: state == .closed ? Self.progress : nil).document(
        PublicFixture.context()
      )
      .markup(Texts(.english))
    }
    #expect(try page(.paused).contains("Voting is paused. Reason: Because "))
    #expect(try page(.aborted).contains("This election was given up. Reason: Because "))
    #expect(try page(.closed).contains("2 of 2 signatures needed, 1 of 2 openings needed."))
    #expect(try page(.tallied).contains("See the result"))
    #expect(try page(.draft).contains("This is a draft"))
    #expect(try page(.active).contains("Voting is open"))
  }

  @Test("options stand as drawn on every page once a board is open, and as listed before")
  func order() throws {
    let options = try (1...4).map { ContestOption(name: try text("Name-\($0)")) }
    let rules = try need(ContestRules.single(options: 4, blankAllowed: true), "rules")
    let contest = try need(Contest(title: text("Q"), rules: rules, options: options, order: .drawn), "contest")
    let fixture = try PublicFixture(contests: [contest])
    let board = try fixture.board()
    let drawn = Draw(value: board.opening.draw.output).permutation(of: 4, purpose: .optionOrder(contest: 0))
    func names(_ document: Document) throws -> [Int] {
      document.markup(Texts(.english)).matches(of: /Name-([1-4])/).compactMap { Int($0.output.1) }.map { $0 - 1 }
    }
    let context = PublicFixture.context()
    for state in [ElectionState.draft, .active] {
      let shown = try fixture.shown(state)
      let expected = state == .draft ? [0, 1, 2, 3] : drawn
      #expect(try names(ElectionPage(shown: shown, progress: nil).document(context)) == expected)
      #expect(try names(ContestPage(shown: shown, contest: "1").document(context)) == expected)
    }
    let shown = try fixture.shown(.active)
    let audit = AuditPage(shown: shown, audit: fixture.audit(), result: nil, served: [], address: "http://x").document(context)
    #expect(try names(audit) == drawn)
    let second = try OptionPage(shown: shown, contest: "1", option: String(drawn[1] + 1)).document(context).markup(Texts(.english))
    for neighbour in [drawn[0], drawn[2]] { #expect(second.contains("options/1/\(neighbour + 1)\"")) }
    #expect(!second.contains("options/1/\(drawn[3] + 1)\""))
  }

  @Test("the audit page names the ballots drawn, with their pages and proofs")
  func sample() throws {
    let fixture = try PublicFixture()
    let page = AuditPage(shown: try fixture.shown(.tallied), audit: fixture.audit(), result: nil, served: [], address: "http://x")
    let markup = page.document(PublicFixture.context()).markup(Texts(.english))
    let tracker = PublicFixture.hash.hexadecimal
    #expect(markup.contains("/verify/\(fixture.field.election)#\(tracker)"))
    #expect(markup.contains("/api/v1/elections/\(fixture.field.election)/ballots/\(tracker)"))
    #expect(markup.contains("One of 3 counted ballots, drawn by lot.") && markup.contains("name=\"sample\""))
  }

  @Test("before its hour a board is there, and voting is not open")
  func hours() throws {
    let fixture = try PublicFixture()
    let manifest = try need(
      Manifest(
        title: text("T"), opens: PublicFixture.start + 1000, closes: PublicFixture.start + 2000, contests: fixture.manifest.contests
      ),
      "manifest")
    let board = try fixture.board()
    let timed = PublicBoard(
      opening: board.opening, manifest: manifest, roster: board.roster, status: board.status, history: BoardHistory())
    func state(_ now: UInt64) throws -> PublicState {
      PublicElection(election: try fixture.election(.active), board: timed, now: PublicFixture.start + now).state
    }
    #expect(try [0, 1000, 1999, 2000].map { try state($0) } == [.soon, .open, .open, .ending])
  }

  @Test("options that are not there are not found", arguments: ["0", "4", "01", "+1", "x", "", "99999999999999999999"])
  func strangers(number: String) throws {
    let shown = try PublicFixture().shown(.active)
    #expect(throws: (any Error).self) { try OptionPage(shown: shown, contest: "1", option: number) }
    #expect(throws: (any Error).self) { try ContestPage(shown: shown, contest: number == "4" ? "2" : number) }
  }

  @Test("as many questions of forty options as a ballot holds stay below 60 kB a page")
  func large() throws {
    let rules = try need(ContestRules.single(options: 40, blankAllowed: true), "rules")
    let contests = try (1...6).map { number in
      let options = try (1...40).map { ContestOption(name: try text("Candidate number \($0) of somewhere")) }
      return try need(Contest(title: text("Question \(number)"), rules: rules, options: options), "contest")
    }
    let fixture = try PublicFixture(contests: contests)
    let outcome = fixture.outcome((0..<240).map { UInt64($0 % 7) })
    let shown = try fixture.shown(.tallied)
    let pages = outcome.pages()
    #expect(pages.count == 3 && pages.flatMap { Array($0) } == Array(0..<6))
    let t = Texts(.english)
    var sizes = [ElectionPage(shown: shown, progress: nil).document(PublicFixture.context()).markup(t).utf8.count]
    for page in pages.indices {
      let result = ResultPage(shown: shown, outcome: outcome, pages: pages, page: page)
      sizes.append(result.document(PublicFixture.context()).markup(t).utf8.count)
    }
    #expect(sizes.max() ?? 0 < 60_000, "\(sizes)")
  }

  @Test("software that differs from what was fixed is told")
  func software() throws {
    let path = try text("/js/vote.mjs")
    let (one, two) = (SoftwareFile(path: path, sha256: .zero), SoftwareFile(path: path, sha256: PublicFixture.hash))
    let t = Texts(.english)
    #expect(AuditSoftware(fixed: [one], served: [one]).verdicts.map { $0.verdict } == [.same])
    #expect(AuditSoftware(fixed: [one], served: [two]).verdicts.map { $0.verdict } == [.differs])
    #expect(AuditSoftware(fixed: [one], served: []).verdicts.map { $0.verdict } == [.missing])
    #expect(AuditSoftware(fixed: [one], served: [one]).markup(t).markup.contains("is what was fixed"))
    #expect(AuditSoftware(fixed: [one], served: [two]).markup(t).markup.contains("not the one that was fixed"))
  }

  @Test("the timeline has everything in order, pauses with reason and length")
  func timeline() throws {
    let fixture = try PublicFixture()
    var shown = try fixture.shown(.tallied)
    var history = try #require(shown.board).history
    history.append(BoardEntry(.closing, time: PublicFixture.start + 3_600_000), at: 3)
    let board = try fixture.board()
    shown = PublicElection(
      election: shown.election,
      board: PublicBoard(
        opening: board.opening, manifest: board.manifest, roster: board.roster, status: board.status, history: history),
      now: shown.now)
    let audit = fixture.audit()
    let timeline = AuditTimeline(shown: shown, board: try #require(shown.board), audit: audit)
    let events = timeline.events(Texts(.english))
    // One trustee has signed, two are needed.
    #expect(events.map { $0.kind } == ["defined", "keys", "opened", "outdated", "paused", "closed", "tallied"])
    #expect(events[3].detail.contains(PublicFixture.attack) && events[3].detail.contains("a share from before a renewal"))
    #expect(events[4].detail.hasPrefix("Because ") && events[4].detail.hasSuffix("(1 min 0 s)"))
  }
}
