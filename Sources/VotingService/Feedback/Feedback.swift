import Database

/// What somebody says of a pilot. Everything may be left out but not all of it.
public struct Feedback: Sendable, Equatable {
  /// What is marked from 1 to 5.
  public enum Mark: String, Sendable, CaseIterable {
    case overall
    case registration
    case voting
    case verification
  }

  /// What is answered by yes or no.
  public enum Asked: String, Sendable, CaseIterable {
    case trust
    case again
  }

  public enum Answer: String, Sendable, CaseIterable {
    case yes
    case no
    case unsure
  }

  /// What is said in own words.
  public enum Words: String, Sendable, CaseIterable {
    case worked
    case confused
    case suggestions
    case problems
  }

  public var marks: [Mark: Int]
  public var answers: [Asked: Answer]
  public var words: [Words: String]

  public init(marks: [Mark: Int] = [:], answers: [Asked: Answer] = [:], words: [Words: String] = [:]) {
    self.marks = marks
    self.answers = answers
    self.words = words.filter { $0.value.contains { !$0.isWhitespace } }
  }

  static let columns = (Mark.allCases.map(\.rawValue) + Asked.allCases.map(\.rawValue) + Words.allCases.map(\.rawValue)).joined(
    separator: ", ")

  init(_ row: SQLRow, from first: Int) throws(DatabaseError) {
    (marks, answers, words) = ([:], [:], [:])
    var column = first
    for mark in Mark.allCases {
      if !row.isNull(column) { marks[mark] = Int(try row.integer(column)) }
      column += 1
    }
    for asked in Asked.allCases {
      if !row.isNull(column) { answers[asked] = Answer(rawValue: try row.text(column)) }
      column += 1
    }
    for part in Words.allCases {
      let text = try row.text(column)
      if !text.isEmpty { words[part] = text }
      column += 1
    }
  }

  var values: [SQLValue] {
    Mark.allCases.map { marks[$0].map { .integer(Int64($0)) } ?? .null }
      + Asked.allCases.map { answers[$0].map { .text($0.rawValue) } ?? .null }
      + Words.allCases.map { .text(words[$0] ?? "") }
  }
}

/// What was said, and on which day.
public struct GivenFeedback: Sendable, Equatable {
  public let id: String
  /// Unix milliseconds of the day's beginning in UTC: that is all that is kept of the time.
  public let day: UInt64
  public let feedback: Feedback

  public init(id: String, day: UInt64, feedback: Feedback) {
    self.id = id
    self.day = day
    self.feedback = feedback
  }
}

/// All feedback at a glance.
public struct FeedbackSummary: Sendable, Equatable {
  public let count: Int
  /// Of each mark how many there are and their mean in hundredths.
  public let marks: [Feedback.Mark: (count: Int, hundredths: Int)]
  public let answers: [Feedback.Asked: [Feedback.Answer: Int]]

  public static func == (a: FeedbackSummary, b: FeedbackSummary) -> Bool {
    a.count == b.count && a.answers == b.answers
      && Feedback.Mark.allCases.allSatisfy {
        a.marks[$0]?.count == b.marks[$0]?.count && a.marks[$0]?.hundredths == b.marks[$0]?.hundredths
      }
  }
}

/// Why feedback was not taken.
public enum FeedbackError: Error, Equatable, Sendable {
  /// Nothing was said.
  case empty
  /// A text is too long: which.
  case tooLong(Feedback.Words)
  /// Enough was said today.
  case tooMany
}
