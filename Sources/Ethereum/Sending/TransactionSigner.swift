import Curve25519
import HTTPClient
import StrictJSON

/// Signs transactions of one account.
public protocol TransactionSigner: Sendable {
  /// The account.
  var address: Address { get }

  /// The transaction, signed by the account.
  ///
  /// - Throws: `notSigned`, or where another program signs, `connectionLost` and `badAnswer`.
  func sign(_ transaction: EthereumTransaction) async throws(EthereumError) -> SignedEthereumTransaction
}

/// Signs with a key in memory.
public struct KeySigner: TransactionSigner {
  private let key: AccountKey

  /// Keeps the key as long as this lives.
  public init(_ key: AccountKey) { self.key = key }

  public var address: Address { key.address }

  public func sign(_ transaction: EthereumTransaction) async throws(EthereumError) -> SignedEthereumTransaction {
    SignedEthereumTransaction(transaction, key: key)
  }
}

/// Has another program sign (`eth_signTransaction`): web3signer, Clef, or what stands before a hardware wallet. What comes back is believed in nothing: it must
/// be the transaction that was sent, signed by the account.
public struct ExternalSigner: TransactionSigner {
  /// The account that must have signed.
  public let address: Address
  private let endpoint: NodeEndpoint

  /// A signer at an address of HTTP.
  ///
  /// - Parameter timeout: seconds; a person may have to press a button.
  public init(_ address: Address, endpoint: String, http: HTTPClient, timeout: Double = 120) {
    self.address = address
    self.endpoint = NodeEndpoint(address: endpoint, http: http, timeout: timeout, answerLimit: 1 << 20)
  }

  public func sign(_ transaction: EthereumTransaction) async throws(EthereumError) -> SignedEthereumTransaction {
    let answer: JSONValue
    do { answer = try await endpoint.call("eth_signTransaction", [Self.request(transaction, address)]) } catch {
      switch error {
      case .refused(let refusal): throw .notSigned(refusal.printable)
      case .lost, .cancelled: throw .connectionLost
      case .bad(let reason): throw .badAnswer(reason)
      case .tooMuch: throw .badAnswer("an answer longer than allowed")
      }
    }
    // web3signer answers with the bytes alone, geth and Clef with an object that holds them.
    guard let text = (answer.text ?? answer["raw"]?.text), let raw = Hexadecimal.bytes(text),
      let signed = try? SignedEthereumTransaction(raw)
    else {
      throw .badAnswer("no signed transaction")
    }
    guard signed.transaction == transaction else { throw .notSigned("another transaction was signed") }
    guard signed.sender == address else { throw .notSigned("another account has signed") }
    return signed
  }

  private static func request(_ transaction: EthereumTransaction, _ sender: Address) -> JSONValue {
    let accesses = transaction.accessList.map { access -> JSONValue in
      [
        "address": .text(access.address.description),
        "storageKeys": .list(access.storageKeys.map { .text(Hexadecimal.text($0.bytes)) }),
      ]
    }
    return ContractCall(from: sender, to: transaction.receiver, data: transaction.data, value: transaction.value).json
      .adding("chainId", .text(Hexadecimal.quantity(transaction.chainID)))
      .adding("nonce", .text(Hexadecimal.quantity(transaction.nonce)))
      .adding("gas", .text(Hexadecimal.quantity(transaction.gasLimit)))
      .adding("maxFeePerGas", .text(Hexadecimal.quantity(transaction.fees.maximum)))
      .adding("maxPriorityFeePerGas", .text(Hexadecimal.quantity(transaction.fees.tip)))
      .adding("accessList", accesses.isEmpty ? nil : .list(accesses))
  }
}
