import Curve25519
import Elections
import StrictJSON
import VotingService

extension ElectionSummary {
  static let json = JSONCodec<ElectionSummary>.answer(
    "ElectionSummary", .required("reference", .anyText, \.reference), .required("title", .anyText, \.title),
    .required("state", .word, \.state), .required("organiser", .anyText, \.organiser), .required("version", .version, \.version),
    .required("created", .time, \.created))
}

extension JSONCodec where Value == UInt32 {
  /// A number of ballots.
  static var ballots: JSONCodec { .integer(UInt32.min...UInt32.max) }
}

extension JSONCodec where Value == UInt64 {
  /// A number of something.
  static var count: JSONCodec { .integer(0...UInt64(1) << 50) }
}

/// What the board shows in numbers.
struct BoardView: Sendable {
  let electionID: Bytes32
  let status: BoardStatus

  static let json = JSONCodec<BoardView>.answer(
    "Board", .required("electionId", .hexadecimal(bytes: 32), \.electionID.bytes), .required("size", .count, \.status.size),
    .required("cast", .count, \.status.cast), .required("voters", .count, \.status.voters),
    .required("challenged", .count, \.status.challenged), .required("replaced", .count, \.status.replaced),
    .optional(
      "behind",
      JSONCodec<String>.anyText.described("Why the board is read-only, where entries that it once had are missing or may be."),
      \.behind))

  private var behind: String? {
    switch status.behind {
    case nil: nil
    case .truncated(let signed): "it has \(status.size) entries, and once had \(signed): restore a newer backup"
    case .forked(let size): "its first \(size) entries are not those that it once had: restore a newer backup"
    case .restored:
      status.phase == .voting || status.phase == .paused
        ? "the service was restored from a backup, and waits for all trustees to show what they saw" : nil
    }
  }
}

/// An election with what its board shows.
struct ElectionView: Sendable {
  let election: Election
  let board: BoardView?

  static let json = JSONCodec<ElectionView>.answer(
    JSONSchema(
      named: "Election",
      [
        "type": "object",
        "required": [
          "reference", "state", "version", "organiser", "origin", "manifest", "threshold", "credentialsMean", "created",
        ],
        "properties": [
          "reference": ["type": "string"], "state": JSONCodec<ElectionState>.word.schema.value, "version": ["type": "integer"],
          "organiser": ["type": "string"], "origin": ["type": "string", "description": "The name of the board's log."],
          "manifest": DefinitionJSON.manifest.schema.value, "threshold": ["type": "integer"], "quorum": ["type": "integer"],
          "credentialsMean": ["type": "string", "description": "Who could vote in a voter's stead, in plain words."],
          "overdue": ["type": "string", "description": "Why it was not opened at its time."],
          "reason": ["type": "string", "description": "Of a pause or an abort."],
          "created": JSONCodec<UInt64>.time.schema.value, "opened": JSONCodec<UInt64>.time.schema.value,
          "closed": JSONCodec<UInt64>.time.schema.value, "tallied": JSONCodec<UInt64>.time.schema.value,
          "board": BoardView.json.schema.value,
        ],
      ], uses: [DefinitionJSON.manifest.schema, BoardView.json.schema])
  ) { $0.value }

  private var value: JSONValue {
    var members: [JSONValue.Member] = [
      .init("reference", .text(election.reference)), .init("state", .text(election.state.rawValue)),
      .init("version", .integer(election.version)), .init("organiser", .text(election.organiser)),
      .init("origin", .text(election.origin.description)), .init("manifest", DefinitionJSON.manifest.encode(election.manifest)),
      .init("threshold", .integer(Int64(election.definition.threshold))),
      .init("credentialsMean", .text(election.manifest.issuer.meaning)), .init("created", .text(JSONTime.text(election.created))),
    ]
    if let quorum = election.definition.quorum { members.append(.init("quorum", .integer(Int64(quorum)))) }
    for (name, text) in [("overdue", election.overdue), ("reason", election.reason)] {
      if let text { members.append(.init(name, .text(text))) }
    }
    for (name, time) in [("opened", election.opened), ("closed", election.closed), ("tallied", election.tallied)] {
      if let time { members.append(.init(name, .text(JSONTime.text(time)))) }
    }
    if let board { members.append(.init("board", BoardView.json.encode(board))) }
    return .object(members)
  }
}

/// The published result.
struct ResultView: Sendable {
  struct Option: Sendable {
    let name: String
    let votes: UInt64
    /// Of the weight that was counted, in ten-thousandths; `nil` when nothing was.
    let share: Int?
  }

  struct Contest: Sendable {
    let title: String
    let options: [Option]
    /// `nil` while it is not known what was drawn.
    let ties: [DrawnLot]?
  }

  let electionID: Bytes32
  let result: ElectionResult
  let contests: [Contest]

  /// - Parameter draw: the output of the closing draw.
  init(electionID: Bytes32, _ result: ElectionResult, _ manifest: Manifest, draw: Bytes32?) {
    self.electionID = electionID
    self.result = result
    let weight = result.countedWeight
    let lots = draw.map { DrawnLots($0) }
    contests = zip(manifest.contests, result.byContest(manifest)).enumerated().map { number, counted in
      let (contest, totals) = counted
      return
        Contest(
          title: contest.title.description,
          options: zip(contest.options, totals).map { option, votes in
            // Totals are at most 2⁴⁰, so nothing overflows.
            Option(
              name: option.name.description, votes: votes, share: weight == 0 ? nil : Int((votes * 10_000 + weight / 2) / weight))
          }, ties: lots?.ties(of: contest, number: number, totals: totals))
    }
  }

  private static let option = JSONCodec<Option>.answer(
    "OptionResult", .required("name", .anyText, \.name), .required("votes", .count, \.votes),
    .optional(
      "share", JSONCodec<Int>.integer(0...100_000_000).described("Votes of the counted weight, in ten-thousandths."), \.share))
  private static let lot = JSONCodec<DrawnLot>.answer(
    "Lot", .required("votes", .count, \.votes),
    .required(
      "options", JSONCodec<[Int]>.list(of: .integer(0...249), maximum: 250).described("Counted from 0, the first wins."), \.options)
  )
  private static let contest = JSONCodec<Contest>.answer(
    "ContestResult", .required("title", .anyText, \.title), .required("options", .list(of: option, maximum: 250), \.options),
    .optional(
      "lots",
      JSONCodec<[DrawnLot]>.list(of: lot, maximum: 125).described(
        "Options with equally many votes, in the order of the lot that the trustees drew. A yes-no question has none."), \.ties))

  static let json = JSONCodec<ResultView>.answer(
    "Result", .required("electionId", .hexadecimal(bytes: 32), \.electionID.bytes),
    .required("cast", .ballots, \.result.cast), .required("counted", .ballots, \.result.counted),
    .required("countedWeight", .count, \.result.countedWeight),
    .required("challenged", .ballots, \.result.challenged),
    .required("replaced", .ballots, \.result.replaced),
    .required("contests", .list(of: contest, maximum: 50), \.contests))
}

extension ElectionTemplate {
  static let json = JSONCodec<ElectionTemplate>.answer(
    JSONSchema(
      named: "Template",
      [
        "type": "object", "required": ["name", "summary", "manifest"],
        "properties": [
          "name": ["type": "string"], "summary": ["type": "string"], "manifest": DefinitionJSON.manifest.schema.value,
        ],
      ], uses: [DefinitionJSON.manifest.schema])
  ) { ["name": .text($0.name), "summary": .text($0.summary), "manifest": DefinitionJSON.manifest.encode($0.manifest)] }
}
