import Curve25519
import Ethereum
import VoteRegistry

/// The contract's functions, as far as they are called here.
enum ContractFunctions {
  static let anchor = ABIFunction(name: "anchor", parameters: [.fixedBytes(32), .uint(64)], results: [.uint(256)])
  static let recordVote = ABIFunction(name: "recordVote", parameters: [.fixedBytes(32), .fixedBytes(32)], results: [.uint(256)])
  static let recordVoteBatch = ABIFunction(
    name: "recordVoteBatch", parameters: [.fixedBytes(32), .list(of: .fixedBytes(32))], results: [.uint(256)])
  static let getVote = ABIFunction(
    name: "getVote", parameters: [.fixedBytes(32), .fixedBytes(32)], results: [.uint(64), .uint(64), .uint(64)])
  static let isRecorder = ABIFunction(name: "isRecorder", parameters: [.address], results: [.bool])
  static let anchorCount = ABIFunction(name: "anchorCount", parameters: [], results: [.uint(256)])
  static let anchorOf = ABIFunction(
    name: "anchorOf", parameters: [.uint(256)], results: [.fixedBytes(32), .uint(64), .uint(64), .uint(64)])

  /// The data of a call. One ballot alone costs less by `recordVote`.
  static func data(of call: RegistryCall) throws(MalformedData) -> [UInt8] {
    switch call {
    case .anchor(let root, let leaves): try anchor.call(.bytes32(root), .uint64(leaves))
    case .ballots(let election, let leaves) where leaves.count == 1: try recordVote.call(.bytes32(election), .bytes32(leaves[0]))
    case .ballots(let election, let leaves):
      try recordVoteBatch.call(.bytes32(election), .list(leaves.map { .bytes32($0) }))
    }
  }
}

/// The contract's events that tell what it wrote.
struct ContractEvents: Sendable {
  static let shared = ContractEvents()

  private let anchored = ContractEvents.event("Anchored(uint256 indexed, bytes32, uint64)")
  private let single = ContractEvents.event("VoteRecorded(bytes32 indexed, bytes32 indexed, uint256)")
  private let batch = ContractEvents.event("VotesRecorded(bytes32 indexed, uint256, bytes32[])")

  private static func event(_ text: String) -> ABIEvent {
    guard let event = try? ABIEvent(text) else { preconditionFailure("the signature of an event") }
    return event
  }

  var topics: [Bytes32] { [anchored.topic, single.topic, batch.topic] }

  /// What was written with a log.
  func entries(of log: EthereumLog) throws -> [RegistryEntry] {
    switch log.topics.first {
    case anchored.topic:
      let fields = try anchored.fields(topics: log.topics, data: log.data)
      guard let root = fields[1].bytes32, let leaves = fields[2].number?.uint64 else {
        throw RegistryError.badAnswer("a log of an anchor")
      }
      return [.anchor(root: root, leaves: leaves)]
    case single.topic:
      let fields = try single.fields(topics: log.topics, data: log.data)
      guard let election = fields[0].bytes32, let leaf = fields[1].bytes32 else {
        throw RegistryError.badAnswer("a log of a ballot")
      }
      return [.ballot(election: election, leaf: leaf)]
    case batch.topic:
      let fields = try batch.fields(topics: log.topics, data: log.data)
      let leaves = fields[2].members?.compactMap(\.bytes32)
      guard let election = fields[0].bytes32, let leaves, leaves.count == fields[2].members?.count else {
        throw RegistryError.badAnswer("a log of ballots")
      }
      return leaves.map { .ballot(election: election, leaf: $0) }
    default: throw RegistryError.badAnswer("a log of another event")
    }
  }
}

extension RegistryError {
  init(_ error: EthereumError) {
    self =
      switch error {
      case .reverted(let reason): .reverted(Self.text(reason))
      case .gasPriceAboveCap(let needed, let cap): .priceAboveCap(needed: needed.description, cap: cap.description)
      case .congested: .congested
      case .nonceTooLow: .nonceTooLow
      case .nonceTooHigh: .nonceTooHigh
      case .underpriced: .underpriced
      case .insufficientFunds: .insufficientFunds
      case .connectionLost: .connectionLost
      case .unknownOutcome(let hash): .unknownOutcome(hash)
      case .wrongChain(let expected, let found): .wrongChain(expected: expected, found: found)
      case .badAnswer(let reason): .badAnswer(reason)
      case .refused(_, let reason): .refused(reason)
      case .notSigned(let reason): .notSigned(reason)
      }
  }

  /// From whatever a block of calls throws.
  init(any error: any Error) {
    switch error {
    case let error as RegistryError: self = error
    case let error as EthereumError: self.init(error)
    case let error as MalformedData: self = .badAnswer(error.reason)
    default: self = .badAnswer("\(type(of: error))")
    }
  }

  private static func text(_ reason: RevertReason) -> String {
    switch reason {
    case .none: "no reason"
    case .message(let text): String(text.prefix(200))
    case .panic(let code): "panic \(code)"
    case .custom(let bytes): Hexadecimal.text(bytes.prefix(36))
    }
  }
}
