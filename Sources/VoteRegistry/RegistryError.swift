import Curve25519

/// Why something could not be done on the chain. Nothing in it is secret.
public enum RegistryError: Error, Equatable, Sendable {
  /// The contract refuses, in its words.
  case reverted(String)
  /// A unit of gas costs more than the configuration allows; decimal, in the chain's smallest unit.
  case priceAboveCap(needed: String, cap: String)
  /// Nodes have too many transactions waiting.
  case congested
  /// Another transaction of the account has that number.
  case nonceTooLow
  /// A transaction of the account is missing before this one.
  case nonceTooHigh
  /// Nodes want more for it.
  case underpriced
  /// The account cannot pay for it.
  case insufficientFunds
  /// No node answers, and nothing was sent.
  case connectionLost
  /// The transaction with this hash may have arrived: it is asked for before anything else is done.
  case unknownOutcome(Bytes32)
  /// Nodes of another chain than the configured one.
  case wrongChain(expected: UInt64, found: UInt64)
  /// What a node answered contradicts itself, or is no answer.
  case badAnswer(String)
  /// A node refuses for another reason, in its words.
  case refused(String)
  /// The signer does not sign.
  case notSigned(String)

  /// Whether the contract refuses whatever the account writes, because of who it is or because of a pause: nothing is wrong with what was to be written.
  public var isOfRoles: Bool { if case .reverted(let reason) = self { reason.hasPrefix("roles: ") } else { false } }

  /// In plain words, for operators.
  public var text: String {
    switch self {
    case .reverted(let reason): "the contract refuses: \(reason)"
    case .priceAboveCap(let needed, let cap): "gas costs \(needed), more than the \(cap) allowed"
    case .congested: "nodes have too many transactions waiting"
    case .nonceTooLow: "the account has used that number already"
    case .nonceTooHigh: "a transaction of the account is missing"
    case .underpriced: "nodes want more for gas"
    case .insufficientFunds: "the account cannot pay"
    case .connectionLost: "no node answers"
    case .unknownOutcome: "no node has said whether it has the transaction"
    case .wrongChain(let expected, let found): "nodes of chain \(found) instead of \(expected)"
    case .badAnswer(let reason): "a node gives a bad answer: \(reason)"
    case .refused(let reason): "a node refuses: \(reason)"
    case .notSigned(let reason): "not signed: \(reason)"
    }
  }
}
