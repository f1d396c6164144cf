import Curve25519

/// Why something could not be done on a chain. Names neither addresses of nodes, which hold keys of their users, nor anything secret.
public enum EthereumError: Error, Equatable, Sendable {
  /// The contract refuses the call.
  case reverted(RevertReason)
  /// A unit of gas costs more than the configuration allows, in wei: wait.
  case gasPriceAboveCap(needed: UInt256, cap: UInt256)
  /// Nodes take no more transactions for now: wait, longer each time.
  case congested
  /// Another transaction of the account has that number already: ask for the number again.
  case nonceTooLow
  /// A transaction of the account is missing before this one: ask for the number again.
  case nonceTooHigh
  /// The fees are too low for nodes, or too little above those of the transaction that it would replace: offer more.
  case underpriced
  /// The account has not enough to pay for it.
  case insufficientFunds
  /// No node answers, and nothing was sent that matters.
  case connectionLost
  /// The transaction with this hash may or may not have arrived: ask for it by its hash before anything else.
  case unknownOutcome(Bytes32)
  /// Nodes of another chain than the configured one.
  case wrongChain(expected: UInt64, found: UInt64)
  /// What a node answered is none of the answers that there are, or contradicts itself.
  case badAnswer(String)
  /// A node refuses for another reason, in its own words.
  case refused(code: Int64, reason: String)
  /// The signer does not sign, or signs something else.
  case notSigned(String)
}
