import Curve25519
import Ethereum

/// What is asked of the contract `VoteRegistry` (`docs/spec/12-anchors.md`, 12.3).
enum Registry {
  static let anchorOf = function("anchorOf(uint256)", returns: "(bytes32,uint64,uint64,uint64)")
  static let voteCount = function("voteCount(bytes32)", returns: "(uint256)")
  static let getVote = function("getVote(bytes32,bytes32)", returns: "(uint64,uint64,uint64)")

  static let anchored = event("Anchored(uint256 indexed, bytes32, uint64)")
  static let single = event("VoteRecorded(bytes32 indexed, bytes32 indexed, uint256)")
  static let batch = event("VotesRecorded(bytes32 indexed, uint256, bytes32[])")

  /// The ballots that a log tells of; empty of another event.
  static func leaves(of log: EthereumLog) throws -> [Bytes32] {
    switch log.topics.first {
    case single.topic: return try single.fields(topics: log.topics, data: log.data)[1].bytes32.map { [$0] } ?? []
    case batch.topic: return try batch.fields(topics: log.topics, data: log.data)[2].members?.compactMap(\.bytes32) ?? []
    default: return []
    }
  }

  private static func function(_ signature: String, returns results: String) -> ABIFunction {
    guard let function = try? ABIFunction(signature, returns: results) else { preconditionFailure(signature) }
    return function
  }

  private static func event(_ text: String) -> ABIEvent {
    guard let event = try? ABIEvent(text) else { preconditionFailure(text) }
    return event
  }
}

/// A ballot that the contract says to have recorded.
struct RecordedBallot: Sendable {
  let leaf: Bytes32
  let block: UInt64
  let transaction: Bytes32
}

/// Many questions, a few at once: nodes do not like more.
func inParallel<Item: Sendable, Output: Sendable>(
  _ items: [Item], width: Int = 8, _ work: @escaping @Sendable (Item) async throws -> Output
) async throws -> [Output] {
  try await withThrowingTaskGroup(of: (Int, Output).self) { group in
    var outputs: [Output?] = Array(repeating: nil, count: items.count)
    for (index, item) in items.enumerated() {
      if index >= width, let (done, output) = try await group.next() { outputs[done] = output }
      group.addTask { (index, try await work(item)) }
    }
    while let (done, output) = try await group.next() { outputs[done] = output }
    return outputs.compactMap { $0 }
  }
}
