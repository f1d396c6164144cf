import Curve25519
import Ethereum
import VoteRegistry
import VotingService

/// `comitia chain reconcile`: everything that the service has recorded against the chain.
struct ChainReconcileCommand: Command {
  private static let repair = CommandOption(
    "repair", help: "mend what can be mended here: record anew what is missing, and take over what the chain has")

  static let syntax = CommandSyntax(
    name: "comitia chain reconcile",
    summary: "Compare every record of a service with the chain and with the boards, and name what does not agree.",
    options: ServicePlace.options + [repair, .json],
    notes: [
      "Works on the service’s database, with the settings of comitia serve; the service may run. It does the same once a day, and shows what it found to "
        + "administrators.",
      "What is on the chain and wanted by nobody here is named with its transaction and never mended: either the account’s key was used elsewhere, or something was "
        + "removed here.",
      "Exit code: 0 all agrees, 1 something does not, 2 it could not be found out.",
    ],
    examples: ["comitia chain reconcile --config /etc/comitia.json", "comitia chain reconcile --config /etc/comitia.json --repair"])

  private let service: ServicePlace
  private let isRepair: Bool
  private let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    service = ServicePlace(arguments)
    isRepair = arguments.has(Self.repair)
    isJSON = arguments.has(.json)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let settings = try service.settings()
    let chainSettings = try settings.neededChain()
    let (service, isRepair) = (ServiceDatabase(settings), isRepair)
    let chain = try ChainService(chainSettings)
    let check = try ChainOptions.wait {
      if let trouble = try await chain.check() { throw CommandFailure(trouble) }
      return try await service.with { database in
        do {
          return try await chain.anchors(database, try service.boards(database)).reconcile(mends: isRepair)
        } catch let error as RegistryError { throw CommandFailure("the chain cannot be asked: \(error.text)") }
      }
    }
    if isJSON {
      terminal.say(JSONAnswer.text(Answer(check)))
    } else {
      say(check, terminal)
    }
    return check.findings.allSatisfy(\.isMended) && check.findingCount == check.findings.count ? .success : .checkFailed
  }

  private func say(_ check: ChainCheck, _ terminal: Terminal) {
    let isGood = check.findingCount == 0
    terminal.say(
      "\(terminal.mark(isGood)) \(TextFormat.count(check.compared, "record")) compared up to block \(TextFormat.count(check.head)), "
        + (isGood
          ? "all as they should be." : TextFormat.count(check.findingCount, "thing does not agree", "things do not agree") + "."))
    for finding in check.findings {
      terminal.say()
      terminal.say("\(finding.kind.rawValue)\(finding.isMended ? ", mended" : ""): \(finding.kind.sentence)")
      let facts = FactList(terminal)
      if let election = finding.election { facts.say("  Election", election) }
      facts.say("  Hash", Hexadecimal.text(finding.hash.bytes))
      if let block = finding.here { facts.say("  Here", "block \(block)") }
      if let block = finding.chain { facts.say("  Chain", "block \(block)") }
      if let transaction = finding.transaction { facts.say("  Transaction", Hexadecimal.text(transaction.bytes)) }
    }
    if check.findingCount > check.findings.count {
      terminal.say()
      terminal.say("… and \(TextFormat.count(check.findingCount - check.findings.count, "thing")) more.")
    }
  }

  private struct Answer: Encodable {
    struct Finding: Encodable {
      let kind: String
      let election: String?
      let hash: String
      let here: UInt64?
      let chain: UInt64?
      let transaction: String?
      let mended: Bool
    }

    let ok: Bool
    let head: UInt64
    let compared: Int
    let findingCount: Int
    let findings: [Finding]

    init(_ check: ChainCheck) {
      ok = check.findingCount == 0
      head = check.head
      compared = check.compared
      findingCount = check.findingCount
      findings = check.findings.map { finding in
        Finding(
          kind: finding.kind.rawValue, election: finding.election, hash: Hexadecimal.text(finding.hash.bytes), here: finding.here,
          chain: finding.chain, transaction: finding.transaction.map { Hexadecimal.text($0.bytes) }, mended: finding.isMended)
      }
    }
  }
}

extension ChainCheck.Finding.Kind {
  /// In plain words.
  var sentence: String {
    switch self {
    case .missing: "confirmed here, and not on the chain"
    case .differing: "confirmed here from one block, and on the chain in another"
    case .unnoticed: "on the chain, and not known here to be"
    case .extra: "on the chain, and no record here wants it"
    case .repeated: "on the chain more than once"
    case .damaged: "an anchor whose places, as they are kept here, do not give its root"
    case .contradiction: "the contract’s events and its storage do not agree: a node lies"
    case .otherBoard: "an anchor of a state that the board does not have"
    case .unrecorded: "a ballot of the board of which there is no record here"
    case .stray: "a record of a ballot that the board does not have"
    }
  }
}
