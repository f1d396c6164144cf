import Curve25519
import SolanaTransactions

extension SolanaMark {
  /// What a published file says (`docs/spec/13-anchors-on-solana.md`, 13.5). `local` is any network that others do not know.
  public init(_ proof: ResultAnchorProof) {
    let name = String(decoding: proof.transaction.id.text, as: UTF8.self)
    let hash = String(decoding: Base58.encode(proof.network.bytes), as: UTF8.self)
    let known = Self.networks.first { $0.hash == hash }
    self.init(
      network: known?.name ?? "local", transaction: name, slot: proof.slot,
      explorer: known.map { "https://explorer.solana.com/tx/\(name)" + $0.query })
  }

  /// The hash of the first block of a network that is known by name.
  public static func genesisHash(of network: String) -> Bytes32? {
    networks.first { $0.name == network }.flatMap { Base58.decode(Array($0.hash.utf8), count: 32) }.flatMap { Bytes32($0) }
  }

  private static let networks: [(name: String, hash: String, query: String)] = [
    ("mainnet-beta", "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d", ""),
    ("testnet", "4uhcVJyU9pJkvQyS88uRDiswHXSGkY3zQawwpjk2NsNY", "?cluster=testnet"),
    ("devnet", "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxkrZBG", "?cluster=devnet"),
  ]
}

extension PublicElections {
  /// Where the result of an election is marked on Solana; `nil` where it is not, or not yet.
  public func mark(of reference: String) async throws -> SolanaMark? {
    guard let file = try await environment.boards.file(Boards.RecordFile.mark.rawValue, election: reference) else { return nil }
    return SolanaMark(try ResultAnchorProof(file.bytes))
  }
}
