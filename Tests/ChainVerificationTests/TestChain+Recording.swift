import ChainDeployment
import Curve25519
import Ethereum
import TestEthereum

/// What a service writes, and what might be written in its stead.
extension TestChain {
  /// Where a transaction stands.
  struct Place: Sendable {
    let transaction: Bytes32
    let block: UInt64
    /// Unix seconds.
    let time: UInt64
  }

  /// Anchors the root of a service's tree.
  func anchor(root: Bytes32, leaves: UInt64) async throws -> Place {
    try await send(ABIFunction("anchor(bytes32,uint64)").call(.bytes32(root), .uint64(leaves)), to: contract)
  }

  /// Records ballots: one by itself, several in a batch.
  func record(election: Bytes32, leaves: [Bytes32]) async throws -> Place {
    if leaves.count == 1 {
      return try await send(ABIFunction("recordVote(bytes32,bytes32)").call(.bytes32(election), .bytes32(leaves[0])), to: contract)
    }
    let list = ABIValue.list(leaves.map { .bytes32($0) })
    return try await send(ABIFunction("recordVoteBatch(bytes32,bytes32[])").call(.bytes32(election), list), to: contract)
  }

  /// Another contract than the one that keeps anchors.
  func deployOther() async throws -> Address {
    guard let artefact = ContractArtefact.all.first(where: { $0.name == "ElectionManager" }) else {
      throw NotWritten()
    }
    let roles = try ABIValue.encode([.address(key.address), .address(key.address)], as: [.address, .address])
    let nonce = try await client { 0 }.nonce(of: key.address, at: .pending)
    _ = try await send(artefact.bytecode + roles, to: nil)
    return key.address.contract(nonce: nonce)
  }

  private func send(_ data: [UInt8], to receiver: Address?) async throws -> Place {
    let client = client { 0 }
    let nonce = try await client.nonce(of: key.address, at: .pending)
    let fees = TransactionFees(maximum: UInt256(100 * FeePolicy.gwei), tip: UInt256(FeePolicy.gwei))
    let transaction = SignedEthereumTransaction(
      EthereumTransaction(chainID: 31337, nonce: nonce, fees: fees, gasLimit: 2_000_000, receiver: receiver, data: data), key: key)
    try await client.send(transaction)
    guard let receipt = try await client.receipt(of: transaction.hash), receipt.hasSucceeded,
      let block = try await client.block(.number(receipt.place.block))
    else { throw NotWritten() }
    return Place(transaction: transaction.hash, block: block.number, time: block.time)
  }
}

private struct NotWritten: Error {}
