import Elections
import StrictJSON
import VotingService

extension ElectionSummary {
  static let json = JSONCodec<ElectionSummary>.object(
    "ElectionSummary", .required("reference", .anyText, \.reference), .required("title", .anyText, \.title),
    .required("state", .word, \.state), .required("organiser", .anyText, \.organiser),
    .required("version", .integer(0...(1 << 53)), \.version), .required("created", .time, \.created),
    make: { ElectionSummary(reference: $0, title: $1, organiser: $3, state: $2, version: $4, created: $5) })
}

/// What the board shows in numbers.
struct BoardView: Sendable {
  let electionID: [UInt8]
  let size: UInt64
  let cast: UInt64
  let voters: UInt64
  let challenged: UInt64
  let replaced: UInt64

  init(electionID: [UInt8], size: UInt64, cast: UInt64, voters: UInt64, challenged: UInt64, replaced: UInt64) {
    self.electionID = electionID
    self.size = size
    self.cast = cast
    self.voters = voters
    self.challenged = challenged
    self.replaced = replaced
  }

  private static let number = JSONCodec<UInt64>.integer(0...(1 << 53))

  static let json = JSONCodec<BoardView>.object(
    "Board", .required("electionId", .hexadecimal(bytes: 32), \.electionID), .required("size", number, \.size),
    .required("cast", number, \.cast), .required("voters", number, \.voters), .required("challenged", number, \.challenged),
    .required("replaced", number, \.replaced),
    make: { BoardView(electionID: $0, size: $1, cast: $2, voters: $3, challenged: $4, replaced: $5) })
}

/// An election with what its board shows.
struct ElectionView: Sendable {
  let election: Election
  let board: BoardView?

  static let json = JSONCodec<ElectionView>(
    schema: JSONSchema(
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
      ], uses: [DefinitionJSON.manifest.schema, BoardView.json.schema]),
    read: { _, path, faults in
      faults.append(JSONFault(path, "is an answer only"))
      return nil
    }, write: \.value)

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
  }

  let electionID: [UInt8]
  let cast: UInt64
  let counted: UInt64
  let countedWeight: UInt64
  let challenged: UInt64
  let replaced: UInt64
  let contests: [Contest]

  private static let number = JSONCodec<UInt64>.integer(0...(1 << 53))
  private static let option = JSONCodec<Option>.object(
    "OptionResult", .required("name", .anyText, \.name), .required("votes", number, \.votes),
    .optional(
      "share", JSONCodec<Int>.integer(0...(1 << 50)).described("Votes of the counted weight, in ten-thousandths."), \.share),
    make: { Option(name: $0, votes: $1, share: $2) })
  private static let contest = JSONCodec<Contest>.object(
    "ContestResult", .required("title", .anyText, \.title), .required("options", .list(of: option, maximum: 250), \.options),
    make: { Contest(title: $0, options: $1) })

  static let json = JSONCodec<ResultView>.object(
    "Result", .required("electionId", .hexadecimal(bytes: 32), \.electionID), .required("cast", number, \.cast),
    .required("counted", number, \.counted), .required("countedWeight", number, \.countedWeight),
    .required("challenged", number, \.challenged), .required("replaced", number, \.replaced),
    .required("contests", .list(of: contest, maximum: 50), \.contests),
    make: {
      ResultView(electionID: $0, cast: $1, counted: $2, countedWeight: $3, challenged: $4, replaced: $5, contests: $6)
    })

  init(
    electionID: [UInt8], cast: UInt64, counted: UInt64, countedWeight: UInt64, challenged: UInt64, replaced: UInt64,
    contests: [Contest]
  ) {
    self.electionID = electionID
    self.cast = cast
    self.counted = counted
    self.countedWeight = countedWeight
    self.challenged = challenged
    self.replaced = replaced
    self.contests = contests
  }

  init(electionID: [UInt8], _ result: ElectionResult, _ manifest: Manifest) {
    let weight = result.countedWeight
    self.init(
      electionID: electionID, cast: UInt64(result.cast), counted: UInt64(result.counted), countedWeight: weight,
      challenged: UInt64(result.challenged), replaced: UInt64(result.replaced),
      contests: zip(manifest.contests, result.byContest(manifest)).map { contest, totals in
        Contest(
          title: contest.title.description,
          options: zip(contest.options, totals).map { option, votes in
            // Totals are at most 2⁴⁰, so nothing overflows.
            Option(
              name: option.name.description, votes: votes, share: weight == 0 ? nil : Int((votes * 10_000 + weight / 2) / weight))
          })
      })
  }
}

extension ElectionTemplate {
  static let json = JSONCodec<ElectionTemplate>(
    schema: JSONSchema(
      named: "Template",
      [
        "type": "object", "required": ["name", "summary", "manifest"],
        "properties": [
          "name": ["type": "string"], "summary": ["type": "string"], "manifest": DefinitionJSON.manifest.schema.value,
        ],
      ], uses: [DefinitionJSON.manifest.schema]),
    read: { _, path, faults in
      faults.append(JSONFault(path, "is an answer only"))
      return nil
    },
    write: { ["name": .text($0.name), "summary": .text($0.summary), "manifest": DefinitionJSON.manifest.encode($0.manifest)] })
}
