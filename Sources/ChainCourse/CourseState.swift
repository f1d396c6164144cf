import Curve25519
import Ethereum

/// What the contracts keep of an election at the end of a block.
public struct CourseState: Equatable, Sendable {
  /// What `ElectionManager` keeps; what is not yet is zero.
  public struct Election: Equatable, Sendable {
    /// How far it is.
    public let stage: Stage
    public let manifest: Bytes32
    public let rollRoot: Bytes32
    public let rollSize: UInt64
    public let boardSize: UInt64
    public let boardRoot: Bytes32
    /// Of creating, opening, closing and ending: seconds since 1970.
    public let times: [UInt64]
    /// Hash, both halves of the signature, key.
    public let result: [Bytes32]
    public let reason: Bytes32
  }

  /// The states of the contract, by its numbers.
  public enum Stage: UInt64, Sendable {
    case unknown, created, open, closed, published, aborted

    /// In a word.
    public var name: String { "\(self)" }
  }

  /// What `VoterRegistry` keeps.
  public struct Roll: Equatable, Sendable {
    public let root: Bytes32
    public let size: UInt64
    /// 0: none was ever set.
    public let revision: UInt64
    /// Of the latest change, seconds since 1970.
    public let time: UInt64
    public let isFrozen: Bool
  }

  /// The block.
  public let block: UInt64
  /// `nil` where there is no such contract.
  public let election: Election?
  /// Likewise.
  public let roll: Roll?

  private static let getElection = function(
    "getElection(bytes32)", "(uint8,bytes32,bytes32,uint64,uint64,bytes32,uint64,uint64,uint64,uint64)")
  private static let getResult = function("getResult(bytes32)", "(bytes32,bytes32,bytes32,bytes32)")
  private static let abortReason = function("abortReason(bytes32)", "(bytes32)")
  private static let getRoll = function("getRoll(bytes32)", "(bytes32,uint64,uint32,uint64,bool)")

  /// Reads all of it at one block, so that no two halves of two stories come together.
  public static func read(
    _ client: EthereumClient, _ contracts: CourseContracts, of election: Bytes32, at block: UInt64
  ) async throws(EthereumError) -> CourseState {
    let (id, tag) = ([ABIValue.bytes32(election)], BlockTag.number(block))
    var known: Election?
    if let manager = contracts[.electionManager] {
      known = try Self.election(
        try await client.call(getElection, of: manager, id, at: tag),
        result: try await client.call(getResult, of: manager, id, at: tag),
        reason: try await client.call(abortReason, of: manager, id, at: tag))
    }
    var roll: Roll?
    if let registry = contracts[.voterRegistry] {
      let fields = try await client.call(getRoll, of: registry, id, at: tag)
      guard let root = fields[0].bytes32, let size = fields[1].number?.uint64, let revision = fields[2].number?.uint64,
        let time = fields[3].number?.uint64, case .bool(let isFrozen) = fields[4]
      else { throw .badAnswer("a roll") }
      roll = Roll(root: root, size: size, revision: revision, time: time, isFrozen: isFrozen)
    }
    return CourseState(block: block, election: known, roll: roll)
  }

  private static func election(_ fields: [ABIValue], result: [ABIValue], reason: [ABIValue]) throws(EthereumError) -> Election {
    let numbers = fields.compactMap { $0.number?.uint64 }
    let hashes = fields.compactMap(\.bytes32)
    // The types are those asked for: numbers but at places 1, 2 and 5.
    guard numbers.count == 7, hashes.count == 3, let stage = Stage(rawValue: numbers[0]), let reason = reason[0].bytes32 else {
      throw .badAnswer("a state of an election that there is none of")
    }
    return Election(
      stage: stage, manifest: hashes[0], rollRoot: hashes[1], rollSize: numbers[1], boardSize: numbers[2], boardRoot: hashes[2],
      times: Array(numbers[3...]), result: result.compactMap(\.bytes32), reason: reason)
  }

  private static func function(_ signature: String, _ results: String) -> ABIFunction {
    guard let function = try? ABIFunction(signature, returns: results) else { preconditionFailure(signature) }
    return function
  }

  /// When a step was taken, seconds since 1970; `nil`: it was not, or the contract does not say.
  public func time(of step: CourseStep) -> UInt64? {
    let time: UInt64? =
      switch step {
      case .create: election?.times[0]
      case .open: election?.times[1]
      case .close: election?.times[2]
      case .publishResult: election?.stage == .published ? election?.times[3] : nil
      case .abort: election?.stage == .aborted ? election?.times[3] : nil
      case .setRoll: roll.flatMap { $0.isFrozen ? nil : $0.time }
      case .freeze: roll.flatMap { $0.isFrozen ? $0.time : nil }
      }
    return time.flatMap { $0 == 0 ? nil : $0 }
  }
}
