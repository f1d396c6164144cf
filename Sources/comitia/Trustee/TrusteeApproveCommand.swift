import Curve25519
import Elections
import HTTPClient
import Synchronization
import TrusteeAgent

/// `comitia trustee approve`: a person looks at the list to which shares are to be handed over, and approves it.
struct TrusteeApproveCommand: Command {
  private static let list = CommandOption(
    "list", "DIGEST", help: "approve the list with this digest, as shown without this option")

  static let syntax = CommandSyntax(
    name: "comitia trustee approve",
    summary: "Show the list of trustees to whom the organiser wants the shares handed over, and approve it.",
    options: [
      TrusteeOptions.key, PassphraseSource.option, list, .cores, TrusteeOptions.authorities, TrusteeOptions.insecure,
    ],
    notes: [
      "Whoever could name new trustees without being asked could name itself, and would get the key. So your share is dealt to no list that you have not approved. "
        + "Compare each new name and key with the person it belongs to, by a way that the service has no part in.",
      "Stop comitia trustee run first, and start it again afterwards: it deals, and follows the hand-over to its end.",
      "Exit code: 0 shown, or approved; 1 no such list is wanted, or an alarm; 2 a service could not be reached.",
    ],
    examples: [
      "comitia trustee approve --key trustee.key",
      "comitia trustee approve --key trustee.key --list 5f8e0e4c1f9d7a3b2c6d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    ])

  private let path: String
  private let passphrase: PassphraseSource
  private let wanted: Bytes32?
  private let cores: Int
  private let client: HTTPClientConfiguration

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.required(TrusteeOptions.key)
    passphrase = PassphraseSource(arguments)
    if let text = arguments.value(Self.list) {
      guard let digest = Hexadecimal.decode(Array(text.utf8)[...]) else {
        throw UsageError(Self.syntax, "--list needs the 64 hexadecimal digits of a list")
      }
      wanted = digest
    } else {
      wanted = nil
    }
    cores = try arguments.cores()
    client = TrusteeOptions.client(arguments)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let file = try KeyFile.open(path, passphrase: passphrase.existing())
    let elections = file.keyring.elections.filter { $0.ending == .none && $0.opening != nil }
    let client = HTTPClient(client)
    let log = TrusteeLog(terminal, isJSON: false)
    let wanted = wanted
    return try Blocking.run {
      var status = ExitStatus.success
      var isFound = false
      for election in elections {
        let post = TrusteePost(election, file, cores: cores, client, log)
        switch post.approve(wanted) {
        case .shown(let found): isFound = isFound || found
        case .failed(let failure): status = status.rawValue < failure.rawValue ? failure : status
        }
      }
      if status == .success, !isFound {
        terminal.say(wanted == nil ? "No list awaits your approval." : "This list does not await your approval.")
        return wanted == nil ? .success : .checkFailed
      }
      return status
    }
  }
}

extension TrusteePost {
  /// What came of looking for lists.
  enum Approval {
    /// Whether there was the list asked for, or any.
    case shown(Bool)
    case failed(ExitStatus)
  }

  /// Does what can be done now, shows the list that is wanted, and approves it if it is the one given.
  func approve(_ wanted: Bytes32?) -> Approval {
    guard !election.isRestored else {
      log.cannotApprove(election)
      return .shown(false)
    }
    let due = ListDue()
    let agent = agent { event in if case .approvalDue(let list, _) = event { due.set(list.digest) } }
    do throws(TrusteeFault) {
      _ = try agent.advance()
      guard let digest = due.digest else { return .shown(false) }
      guard let wanted else { return .shown(true) }
      guard digest == wanted else { return .shown(false) }
      try agent.approveHandOver(digest)
      log.approved(digest, election)
      _ = try agent.advance()
      return .shown(true)
    } catch {
      return .failed(tell(error))
    }
  }
}

/// The list that awaits approval.
private final class ListDue: Sendable {
  private let state = Mutex<Bytes32?>(nil)

  var digest: Bytes32? { state.withLock { $0 } }
  func set(_ digest: Bytes32) { state.withLock { $0 = digest } }
}
