import Curve25519
import Database
import Elections
import VoteRegistry

/// Where on a public chain records stand: a network and the contract `VoteRegistry` on it (specification, 12.3).
public struct ChainPlace: Equatable, Sendable {
  /// As operators name it: `polygon`, `amoy`, `local`; `chain` and a number where this service knows no name for it.
  public let network: String
  /// The number of the chain (EIP-155).
  public let chain: UInt64
  /// The contract's address, 20 bytes.
  public let address: [UInt8]
  /// The same as people write it: `0x…`, with upper and lower case that tell of slips (EIP-55) where this service's own is meant.
  public let contract: String
  /// What stands before `/tx/…`, `/block/…` and `/address/…` in an explorer's addresses; `nil`: there is no explorer.
  public let explorer: String?

  /// - Parameters:
  ///   - contract: how `address` is written; `nil`: in lower case.
  ///   - explorer: a slash at its end is left out.
  public init(network: String, chain: UInt64, address: [UInt8], contract: String? = nil, explorer: String? = nil) {
    self.network = network
    self.chain = chain
    self.address = address
    self.contract = contract ?? "0x" + address.lowercaseHexadecimal
    var explorer = explorer
    while explorer?.hasSuffix("/") == true { explorer?.removeLast() }
    self.explorer = explorer?.isEmpty == true ? nil : explorer
  }

  /// That of an election, seen from a service that may write elsewhere, or nowhere.
  init(_ anchoring: ElectionAnchoring, of service: ChainPlace?) {
    if let service, service.isPlace(of: anchoring) {
      self = service
    } else {
      let isSameChain = service?.chain == anchoring.chain
      self.init(
        network: isSameChain ? service?.network ?? "" : "chain \(anchoring.chain)", chain: anchoring.chain,
        address: anchoring.contract, explorer: isSameChain ? service?.explorer : nil)
    }
  }

  /// The same, as records are kept.
  var registry: RegistryPlace { RegistryPlace(chain: chain, contract: address) }

  /// Whether an election is anchored here.
  public func isPlace(of anchoring: ElectionAnchoring) -> Bool { chain == anchoring.chain && address == anchoring.contract }

  /// References of elections whose manifests name another contract, and that go on, or whose last state is not anchored: nothing more of them is anchored by
  /// a service that writes here.
  func electionsElsewhere(_ session: any SQLSession) async throws -> [String] {
    try await session.query(
      """
      SELECT c.election FROM chain_elections c JOIN boards b ON b.election = c.election
      WHERE c.mode <> 'none' AND NOT (c.chain = $1 AND c.contract = $2) AND c.covered < b.size ORDER BY c.election
      """, registry.values
    ).map { try $0.text(0) }
  }

  /// The explorer's page of a transaction.
  public func page(ofTransaction hash: Bytes32) -> String? { explorer.map { "\($0)/tx/0x\(hash.lowercaseHex)" } }
  /// The explorer's page of a block.
  public func page(ofBlock number: UInt64) -> String? { explorer.map { "\($0)/block/\(number)" } }
  /// The explorer's page of the contract.
  public var pageOfContract: String? { explorer.map { "\($0)/address/\(contract)" } }
}

extension [UInt8] {
  fileprivate var lowercaseHexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
