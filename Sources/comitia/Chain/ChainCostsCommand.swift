import ChainDeployment
import Ethereum
import Foundation
import VotingService

/// `comitia chain costs`: what recording has cost, and what it would have cost otherwise.
struct ChainCostsCommand: Command {
  private static let days = CommandOption("days", "N", help: "of how many days until now, 1 to 3660; 30 if not given")
  private static let usd = CommandOption("usd", "PRICE", help: "what one coin (POL) costs, to say amounts in US dollars, too")
  private static let usdFile = CommandOption(
    "usd-file", "FILE", help: "a file whose first line is that price, as another program writes it")

  static let syntax = CommandSyntax(
    name: "comitia chain costs",
    summary: "Say what recording on a public chain has cost, a vote and in all, and what each mode would have cost.",
    options: ServicePlace.options + [days, usd, usdFile, .json],
    notes: [
      "Works on the service’s database, with the settings of comitia serve; no node is asked, and the service may run. Only what was written to the chain of the settings counts.",
      "Votes are ballots that came under an anchor in that time. What other modes would have used is reckoned from the table of gas in docs/spec/12-anchors.md, at the "
        + "average price that was paid.",
    ],
    examples: [
      "comitia chain costs --days 30 --usd 0.25", "comitia chain costs --config /etc/comitia.json --usd-file price.txt --json",
    ])

  private let service: ServicePlace
  private let days: Int
  private let price: Double?
  private let priceFile: String?
  private let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    days = try arguments.number(Self.days, in: 1...3660) ?? 30
    if let text = arguments.value(Self.usd) {
      guard let price = Self.price(text) else {
        throw arguments.error("--usd is “\(text.printable)”; a price such as 0.25 is needed")
      }
      self.price = price
    } else {
      price = nil
    }
    priceFile = arguments.value(Self.usdFile)
    guard price == nil || priceFile == nil else { throw arguments.error("--usd and --usd-file are given; give one of them") }
    service = ServicePlace(arguments)
    isJSON = arguments.has(.json)
  }

  private static func price(_ text: String) -> Double? {
    guard let price = Double(text), price.isFinite, price >= 0 else { return nil }
    return price
  }

  private func usd() throws(CommandFailure) -> Double? {
    guard let priceFile else { return price }
    let line = String(decoding: try InputFile.read(priceFile).prefix { $0 != 0x0a }, as: UTF8.self)
    guard let price = Self.price(line.trimmingCharacters(in: .whitespaces)) else {
      throw CommandFailure("\(priceFile.printable): the first line is no price; one such as 0.25 is needed")
    }
    return price
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let usd = try usd()
    let now = SystemClock().now()
    let from = now - min(now, UInt64(days) * 86_400_000)
    let settings = try service.settings()
    let costs = try Blocking.run {
      try await ServiceDatabase(settings).with { database in
        let chain = try settings.neededChain().network.chainID
        return try await database.read { session in try await ChainCosts(session, chain: chain, from: from, to: now + 1) }
      }
    }
    if isJSON {
      terminal.say(JSONAnswer.text(Answer(costs, days: days, usd: usd)))
    } else {
      say(costs, usd, terminal)
    }
    return .success
  }

  private func say(_ costs: ChainCosts, _ usd: Double?, _ terminal: Terminal) {
    let facts = FactList(terminal)
    func amount(_ wei: UInt128) -> String {
      Self.pol(wei) + " POL" + (usd.map { String(format: ", %.6f USD", Self.coins(wei) * $0) } ?? "")
    }
    facts.say("Days", "\(days)")
    facts.say("Votes", "\(TextFormat.count(costs.ballots)), of \(TextFormat.count(costs.elections, "election"))")
    facts.say(
      "Transactions", "\(TextFormat.count(costs.transactions, "transaction")), of them \(TextFormat.count(costs.anchors, "anchor"))"
    )
    facts.say("Gas", "\(TextFormat.count(costs.gas)), \(TextFormat.count(costs.gasPerBallot)) a vote")
    facts.say("Gas price", "\(CoinAmount.gwei(Self.wei(costs.price))) gwei on average")
    facts.say("Cost", amount(costs.cost))
    facts.say("A vote", amount(costs.costPerBallot))
    for (design, gas) in [
      ("one transaction a vote as in the design that this replaces", ChainCosts.Gas.replacedDesign),
      ("our own recordVote", ChainCosts.Gas.single),
    ] {
      guard let saving = costs.saving(against: gas) else { continue }
      facts.say("Saved", "\(Self.percent(saving)) against \(TextFormat.count(gas)) gas, \(design)")
    }
    terminal.say()
    terminal.say("The same votes would have cost:")
    for mode in costs.modes { facts.say("  " + mode.name, "\(TextFormat.count(mode.gas)) gas, \(amount(mode.cost))") }
  }

  private static func percent(_ thousandths: Int) -> String { String(format: "%.1f %%", Double(thousandths) / 10) }
  private static func coins(_ wei: UInt128) -> Double { Double(wei) / 1e18 }
  private static func wei(_ wei: UInt128) -> UInt256 { UInt256(decimal: wei.description) ?? .zero }
  private static func pol(_ wei: UInt128) -> String { CoinAmount.text(Self.wei(wei)) }

  private struct Answer: Encodable {
    struct Amount: Encodable {
      let wei: String
      let pol: String
      let usd: Double?

      init(_ wei: UInt128, _ usd: Double?) {
        self.wei = wei.description
        pol = ChainCostsCommand.pol(wei)
        self.usd = usd.map { ChainCostsCommand.coins(wei) * $0 }
      }
    }

    struct Mode: Encodable {
      let mode: String
      let gas: UInt64
      let cost: Amount
    }

    struct Saving: Encodable {
      let against: UInt64
      /// Of a hundred; negative: more was used.
      let percent: Double?
    }

    let ok = true
    let days: Int
    let votes: UInt64
    let elections: Int
    let transactions: Int
    let anchors: Int
    let gas: UInt64
    let gasAVote: UInt64
    let gasPriceWei: String
    let cost: Amount
    let costAVote: Amount
    let modes: [Mode]
    let savings: [Saving]

    init(_ costs: ChainCosts, days: Int, usd: Double?) {
      self.days = days
      votes = costs.ballots
      elections = costs.elections
      transactions = costs.transactions
      anchors = costs.anchors
      gas = costs.gas
      gasAVote = costs.gasPerBallot
      gasPriceWei = costs.price.description
      cost = Amount(costs.cost, usd)
      costAVote = Amount(costs.costPerBallot, usd)
      modes = costs.modes.map { Mode(mode: $0.name, gas: $0.gas, cost: Amount($0.cost, usd)) }
      savings = [ChainCosts.Gas.replacedDesign, ChainCosts.Gas.single].map { gas in
        Saving(against: gas, percent: costs.saving(against: gas).map { Double($0) / 10 })
      }
    }
  }
}
