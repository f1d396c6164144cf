import Solana
import SolanaTransactions

/// Why the mark of a certificate is not on Solana as the record says.
public enum MarkFault: Error, Equatable, Sendable {
  /// No node answers, or none that makes sense; in words.
  case notAsked(String)
  /// The nodes are of another network.
  case otherNetwork
  /// The network does not have the transaction, finally.
  case missing
  /// It has another one of that name, or it has failed there.
  case otherTransaction
  /// It is in another slot.
  case otherSlot(UInt64)

  /// In plain words.
  public var text: String {
    switch self {
    case .notAsked(let reason): "Solana could not be asked: \(reason)"
    case .otherNetwork: "anchor-solana: the nodes given are of another network"
    case .missing: "anchor-solana: the network does not have this transaction"
    case .otherTransaction: "anchor-solana: the network has another transaction, or one that has failed"
    case .otherSlot(let slot): "anchor-solana: the transaction is in slot \(slot)"
    }
  }
}

/// The mark of a certificate against Solana (`docs/spec/13-anchors-on-solana.md`, 13.5).
public enum MarkVerification {
  /// Asks; `nil`: the network has the transaction, byte by byte, in the record's slot.
  public static func fault(of mark: ResultAnchorProof, _ client: SolanaClient) async -> MarkFault? {
    do throws(SolanaError) {
      guard try await client.genesisHash() == mark.network else { return .otherNetwork }
      guard let entry = try await client.transaction(mark.transaction.id) else { return .missing }
      guard entry.transaction.encoded == mark.transaction.encoded, entry.error == nil else { return .otherTransaction }
      return entry.slot == mark.slot ? nil : .otherSlot(entry.slot)
    } catch {
      switch error {
      case .connectionLost: return .notAsked("no node answers")
      case .badAnswer(let method): return .notAsked("a node's answer to \(method) makes no sense")
      case .refused(_, let message): return .notAsked("a node refuses: \(message)")
      default: return .notAsked("a node's answer makes no sense")
      }
    }
  }
}
