import BallotCryptography
import Curve25519
import Database
import Elections
import Foundation
import PipeSupport
import TestBoards
import TestDatabases
import Testing
import TestSupport
import VotingService

@Suite("Boards of servers that are killed", .serialized)
struct BoardCrashTests {
  private static var kills: Int { ProcessInfo.processInfo.environment["COMITIA_LONG"] == nil ? 20 : 200 }
  private static let ballotsEach = 60

  @Test("every acknowledged ballot is there, none twice, and the same bytes get the same entry", arguments: DatabaseKind.all)
  func killed(kind: DatabaseKind) async throws {
    let field = try BoardField(voters: Self.kills * Self.ballotsEach)
    field.clock.set(UInt64(Date().timeIntervalSince1970 * 1000) - 1000)
    let folder = FileManager.default.temporaryDirectory.appending(path: "comitia-crash-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let context = try await field.open(field.boards(test.database), in: test.database)
      var random = seeded("killed servers")
      let ballots = try field.voters.indices.map { try field.ballot($0 % 4, by: $0, context, random: &random) }
      var acknowledged: [Int: UInt64] = [:]
      for round in 0...Self.kills {
        // The ballots of the round before once more, then new ones; in the end all, to the end.
        let isLast = round == Self.kills
        let first = isLast ? 0 : max(0, round - 1) * Self.ballotsEach
        let last = min(ballots.count, (round + 1) * Self.ballotsEach)
        let file = folder.appending(path: "ballots")
        try Data(ballots[first..<last].joined()).write(to: file)
        let probe = try ProbeProcess(field, test, file, length: ballots[0].count)
        let output = isLast ? try probe.finish() : try probe.kill(after: random.number(below: 80_000))
        for (position, entry) in try Self.receipts(output) {
          let known = acknowledged.updateValue(entry, forKey: first + position)
          #expect(known == nil || known == entry, "ballot \(first + position) has two entries")
        }
      }
      #expect(acknowledged.count == ballots.count)
      #expect(Set(acknowledged.values) == Set(1...UInt64(ballots.count)))
      try await Self.check(field, ballots, acknowledged, test.database)
    }
  }

  /// Every ballot is the entry that its receipt said, by another server's reading; and the record verifies.
  private static func check(
    _ field: BoardField, _ ballots: [[UInt8]], _ acknowledged: [Int: UInt64], _ database: any Database
  ) async throws {
    field.clock.set(UInt64(Date().timeIntervalSince1970 * 1000))
    let boards = field.boards(database)
    for (position, entry) in acknowledged {
      let again = try await boards.cast(ballots[position], election: field.election)
      #expect(again.entry == entry && !again.isNew)
    }
    let (failure, board) = try field.verify(try await field.close(boards))
    #expect(failure == nil, "\(failure?.detail ?? "")")
    #expect(board?.counts.cast == UInt64(ballots.count))
  }

  private static func receipts(_ output: String) throws -> [(position: Int, entry: UInt64)] {
    // A line that the kill cut off acknowledges nothing.
    try output.split(separator: "\n").dropLast(output.hasSuffix("\n") ? 0 : 1).compactMap { line in
      if line == "ready" || line == "done" { return nil }
      let words = line.split(separator: " ")
      let position = try need(words.first.flatMap { Int($0) }, "a position in '\(line)'")
      return (position, try need(words.last.flatMap { UInt64($0) }, "an entry in '\(line)'"))
    }
  }
}

/// The probe did not do what it must.
private struct ProbeFailure: Error {
  let missing: String
}

/// A run of `BoardProbe`.
private struct ProbeProcess {
  private let process: Child
  private let output = Pipe()

  init(_ field: BoardField, _ test: TestDatabase, _ ballots: URL, length: Int) throws {
    // Tests are run from a bundle beside the package's programs.
    var start = Child.Start()
    start.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "BoardProbe")
    start.arguments = [
      test.kind.rawValue, test.location, field.election, field.master.hex, ballots.path, String(length),
    ]
    start.standardOutput = output
    start.keepNoProfile()
    process = try Child(start)
  }

  /// Kills it some microseconds after it has begun; returns what it had said.
  func kill(after delay: Int) throws -> String {
    var said = Data()
    while !said.contains(0x0a) {
      let more = try output.fileHandleForReading.nextPiece()
      guard !more.isEmpty else { throw ProbeFailure(missing: "the probe's first line") }
      said += more
    }
    usleep(UInt32(delay))
    process.signal(SIGKILL)
    said += try output.fileHandleForReading.rest()
    process.wait()
    return String(decoding: said, as: UTF8.self)
  }

  /// Lets it come to its end.
  func finish() throws -> String {
    let said = try output.fileHandleForReading.rest()
    guard process.wait().code == 0 else { throw ProbeFailure(missing: "the probe's success") }
    return String(decoding: said, as: UTF8.self)
  }
}
