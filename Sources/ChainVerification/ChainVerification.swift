import Ethereum
import HTTPClient
import Verification

/// A record against the chain that its manifest names (`docs/spec/07-verification.md`, 7.7). Each node is asked everything, so that two that differ are noticed.
public struct ChainVerification: Equatable, Sendable {
  /// How many nodes have answered, of those asked.
  public let answering: Int
  public let nodes: Int
  /// Anchors of the record.
  public let anchors: Int
  /// Ballots on the board; in the mode *checkpoint* none of them need be recorded.
  public let ballots: Int
  /// Those that the chain has recorded, by the first node that answers.
  public let matched: Int
  /// Blocks and transactions in which anything of the election is.
  public let blocks: Int
  public let transactions: Int
  /// That all of them have cost; `nil` where they were too many to ask for.
  public let gas: UInt64?
  /// Everything that does not agree.
  public let faults: [SeenFault]
  /// Nodes that could not be asked, where others could.
  public let silent: [Int]

  /// Asks nodes.
  ///
  /// - Parameters:
  ///   - board: with a chain and anchors.
  ///   - endpoints: addresses of nodes, at least one.
  /// - Returns: `nil` where manifest and record name no chain or no anchors.
  public init?(
    _ board: AnchoredBoard, _ ballots: BallotLeaves, endpoints: [String], http: HTTPClient,
    limits: EthereumClientLimits = EthereumClientLimits()
  ) async {
    guard let anchoring = board.anchoring, let list = board.list, !endpoints.isEmpty else { return nil }
    var all: [NodeExamination.Findings] = []
    for endpoint in endpoints {
      let client = EthereumClient(endpoints: [endpoint], chainID: anchoring.chain, http: http, limits: limits)
      guard let node = NodeExamination(board, ballots, client) else { return nil }
      all.append(await node.run())
    }
    let heard = all.filter { !$0.faults.contains(.silent) }
    let best = heard.first { $0.faults.isEmpty } ?? heard.first
    nodes = all.count
    answering = heard.count
    anchors = list.anchors.count
    self.ballots = ballots.entries.count
    matched = best?.matched ?? 0
    blocks = best?.blocks.count ?? 0
    transactions = best?.transactions.count ?? 0
    gas = best.map { $0.gas } ?? 0
    faults = all.enumerated().flatMap { index, findings in
      findings.faults.filter { heard.isEmpty || !$0.isSilence }.map { SeenFault(node: index + 1, fault: $0) }
    }
    silent = all.indices.filter { all[$0].faults.contains(.silent) }.map { $0 + 1 }
  }

  /// What was found, in a line.
  public var text: String {
    let gas = gas.map { ", \($0) gas" } ?? ""
    let recorded = matched > 0 || ballots == 0 ? ", \(matched) of \(ballots) ballots recorded by themselves" : ""
    let missing = silent.isEmpty ? "" : "; \(silent.count) of \(nodes) nodes did not answer"
    return "\(anchors) anchors are on the chain, in \(blocks) blocks and \(transactions) transactions\(gas)\(recorded)\(missing)"
  }
}
