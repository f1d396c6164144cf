import BallotCryptography
import Curve25519
@testable import Elections
import HTTPServer
import TestBoards
import TestSupport

@testable import VotingService
@testable import WebPages

/// An election whose every text is an attack, for tests of what everybody sees.
struct PublicFixture {
  static let attack = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>"
  static let start: UInt64 = 1_700_000_000_000
  static let hash = Bytes32([UInt8](repeating: 7, count: 32)) ?? .zero

  let field: BoardField
  let manifest: Manifest

  init(contests: [Contest]? = nil) throws {
    field = try BoardField()
    let options = try (1...3).map { number in
      ContestOption(
        name: try text("=Option \(number)\(Self.attack)"), description: try text(Self.attack),
        picture: number == 1 ? Self.hash : nil)
    }
    let rules = try need(ContestRules.single(options: 3, blankAllowed: true), "rules")
    let contest = try need(
      Contest(title: text("Who?\(Self.attack)"), description: text(Self.attack), rules: rules, options: options), "contest")
    manifest = try need(
      Manifest(title: text("A title\(Self.attack)"), description: text(Self.attack), contests: contests ?? [contest]), "manifest")
  }

  func board(_ casts: [UInt64] = [], phase: BoardPhase = .voting) throws -> PublicBoard {
    var history = BoardHistory()
    history.append(BoardEntry(.opening, time: Self.start), at: 0)
    for time in casts { history.cast(at: time, voters: 1) }
    let reason = try need(PublicReason(try text("Because \(Self.attack)")), "reason")
    history.append(BoardEntry(.pause, time: Self.start + 5000, body: reason.encoded), at: 1)
    history.append(BoardEntry(.resume, time: Self.start + 65_000), at: 2)
    var parts = field.parts
    parts.software = [SoftwareFile(path: try text("/vote/\(Self.attack)"), sha256: .zero)]
    let opening = parts.opening(logKey: .zero)
    let status = BoardStatus(
      electionID: Self.hash, size: 3, entries: 3, root: .zero, lastTime: Self.start, phase: phase,
      cast: UInt64(casts.count), voters: UInt64(casts.count), challenged: 0, replaced: 0, renewals: [], behind: nil)
    return PublicBoard(opening: opening, manifest: manifest, roster: parts.trustees, status: status, history: history)
  }

  func election(_ state: ElectionState) throws -> Election {
    let isOver = state == .closed || state == .tallied
    return Election(
      reference: field.election, organiser: "o", state: state, version: 1, definition: ElectionDefinition(manifest: manifest),
      origin: try text("vote.example/\(field.election)"), overdue: nil, reason: "Because \(Self.attack)",
      created: Self.start - 1000,
      opened: state == .draft ? nil : Self.start, closed: isOver ? Self.start + 3_600_000 : nil,
      tallied: state == .tallied ? Self.start + 3_700_000 : nil)
  }

  func shown(_ state: ElectionState, _ casts: [UInt64] = []) throws -> PublicElection {
    PublicElection(
      election: try election(state), board: state == .draft ? nil : try board(casts), now: Self.start + 1_800_000)
  }

  func outcome(_ totals: [UInt64], counted: UInt32 = 10, draw: Bytes32? = nil) -> Outcome {
    Outcome(
      manifest: manifest,
      result: ElectionResult(
        cast: counted, counted: counted, countedWeight: UInt64(counted), challenged: 0, replaced: 0, totals: totals), draw: draw)
  }

  func signed(_ totals: [UInt64]) throws -> CertifiedResult {
    let board = try board()
    let certificate = ResultCertificate(election: Self.hash, size: 3, root: .zero, tally: [], result: [], draw: [])
    return CertifiedResult(
      electionID: Self.hash, opening: board.opening, manifest: manifest, roster: board.roster,
      acting: try ActingTrustees(board.roster),
      result: outcome(totals).result,
      certificate: certificate, jointKey: Self.hash, signature: [UInt8](repeating: 9, count: 64))
  }

  func audit() -> PublicAudit {
    PublicAudit(
      trustees: [
        TrusteeOverview.Trustee(
          number: 1, name: Self.attack, signingKey: nil, invited: 0, joined: nil, seen: nil, passed: true, isAbsent: false,
          latencies: [.cosignature: 90_000])
      ],
      cosignatures: [.init(trustee: 1, size: 3, time: Self.start)],
      checkpoints: [.init(size: 3, cosignatures: 1, time: Self.start)],
      ceremonies: [.init(state: "complete", started: Self.start - 900, ended: Self.start - 500)],
      entries: [.init(position: 0, kind: .opening, time: Self.start)], dutyOrder: [1], closingDraw: Self.hash,
      sample: AuditSample(counted: 3, ballots: [AuditedBallot(entry: 2, tracker: Self.hash)]),
      renewals: [],
      outdated: [
        TrusteeRefusal(
          phase: .decryption, reason: .formerTrustee, signingKey: .zero, number: 2, name: Self.attack, first: Self.start - 1,
          last: Self.start, count: 2, evidence: nil, request: nil)
      ])
  }

  func conduct() -> ElectionConduct {
    ElectionConduct(
      trustees: [
        .init(
          number: 1, name: Self.attack, standings: [.ceremony: .done, .drill: .absent, .cosignature: .refused, .decryption: .none])
      ],
      refusals: RefusalReason.allCases.map { reason in
        TrusteeRefusal(
          phase: .cosignature, reason: reason, signingKey: .zero, number: 1, name: Self.attack, first: Self.start, last: Self.start,
          count: 2,
          evidence: WrongShare(trustee: 1, list: [], body: [], target: [], time: 0, signature: []), request: nil)
      },
      failures: [
        .init(
          ceremony: .zero, started: Self.start, threshold: 2, signingKeys: [], culprit: 1, name: Self.attack, fault: "bad-share",
          messages: []),
        .init(
          ceremony: .zero, started: Self.start, threshold: 2, signingKeys: [], culprit: nil, name: nil, fault: "identity-joint-key",
          messages: []),
      ],
      witnesses: [
        .init(name: Self.attack, size: 3, time: Self.start, agrees: true),
        .init(name: "outside", size: 4, time: Self.start, agrees: false),
      ], fork: .init(size: 2, root: .zero, boardRoot: Self.hash, checkpoint: []))
  }

  static func context(_ language: Language = .english) -> PageContext {
    PageContext(
      request: HTTPRequest(method: "GET", path: "/elections"), caller: .anonymous, t: Texts(language), query: Form(), form: Form(),
      values: [:])
  }
}
