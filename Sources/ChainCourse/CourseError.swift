import ChainDeployment
import Curve25519
import Ethereum

/// Why the course of an election is not on the chain as its record proves it, beside what `DeploymentError` has. Names no address of a node, and nothing secret.
public enum CourseError: Error, Equatable, Sendable {
  /// The contracts say something that the record does not: nothing was sent.
  case contradiction([CourseDifference])
  /// The account may not write: nothing was sent.
  case notRecorder(CourseContract, Address, account: Address)
  /// The owner has paused writing.
  case paused(CourseContract, Address)
  /// The transaction for a step failed, and the step is not taken.
  case failed(CourseStep, transaction: Bytes32)
  /// Transactions of the account wait that this did not make.
  case accountBusy(Address, waiting: UInt64)
  /// The steps stand there, but not deep enough yet.
  case notSettled
  /// The file of what is under way is damaged, or of something else; its path and why.
  case badJournal(String, String)
}

extension CourseError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .contradiction(let differences):
      "the contracts contradict the record: " + differences.map(\.text).joined(separator: "; ")
        + ". What stands there cannot be changed. If the record is an older copy, get it again; otherwise say publicly that these contracts are wrong, and deploy others"
    case .notRecorder(let contract, let address, let account):
      "\(account) may not write to \(contract.rawValue) at \(address); its owner is to appoint it (setRecorder), or give the key of its recorder"
    case .paused(let contract, let address):
      "\(contract.rawValue) at \(address) is paused by its owner; run this again when it no longer is"
    case .failed(let step, let transaction):
      "the transaction for \(step.rawValue) failed, \(Hexadecimal.text(transaction.bytes)); look at it in an explorer before running this again"
    case .accountBusy(let account, let waiting):
      "\(waiting) transactions of \(account) wait that are not of this command; let them be done, or stop what else writes with the account, then run this again"
    case .notSettled: "all steps stand there, but not deep enough yet to stay; run this again"
    case .badJournal(let path, let reason):
      "\(path): \(reason); go on with that account or the file as it was, or move the file away once no transaction of it waits any more"
    }
  }
}
