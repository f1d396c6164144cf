import Curve25519
import Elections
import Foundation
import HTTPClient
import TrusteeAgent

/// `comitia trustee run`: does a trustee's work in all elections of a key file.
struct TrusteeRunCommand: Command {
  private static let once = CommandOption("once", help: "do what can be done now, and end")
  private static let logJSON = CommandOption("log-json", help: "write a line of JSON for each event to standard error")

  static let syntax = CommandSyntax(
    name: "comitia trustee run",
    summary: "Do a trustee's work in all elections of a key file: ceremony, fire drill, cosignatures, decryption.",
    options: [
      TrusteeOptions.key, PassphraseSource.option, once, logJSON, .cores, TrusteeOptions.authorities, TrusteeOptions.insecure,
    ],
    notes: [
      "It may be stopped (Ctrl-C) and started again at any time. It must run during the key ceremony and the fire drill, from time to time while voting goes on, and when voting has ended.",
      "If it raises an alarm, the service has shown something that must not be. Evidence is written beside the key file, in FILE.evidence; copies of boards are kept in FILE.boards.",
      TrusteeOptions.note,
      "Exit code: 0 stopped, or all is done; with --once also 1 after an alarm, 2 when a service could not be reached.",
    ],
    examples: [
      "comitia trustee run --key trustee.key", "comitia trustee run --key trustee.key --passphrase-file secret.txt --once",
    ])

  private let path: String
  private let passphrase: PassphraseSource
  private let isOnce: Bool
  private let logsJSON: Bool
  private let cores: Int
  private let client: HTTPClientConfiguration

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.required(TrusteeOptions.key)
    passphrase = PassphraseSource(arguments)
    isOnce = arguments.has(Self.once)
    logsJSON = arguments.has(Self.logJSON)
    cores = try arguments.cores()
    client = TrusteeOptions.client(arguments)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let passphrase = try passphrase.existing()
    StopSignal.hold()
    let file = try KeyFile.open(path, passphrase: passphrase)
    let elections = file.keyring.elections.filter { $0.ending != .tallied }
    let log = TrusteeLog(terminal, isJSON: logsJSON)
    if elections.isEmpty { throw CommandFailure("the key file has no election that goes on; comitia trustee join adds one") }
    if !logsJSON { terminal.say("Serving \(TextFormat.count(elections.count, "election")); Ctrl-C stops") }
    let machine = TrusteeMachine(keyFile: file.path, cores: cores)
    // Each election may have a long poll and a download under way.
    var configuration = client
    configuration.connections = min(2 * elections.count, 64)
    let client = HTTPClient(configuration)
    let isOnce = isOnce
    let posts = elections.map { TrusteePost($0, file, machine, client, log) }
    return try Blocking.run {
      let work = Task { await Self.serve(posts, isOnce: isOnce) }
      if !isOnce { Self.stop(work) }
      return await work.value
    }
  }

  /// All elections side by side; the worst of their outcomes.
  private static func serve(_ posts: [TrusteePost], isOnce: Bool) async -> ExitStatus {
    await withTaskGroup(of: ExitStatus.self) { group in
      for post in posts { group.addTask { await isOnce ? post.once() : post.stay() } }
      return await group.reduce(.success) { $0.rawValue < $1.rawValue ? $1 : $0 }
    }
  }

  /// Ends the work when the process is to stop. What was begun is done again at the next start, so nobody waits for it long.
  private static func stop(_ work: Task<ExitStatus, Never>) {
    Task.detached {
      await StopSignal.received()
      work.cancel()
      try? await Task.sleep(for: .seconds(5))
      exit(ExitStatus.success.rawValue)
    }
  }
}

/// One election at its service, served until it is over.
struct TrusteePost: Sendable {
  private static let longPoll = 25
  private static let longestPause: Double = 15

  private let election: TrusteeElection
  private let agent: TrusteeAgent<TrusteeMachine>
  private let log: TrusteeLog
  private let evidenceFolder: String

  init(_ election: TrusteeElection, _ file: KeyFile, _ machine: TrusteeMachine, _ client: HTTPClient, _ log: TrusteeLog) {
    let key = file.keyring.signingKey
    let service = TrusteeHTTP(service: election.service.description, client: client, signingKey: key)
    self.election = election
    self.log = log
    evidenceFolder = file.path + ".evidence"
    agent = TrusteeAgent(
      election, signingKey: key, connection: TrusteeHTTPConnection(service, election: election.reference), vault: file,
      platform: machine
    ) { event in log.tell(event, election) }
  }

  /// Does what can be done now.
  func once() async -> ExitStatus {
    do {
      _ = try await agent.step()
      return .success
    } catch let error as TrusteeAgentError {
      alarm(error)
      return .checkFailed
    } catch let error as TrusteeConnectionError {
      log.tell(error, again: .zero, election)
      return .unusable
    } catch {
      log.fail(error, election)
      return .unusable
    }
  }

  /// Goes on until the election is over or the task is cancelled.
  func stay() async -> ExitStatus {
    var failures = 0
    var lastAlarm: TrusteeAgentError?
    while !Task.isCancelled {
      var pause: Double = 0
      do {
        let step = try await agent.step(wait: failures == 0 ? Self.longPoll : 0)
        if step == .ended { return lastAlarm == nil ? .success : .checkFailed }
        (failures, lastAlarm) = (0, nil)
      } catch {
        if Task.isCancelled { break }
        failures += 1
        // Longer each time, and not all trustees at one moment.
        pause = min(Self.longestPause, Double(1 << min(failures, 6))) * Double.random(in: 0.5...1)
        switch error {
        case let error as TrusteeAgentError:
          // Said once; perhaps it is mended while we wait.
          if error != lastAlarm { alarm(error) }
          lastAlarm = error
          pause = Self.longestPause
        case let error as TrusteeConnectionError: log.tell(error, again: .seconds(pause), election)
        default: log.fail(error, election)
        }
      }
      try? await Task.sleep(for: .seconds(pause))
    }
    return .success
  }

  /// Says what is wrong, and keeps what proves it.
  private func alarm(_ error: TrusteeAgentError) {
    var paths: [String] = []
    let time = Int(Date().timeIntervalSince1970)
    try? FileManager.default.createDirectory(atPath: evidenceFolder, withIntermediateDirectories: true)
    for (name, bytes) in error.evidence where !bytes.isEmpty {
      let path = "\(evidenceFolder)/\(election.reference)-\(time)-\(name)"
      if (try? OutputFile.write(bytes, to: path)) != nil { paths.append(path) }
    }
    log.alarm(error, evidence: paths, election)
  }
}
