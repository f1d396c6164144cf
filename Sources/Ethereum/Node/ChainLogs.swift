import Curve25519
import StrictJSON

/// Which logs are wanted.
public struct LogFilter: Equatable, Sendable {
  /// Of any of these contracts.
  public var addresses: [Address]
  /// At each place any of these topics; `nil`: whatever there is.
  public var topics: [[Bytes32]?]

  /// A filter.
  public init(addresses: [Address], topics: [[Bytes32]?] = []) {
    self.addresses = addresses
    self.topics = topics
  }

  func json(_ blocks: ClosedRange<UInt64>) -> JSONValue {
    [
      "fromBlock": .text(Hexadecimal.quantity(blocks.lowerBound)), "toBlock": .text(Hexadecimal.quantity(blocks.upperBound)),
      "address": .list(addresses.map { .text($0.description) }),
      "topics": .list(topics.map { $0.map { .list($0.map { .text(Hexadecimal.text($0.bytes)) }) } ?? .null }),
    ]
  }

  func admits(_ log: EthereumLog) -> Bool {
    guard addresses.contains(log.address), topics.count <= log.topics.count else { return false }
    return zip(topics, log.topics).allSatisfy { wanted, topic in wanted?.contains(topic) ?? true }
  }
}

extension EthereumClient {
  /// The logs of these blocks in their order. Ranges that a node finds too long are halved until it answers.
  ///
  /// - Throws: also where a node gives logs that nobody has asked for.
  public func logs(_ filter: LogFilter, blocks: ClosedRange<UInt64>) async throws(EthereumError) -> [EthereumLog] {
    var logs: [EthereumLog] = []
    var start = blocks.lowerBound
    var length = max(1, limits.logBlocks)
    while true {
      let rest = blocks.upperBound - start
      let range = start...start + min(rest, length - 1)
      do {
        logs += try await attempt("eth_getLogs", [filter.json(range)]) { answer throws(MalformedData) in
          try Self.read(answer, filter, range)
        }
        guard range.upperBound < blocks.upperBound else { return logs }
        start = range.upperBound + 1
      } catch {
        switch error {
        case .tooMuch where length > 1 && rest > 0: length = max(1, min(length, rest) / 2)
        case .refused(let refusal) where refusal.asksForLess && length > 1 && rest > 0: length = max(1, min(length, rest) / 2)
        case .tooMuch: throw .badAnswer("logs of one block longer than allowed")
        case .refused(let refusal): throw refusal.error
        case .failed(let error): throw error
        }
      }
    }
  }

  static func read(_ answer: JSONValue, _ filter: LogFilter, _ blocks: ClosedRange<UInt64>) throws(MalformedData) -> [EthereumLog] {
    let logs = try answer.members("logs") { item throws(MalformedData) in try EthereumLog(item) }
    guard logs.allSatisfy({ blocks.contains($0.place.block) && filter.admits($0) }) else {
      throw MalformedData("logs that nobody has asked for")
    }
    let inOrder = zip(logs, logs.dropFirst()).allSatisfy { a, b in (a.place.block, a.index) < (b.place.block, b.index) }
    guard inOrder else { throw MalformedData("logs that are out of order, or there twice") }
    return logs
  }
}
