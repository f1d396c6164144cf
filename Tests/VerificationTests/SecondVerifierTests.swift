import Foundation
import PipeSupport
import TestSupport
import Testing
import Verification

/// What a verifier says of a record, as far as two verifiers must say the same.
enum Verdict: Equatable, CustomStringConvertible {
  case passed
  case failed(check: Int)
  case unreadable

  var description: String {
    switch self {
    case .passed: "passed"
    case .failed(let check): "failed at check \(check)"
    case .unreadable: "unreadable"
    }
  }
}

/// The verifier in Python, asked many times in one process.
struct SecondVerifier {
  private struct Question: Encodable {
    var dir: String
    var electionId: String?
    var checkpoint: String?
    var receipt: String?
    var sample: Int?
  }

  private struct Answer: Decodable {
    struct Check: Decodable {
      let id: Int
      let ok: Bool
    }
    let exitCode: Int
    let checks: [Check]?
    let draws: DrawsAnswer?
  }

  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("comitia-verdicts-\(UUID().uuidString)")
  private var questions: [Question] = []

  /// Writes a record and what is known from outside where the other verifier can read them.
  mutating func ask(_ evidence: Evidence, sample: Int? = nil) throws {
    let place = folder.appendingPathComponent(String(questions.count))
    for (path, bytes) in evidence.record.files {
      let file = place.appendingPathComponent("record/" + path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    var question = Question(dir: place.appendingPathComponent("record").path)
    question.electionId = evidence.expectations.electionID?.hex
    question.sample = sample
    func give(_ bytes: [UInt8]?, _ name: String) throws -> String? {
      guard let bytes else { return nil }
      let file = place.appendingPathComponent(name)
      try Data(bytes).write(to: file)
      return file.path
    }
    question.checkpoint = try give(evidence.expectations.checkpoints.first, "checkpoint")
    question.receipt = try give(evidence.expectations.receipts.first, "receipt")
    questions.append(question)
  }

  /// The verdicts on all questions, and what it says of the draws of records that pass.
  func answers() throws -> [(verdict: Verdict, draws: DrawsAnswer?)] {
    try ask().map { answer in
      let verdict: Verdict =
        switch answer.exitCode {
        case 0: .passed
        case 1: .failed(check: try need(answer.checks?.first { !$0.ok }?.id, "the failed check"))
        default: .unreadable
        }
      return (verdict, answer.draws)
    }
  }

  private func ask() throws -> [Answer] {
    defer { try? FileManager.default.removeItem(at: folder) }
    let lines = try questions.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    let input = folder.appendingPathComponent("questions")
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: input)
    let output = folder.appendingPathComponent("answers")
    try Data().write(to: output)
    var start = Child.Start()
    start.arguments = ["python3", Self.script.path, "--batch"]
    start.standardInput = try FileHandle(forReadingFrom: input)
    start.standardOutput = try FileHandle(forWritingTo: output)
    let process = try Child(start)
    process.wait()
    return try Data(contentsOf: output).split(separator: 10).map { try JSONDecoder().decode(Answer.self, from: Data($0)) }
  }

  private static var script: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("second-verifier/verify.py")
  }
}

@Suite("Second verifier")
struct SecondVerifierTests {
  private func verdict(_ evidence: Evidence) -> Verdict {
    verdict((try? verify(evidence.record, evidence.expectations))?.report)
  }

  private func verdict(_ report: VerificationReport?) -> Verdict {
    guard let report else { return .unreadable }
    guard let failure = report.firstFailure else { return report.passed ? .passed : .unreadable }
    return .failed(check: failure.check.rawValue)
  }

  /// Asks both about everything and compares.
  private func compare(_ cases: [(name: String, evidence: Evidence)]) throws {
    try compare(cases.map { ($0.name, $0.evidence, verdict($0.evidence)) })
  }

  private func compare(_ cases: [(name: String, evidence: Evidence, verdict: Verdict)]) throws {
    var second = SecondVerifier()
    for item in cases { try second.ask(item.evidence) }
    let answers = try second.answers()
    #expect(answers.count == cases.count)
    for (item, answer) in zip(cases, answers) { #expect(item.verdict == answer.verdict, "\(item.name)") }
  }

  @Test("agrees on every good record, and draws the same from it")
  func goodRecords() throws {
    let samples = [nil, 1, 1000]
    var second = SecondVerifier()
    var own: [(name: String, verdict: Verdict, draws: DrawsAnswer?)] = []
    // One process looks at them all, and at what a record's three answers share only once.
    for good in GoodRecord.all {
      let record = try good.make().record
      for sample in samples {
        try second.ask(Evidence(record: record), sample: sample)
        let draws = good.aborted == nil ? try need(try DrawsAnswer.of(good, sample: sample ?? 10), "draws") : nil
        own.append((good.name, verdict(try good.verified().report), draws))
      }
    }
    #expect(own.contains { $0.draws?.lots.isEmpty == false })
    let answers = try second.answers()
    #expect(answers.count == own.count)
    for (own, answer) in zip(own, answers) {
      #expect(own.verdict == answer.verdict, "\(own.name)")
      #expect(own.draws == answer.draws, "\(own.name)")
    }
  }

  @Test("agrees on the whole attack gallery")
  func gallery() throws {
    try compare(Attack.all.map { ($0.name, try $0.make(), verdict(try? $0.verified().report)) })
  }

  @Test("agrees on sampled alterations of bytes and lengths")
  func alterations() throws {
    let record = try GoodRecord.complete()
    var random = seeded("sampled flips")
    let flips = Alteration.flips(of: record)
    let count = ProcessInfo.processInfo.environment["COMITIA_LONG"] == nil ? 200 : 2000
    let sample = (0..<count).map { _ in flips[random.number(below: flips.count)] } + Alteration.lengthChanges(of: record)
    try compare(sample.map { ($0.description, Evidence(record: $0.applied(to: record))) })
    let aborted = try GoodRecord.completeAborted()
    let changes = Alteration.flips(of: aborted)
    let fewer = (0..<count / 4).map { _ in changes[random.number(below: changes.count)] } + Alteration.lengthChanges(of: aborted)
    try compare(fewer.map { ($0.description, Evidence(record: $0.applied(to: aborted))) })
  }

  @Test("agrees on honest records with honest things from outside")
  func outside() throws {
    let forge = try Attack.closed(Attack.single())
    let record = try forge.record()
    var cases: [(String, Evidence)] = []
    var id = Evidence(record: record)
    id.expectations.electionID = forge.electionID
    cases.append(("election id", id))
    for size in 1...5 {
      var checkpoint = Evidence(record: record)
      checkpoint.expectations.checkpoints = [try forge.checkpoint(size: size).bytes]
      cases.append(("checkpoint of size \(size)", checkpoint))
    }
    for size in 4...5 {
      var receipt = Evidence(record: record)
      receipt.expectations.receipts = [try forge.receipt(for: 3, size: size).bytes]
      cases.append(("receipt of size \(size)", receipt))
    }
    for item in cases { #expect(verdict(item.1) == .passed, "\(item.0)") }
    try compare(cases)
  }
}
