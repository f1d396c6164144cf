import Foundation
import Synchronization

/// `comitia demonstration`: a service with trustees and an election, to be tried out.
struct DemonstrationCommand: Command {
  private static let data = CommandOption("data", "DIR", help: "the folder of all that belongs to it (comitia-demonstration)")
  private static let port = CommandOption("port", "N", help: "port to listen on (8080)")
  private static let web = CommandOption("web", "DIR", help: Setting.web.help)
  private static let finish = CommandOption("finish", help: "let all voters vote, close, tally, verify, and end")

  static let syntax = CommandSyntax(
    name: "comitia demonstration",
    summary: "Try it out: a service, three trustees and an election of twelve invented voters on this machine.",
    options: [data, port, web, finish],
    notes: [
      "Keeps everything in one folder and goes on there when it is called again. Ctrl-C stops all of it. Everyone is on one machine, so it shows how things work and keeps nothing secret from you.",
      "Where a person reads, it asks when to close the election; then it shows the result and verifies the record.",
    ],
    examples: ["comitia demonstration", "comitia demonstration --finish --data DIR --port 9000"])

  private let folder: String
  private let port: Int
  private let web: String?
  private let finishes: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    folder = arguments.value(Self.data) ?? "comitia-demonstration"
    port = try arguments.number(Self.port, in: 1...65_535) ?? 8080
    web = arguments.value(Self.web)
    finishes = arguments.has(Self.finish)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    StopSignal.hold()
    let demonstration = Demonstration(folder: folder, port: port, web: web, terminal)
    let finishes = finishes
    let closed = try Blocking.run { () -> (archive: String, electionID: String)? in
      let (running, reference, links) = try await demonstration.start()
      defer { for process in running.reversed() { process.stop() } }
      Self.tell(demonstration, reference, links, terminal)
      if finishes {
        try await demonstration.voteForAll(links, in: reference)
      } else {
        guard await Self.waitForPerson(terminal) else { return nil }
      }
      return try await demonstration.close(reference)
    }
    guard let closed else {
      terminal.say("Stopped. Call it again to go on.")
      return .success
    }
    return try verify(closed.archive, closed.electionID, terminal)
  }

  private static func tell(_ demonstration: Demonstration, _ reference: String, _ links: [String], _ terminal: Terminal) {
    terminal.say()
    terminal.say("The election is open. Vote in a browser, each link once or again, for the last ballot counts:")
    for link in links.prefix(3) { terminal.say("  \(link)") }
    terminal.say("  … \(links.count) links in all, in demonstration.json")
    terminal.say()
    terminal.say("  the election as programs see it  \(demonstration.address)/api/v1/elections/\(reference)")
    terminal.say("  the interface for programs       \(demonstration.address)/api/v1/openapi.json")
    terminal.say()
  }

  /// Whether somebody asks to close; false when the process is to stop.
  private static func waitForPerson(_ terminal: Terminal) async -> Bool {
    let asks = isatty(STDIN_FILENO) == 1
    terminal.say(
      asks ? "Press Enter to close the election, Ctrl-C to stop and go on later." : "Ctrl-C stops it; call it again to go on.")
    let isAnswered = Mutex(false)
    return await withCheckedContinuation { continuation in
      let answer: @Sendable (Bool) -> Void = { closes in
        let isFirst = isAnswered.withLock { isAnswered in
          defer { isAnswered = true }
          return !isAnswered
        }
        if isFirst { continuation.resume(returning: closes) }
      }
      Task {
        await StopSignal.received()
        answer(false)
      }
      guard asks else { return }
      // Reading cannot be cancelled: the thread ends with the process.
      Thread.detachNewThread { answer(readLine() != nil) }
    }
  }

  /// Unpacks the record and verifies it as anyone would.
  private func verify(_ archive: String, _ electionID: String, _ terminal: Terminal) throws -> ExitStatus {
    var record = folder + "/record"
    var number = 1
    while FileManager.default.fileExists(atPath: record) {
      number += 1
      record = folder + "/record-\(number)"
    }
    try FileManager.default.createDirectory(atPath: record, withIntermediateDirectories: true)
    let unpacking = Process()
    unpacking.executableURL = URL(filePath: "/usr/bin/env")
    unpacking.arguments = ["tar", "-xf", archive, "-C", record]
    try unpacking.run()
    unpacking.waitUntilExit()
    guard unpacking.terminationStatus == 0 else { throw CommandFailure("\(archive.printable) cannot be unpacked with tar") }
    terminal.say()
    terminal.say("Anyone who has the record verifies it:")
    return try VerifyCommand(Arguments([record, "--election-id", electionID], VerifyCommand.syntax)).run(terminal)
  }
}
