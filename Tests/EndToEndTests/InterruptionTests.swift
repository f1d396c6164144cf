import Foundation
import Testing

/// Whatever stops the command, there is no half record.
@Suite("Interruptions")
struct InterruptionTests {
  /// Starts an election that takes some seconds, and waits until it writes.
  static func start(_ scratch: Scratch) throws -> Running {
    try scratch.write("A,B,C,D\n" + String(repeating: "1,0,1,0\n", count: 30_000), to: "many.csv")
    let running = try Running([CommandRun.executable, "election", "run", "--ballots", "many.csv", "--out", "record"], in: scratch)
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline {
      let drafts = scratch.names.filter { $0.hasSuffix(".partial") }
      if let draft = drafts.first, FileManager.default.fileExists(atPath: "\(scratch.path)/\(draft)/tile/entries/000") {
        return running
      }
      usleep(20_000)
    }
    running.signal(SIGKILL)
    throw POSIXError(.ETIMEDOUT)
  }

  @Test("a signal ends the process and leaves nothing", arguments: [SIGINT, SIGTERM, SIGHUP])
  func signals(number: Int32) throws {
    let scratch = try Scratch()
    let running = try Self.start(scratch)
    running.signal(number)
    let run = try running.wait()
    #expect(run.status == 128 + number)
    #expect(run.errors.contains("stopped; nothing was written"))
    #expect(scratch.names == ["many.csv"])
  }

  @Test("a killed process leaves a hidden folder at most, which the next one removes")
  func kill() throws {
    let scratch = try Scratch()
    let running = try Self.start(scratch)
    running.signal(SIGKILL)
    #expect(try running.wait().status == 128 + SIGKILL)
    let left = scratch.names.filter { $0 != "many.csv" }
    #expect(left.count == 1 && left[0].hasPrefix(".record.") && left[0].hasSuffix(".partial"))
    try scratch.writeTwenty()
    let next = try CommandRun("election", "run", "--ballots", "twenty.csv", "--out", "record", in: scratch)
    #expect(next.status == 0, "\(next.errors)")
    #expect(scratch.names == ["many.csv", "record", "twenty.csv"])
  }

  @Test("a reader who goes away does not harm the record")
  func closedPipe() throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    let words = ["sh", "-c", "\"$0\" election run --ballots twenty.csv --out record | true", CommandRun.executable]
    _ = try CommandRun(words, in: scratch)
    #expect(try CommandRun("verify", "record", in: scratch).status == 0)
  }

  @Test("an answer that cannot be written is no success")
  func fullOutput() throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    #expect(try CommandRun("election", "run", "--ballots", "twenty.csv", "--out", "record", in: scratch).status == 0)
    let run = try CommandRun(["sh", "-c", "\"$0\" verify record --json > /dev/full", CommandRun.executable], in: scratch)
    run.expectRefusal("standard output cannot be written")
  }
}
