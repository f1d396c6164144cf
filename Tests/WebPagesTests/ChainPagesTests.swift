import API
import Curve25519
import Database
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing

@testable import VotingService
@testable import WebPages

@Suite("The public chain, for administrators")
struct ChainPagesTests {
  private static let hour: UInt64 = 3_600_000

  private static func prices(_ wei: [UInt64], every step: UInt64 = hour) -> [ChainOverview.Price] {
    wei.enumerated().map { .init(time: 1_700_006_400_000 + UInt64($0.offset) * step, wei: $0.element) }
  }

  @Test("the curve stays within its axes, the table has every day")
  func chart() throws {
    let prices = Self.prices((0..<168).map { 20_000_000_000 + UInt64($0 % 24) * 1_000_000_000 })
    let chart = try #require(GasChart(prices))
    #expect(chart.top == 50_000_000_000)
    let points = chart.points()
    #expect(points.count == 168 && points.allSatisfy { (0...1000).contains($0.x) && (0...200).contains($0.y) })
    #expect(points.first?.x == 0 && points.last?.x == 1000)
    // The first hour is midnight, when it is cheapest.
    #expect(chart.cheapestHours == 0)
    #expect(chart.days.count == 7 && chart.days.allSatisfy { $0.least == 20_000_000_000 && $0.most == 43_000_000_000 })
    #expect(chart.days[0].start > chart.days[6].start && chart.days[0].median == 32_000_000_000)
    let markup = chart.markup(Texts(.english)).markup
    #expect(markup.contains("role=\"img\"") && markup.contains("from 20 to 43 gwei, in the middle 32"))
    #expect(markup.components(separatedBy: "<tr>").count == 9 && !markup.contains("script") && !markup.contains(" style="))
  }

  @Test("few prices, none, and free gas")
  func bounds() throws {
    #expect(GasChart([]) == nil)
    let one = try #require(GasChart(Self.prices([0])))
    #expect(one.points().map(\.x) == [0, 1000] && one.points().map(\.y) == [200, 200] && one.cheapestHours == nil)
    #expect(try #require(GasChart(Self.prices([.max, 1]))).points().allSatisfy { (0...200).contains($0.y) })
    #expect(try #require(GasChart(Self.prices([7]))).top == 10)
  }

  @Test("a service without a chain says so, and has nothing to press", arguments: DatabaseKind.all)
  func none(kind: DatabaseKind) async throws {
    try await PeopleField.run(kind) { field in
      _ = try await field.owner()
      let browser = try await field.browser("owner@example.org")
      #expect(await browser.get("/administration/chain").text.contains("writes to no public chain"))
      #expect(await browser.get("/administration/chain/anchor").status == 404)
      #expect(await browser.send("/administration/chain/anchor", [:]).status == 404)
    }
  }

  @Test("what is asked for is noted and logged; mending asks for a word", arguments: DatabaseKind.all)
  func actions(kind: DatabaseKind) async throws {
    try await PeopleField.run(kind, hasChain: true) { field in
      let owner = try await field.owner()
      _ = try await field.account(.auditor, "auditor@example.org", by: owner)
      let browser = try await field.browser("owner@example.org")
      let link = "/administration/chain"
      for action in ["retry", "anchor", "reconcile"] {
        #expect(await browser.get("\(link)/\(action)").status == 200)
        #expect(await browser.send("\(link)/\(action)", [:]).to == "\(link)?done=chain.\(action)")
      }
      #expect(await browser.send("\(link)/repair", ["confirm": "yes"]).status == 422)
      #expect(await browser.send("\(link)/repair", ["confirm": "repair"]).status == 303)
      #expect(await browser.send("\(link)/destroy", [:]).status == 404)
      let overview = try await need(field.people.chain, "chain").overview()
      #expect(overview.isAnchorAsked && overview.isCheckAsked)
      let page = await browser.get(link).text
      for text in [
        "An anchor was asked for", "A comparison was asked for", "No price is known yet", "Nothing was written", "every 10 minutes",
      ] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(!page.contains("Nothing more of these elections is anchored"))
      let left = ChainOverview(
        place: overview.place, account: overview.account, balance: nil, head: nil, asked: nil, error: nil, queue: overview.queue,
        troubles: [], elsewhere: ["abcdefghijkmnpqrstuv"], lastAnchor: nil, isAnchorAsked: false, isCheckAsked: false, check: nil,
        prices: [], costs: overview.costs)
      let sheet = ChainSheet(overview: left, settings: nil, mayAct: false).markup(Texts(.english)).markup
      #expect(sheet.contains("Nothing more of these elections is anchored") && sheet.contains("abcdefghijkmnpqrstuv"))
      let log = await browser.get("/administration/audit-log").text
      for action in ["chain.retried", "chain.anchor-asked", "chain.check-asked", "chain.repair-asked"] {
        #expect(log.contains(action), "\(action)")
      }
      // Whoever only reads sees no buttons, and can press none.
      let auditor = try await field.browser("auditor@example.org")
      let seen = await auditor.get(link)
      #expect(seen.status == 200 && !seen.text.contains("\(link)/anchor"))
      #expect(await auditor.get("\(link)/anchor").status == 403)
      #expect(await auditor.send("\(link)/anchor", [:]).status == 403)
    }
  }

  @Test("errors, findings, costs and prices are shown, and stay text", arguments: DatabaseKind.all)
  func everything(kind: DatabaseKind) async throws {
    let attack = "<script>alert(1)</script>"
    try await PeopleField.run(kind, hasChain: true) { field in
      _ = try await field.owner()
      let now = Int64(field.people.clock.now())
      try await field.database.transaction { session in
        try await session.execute(
          """
          UPDATE chain_plan SET head = 500, balance = '1500000000000000000', asked = $1, error = $2, check_time = $1, check_head = 499,
            check_compared = 12, check_findings = 10
          """, [.integer(now), .text(attack)])
        for (number, kind) in ChainCheck.Finding.Kind.allCases.enumerated() {
          try await session.execute(
            """
            INSERT INTO chain_findings (number, kind, election, hash, here, there, transaction_hash, mended)
            VALUES ($1, $2, $3, $4, 5, 6, $4, $5)
            """,
            [
              .integer(Int64(number)), .text(kind.rawValue), number % 2 == 0 ? .null : .text("abcdefghijkmnpqrstuv"),
              .bytes([UInt8](repeating: UInt8(number), count: 32)), .integer(Int64(number % 2)),
            ])
        }
        for hour in 0..<60 {
          try await session.execute(
            "INSERT INTO chain_prices (time, price, block) VALUES ($1, $2, 1)",
            [.integer(now - Int64(hour) * 3_600_000), .integer(30_000_000_000 + Int64(hour) * 100_000_000)])
        }
        try await session.execute(
          """
          INSERT INTO chain_transactions (account, nonce, version, hash, raw, gas_limit, maximum_fee, state, due, signed, sent, settled,
            gas_used, gas_price)
          VALUES ('31337:a', 1, 1, $1, $1, 90000, '1', 'confirmed', 0, $2, $2, $2, 80000, '30000000000')
          """, [.bytes([UInt8](repeating: 1, count: 32)), .integer(now - 1000)])
      }
      let page = try await field.browser("owner@example.org").get("/administration/chain")
      #expect(page.status == 200 && !page.text.contains("<script>") && page.text.contains("&lt;script&gt;"))
      #expect(page.text.firstMatch(of: /\{[a-z]+\}/) == nil)
      #expect(page.text.firstMatch(of: />(?:administration|audit|chain|organise)\.[a-zA-Z.]+/) == nil)
      for text in [
        "1.5\u{a0}POL", "less than 2 POL", "10 things do not agree", "Mended", "Wrong", "80,000", "0.0024\u{a0}POL",
        "cheapest between",
      ] {
        #expect(page.text.contains(text), "\(text)")
      }
    }
  }
}

@Suite("How an election is anchored, as organisers choose it")
struct AnchoringFormTests {
  private static let place = ChainPlace(network: "local", chain: 31337, address: [UInt8](repeating: 7, count: 20))
  private static let other = ElectionAnchoring(mode: .each, chain: 5, contract: [UInt8](repeating: 7, count: 20))

  @Test("every mode here, or none; nothing else")
  func read() throws {
    for mode in ElectionAnchoring.Mode.allCases {
      let chosen = try #require(AnchoringForm.read(Form(["anchoring": mode.word]), before: nil, Self.place))
      #expect(chosen == ElectionAnchoring(mode: mode, chain: 31337, contract: Self.place.address))
      #expect(AnchoringForm.word(chosen, Self.place) == mode.word)
    }
    #expect(try #require(AnchoringForm.read(Form(["anchoring": "none"]), before: Self.other, Self.place)) == nil)
    for word in ["", "all", "Batch"] { #expect(AnchoringForm.read(Form(["anchoring": word]), before: nil, Self.place) == nil) }
    // Without a chain there is nothing to choose, but an earlier choice can be taken back.
    #expect(try #require(AnchoringForm.read(Form([:]), before: nil, nil)) == nil)
    #expect(AnchoringForm.read(Form(["anchoring": "each"]), before: Self.other, nil) == nil)
    #expect(try #require(AnchoringForm.read(Form(["anchoring": "none"]), before: Self.other, nil)) == nil)
  }

  @Test("a draft for another chain has nothing chosen, and is told so")
  func elsewhere() {
    let t = Texts(.english)
    #expect(AnchoringForm.word(Self.other, Self.place) == "")
    let sheet = AnchoringForm.sheet(Self.other, Self.place, Filled(Form(["anchoring": ""])), t)?.markup ?? ""
    #expect(sheet.contains("names another chain") && !sheet.contains("checked"))
    #expect(AnchoringForm.sheet(nil, nil, Filled(), t) == nil)
    let usual = AnchoringForm.sheet(nil, Self.place, Filled(Form(["anchoring": "none"])), t)?.markup ?? ""
    #expect(usual.contains("0.002399\u{a0}POL") && usual.contains("30\u{a0}gwei") && !usual.contains("names another chain"))
  }
}
