import Foundation
import Synchronization

/// `comitia demonstration`: a service with trustees and an election, to be tried out.
struct DemonstrationCommand: Command {
  private static let data = CommandOption("data", "DIR", help: "the folder of all that belongs to it (comitia-demonstration)")
  private static let port = CommandOption("port", "N", help: "port to listen on (8080)")
  private static let web = CommandOption("web", "DIR", help: Setting.web.help)
  private static let ethereum = CommandOption(
    "evm", "URL", help: "a test chain that works like Ethereum, on this machine, to anchor on; it must give coins by test_balance")
  private static let solana = CommandOption(
    "solana", "URL", help: "a test chain of Solana, on this machine, to mark the result on; it must give coins by requestAirdrop")
  private static let finish = CommandOption("finish", help: "let all voters vote, close, tally, verify, and end")

  static let syntax = CommandSyntax(
    name: "comitia demonstration",
    summary: "Try it out: a service, three trustees and an election of twelve invented voters on this machine.",
    options: [data, port, web, ethereum, solana, finish],
    notes: [
      "Keeps everything in one folder and goes on there when it is called again. Ctrl-C stops all of it. Everyone is on one machine, so it shows how things work and keeps nothing secret from you.",
      "It prints addresses of pages to try; when voting is ended, there or with Enter, it shows the result and verifies the record.",
    ],
    examples: ["comitia demonstration", "comitia demonstration --finish --data DIR --port 9000"])

  private let folder: String
  private let port: Int
  private let web: String?
  private let chains: DemonstrationChains
  private let finishes: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    folder = arguments.value(Self.data) ?? "comitia-demonstration"
    port = try arguments.number(Self.port, in: 1...65_535) ?? 8080
    web = arguments.value(Self.web)
    chains = DemonstrationChains(
      ethereum: arguments.value(Self.ethereum), solana: arguments.value(Self.solana), folder: folder)
    for (option, address) in [(Self.ethereum, chains.ethereum), (Self.solana, chains.solana)] {
      guard let address else { continue }
      let host = URLComponents(string: address)?.host ?? ""
      guard ["127.0.0.1", "localhost", "[::1]"].contains(host) else {
        throw arguments.error(
          "--\(option.name) is not on this machine; a demonstration is for test chains, such as http://127.0.0.1:8545")
      }
    }
    finishes = arguments.has(Self.finish)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    StopSignal.hold()
    let demonstration = Demonstration(folder: folder, port: port, web: web, chains: chains, terminal)
    return try Blocking.run {
      let (running, election) = try await demonstration.start()
      defer { for process in running.reversed() { process.stop() } }
      if finishes {
        try await demonstration.voteForAll(election)
        return try verify(try await demonstration.close(election), terminal)
      }
      if try await !demonstration.isOver(election) {
        Self.invite(demonstration, election, terminal)
        guard await Self.waitForPerson(terminal, demonstration, election) else {
          terminal.say("Stopped. Call it again to go on.")
          return .success
        }
      }
      let status = try verify(try await demonstration.close(election), terminal)
      Self.showResult(demonstration, election, terminal)
      await StopSignal.received()
      return status
    }
  }

  /// What a newcomer may do, in order.
  private static func invite(_ demonstration: Demonstration, _ election: Demonstration.Election, _ terminal: Terminal) {
    let address = demonstration.address
    terminal.say()
    terminal.say("Try it as the people would for whom it is:")
    terminal.say()
    terminal.say("  1  Vote. A link for each voter; the last ballot of each counts:")
    for link in election.links.prefix(3) { terminal.say("       \(link)") }
    terminal.say("     (\(election.links.count) links in all, in \(demonstration.memoryPath.printable))")
    terminal.say("  2  Watch the turnout move:            \(address)/elections/\(election.reference)")
    terminal.say("  3  See it as its organiser, and end voting:")
    terminal.say("       \(address)/organise/\(election.reference)")
    terminal.say("       e-mail \(Demonstration.owner), password \(election.password)")
    terminal.say("  4  Then read the result, and verify everything in the browser:")
    terminal.say("       \(address)/verify/\(election.reference)")
    terminal.say()
    terminal.say("  Programs find their interface at      \(address)/api/v1/openapi.json")
    terminal.say()
  }

  private static func showResult(_ demonstration: Demonstration, _ election: Demonstration.Election, _ terminal: Terminal) {
    let address = demonstration.address
    terminal.say()
    terminal.say("  the result                     \(address)/elections/\(election.reference)/result")
    terminal.say("  how it came about              \(address)/elections/\(election.reference)/audit")
    terminal.say("  verify it in the browser       \(address)/verify/\(election.reference)")
    terminal.say()
    terminal.say("The pages stay until Ctrl-C.")
  }

  /// Waits until somebody asks to close, here or on the organiser's page; false when the process is to stop.
  private static func waitForPerson(
    _ terminal: Terminal, _ demonstration: Demonstration, _ election: Demonstration.Election
  ) async -> Bool {
    let asks = isatty(STDIN_FILENO) == 1
    terminal.say(
      asks ? "Press Enter to end voting from here, Ctrl-C to stop and go on later." : "Ctrl-C stops it; call it again to go on.")
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
      let isWaiting: @Sendable () -> Bool = { isAnswered.withLock { !$0 } }
      Task {
        while isWaiting() {
          // A service that does not answer just now is asked again.
          if (try? await demonstration.isOver(election)) == true { answer(true) }
          try? await Task.sleep(for: .seconds(1))
        }
      }
      guard asks else { return }
      // Reading cannot be cancelled: the thread ends with the process.
      Thread.detachNewThread { answer(readLine() != nil) }
    }
  }

  /// Unpacks the record and verifies it as anyone would.
  private func verify(_ record: (archive: String, electionID: String), _ terminal: Terminal) throws -> ExitStatus {
    let (archive, electionID) = record
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
    let words = [record, "--election-id", electionID] + chains.verifierWords
    return try VerifyCommand(Arguments(words, VerifyCommand.syntax)).run(terminal)
  }
}
