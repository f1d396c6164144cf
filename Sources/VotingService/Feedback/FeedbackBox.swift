import Database
import DelimitedText
import StrictJSON

/// Keeps what people say of a pilot: with no account, address or time of day beside it, so that nothing leads to a voter or a ballot.
public struct FeedbackBox: Sendable {
  private let database: any Database
  private let clock: any Clock
  private let random: Randomness
  private let audit: AuditLog

  /// Taken in a day: beyond it somebody fills the disk.
  public static let mostPerDay = 5000
  /// Bytes of a text.
  public static let longest = 4000
  private static let day: UInt64 = 86_400_000

  public init(database: any Database, clock: any Clock, random: Randomness = Randomness(), audit: AuditLog) {
    self.database = database
    self.clock = clock
    self.random = random
    self.audit = audit
  }

  /// Takes it.
  ///
  /// - Throws: `FeedbackError`.
  public func give(_ feedback: Feedback) async throws {
    guard !feedback.marks.isEmpty || !feedback.answers.isEmpty || !feedback.words.isEmpty else { throw FeedbackError.empty }
    precondition(feedback.marks.values.allSatisfy { (1...5).contains($0) }, "marks go from 1 to 5")
    for (part, text) in feedback.words where text.utf8.count > Self.longest { throw FeedbackError.tooLong(part) }
    let day = Int64(clock.now() / Self.day)
    let places = (3..<3 + feedback.values.count).map { "$\($0)" }.joined(separator: ", ")
    let id = random.reference()
    try await database.transaction { session in
      let count = try await session.query("SELECT COUNT(*) FROM feedback WHERE day = $1", [.integer(day)])
      guard try count[0].integer(0) < Self.mostPerDay else { throw FeedbackError.tooMany }
      try await session.execute(
        "INSERT INTO feedback (id, day, \(Feedback.columns)) VALUES ($1, $2, \(places))",
        [.text(id), .integer(day)] + feedback.values)
    }
  }

  /// What was said, newest day first; within a day in no order that says anything.
  public func list(offset: Int = 0, limit: Int) async throws -> [GivenFeedback] {
    try await database.read { session in
      try await session.query(
        "SELECT id, day, \(Feedback.columns) FROM feedback ORDER BY day DESC, id LIMIT $1 OFFSET $2",
        [.integer(Int64(limit)), .integer(Int64(offset))]
      ).map { row in
        GivenFeedback(id: try row.text(0), day: UInt64(try row.integer(1)) * Self.day, feedback: try Feedback(row, from: 2))
      }
    }
  }

  /// Counts and means.
  public func summary() async throws -> FeedbackSummary {
    try await database.read { session in
      var marks: [Feedback.Mark: (count: Int, hundredths: Int)] = [:]
      for mark in Feedback.Mark.allCases {
        let row = try await session.query("SELECT COUNT(\(mark.rawValue)), COALESCE(SUM(\(mark.rawValue)), 0) FROM feedback")[0]
        let (count, sum) = (Int(try row.integer(0)), Int(try row.integer(1)))
        if count > 0 { marks[mark] = (count, (sum * 100 + count / 2) / count) }
      }
      var answers: [Feedback.Asked: [Feedback.Answer: Int]] = [:]
      for asked in Feedback.Asked.allCases {
        let rows = try await session.query(
          "SELECT \(asked.rawValue), COUNT(*) FROM feedback WHERE \(asked.rawValue) IS NOT NULL GROUP BY \(asked.rawValue)")
        for row in rows {
          if let answer = Feedback.Answer(rawValue: try row.text(0)) {
            answers[asked, default: [:]][answer] = Int(try row.integer(1))
          }
        }
      }
      let count = try await session.query("SELECT COUNT(*) FROM feedback")[0].integer(0)
      return FeedbackSummary(count: Int(count), marks: marks, answers: answers)
    }
  }

  /// All of it, oldest first, for a file; the audit log says who took it.
  public func export(by caller: Caller) async throws -> [GivenFeedback] {
    var all: [GivenFeedback] = []
    while true {
      let page = try await list(offset: all.count, limit: 1000)
      all += page
      if page.count < 1000 { break }
    }
    let count = Int64(all.count)
    try await database.transaction { session in
      try await audit.append(
        AuditEvent(AuditAction("feedback.exported"), by: AuditActor(caller), details: [.init("entries", .integer(count))]),
        in: session)
    }
    return all.reversed()
  }
}

/// Feedback as files.
public enum FeedbackFile {
  /// A line each; what a spreadsheet would take for a formula begins with an apostrophe.
  public static func csv(_ entries: [GivenFeedback]) -> [UInt8] {
    var text =
      (["day"] + Feedback.Mark.allCases.map(\.rawValue) + Feedback.Asked.allCases.map(\.rawValue)
      + Feedback.Words.allCases.map(\.rawValue)).joined(separator: ",") + "\r\n"
    for entry in entries {
      let given = entry.feedback
      let fields =
        [String(JSONTime.text(entry.day).prefix(10))] + Feedback.Mark.allCases.map { given.marks[$0].map { String($0) } ?? "" }
        + Feedback.Asked.allCases.map { given.answers[$0]?.rawValue ?? "" }
        + Feedback.Words.allCases.map { harmless(given.words[$0] ?? "") }
      text += fields.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\r\n"
    }
    return Array(text.utf8)
  }

  /// Spreadsheets calculate what begins so, also behind blanks, and in each line of a field that they split.
  private static func harmless(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { SpreadsheetText.guarded(String($0)) }.joined(
      separator: "\n")
  }

  /// A list of objects; what was not said is left out.
  public static func json(_ entries: [GivenFeedback]) -> [UInt8] {
    JSONValue.list(
      entries.map { entry in
        var members: [JSONValue.Member] = [.init("day", .text(String(JSONTime.text(entry.day).prefix(10))))]
        for mark in Feedback.Mark.allCases {
          if let value = entry.feedback.marks[mark] { members.append(.init(mark.rawValue, .integer(Int64(value)))) }
        }
        for asked in Feedback.Asked.allCases {
          if let answer = entry.feedback.answers[asked] { members.append(.init(asked.rawValue, .text(answer.rawValue))) }
        }
        for part in Feedback.Words.allCases {
          if let text = entry.feedback.words[part] { members.append(.init(part.rawValue, .text(text))) }
        }
        return .object(members)
      }
    ).bytes
  }
}
