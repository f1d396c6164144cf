import SolanaTransactions
import StrictJSON

/// What went wrong with Solana.
public enum SolanaError: Error, Equatable, Sendable {
  /// No endpoint took the call; nothing was done. Try again later.
  case connectionLost(String)
  /// The transaction may have been taken: look for its signature before anything else.
  case unknownOutcome(SolanaSignature)
  /// Blockhash or nonce are too old, or used up: perhaps by this very transaction.
  case blockhashNotFound
  /// The payer has too little, or would keep too little to exist.
  case insufficientFunds
  /// A signature is not that of its account on this message.
  case signatureVerificationFailed
  /// The network tried the transaction and refused: an error in the form of its JSON.
  case transactionFailed(String)
  /// An endpoint refused for another reason.
  case refused(code: Int64, message: String)
  /// An endpoint answered what the method cannot answer.
  case badAnswer(method: String)
  /// The endpoints belong to another network than the one that was configured.
  case wrongNetwork
  /// The account where the nonce should be is somebody else's, or no nonce account.
  case foreignNonceAccount
  /// Somebody who was asked for a signature gave something else.
  case badSignature
}

extension SolanaError {
  /// The error of a call, which may have sent a transaction.
  init(_ failure: JSONRPCFailure, sending transaction: SolanaTransaction? = nil) {
    switch failure {
    case .unreachable(let reason): self = .connectionLost(reason)
    case .lost(let reason): self = transaction.map { .unknownOutcome($0.id) } ?? .connectionLost(reason)
    case .refused(let refusal): self = Self.error(of: refusal, transaction)
    }
  }

  private static func error(of refusal: JSONRPCRefusal, _ transaction: SolanaTransaction?) -> SolanaError {
    switch refusal.code {
    case -32_003: .signatureVerificationFailed
    case -32_002: refusal.data?["err"].map { Self.error($0, of: transaction) } ?? .transactionFailed(refusal.message)
    default: .refused(code: refusal.code, message: refusal.message)
    }
  }

  /// From the network's own name of an error.
  private static func error(_ error: JSONValue, of transaction: SolanaTransaction?) -> SolanaError {
    switch error.text {
    case "BlockhashNotFound": return .blockhashNotFound
    case "InsufficientFundsForFee", "AccountNotFound": return .insufficientFunds
    case "SignatureFailure": return .signatureVerificationFailed
    default: break
    }
    if error["InsufficientFundsForRent"] != nil || isTooPoor(error, transaction?.message) { return .insufficientFunds }
    return .transactionFailed(String(decoding: error.bytes.prefix(500), as: UTF8.self))
  }

  /// Whether the system program had too little to move: its error 1.
  private static func isTooPoor(_ error: JSONValue, _ message: SolanaMessage?) -> Bool {
    guard let message, let place = error["InstructionError"]?[0]?.integer, message.instructions.indices.contains(Int(place)) else {
      return false
    }
    let program = message.accounts[Int(message.instructions[Int(place)].program)]
    return program == .systemProgram && error["InstructionError"]?[1]?["Custom"]?.integer == 1
  }

  /// Whether an endpoint had the transaction already: that is success.
  static func isDone(_ failure: JSONRPCFailure) -> Bool {
    guard case .refused(let refusal) = failure else { return false }
    return refusal.code == -32_002 && refusal.data?["err"]?.text == "AlreadyProcessed"
  }
}
