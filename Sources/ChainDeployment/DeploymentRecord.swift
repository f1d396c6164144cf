import Curve25519
import Ethereum
import StrictJSON

/// What has been deployed on a network, and what is under way: the file `<network>.json`. Written after each step, so that a run that was interrupted goes on.
public struct DeploymentRecord: Equatable, Sendable {
  /// A transaction that was signed, and may have been sent.
  public struct Attempt: Equatable, Sendable {
    /// As it is sent; sending it again does no harm.
    public let signed: SignedEthereumTransaction

    package init(signed: SignedEthereumTransaction) { self.signed = signed }

    /// By which the chain is asked what has become of it.
    public var hash: Bytes32 { signed.hash }
  }

  /// What a transaction was, once it counts.
  public struct Receipt: Equatable, Sendable {
    /// Its hash.
    public let transaction: Bytes32
    /// Its block.
    public let block: UInt64
    /// Of the block.
    public let blockHash: Bytes32
    /// Of the block, in seconds since 1970.
    public let time: UInt64
    /// Units.
    public let gasUsed: UInt64
    /// Wei a unit.
    public let gasPrice: UInt256
    /// Wei.
    public let cost: UInt256
  }

  /// How far a contract is.
  public enum State: Equatable, Sendable {
    /// Transactions of one number, of which at most one gets into a block; the latest last.
    case sent([Attempt])
    case deployed(Receipt)
  }

  /// A contract.
  public struct Contract: Equatable, Sendable {
    /// Of the artefact.
    public let name: String
    /// Where it is, or will be.
    public let address: Address
    /// The deployer's transactions before its.
    public let nonce: UInt64
    /// Of the artefact.
    public let compiler: String
    /// SHA-256 of the artefact.
    public let artefact: Bytes32
    /// How far it is.
    public var state: State

    /// What it was made by, once that counts.
    public var receipt: Receipt? { if case .deployed(let receipt) = state { receipt } else { nil } }
  }

  /// Where.
  public let network: ChainNetwork
  /// The account that pays.
  public let deployer: Address
  /// Of the contracts, at first.
  public let owner: Address
  /// Likewise; `nil`: none.
  public let recorder: Address?
  /// Names of those that are to be there, in the order in which they are deployed.
  public let chosen: [String]
  /// Those that are there or under way, in this order.
  public internal(set) var contracts: [Contract] = []
  /// Whether the contracts were looked at when all were there.
  public internal(set) var isChecked = false

  init(
    network: ChainNetwork, deployer: Address, owner: Address, recorder: Address?,
    chosen: [String] = ContractArtefact.all.map(\.name)
  ) {
    (self.network, self.deployer, self.owner, self.recorder) = (network, deployer, owner, recorder)
    self.chosen = chosen
  }

  /// A contract by its name.
  public subscript(name: String) -> Contract? { contracts.first { $0.name == name } }

  /// Whether every contract is there, and counts.
  public var isComplete: Bool { chosen.allSatisfy { self[$0]?.receipt != nil } }

  /// What all of it has used, in units of gas.
  public var gasUsed: UInt64 { contracts.reduce(0) { $0 + ($1.receipt?.gasUsed ?? 0) } }

  /// What all of it has cost, in wei.
  public var cost: UInt256 { contracts.reduce(.zero) { $0.adding($1.receipt?.cost ?? .zero) ?? .max } }

  mutating func set(_ contract: Contract) {
    if let place = contracts.firstIndex(where: { $0.name == contract.name }) {
      contracts[place] = contract
    } else {
      contracts.append(contract)
    }
  }

  mutating func remove(_ name: String) { contracts.removeAll { $0.name == name } }
}
