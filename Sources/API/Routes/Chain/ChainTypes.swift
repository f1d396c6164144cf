import StrictJSON
import VotingService

extension ChainOverview {
  static let json = ChainDocument.json
}

/// How the service stands with the public chain, as JSON.
private enum ChainDocument {
  private static let queue = JSONCodec<ChainOverview.Queue>.answer(
    "ChainQueue", .required("pending", .records, \.pending), .required("sent", .records, \.sent),
    .required("queued", JSONCodec<Int>.records.described("Tried too often, or gas is too dear."), \.queued),
    .required("confirmed", .records, \.confirmed),
    .optional("oldest", JSONCodec<UInt64>.time.described("When what waits longest was added."), \.oldest))

  private static let trouble = JSONCodec<ChainOverview.Trouble>.answer(
    "ChainTrouble", .required("reason", .anyText, \.reason), .required("records", .records, \.records))

  private static let lastAnchor = JSONCodec<ChainOverview.LastAnchor>.answer(
    "LastAnchor", .required("time", .time, \.time), .required("block", .count, \.block))

  private static let price = JSONCodec<ChainOverview.Price>.answer(
    "GasPrice", .required("time", .time, \.time), .required("wei", .count, \.wei))

  private typealias Field<Member> = JSONField<ChainOverview, Member>

  private static let place: Field<ChainPlace> = .required("place", ChainFields.place) { $0.place }
  private static let account: Field<String> = .required("account", .anyText) { $0.account }
  private static let balance: Field<UInt128?> = .optional("balance", ChainFields.wei) { $0.balance }
  private static let head: Field<UInt64?> = .optional("head", .count) { $0.head }
  private static let asked: Field<UInt64?> = .optional(
    "asked", JSONCodec<UInt64>.time.described("When a node answered last.")
  ) { $0.asked }
  private static let error: Field<String?> = .optional("error", .anyText) { $0.error }
  private static let queued: Field<ChainOverview.Queue> = .required("queue", queue) { $0.queue }
  private static let troubles: Field<[ChainOverview.Trouble]> = .required("troubles", .list(of: trouble, maximum: 5)) {
    $0.troubles
  }
  private static let elsewhere: Field<[String]> = .required(
    "elsewhere",
    JSONCodec<[String]>.list(of: .anyText, maximum: 10_000).described(
      "Elections that are not anchored to their end, and name another contract than this one.")
  ) { $0.elsewhere }
  private static let newest: Field<ChainOverview.LastAnchor?> = .optional("lastAnchor", lastAnchor) { $0.lastAnchor }
  private static let anchorAsked: Field<Bool> = .required("anchorAsked", .boolean) { $0.isAnchorAsked }
  private static let checkAsked: Field<Bool> = .required("checkAsked", .boolean) { $0.isCheckAsked }
  private static let check: Field<ChainCheck?> = .optional("check", ChainCheck.json) { $0.check }
  private static let prices: Field<[ChainOverview.Price]> = .required("prices", .list(of: price, maximum: 700)) { $0.prices }
  private static let costs: Field<ChainCosts> = .required("costs", ChainCosts.json) { $0.costs }

  static let json = JSONCodec<ChainOverview>.answer(
    "Chain", place, account, balance, head, asked, error, queued, troubles, elsewhere, newest, anchorAsked, checkAsked, check,
    prices, costs)
}

extension ChainCheck {
  private static let finding = JSONCodec<Finding>.answer(
    "ChainFinding", .required("kind", .word, \.kind),
    .optional("election", .anyText, \.election), .required("hash", ChainFields.hash, \.hash), .optional("here", .count, \.here),
    .optional("chain", .count, \.chain), .optional("transaction", ChainFields.hash, \.transaction),
    .required("mended", .boolean, \.isMended))

  static let json = JSONCodec<ChainCheck>.answer(
    "ChainCheck", .required("time", .time, \.time), .required("head", .count, \.head), .required("compared", .records, \.compared),
    .required("findingCount", .records, \.findingCount), .required("findings", .list(of: finding, maximum: 100), \.findings))
}

extension ChainCosts {
  static let json = CostsDocument.json
}

/// What recording cost, as JSON.
private enum CostsDocument {
  private static let mode = JSONCodec<ChainCosts.Mode>.answer(
    "ModeCosts", .required("mode", .anyText, \.name), .required("gas", .count, \.gas), .required("cost", ChainFields.wei, \.cost))

  private typealias Field<Member> = JSONField<ChainCosts, Member>

  private static let from: Field<UInt64> = .required("from", .time) { $0.from }
  private static let to: Field<UInt64> = .required("to", .time) { $0.to }
  private static let ballots: Field<UInt64> = .required("ballots", .count) { $0.ballots }
  private static let elections: Field<Int> = .required("elections", .records) { $0.elections }
  private static let transactions: Field<Int> = .required("transactions", .records) { $0.transactions }
  private static let anchors: Field<Int> = .required("anchors", .records) { $0.anchors }
  private static let gas: Field<UInt64> = .required("gas", .count) { $0.gas }
  private static let cost: Field<UInt128> = .required("cost", ChainFields.wei) { $0.cost }
  private static let gasPerBallot: Field<UInt64> = .required("gasPerBallot", .count) { $0.gasPerBallot }
  private static let costPerBallot: Field<UInt128> = .required("costPerBallot", ChainFields.wei) { $0.costPerBallot }
  private static let price: Field<UInt128> = .required("price", ChainFields.wei) { $0.price }
  private static let saved: Field<Int?> = .optional(
    "savedPerMille",
    JSONCodec<Int>.integer(-1 << 50...1000).described("Against single records as the design that this one replaces has them.")
  ) { $0.saving(against: ChainCosts.Gas.replacedDesign) }
  private static let ways: Field<[ChainCosts.Mode]> = .required("modes", .list(of: mode, maximum: 3)) { $0.modes }

  static let json = JSONCodec<ChainCosts>.answer(
    "ChainCosts", from, to, ballots, elections, transactions, anchors, gas, cost, gasPerBallot, costPerBallot, price, saved, ways)
}
