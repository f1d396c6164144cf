import BallotCryptography
import Curve25519
import Elections
import Foundation
import LocalElection
import RecordFiles
import Sealing
import TestSupport
import Testing

@testable import Verification

/// What the kernel says of this process.
private enum Memory {
  /// Starts a new peak.
  static func reset() throws {
    try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
  }

  /// The largest resident set since `reset`, in megabytes.
  static func peak() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try need(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try need(line.split(separator: " ").compactMap { Int($0) }.first) / 1024
  }
}

@Suite("Streaming", .serialized, .enabled(if: ProcessInfo.processInfo.environment["COMITIA_LONG"] != nil))
struct StreamingTests {
  /// Holds an election on disk and gives the peak of memory while it is verified.
  private func peak(ballots: Int) throws -> Int {
    let rules = try need(ContestRules.approval(options: 1, maximum: 1))
    let contest = try need(Contest(title: text("Contest"), rules: rules, options: [ContestOption(name: text("Option"))]))
    let manifest = try need(Manifest(title: text("Large"), contests: [contest]))
    let plan = ElectionPlan(
      manifest: manifest, trustees: try (1...3).map { try text("Trustee \($0)") }, threshold: 2,
      ballots: (0..<ballots).map { PlainBallot(values: [[UInt32($0 % 2)]]) })
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("comitia-streaming-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let draft = try RecordDraft(path: folder.path)
    var election = LocalElection(
      plan, cipher: AES256GCM.self, random: seeded("streaming"), runner: SequentialRunner(), clock: { 1_700_000_000_000 })
    _ = try election.run(into: draft)
    try draft.commit()

    try Memory.reset()
    var verifier = RecordVerifier(source: RecordFolder(path: folder.path), runner: SequentialRunner())
    // Two parts of the small election, thirteen of the large one.
    verifier.ciphertextCapacity = 8_000
    let (report, facts) = try verifier.verify()
    #expect(report.passed, "\(report.firstFailure?.detail ?? "")")
    #expect(facts?.result.totals == plan.plainTotals)
    return try Memory.peak()
  }

  @Test("ten times the ballots take no more memory but for the roll")
  func memory() throws {
    let small = try peak(ballots: 10_000)
    let large = try peak(ballots: 100_000)
    // The roll takes 68 bytes a voter, and a word for the last ballot: some 8 MB twice over while it is read.
    #expect(large - small < 60, "\(small) MB for 10 000 ballots, \(large) MB for 100 000")
    print("peak of memory: \(small) MB for 10 000 ballots, \(large) MB for 100 000")
  }
}
