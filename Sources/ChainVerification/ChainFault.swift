import Curve25519
import Ethereum
import Verification

/// What does not agree between a record and a chain, or why a node could not be asked.
public enum ChainFault: Error, Equatable, Sendable {
  /// No answer.
  case silent
  /// The node is of another chain than the manifest's.
  case otherChain(expected: UInt64, found: UInt64)
  /// An answer that is none, in words.
  case badAnswer(String)
  /// There is no contract at the manifest's address.
  case noContract(String)
  /// At the manifest's address is another contract than the `VoteRegistry` of the specification.
  case otherContract(String)
  /// An anchor of the record whose transaction the chain does not have. Anchors are counted from 1.
  case noAnchor(Int, transaction: Bytes32)
  /// An anchor of the record, and what the chain says otherwise.
  case otherAnchor(Int, String)
  /// A ballot of the board that the chain has not recorded.
  case notRecorded(entry: UInt64)
  /// What the chain has recorded of the election, and the board does not have: a ballot that was dropped, or never was.
  case notOnBoard(leaf: Bytes32, block: UInt64, transaction: Bytes32)
  /// The contract has recorded more than its events tell from the record's first block on.
  case hidden(recorded: UInt64, told: Int, firstBlock: UInt64)
  /// Two answers of the node do not go together.
  case contradiction(String)

  init(_ error: any Error) {
    self =
      switch error {
      case let fault as ChainFault: fault
      case EthereumError.connectionLost: .silent
      case EthereumError.wrongChain(let expected, let found): .otherChain(expected: expected, found: found)
      case EthereumError.badAnswer(let reason): .badAnswer(reason)
      case EthereumError.refused(_, let reason): .badAnswer(reason)
      case EthereumError.reverted(let reason): .badAnswer("the contract refuses: \(reason)")
      default: .badAnswer("no answer that could be read")
      }
  }

  /// In plain words.
  public var text: String {
    switch self {
    case .silent: "does not answer"
    case .otherChain(let expected, let found): "is of chain \(found), not \(expected) as the manifest says"
    case .badAnswer(let reason): "gives an answer that makes no sense: \(reason)"
    case .noContract(let address): "there is no contract at \(address), which the manifest names"
    case .otherContract(let address): "another contract than VoteRegistry is at \(address), which the manifest names"
    case .noAnchor(let number, let transaction): "anchor \(number): the chain has no transaction \(transaction.hex)"
    case .otherAnchor(let number, let what): "anchor \(number): \(what)"
    case .notRecorded(let entry): "entry \(entry): a ballot that the chain has not recorded"
    case .notOnBoard(let leaf, let block, let transaction):
      "the chain has recorded a ballot that the board does not have: \(leaf.hex), in block \(block), transaction \(transaction.hex)"
    case .hidden(let recorded, let told, let firstBlock):
      "the contract has \(recorded) records of the election, but its events tell of \(told) from block \(firstBlock) on: older ones, or hidden ones"
    case .contradiction(let what): "contradicts itself: \(what)"
    }
  }

  /// Whether it only says that a node could not be asked.
  var isSilence: Bool { self == .silent }
}

/// A fault, with the node that it was seen at.
public struct SeenFault: Equatable, Sendable {
  /// Of the nodes in the order in which they were given, from 1.
  public let node: Int
  /// What was seen.
  public let fault: ChainFault

  /// With the node, whose address is not told: it may hold a key.
  public var text: String { "node \(node): \(fault.text)" }
}
