import Curve25519
import Elections
import Foundation
import HTTPClient
import Synchronization
import TrusteeAgent

/// `comitia trustee run`: does a trustee's work in all elections of a key file.
struct TrusteeRunCommand: Command {
  private static let once = CommandOption(
    "once", help: "do what can be done now, and end; while a joint signature is made, stay until it is there")
  private static let logJSON = CommandOption("log-json", help: "write a line of JSON for each event to standard error")

  static let syntax = CommandSyntax(
    name: "comitia trustee run",
    summary: "Do a trustee's work in all elections of a key file: ceremony, fire drill, cosignatures, decryption.",
    options: [
      TrusteeOptions.key, PassphraseSource.option, once, logJSON, .cores, TrusteeOptions.authorities, TrusteeOptions.insecure,
    ],
    notes: [
      "It may be stopped (Ctrl-C) and started again at any time. It must run during the key ceremony and the fire drill, from time to time while voting goes on, and when voting has ended.",
      "With --once it may stay for long while the result is signed: what a trustee has promised to sign with is in no file, and another start would begin anew. It ends with the signature, or when it is stopped.",
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
    let elections = file.keyring.elections.filter { !$0.isOver }
    let log = TrusteeLog(terminal, isJSON: logsJSON)
    if file.keyring.elections.isEmpty {
      throw CommandFailure("the key file has no election that goes on; comitia trustee join adds one")
    }
    if elections.isEmpty {
      // As when the last of them ends while we run.
      if !logsJSON { terminal.say("All elections of the key file are over: nothing is left to do") }
      return .success
    }
    if !logsJSON { terminal.say("Serving \(TextFormat.count(elections.count, "election")); Ctrl-C stops") }
    // Each election may have a long poll and a download under way.
    var configuration = client
    configuration.connections = min(2 * elections.count, 64)
    let client = HTTPClient(configuration)
    let posts = elections.map { TrusteePost($0, file, cores: cores, client, log) }
    let round = isOnce ? OneRound(posts) : nil
    return try Blocking.run {
      let work = Task { await Self.serve(posts, round) }
      Self.stop(work)
      return await work.value
    }
  }

  /// All elections side by side; the worst of their outcomes.
  private static func serve(_ posts: [TrusteePost], _ round: OneRound?) async -> ExitStatus {
    await withTaskGroup(of: ExitStatus.self) { group in
      for post in posts {
        group.addTask {
          await withTaskCancellationHandler {
            await apart { post.stay(round) }
          } onCancel: {
            post.stop()
          }
        }
      }
      return await group.reduce(.success) { $0.rawValue < $1.rawValue ? $1 : $0 }
    }
  }

  /// Does long work on a thread of its own: the threads that everything else shares are few.
  private static func apart<Output: Sendable>(_ work: @escaping @Sendable () -> Output) async -> Output {
    await withCheckedContinuation { continuation in Thread.detachNewThread { continuation.resume(returning: work()) } }
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

/// One election at its service, served on a thread of its own until it is over.
struct TrusteePost: Sendable {
  private static let longPoll = 25
  private static let longestPause: Double = 15

  let election: TrusteeElection
  private let file: KeyFile
  private let machine: TrusteeMachine
  let log: TrusteeLog
  private let evidenceFolder: String
  private let pauses = PauseSwitch()

  init(_ election: TrusteeElection, _ file: KeyFile, cores: Int, _ client: HTTPClient, _ log: TrusteeLog) {
    self.election = election
    self.file = file
    self.log = log
    let http = TrusteeHTTP(service: election.service.description, client: client)
    machine = TrusteeMachine(keyFile: file.path, cores: cores, http: http)
    evidenceFolder = file.path + ".evidence"
  }

  /// The agent, to be used on the thread that asked for it.
  ///
  /// - Parameter hear: is told what happens, too.
  func agent(_ hear: @escaping @Sendable (TrusteeEvent) -> Void = { _ in }) -> TrusteeAgent<TrusteeMachine> {
    let key = file.keyring.signingKey
    let service = TrusteeService(address: election.service, transport: machine.http, signingKey: key)
    return TrusteeAgent(
      election, signingKey: key, connection: TrusteeLine(service, election: election.reference), vault: file, platform: machine
    ) { [log, election] event in
      hear(event)
      log.tell(event, election)
    }
  }

  /// Ends `stay` soon.
  func stop() {
    pauses.end()
    machine.http.cancel()
  }

  /// Says what is wrong.
  func tell(_ fault: TrusteeFault) -> ExitStatus {
    switch fault {
    case .alarm(let error):
      alarm(error)
      return .checkFailed
    case .connection(let error):
      log.tell(error, again: .zero, election)
      return .unusable
    }
  }

  /// Goes on until the election is over or `stop` is called, which a round does when it is over.
  ///
  /// - Parameter round: nil: there is no end but that.
  func stay(_ round: OneRound? = nil) -> ExitStatus {
    let agent = agent()
    var failures = 0
    var lastAlarm: TrusteeAgentError?
    /// What the last attempt came to, where that is asked for.
    var status = ExitStatus.success
    while !pauses.isEnded {
      var pause: Double?
      do throws(TrusteeFault) {
        let step = try agent.advance(wait: failures == 0 ? Self.longPoll : 0)
        if step == .ended {
          round?.done(self, isSigning: false)
          return lastAlarm == nil ? .success : .checkFailed
        }
        (failures, lastAlarm, status) = (0, nil, .success)
      } catch {
        if pauses.isEnded { break }
        failures += 1
        // Longer each time, and not all trustees at one moment.
        let seconds = min(Self.longestPause, Double(1 << min(failures, 6))) * Double.random(in: 0.5...1)
        switch error {
        case .alarm(let error):
          // Said once; perhaps it is mended while we wait.
          if error != lastAlarm { alarm(error) }
          (lastAlarm, status, pause) = (error, .checkFailed, Self.longestPause)
        case .connection(let error):
          log.tell(error, again: .seconds(round == nil || agent.isSigning ? seconds : 0), election)
          (status, pause) = (.unusable, seconds)
        }
      }
      round?.done(self, isSigning: agent.isSigning && lastAlarm == nil)
      if let pause { pauses.wait(seconds: pause) }
    }
    return round == nil ? .success : status
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

/// The one round of `--once`: over when in all elections what can be done has been done, and none waits for a signature with a promise that is in no file. Until
/// then all are served, for only one process at a time holds the key file.
final class OneRound: Sendable {
  private let posts: [TrusteePost]
  /// The elections that are not done, by their references.
  private let open: Mutex<Set<ElectionReference>>

  init(_ posts: [TrusteePost]) {
    self.posts = posts
    open = Mutex(Set(posts.map { $0.election.reference }))
  }

  /// An election has been served, and is to be served on while its signature is made.
  func done(_ post: TrusteePost, isSigning: Bool) {
    let isOver = open.withLock { open in
      if isSigning { open.insert(post.election.reference) } else { open.remove(post.election.reference) }
      return open.isEmpty
    }
    if isOver { for post in posts { post.stop() } }
  }
}

/// Pauses that end at once when the work is to end.
private final class PauseSwitch: Sendable {
  private let state = Mutex(false)
  private let signal = DispatchSemaphore(value: 0)

  var isEnded: Bool { state.withLock { $0 } }

  func end() {
    state.withLock { $0 = true }
    signal.signal()
  }

  func wait(seconds: Double) { if !isEnded { _ = signal.wait(timeout: .now() + seconds) } }
}
