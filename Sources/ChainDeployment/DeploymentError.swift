import Curve25519
import Ethereum

/// Why contracts are not deployed, or not as they should be. Names no address of a node, and nothing secret.
public enum DeploymentError: Error, Equatable, Sendable {
  /// What the chain or the signer says.
  case chain(EthereumError)
  /// The account has less than it needs, in wei.
  case balanceTooLow(account: Address, has: UInt256, needs: UInt256)
  /// Nobody confirmed it; nothing was sent.
  case notConfirmed
  /// The record is of something else than what is wanted now; in words.
  case otherDeployment(String)
  /// The record cannot be understood; in words.
  case malformedRecord(String)
  /// A file cannot be read or written: its path and the system's number.
  case file(String, Int32)
  /// Another run works with this folder.
  case busy
  /// The transaction is in no block yet, or not deep enough.
  case stillWaiting(contract: String, transaction: Bytes32)
  /// The transaction failed, and made nothing.
  case failed(contract: String, transaction: Bytes32)
  /// The code at the address is not that of the contract.
  case otherCode(contract: String, address: Address)
  /// The contract is in another state than a new one; in words.
  case otherState(contract: String, address: Address, String)
}

extension DeploymentError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .chain(let error): error.sentence
    case .balanceTooLow(let account, let has, let needs):
      "the account \(account) has \(CoinAmount.text(has)) and needs \(CoinAmount.text(needs)); send it more, then run this again"
    case .notConfirmed: "not confirmed; nothing was sent"
    case .otherDeployment(let reason): "\(reason); give the same as before, or keep that file elsewhere to deploy anew"
    case .malformedRecord(let reason):
      "the file of the deployment is damaged: \(reason); restore it, for without it contracts could be deployed twice"
    case .file(let path, let number): "\(path): \(Self.reason(number)); see to it, then run this again"
    case .busy: "another run works with this folder of deployments; wait until it has ended"
    case .stillWaiting(let contract, let transaction):
      "\(contract) is not final yet, transaction \(Hexadecimal.text(transaction.bytes)); run this again to go on with it"
    case .failed(let contract, let transaction):
      "the transaction that was to make \(contract) failed, \(Hexadecimal.text(transaction.bytes)); look at it in an explorer before running this again"
    case .otherCode(let contract, let address):
      "the code at \(address) is not that of \(contract); do not use it. If the chain was started anew, keep the file of the deployment elsewhere"
    case .otherState(let contract, let address, let reason):
      "\(contract) at \(address) is not as it should be: \(reason); do not use it"
    }
  }
}

extension EthereumError {
  /// What went wrong, for people.
  public var sentence: String {
    switch self {
    case .reverted(let reason): "the contract refuses: \(reason)"
    case .gasPriceAboveCap(let needed, let cap):
      "gas costs \(CoinAmount.gwei(needed)) gwei now, more than the \(CoinAmount.gwei(cap)) allowed; wait, or allow more"
    case .congested: "the nodes take nothing more for now; try again later"
    case .nonceTooLow, .nonceTooHigh:
      "the account’s transactions are counted otherwise than expected; let what waits be done, then run this again"
    case .underpriced: "the nodes want higher fees; wait, or allow more"
    case .insufficientFunds: "the account has not enough to pay for it; send it more"
    case .connectionLost: "no node answers; check the addresses and the connection"
    case .unknownOutcome(let hash): "nobody knows whether transaction \(Hexadecimal.text(hash.bytes)) has arrived; run this again"
    case .wrongChain(let expected, let found):
      "a node is of chain \(found), and chain \(expected) is wanted; check network and addresses"
    case .badAnswer(let reason): "a node’s answer makes no sense: \(reason); try another node"
    case .refused(let code, let reason): "a node refuses: \(reason) (\(code))"
    case .notSigned(let reason): "the signer does not sign: \(reason)"
    }
  }
}
