import ChainVerification
import HTTPClient
import RecordFiles
import Solana
import Verification

/// What `comitia verify` asks public chains about a record, where it is told whom to ask.
struct ChainQuestions: Sendable {
  private static let rpc = CommandOption(
    "rpc", "URL", isRepeatable: true,
    help:
      "a node of the chain that the manifest names, asked by JSON-RPC about everything that the record says of it; with several, each is asked"
  )
  private static let solana = CommandOption(
    "solana-rpc", "URL", isRepeatable: true, help: "a node of Solana, asked for the mark of the certificate")

  static let options = [rpc, ChainOptions.rpcFile, solana, TrusteeOptions.authorities, TrusteeOptions.insecure]

  private let nodes: [String]
  private let file: String?
  private let solanaNodes: [String]
  private let configuration: HTTPClientConfiguration

  init(_ arguments: Arguments) throws(UsageError) {
    nodes = arguments.values(Self.rpc)
    file = arguments.value(ChainOptions.rpcFile)
    solanaNodes = arguments.values(Self.solana)
    configuration = TrusteeOptions.client(arguments)
    for (option, addresses) in [(Self.rpc, nodes), (Self.solana, solanaNodes)] {
      for address in addresses {
        if let reason = NodeAddresses.fault(address, configuration) { throw arguments.error("--\(option.name) \(reason)") }
      }
    }
  }

  /// Whether there is anybody to ask.
  var isEmpty: Bool { nodes.isEmpty && file == nil && solanaNodes.isEmpty }

  /// Asks, where the record is good so far, and takes what is answered into check 15.
  func ask(about folder: RecordFolder, _ report: inout VerificationReport) throws -> Answer? {
    guard !isEmpty, report.firstFailure == nil, let board = report.anchored else { return nil }
    var answer = Answer()
    var said: [String] = []
    if nodes.isEmpty && file == nil {
      // Only Solana is asked: what the record itself shows of the other chain stands as it is.
      said += report.outcomes.filter { $0.check == .anchors }.map { $0.detail }
    } else if board.anchoring == nil {
      said.append("the manifest says that the election is not anchored")
    } else if board.list == nil {
      answer.faults.append(
        "anchors: is missing, so that no node can be asked about it; a service adds it when the chain has the whole board, which ended at "
          + "\(TextFormat.time(board.ended)): get the record again")
    } else {
      let found = try askChain(board, folder)
      answer.chain = Answer.Chain(found)
      answer.faults += found.faults.map { $0.text }
      said.append(found.text)
    }
    if !solanaNodes.isEmpty { try askSolana(board, isAborted: report.aborted != nil, &answer, &said) }
    if let fault = answer.faults.first {
      let more = answer.faults.count > 1 ? " (and \(answer.faults.count - 1) more)" : ""
      report.takeChains("", fault: fault + more)
    } else if !said.isEmpty, !(report.lacksAnchors && nodes.isEmpty && file == nil) {
      report.takeChains(said.joined(separator: "; "), fault: nil)
    }
    return answer
  }

  private func askChain(_ board: AnchoredBoard, _ folder: RecordFolder) throws -> ChainVerification {
    let addresses = try nodes + (file.map { try NodeAddresses.read($0, configuration) } ?? [])
    guard let ballots = BallotLeaves(of: board, in: folder) else {
      throw CommandFailure("the files of the record changed while they were read; run this again on a copy that nobody changes")
    }
    let http = HTTPClient(configuration)
    let found = try Blocking.run { await ChainVerification(board, ballots, endpoints: addresses, http: http) }
    guard let found else { throw CommandFailure("there is no chain to ask") }
    return found
  }

  private func askSolana(_ board: AnchoredBoard, isAborted: Bool, _ answer: inout Answer, _ said: inout [String]) throws {
    guard let mark = board.mark else {
      if !isAborted {
        answer.faults.append("anchor-solana: is missing, so that Solana cannot be asked about it; get the record again")
      }
      return
    }
    let client = SolanaClient(
      JSONRPC(endpoints: solanaNodes, client: HTTPClient(configuration), transientCodes: SolanaClient.transientCodes))
    if let fault = try Blocking.run({ await MarkVerification.fault(of: mark, client) }) {
      answer.faults.append(fault.text)
    } else {
      answer.solanaSlot = mark.slot
      said.append("Solana has the mark of the certificate in slot \(mark.slot)")
    }
  }

  /// What was found, for programs (`docs/spec/07-verification.md`, 7.7).
  struct Answer: Encodable {
    struct Chain: Encodable {
      let nodes, answering, anchors, ballots, matched, blocks, transactions: Int
      let gas: UInt64?
      let silent: [Int]

      init(_ found: ChainVerification) {
        nodes = found.nodes
        answering = found.answering
        anchors = found.anchors
        ballots = found.ballots
        matched = found.matched
        blocks = found.blocks
        transactions = found.transactions
        gas = found.gas
        silent = found.silent
      }
    }

    var chain: Chain?
    var solanaSlot: UInt64?
    var faults: [String] = []

    /// All that does not agree, where check 15 has room for one.
    func say(_ terminal: Terminal) {
      guard faults.count > 1 else { return }
      terminal.say()
      for fault in faults.prefix(Self.mostSaid) { terminal.say("  " + fault.printable) }
      if faults.count > Self.mostSaid { terminal.say("  … and \(faults.count - Self.mostSaid) more; --json tells all") }
    }

    private static let mostSaid = 20
  }
}
