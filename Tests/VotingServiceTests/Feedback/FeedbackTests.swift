import Database
import StrictJSON
import TestDatabases
import Testing
import VotingService

@Suite("Feedback")
struct FeedbackTests {
  private static let full = Feedback(
    marks: [.overall: 5, .registration: 4, .voting: 3, .verification: 1], answers: [.trust: .yes, .again: .unsure],
    words: [.worked: "All", .confused: "=1+1", .suggestions: "a \"quoted\", b\n@sum", .problems: " "])

  @Test("what was said is kept with its day alone, and summed up", arguments: DatabaseKind.all)
  func given(kind: DatabaseKind) async throws {
    try await DeskField.run(kind) { field in
      try await field.box.give(Self.full)
      field.clock.advance(86_400_000)
      try await field.box.give(Feedback(marks: [.overall: 2], answers: [.trust: .no]))
      let list = try await field.box.list(limit: 10)
      #expect(list.map(\.feedback.marks.count) == [1, 4])
      #expect(list.allSatisfy { $0.day % 86_400_000 == 0 })
      #expect(list[1].feedback == Self.full && list[1].feedback.words[.problems] == nil)
      let summary = try await field.box.summary()
      #expect(summary.count == 2 && summary.marks[.overall]?.hundredths == 350 && summary.marks[.voting]?.count == 1)
      #expect(summary.answers == [.trust: [.yes: 1, .no: 1], .again: [.unsure: 1]])
    }
  }

  @Test("files are safe to open, and taking them is taken down", arguments: DatabaseKind.all)
  func files(kind: DatabaseKind) async throws {
    try await DeskField.run(kind) { field in
      try await field.box.give(Self.full)
      let entries = try await field.box.export(by: DeskField.agent)
      let csv = String(decoding: FeedbackFile.csv(entries), as: UTF8.self)
      #expect(csv.hasPrefix("day,overall,registration,voting,verification,trust,again,worked,confused,suggestions,problems\r\n"))
      #expect(
        csv.hasSuffix("\"5\",\"4\",\"3\",\"1\",\"yes\",\"unsure\",\"All\",\"'=1+1\",\"a \"\"quoted\"\", b\n'@sum\",\"\"\r\n"))
      let json = try JSONParser.parse(FeedbackFile.json(entries))
      #expect(json[0]?["confused"]?.text == "=1+1" && json[0]?["overall"] == .integer(5) && json[0]?["problems"] == nil)
      #expect(try await field.actions() == ["feedback.exported"])
    }
  }

  @Test(
    "what a spreadsheet might calculate is text", arguments: ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "＝1", "x\n=1", "|a"])
  func formulas(text: String) {
    let entry = GivenFeedback(id: "a", day: 0, feedback: Feedback(words: [.worked: text]))
    let csv = String(decoding: FeedbackFile.csv([entry]), as: UTF8.self)
    let dangerous = text.split(separator: "\n").last.map(String.init) ?? text
    #expect(csv.contains("'" + dangerous))
  }

  @Test("nothing at all, and too much, are refused", arguments: DatabaseKind.all)
  func refused(kind: DatabaseKind) async throws {
    try await DeskField.run(kind) { field in
      await #expect(throws: FeedbackError.empty) { try await field.box.give(Feedback(words: [.worked: "  "])) }
      let long = String(repeating: "x", count: FeedbackBox.longest + 1)
      await #expect(throws: FeedbackError.tooLong(.problems)) { try await field.box.give(Feedback(words: [.problems: long])) }
      let kept = try await field.box.list(limit: 10)
      #expect(kept.isEmpty)
    }
  }
}
