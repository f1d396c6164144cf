import Curve25519
import Elections
import StrictJSON
import VotingService

/// Members that answers about the public chain share.
enum ChainFields {
  static let hash: JSONCodec<Bytes32> = JSONCodec<[UInt8]>.hexadecimal(bytes: 32).converted(
    { Bytes32($0) }, reason: "32 bytes are needed", back: { $0.bytes })

  /// An amount that may be larger than JavaScript's numbers.
  static let wei: JSONCodec<UInt128> = JSONCodec<String>.anyText.described("Wei, in decimal digits.").converted(
    { UInt128($0) }, reason: "decimal digits are needed", back: { String($0) })

  static let place = JSONCodec<ChainPlace>.answer(
    "ChainPlace", .required("network", .anyText, \.network), .required("chain", .count, \.chain),
    .required("contract", JSONCodec<String>.anyText.described("The address of the VoteRegistry."), \.contract),
    .optional(
      "explorer", JSONCodec<String>.anyText.described("What stands before /tx/…, /block/… and /address/…."), \.explorer))
}

extension JSONCodec where Value == Int {
  /// A number of records.
  static var records: JSONCodec { .integer(0...1 << 50) }
}

extension Anchor.State: CaseIterable {
  public static let allCases: [Anchor.State] = [.sent, .confirmed]
}

extension Anchor {
  static let json = JSONCodec<Anchor>.answer(
    "Anchor", .required("transaction", ChainFields.hash, \.transaction), .optional("block", .count, \.block),
    .optional("confirmations", .count, \.confirmations), .required("state", .word, \.state),
    .required("time", JSONCodec<UInt64>.time.described("Of its block, or when it was sent."), \.time),
    .required("root", ChainFields.hash.described("Of the service's tree."), \.root),
    .required("leaves", JSONCodec<UInt64>.count.described("Elections in that tree."), \.leaves),
    .required("size", JSONCodec<UInt64>.count.described("Leaves of this election's board under it."), \.size),
    .optional("gas", .count, \.gas))
}

extension SolanaMark {
  static let json = JSONCodec<SolanaMark>.answer(
    "SolanaMark", .required("network", .anyText, \.network), .required("transaction", .anyText, \.transaction),
    .required("slot", .count, \.slot), .optional("explorer", .anyText, \.explorer))
}

extension ElectionAnchors {
  fileprivate static let numbers = JSONCodec<ElectionAnchors>.answer(
    "RecordedBallots", .required("cast", .records, \.ballots), .required("recorded", .records, \.recorded),
    .required("waiting", .records, \.waiting),
    .required(
      "queued", JSONCodec<Int>.records.described("Failed too often, or gas is too dear; tried again later."), \.queued))

  fileprivate static let comparison = JSONCodec<ElectionAnchors.Check>.answer(
    "AnchorCheck", .required("matched", .records, \.matched), .required("total", .records, \.total),
    .required("time", .time, \.time))
}

/// An election on the public chain, as JSON.
struct AnchorsView: Sendable {
  /// `nil`: it is not anchored.
  let anchors: ElectionAnchors?
  /// Of the result on Solana, which an election may have without the other.
  let mark: SolanaMark?

  /// Where the hashes of ballots are recorded, too.
  private var recording: ElectionAnchors? { anchors?.mode == .checkpoint ? nil : anchors }

  private typealias Field<Member> = JSONField<AnchorsView, Member>

  private static let mode: Field<String> = .required(
    "mode", JSONCodec<String>.anyText.described("none, checkpoint, batch or each: what the manifest says.")
  ) { $0.anchors?.mode.word ?? "none" }
  private static let place: Field<ChainPlace?> = .optional("place", ChainFields.place) { $0.anchors?.place }
  private static let coveredSize: Field<UInt64?> = .optional(
    "coveredSize", JSONCodec<UInt64>.count.described("Leaves of the board under a confirmed anchor.")
  ) { $0.anchors?.coveredSize }
  private static let boardSize: Field<UInt64?> = .optional("boardSize", .count) { $0.anchors?.boardSize }
  private static let anchorCount: Field<Int?> = .optional(
    "anchorCount", JSONCodec<Int>.records.described("Confirmed ones.")
  ) { $0.anchors?.anchorCount }
  private static let list: Field<[Anchor]?> = .optional(
    "anchors", JSONCodec<[Anchor]>.list(of: Anchor.json, maximum: 8).described("The newest first.")
  ) { $0.anchors?.anchors }
  private static let ballots: Field<ElectionAnchors?> = .optional("ballots", ElectionAnchors.numbers) { $0.recording }
  private static let transactions: Field<Int?> = .optional("transactions", .records) { $0.anchors?.transactions }
  private static let blocks: Field<Int?> = .optional("distinctBlocks", .records) { $0.anchors?.distinctBlocks }
  private static let gas: Field<UInt64?> = .optional(
    "gas", JSONCodec<UInt64>.count.described("Of an anchor the election's share.")
  ) { $0.anchors?.gas }
  private static let first: Field<UInt64?> = .optional("first", .time) { $0.anchors?.firstTime }
  private static let last: Field<UInt64?> = .optional("last", .time) { $0.anchors?.lastTime }
  private static let check: Field<ElectionAnchors.Check?> = .optional("check", ElectionAnchors.comparison) { $0.anchors?.check }
  private static let result: Field<SolanaMark?> = .optional("result", SolanaMark.json) { $0.mark }

  static let json = JSONCodec<AnchorsView>.answer(
    "ElectionAnchors", mode, place, coveredSize, boardSize, anchorCount, list, ballots, transactions, blocks, gas, first, last,
    check,
    result)
}

/// What has become of a ballot on the public chain, as JSON.
struct BallotAnchorView: Sendable {
  /// The number of the ballot's entry.
  let entry: UInt64
  /// `nil`: the election is not anchored.
  let anchor: BallotAnchor?
  let place: ChainPlace?

  private typealias Field<Member> = JSONField<BallotAnchorView, Member>

  private static let recordOf = JSONCodec<BallotAnchor.Record>.answer(
    "BallotRecord", .optional("transaction", ChainFields.hash, \.transaction), .required("block", .count, \.block))

  private static let state: Field<String> = .required(
    "state",
    JSONCodec<String>.anyText.described(
      """
      none: the election is not anchored; waiting, sent or confirmed: of the ballot's own hash in the modes batch and each, of its \
      anchor otherwise.
      """)
  ) { $0.anchor?.state.rawValue ?? "none" }
  private static let number: Field<UInt64> = .required("entry", .count) { $0.entry }
  private static let chainPlace: Field<ChainPlace?> = .optional("place", ChainFields.place) { $0.place }
  private static let leaf: Field<Bytes32?> = .optional(
    "leaf", ChainFields.hash.described("The hash that is recorded, and that an anchor's proof begins with.")
  ) { $0.anchor?.leaf }
  private static let above: Field<Anchor?> = .optional("anchor", Anchor.json) { $0.anchor?.anchor }
  private static let record: Field<BallotAnchor.Record?> = .optional("record", recordOf) { $0.anchor?.record }

  static let json = JSONCodec<BallotAnchorView>.answer("BallotAnchor", state, number, chainPlace, leaf, above, record)
}
