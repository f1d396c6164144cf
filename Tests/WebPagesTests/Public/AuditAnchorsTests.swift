import Curve25519
import Elections
import TestSupport
import Testing

@testable import VotingService
@testable import WebPages

@Suite("An election on a public chain, for everybody")
struct AuditAnchorsTests {
  private static let hash = Bytes32([UInt8](repeating: 0xab, count: 32)) ?? .zero
  private static let time: UInt64 = 1_700_000_000_000

  private static func place(_ network: String = "polygon", explorer: String? = "https://explorer.example") -> ChainPlace {
    ChainPlace(network: network, chain: 137, address: [UInt8](repeating: 0x11, count: 20), explorer: explorer)
  }

  private static func entry(_ state: Anchor.State, block: UInt64?) -> Anchor {
    Anchor(
      transaction: hash, block: block, confirmations: block == nil ? nil : 3, state: state, time: time, root: .zero, leaves: 4,
      size: 1203, gas: 79_982)
  }

  private static func anchors(
    _ mode: ElectionAnchoring.Mode, at place: ChainPlace = place(), _ list: [Anchor], queued: Int = 0,
    check: ElectionAnchors.Check? = nil, isInRecord: Bool = true, result: SolanaMark? = nil
  ) -> ElectionAnchors {
    ElectionAnchors(
      place: place, mode: mode, anchors: list, anchorCount: list.isEmpty ? 0 : 12, coveredSize: list.isEmpty ? 0 : 1203,
      boardSize: 1204, ballots: mode == .checkpoint ? 0 : 1000, recorded: mode == .checkpoint ? 0 : 980 - queued, waiting: 20,
      queued: queued, transactions: 32, distinctBlocks: 31, gas: 24_000_000, firstTime: list.isEmpty ? nil : time,
      lastTime: list.isEmpty ? nil : time + 9_000_000, check: check,
      isInRecord: isInRecord, result: result)
  }

  private static func page(_ anchors: ElectionAnchors?, _ language: Language = .english) -> String {
    AuditAnchors(reference: "abcdefghijkmnpqrstuv", anchors: anchors, mark: anchors?.result).markup(Texts(language)).markup
  }

  @Test("every state is said in every language, with all places filled", arguments: Language.allCases)
  func texts(language: Language) {
    let mark = SolanaMark(network: "devnet", transaction: String(repeating: "5", count: 88), slot: 9, explorer: nil)
    let check = ElectionAnchors.Check(matched: 979, total: 1000, time: Self.time)
    var pages = [Self.page(nil, language)]
    for mode in ElectionAnchoring.Mode.allCases {
      for network in ["polygon", "amoy", "local", "chain 5"] {
        pages.append(Self.page(Self.anchors(mode, at: Self.place(network), []), language))
      }
      let list = [Self.entry(.sent, block: nil), Self.entry(.sent, block: 7), Self.entry(.confirmed, block: 5)]
      pages.append(Self.page(Self.anchors(mode, list, queued: 3, check: check, result: mark), language))
    }
    for page in pages {
      #expect(page.firstMatch(of: /\{[a-z]+\}/) == nil)
      #expect(page.firstMatch(of: />(?:audit|public|chain)\.[a-zA-Z.]+/) == nil)
    }
    #expect(Set(pages).count == pages.count)
  }

  @Test("totals, transactions, blocks, gas, and the rate over all ballots")
  func totals() {
    let check = ElectionAnchors.Check(matched: 979, total: 1000, time: Self.time)
    let page = Self.page(Self.anchors(.batch, [Self.entry(.confirmed, block: 5)], check: check))
    for text in ["980", "of 1,000", "32", "31", "24,000,000", "979 of 1,000", "97.9%", "The newest 1 of 12 anchors"] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(page.contains("chip--wait"))
    let whole = Self.page(Self.anchors(.batch, [], check: .init(matched: 1000, total: 1000, time: Self.time)))
    #expect(whole.contains("100.0%") && !whole.contains("chip--wait"))
  }

  @Test("the file is linked where the record has it")
  func file() {
    let link = "href=\"/api/v1/elections/abcdefghijkmnpqrstuv/board/anchors\""
    let list = [Self.entry(.confirmed, block: 5)]
    #expect(Self.page(Self.anchors(.batch, list)).contains(link))
    #expect(!Self.page(Self.anchors(.batch, list, isInRecord: false)).contains(link))
  }

  @Test("an explorer is linked where there is a plain one, and never asked by the page")
  func explorer() {
    let there = Self.page(Self.anchors(.checkpoint, [Self.entry(.confirmed, block: 5)]))
    #expect(there.contains("href=\"https://explorer.example/tx/0x\(Self.hash.hexadecimal)\""))
    #expect(there.contains("href=\"https://explorer.example/block/5\""))
    #expect(!there.contains("src="))
    for explorer in [nil, "javascript:alert(1)", "https://x\"onclick=\"y", "ftp://x"] {
      let page = Self.page(Self.anchors(.checkpoint, at: Self.place(explorer: explorer), [Self.entry(.confirmed, block: 5)]))
      #expect(!page.contains("javascript") && !page.contains("onclick") && !page.contains("ftp:"))
      #expect(page.contains("0xabababab…ababab"))
    }
  }

  @Test("what waits because gas is dear is said")
  func queued() {
    #expect(Self.page(Self.anchors(.each, [], queued: 1)).contains("one ballot waits until gas is cheaper"))
    #expect(Self.page(Self.anchors(.each, [])).contains("The first anchor is on its way"))
    #expect(Self.page(nil).contains("by the choice of who organises"))
  }

  @Test("an election's page says where it is anchored")
  func election() throws {
    let fixture = try PublicFixture()
    let anchoring = try need(ElectionAnchoring(mode: .batch, chain: 137, contract: [UInt8](repeating: 1, count: 20)), "anchoring")
    let manifest = try need(fixture.manifest.changed(anchoring: anchoring), "manifest")
    #expect(manifest.anchoring == anchoring && manifest.changed()?.anchoring == anchoring)
    #expect(manifest.changed(anchoring: .some(nil))?.anchoring == nil)
    let election = Election(
      reference: fixture.field.election, organiser: "o", state: .draft, version: 1,
      definition: ElectionDefinition(manifest: manifest),
      origin: try text("vote.example/x"), overdue: nil, reason: nil, created: 1, opened: nil, closed: nil, tallied: nil)
    let shown = PublicElection(election: election, board: nil, now: 2)
    let page = ElectionPage(shown: shown, progress: nil, place: Self.place()).document(PublicFixture.context())
    #expect(page.markup(Texts(.english)).contains("anchored on Polygon"))
  }
}

@Suite("Amounts of coins")
struct AmountTextTests {
  @Test(
    "four digits that count, at least two behind the point",
    arguments: [
      (0, "0 POL"), (12_345_000_000_000_000_000, "12.35 POL"), (2_000_000_000_000_000_000, "2 POL"),
      (2_399_460_000_000_000, "0.002399 POL"), (1, "0.000000000000000001 POL"), (1_234_567_890_000_000_000_000, "1,234.57 POL"),
      (999_999_999_999_999_999, "1 POL"),
    ] as [(UInt128, String)])
  func coins(wei: UInt128, text: String) { #expect(AmountText.coins(wei, .english).replacing("\u{a0}", with: " ") == text) }

  @Test("prices of gas")
  func gwei() {
    #expect(AmountText.gwei(31_412_345_678, .english) == "31.41\u{a0}gwei")
    #expect(AmountText.gwei(31_412_345_678, .german) == "31,41\u{a0}gwei")
    #expect(AmountText.gwei(7, .english) == "0.000000007\u{a0}gwei")
  }
}
