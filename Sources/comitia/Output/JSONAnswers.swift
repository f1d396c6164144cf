import Elections
import Foundation
import Verification

/// Answers for programs.
enum JSONAnswer {
  /// An answer as text.
  static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Only numbers that are not finite and types that cannot be encoded make it throw; answers have neither.
    guard let data = try? encoder.encode(value) else { preconditionFailure("an answer that JSON cannot hold") }
    return String(decoding: data, as: UTF8.self)
  }
}

/// Why nothing could be answered.
struct ErrorAnswer: Encodable {
  let ok = false
  let error: String
}

/// The counts of a contest.
struct ContestAnswer: Encodable {
  struct Option: Encodable {
    let name: String
    let votes: UInt64
  }
  let title: String
  let options: [Option]

  /// For every contest.
  static func all(_ manifest: Manifest, _ result: ElectionResult) -> [ContestAnswer] {
    zip(manifest.contests, result.byContest(manifest)).map { contest, totals in
      ContestAnswer(
        title: contest.title.description,
        options: zip(contest.options, totals).map { Option(name: $0.name.description, votes: $1) })
    }
  }
}

/// What a verification found (`docs/spec/07-verification.md`, 7.3).
struct VerificationAnswer: Encodable {
  struct Outcome: Encodable {
    let id: Int
    let name: String
    let ok: Bool
    let detail: String
  }

  enum CodingKeys: CodingKey {
    case ok, electionId, selfConsistentOnly, checks, notRun, contests
  }

  let ok: Bool
  let electionId: String?
  let selfConsistentOnly: Bool
  let checks: [Outcome]
  let notRun: [Int]
  let contests: [ContestAnswer]?

  init(_ report: VerificationReport, _ facts: ElectionFacts?, electionID: String?) {
    ok = report.passed
    electionId = electionID
    selfConsistentOnly = report.selfConsistentOnly
    checks = report.outcomes.map {
      Outcome(id: $0.check.rawValue, name: $0.check.name, ok: $0.passed, detail: $0.detail)
    }
    notRun = report.notRun.map { $0.rawValue }
    contests = facts.map { ContestAnswer.all($0.manifest, $0.result) }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(ok, forKey: .ok)
    // Without a readable opening entry there is no id: null, not left out.
    try container.encode(electionId, forKey: .electionId)
    try container.encode(selfConsistentOnly, forKey: .selfConsistentOnly)
    try container.encode(checks, forKey: .checks)
    try container.encode(notRun, forKey: .notRun)
    try container.encodeIfPresent(contests, forKey: .contests)
  }
}
