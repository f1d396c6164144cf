import Curve25519
import Ethereum
import Synchronization
import VoteRegistry

/// How an account writes.
public struct EthereumRegistrySettings: Sendable {
  /// What is offered for gas.
  public var fees = FeePolicy()
  /// Where more transactions wait at a node, nothing new is prepared.
  public var mostPending: UInt64 = 1000
  /// What the contract's code must be: asked once, before anything is prepared. `nil`: whatever is there.
  public var code: [UInt8]?

  public init() {}
}

/// The contract `VoteRegistry` (specification, 12.3) on a chain that works like Ethereum.
public struct EthereumRegistry: VoteRegistry {
  private let client: EthereumClient
  private let contract: Address
  private let signer: any TransactionSigner
  private let settings: EthereumRegistrySettings
  private let isChecked = Flag()

  public init(
    client: EthereumClient, contract: Address, signer: any TransactionSigner,
    settings: EthereumRegistrySettings = EthereumRegistrySettings()
  ) {
    self.client = client
    self.contract = contract
    self.signer = signer
    self.settings = settings
  }

  public var account: String { "\(client.chainID):\(signer.address)" }

  public var place: RegistryPlace { RegistryPlace(chain: client.chainID, contract: contract.bytes) }

  public func registry(of raw: [UInt8]) -> (any VoteRegistry)? {
    guard let signed = try? SignedEthereumTransaction(raw), signed.transaction.chainID == client.chainID,
      let receiver = signed.transaction.receiver
    else { return nil }
    let isOurs = signed.sender == signer.address
    return EthereumRegistry(
      client: client, contract: receiver, signer: isOurs ? signer : NoSigner(address: signed.sender), settings: settings)
  }

  public func head() async throws(RegistryError) -> UInt64 {
    do { return try await client.blockNumber() } catch { throw RegistryError(error) }
  }

  public func nonce(at moment: RegistryMoment) async throws(RegistryError) -> UInt64 {
    let tag: BlockTag =
      switch moment {
      case .latest: .latest
      case .pending: .pending
      case .block(let number): .number(number)
      }
    do { return try await client.nonce(of: signer.address, at: tag) } catch { throw RegistryError(error) }
  }

  // MARK: - Writing

  public func prepare(_ call: RegistryCall, nonce: UInt64) async throws(RegistryError) -> PreparedTransaction {
    do {
      let data = try ContractFunctions.data(of: call)
      try await checkCode()
      if let waiting = try await client.pendingTransactions(), waiting > settings.mostPending { throw RegistryError.congested }
      let fees = try firstOffer(try await client.feeHistory())
      let gas = try await client.estimateGas(ContractCall(from: signer.address, to: contract, data: data))
      // Between now and then an election's first ballot, which costs more, may have become this one.
      let limit = gas + gas / 4
      return try await signed(
        EthereumTransaction(
          chainID: client.chainID, nonce: nonce, fees: fees, gasLimit: limit, receiver: contract, data: data))
    } catch { throw RegistryError(any: error) }
  }

  public func refusal(of call: RegistryCall, at block: UInt64?) async throws(RegistryError) -> String? {
    do {
      let data = try ContractFunctions.data(of: call)
      _ = try await client.call(
        ContractCall(from: signer.address, to: contract, data: data), at: block.map { .number($0) } ?? .latest)
      return nil
    } catch {
      guard case .reverted(let reason) = RegistryError(any: error) else { throw RegistryError(any: error) }
      return reason
    }
  }

  public func mayWrite(at block: UInt64) async throws(RegistryError) -> Bool {
    do {
      let fields = try await client.call(
        ContractFunctions.isRecorder, of: contract, [.address(signer.address)], at: .number(block))
      return fields != [.bool(false)]
    } catch { throw RegistryError(any: error) }
  }

  /// A call to an address without code succeeds, and writes nothing.
  private func checkCode() async throws {
    guard let code = settings.code, !isChecked.isSet else { return }
    guard try await client.code(of: contract) == code else {
      throw RegistryError.refused("the code at \(contract) is not that of the contract VoteRegistry")
    }
    isChecked.set()
  }

  /// The usual fees, but with room below the cap for two dearer transactions in its place, as long as gas is not that dear.
  private func firstOffer(_ history: FeeHistory) throws(EthereumError) -> TransactionFees {
    var fees = try settings.fees.fees(history)
    guard let base = history.baseFees.last, let now = base.adding(fees.tip),
      let room = settings.fees.cap.multiplied(by: 3)?.divided(by: 4).quotient
    else { throw .badAnswer("fees beyond 256 bits") }
    fees.maximum = min(fees.maximum, max(now, room))
    return fees
  }

  public func replace(_ raw: [UInt8]) async throws(RegistryError) -> PreparedTransaction {
    do {
      var transaction = try SignedEthereumTransaction(raw).transaction
      let now = try settings.fees.fees(try await client.feeHistory())
      transaction.fees = try settings.fees.replacing(transaction.fees, now: now)
      return try await signed(transaction)
    } catch { throw RegistryError(any: error) }
  }

  private func signed(_ transaction: EthereumTransaction) async throws(EthereumError) -> PreparedTransaction {
    let signed = try await signer.sign(transaction)
    return PreparedTransaction(
      nonce: transaction.nonce, hash: signed.hash, raw: signed.encoded, gasLimit: transaction.gasLimit,
      maximumFee: transaction.fees.maximum.description)
  }

  public func send(_ raw: [UInt8]) async throws(RegistryError) {
    do { try await client.send(try SignedEthereumTransaction(raw)) } catch { throw RegistryError(any: error) }
  }

  // MARK: - Reading

  public func isWaiting(_ hash: Bytes32) async throws(RegistryError) -> Bool {
    do {
      guard let known = try await client.transaction(hash) else { return false }
      return known.place == nil
    } catch { throw RegistryError(error) }
  }

  public func inclusion(of hash: Bytes32) async throws(RegistryError) -> Inclusion? {
    do {
      guard let receipt = try await client.receipt(of: hash) else { return nil }
      // A receipt may be of a block that has been undone since.
      guard let block = try await client.block(.number(receipt.place.block)), block.hash == receipt.place.blockHash else {
        return nil
      }
      guard receipt.receiver == contract, receipt.sender == signer.address else {
        throw RegistryError.badAnswer("a receipt of another contract or account")
      }
      return Inclusion(
        block: receipt.place.block, blockHash: receipt.place.blockHash, hasSucceeded: receipt.hasSucceeded,
        gasUsed: receipt.gasUsed, gasPrice: receipt.gasPrice.description)
    } catch { throw RegistryError(any: error) }
  }

  public func find(_ entry: RegistryEntry, since earliest: UInt64) async throws(RegistryError) -> UInt64? {
    do {
      switch entry {
      case .ballot(let election, let leaf):
        let fields = try await client.call(ContractFunctions.getVote, of: contract, [.bytes32(election), .bytes32(leaf)])
        let (number, block) = (try Self.number(fields[0]), try Self.number(fields[1]))
        return number == 0 ? nil : block
      case .anchor:
        var found: UInt64?
        // What is looked for is mostly the latest.
        try await walk(since: earliest) { anchor, block in
          if anchor == entry { found = block }
          return found == nil
        }
        return found
      }
    } catch { throw RegistryError(any: error) }
  }

  public func anchors(since earliest: UInt64) async throws(RegistryError) -> [RegistryEntry: UInt64] {
    do {
      var anchors: [RegistryEntry: UInt64] = [:]
      try await walk(since: earliest) { anchor, block in
        anchors[anchor] = anchors[anchor] ?? block
        return true
      }
      return anchors
    } catch { throw RegistryError(any: error) }
  }

  /// From the latest anchor back, until `visit` has had enough.
  private func walk(since earliest: UInt64, _ visit: (RegistryEntry, UInt64) -> Bool) async throws {
    let fields = try await client.call(ContractFunctions.anchorCount, of: contract)
    var number = try Self.number(fields[0])
    while number > 0 {
      let fields = try await client.call(ContractFunctions.anchorOf, of: contract, [.uint64(number)])
      guard let root = fields[0].bytes32 else { throw RegistryError.badAnswer("an anchor without a root") }
      let block = try Self.number(fields[2])
      guard block >= earliest, visit(.anchor(root: root, leaves: try Self.number(fields[1])), block) else { return }
      number -= 1
    }
  }

  public func written(in blocks: ClosedRange<UInt64>) async throws(RegistryError) -> [WrittenEntry] {
    do {
      let filter = LogFilter(addresses: [contract], topics: [ContractEvents.shared.topics])
      return try await client.logs(filter, blocks: blocks).flatMap { log in
        try ContractEvents.shared.entries(of: log).map {
          WrittenEntry(entry: $0, block: log.place.block, transaction: log.transaction)
        }
      }
    } catch { throw RegistryError(any: error) }
  }

  private static func number(_ value: ABIValue) throws(RegistryError) -> UInt64 {
    guard let number = value.number?.uint64 else { throw .badAnswer("a number of more than 64 bits") }
    return number
  }
}

/// In place of a key that is not here.
private struct NoSigner: TransactionSigner {
  let address: Address

  func sign(_ transaction: EthereumTransaction) async throws(EthereumError) -> SignedEthereumTransaction {
    throw .notSigned("the key of \(address) is not here")
  }
}

/// Set once, by whoever is first.
private final class Flag: Sendable {
  private let state = Mutex(false)
  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}
