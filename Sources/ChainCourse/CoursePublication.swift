import ChainDeployment
import Curve25519
import Ethereum
import Verification

/// Which contracts are to say what a record proves, and how.
public struct CourseSettings: Sendable {
  /// Where.
  public var network: ChainNetwork
  /// Which, at least one.
  public var contracts: CourseContracts
  /// Blocks, that of the transaction included, after which a step counts.
  public var confirmations: UInt64
  /// What is offered for gas.
  public var fees: FeePolicy
  /// How often a node is asked about one step before this gives up for now.
  public var questions = 600
  /// Waits between two questions; what it throws ends the run.
  public var pause: @Sendable () async throws -> Void

  /// What is usual on a network.
  public init(_ network: ChainNetwork, _ contracts: CourseContracts) {
    self.network = network
    self.contracts = contracts
    confirmations = network.confirmations
    fees = FeePolicy(minimumTip: network.minimumTip)
    let wait: Duration = network == .local ? .milliseconds(500) : .seconds(2)
    pause = { try await Task.sleep(for: wait) }
  }
}

/// What happens while steps are taken.
public enum CourseEvent: Equatable, Sendable {
  /// A transaction was signed and is kept; it is sent next.
  case signed(CourseStep, transaction: Bytes32)
  /// A transaction was handed to a node.
  case sent(CourseStep, transaction: Bytes32)
  /// It is in a block, under so many others as this says, its own included.
  case confirmed(CourseStep, blocks: UInt64, of: UInt64)
  /// It counts.
  case taken(CourseStep)
  /// Somebody else has taken the step, or the transaction's number was used for something else.
  case dropped(CourseStep)
}

/// What remains to be done, and what it would cost now.
public struct CoursePlan: Equatable, Sendable {
  /// In their order, those under way included.
  public let steps: [CourseStep]
  /// Of them, those that were signed in an earlier run.
  public let underWay: [CourseStep]
  /// Another roll that is not final, which the next one replaces.
  public let replaced: [CourseDifference]
  /// Wei a unit of gas.
  public let fees: TransactionFees
  /// Wei that the account has.
  public let balance: UInt256
  /// Wei a unit of gas that would be paid now.
  public let gasPrice: UInt256

  /// Units, a tenth included that is only paid when it is used.
  public var gas: UInt64 { steps.reduce(0) { $0 + CoursePublication.withReserve($1.gas) } }
  /// Wei of what remains, at what gas costs now.
  public var cost: UInt256 { gasPrice.multiplied(by: UInt256(gas)) ?? .max }
  /// Wei, at most.
  public var largestCost: UInt256 { fees.maximum.multiplied(by: UInt256(gas)) ?? .max }
}

/// What stands on the chain, as a record proves it.
public struct CourseStanding: Equatable, Sendable {
  /// A step, and by which of our transactions it was taken; `nil`: by somebody else, or it is not known any more.
  public struct Step: Equatable, Sendable {
    public let step: CourseStep
    public let receipt: DeploymentRecord.Receipt?
  }

  /// What the contracts keep.
  public let state: CourseState
  /// That of the record.
  public let comparison: CourseComparison
  /// Steps that are taken, in their order.
  public let steps: [Step]

  /// What our transactions have used, in units of gas.
  public var gasUsed: UInt64 { steps.reduce(0) { $0 + ($1.receipt?.gasUsed ?? 0) } }
  /// What they have cost, in wei.
  public var cost: UInt256 { steps.reduce(.zero) { $0.adding($1.receipt?.cost ?? .zero) ?? .max } }
}

/// Brings what a verified record proves of an election to the contracts `ElectionManager` and `VoterRegistry` (`docs/spec/12-anchors.md`, 12.4 and 12.5), each step once however
/// often it is interrupted: the contracts are asked before anything is sent, and what was signed is kept before it is sent.
public struct CoursePublication: Sendable {
  let client: EthereumClient
  let settings: CourseSettings
  let folder: DeploymentFolder
  let course: ElectionCourse

  /// - Precondition: the client is of the network's chain, and there is a contract.
  public init(_ client: EthereumClient, _ settings: CourseSettings, _ folder: DeploymentFolder, _ course: ElectionCourse) {
    precondition(client.chainID == settings.network.chainID && settings.confirmations > 0, "a client of the network's chain")
    precondition(!settings.contracts.all.isEmpty, "a contract to write to")
    self.client = client
    self.settings = settings
    self.folder = folder
    self.course = course
  }

  static func withReserve(_ gas: UInt64) -> UInt64 { gas + gas / 10 }

  // MARK: - Looking

  /// Compares the contracts with the record, at the latest block. Sends nothing, writes nothing, needs no account.
  ///
  /// - Throws: `DeploymentError.chain`, `.otherCode`, and what reading the folder throws.
  public func look() async throws -> CourseStanding {
    let journal = try CourseJournal(folder, settings.network, course)
    do {
      try await checkContracts()
      return standing(try await state(at: try await client.blockNumber()), journal)
    } catch let error as EthereumError { throw DeploymentError.chain(error) }
  }

  func state(at block: UInt64) async throws(EthereumError) -> CourseState {
    try await CourseState.read(client, settings.contracts, of: course.election, at: block)
  }

  func standing(_ state: CourseState, _ journal: CourseJournal) -> CourseStanding {
    let comparison = CourseComparison(course, state)
    let taken = CourseStep.all(of: course, in: settings.contracts).filter { !comparison.missing.contains($0) }
    let steps = taken.map { step -> CourseStanding.Step in
      guard let address = settings.contracts[step.contract], case .taken(let receipt)? = journal[step, at: address] else {
        return CourseStanding.Step(step: step, receipt: nil)
      }
      return CourseStanding.Step(step: step, receipt: receipt)
    }
    return CourseStanding(state: state, comparison: comparison, steps: steps)
  }

  /// Whether the contracts are there, to the last byte.
  func checkContracts() async throws {
    try await client.checkChain()
    for (contract, address) in settings.contracts.all {
      guard try await client.code(of: address) == ContractArtefact.named(contract.rawValue)?.runtimeBytecode else {
        throw DeploymentError.otherCode(contract: contract.rawValue, address: address)
      }
    }
  }

  /// Says what would be sent, and checks everything that must be right before. Sends nothing, writes nothing.
  ///
  /// - Throws: `CourseError.contradiction`, `.notRecorder`, `.paused`; `DeploymentError.balanceTooLow`; and what `look` throws.
  public func plan(_ account: Address) async throws -> CoursePlan {
    let standing = try await look()
    guard standing.comparison.contradictions.isEmpty else { throw CourseError.contradiction(standing.comparison.contradictions) }
    let journal = try CourseJournal(folder, settings.network, course)
    try requireOwn(journal, account)
    do {
      let steps = standing.comparison.missing
      for (contract, address) in settings.contracts.all where steps.contains(where: { $0.contract == contract }) {
        try await requireRole(contract, address, account)
      }
      let history = try await client.feeHistory()
      var policy = settings.fees
      // Whatever gas costs does not matter where nothing is to be sent.
      if steps.isEmpty { policy.cap = .max }
      let fees = try policy.fees(history)
      let price = history.baseFees.last?.adding(fees.tip) ?? fees.maximum
      let plan = CoursePlan(
        steps: steps, underWay: steps.filter { isUnderWay($0, journal) }, replaced: standing.comparison.replaced, fees: fees,
        balance: try await client.balance(of: account), gasPrice: min(price, fees.maximum))
      guard plan.balance >= plan.largestCost else {
        throw DeploymentError.balanceTooLow(account: account, has: plan.balance, needs: plan.largestCost)
      }
      return plan
    } catch let error as EthereumError { throw DeploymentError.chain(error) }
  }

  /// What another account has signed it must bring to its end itself, for only it can replace that.
  private func requireOwn(_ journal: CourseJournal, _ account: Address) throws(CourseError) {
    guard let other = journal.underWay?.attempts.first?.signed.sender, other != account else { return }
    throw .badJournal(
      folder.place(CourseJournal.name(settings.network, course.election)), "a transaction that \(other) has signed is under way")
  }

  private func isUnderWay(_ step: CourseStep, _ journal: CourseJournal) -> Bool {
    guard let address = settings.contracts[step.contract], case .sent? = journal[step, at: address] else { return false }
    return true
  }

  private func requireRole(_ contract: CourseContract, _ address: Address, _ account: Address) async throws {
    guard let isRecorder = try? ABIFunction("isRecorder(address)", returns: "(bool)"),
      let paused = try? ABIFunction("paused()", returns: "(bool)")
    else { preconditionFailure("functions of the contracts") }
    guard try await client.call(isRecorder, of: address, [.address(account)]) == [.bool(true)] else {
      throw CourseError.notRecorder(contract, address, account: account)
    }
    guard try await client.call(paused, of: address) == [.bool(false)] else { throw CourseError.paused(contract, address) }
  }
}
