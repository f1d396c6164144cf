import Elections
import Foundation

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
