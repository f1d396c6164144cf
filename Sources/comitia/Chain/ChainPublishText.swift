import ChainCourse
import ChainDeployment
import Curve25519
import Ethereum
import Verification

/// What `comitia chain publish` says.
struct ChainPublishText {
  let terminal: Terminal
  let isJSON: Bool
  let network: ChainNetwork

  // MARK: - The record

  /// A record that does not verify.
  func refuse(_ report: VerificationReport) -> ExitStatus {
    let failure = report.firstFailure.map { "check \($0.check.rawValue), \($0.check.name), failed: \($0.detail.printable)" }
    let reason = "nothing was sent, for the record does not verify: \(failure ?? "not every check could run")"
    if isJSON {
      terminal.say(JSONAnswer.text(RefusalAnswer(error: reason, check: report.firstFailure?.check.rawValue, differences: [])))
    } else {
      terminal.say("\(terminal.mark(false)) \(Self.capitalised(reason)); comitia verify tells more.")
    }
    return .checkFailed
  }

  /// Contracts that say something else.
  func refuse(_ differences: [CourseDifference], _ course: ElectionCourse) -> ExitStatus {
    let error = CourseError.contradiction(differences)
    if isJSON {
      terminal.say(
        JSONAnswer.text(RefusalAnswer(error: error.description, check: nil, differences: differences.map(DifferenceAnswer.init))))
    } else {
      terminal.say("\(terminal.mark(false)) \(Self.capitalised(error.description)).")
    }
    return .checkFailed
  }

  /// What the record proves.
  func say(_ course: ElectionCourse, _ report: VerificationReport, _ contracts: CourseContracts) {
    guard !isJSON else { return }
    let facts = FactList(terminal)
    let given =
      report.selfConsistentOnly ? "; compare the election id with the organiser’s" : ", and it is the election that you named"
    facts.say("Election", course.title.description.printable)
    facts.say("Election id", course.election.hex)
    facts.say("Record", "\(course.progress), \(report.outcomes.count) checks passed\(given)")
    for (contract, address) in contracts.all { facts.say(contract.rawValue, "\(address) on \(network.rawValue)") }
    terminal.say()
  }

  // MARK: - The contracts

  /// What would be sent.
  func say(_ plan: CoursePlan, _ account: Address, isDryRun: Bool) {
    if isDryRun, isJSON { return terminal.say(JSONAnswer.text(CoursePlanAnswer(plan, account, network))) }
    guard !plan.steps.isEmpty else {
      return terminal.note("The contracts have all that the record proves; nothing is to be sent.\n")
    }
    var text =
      "On \(network.rawValue), chain \(network.chainID), from \(account), which has \(CoinAmount.text(plan.balance)) POL:\n"
    for step in plan.steps {
      let state = plan.underWay.contains(step) ? ", signed earlier" : ""
      text += "  \(step.contract.rawValue).\(step.rawValue), about \(TextFormat.count(step.gas)) gas\(state)\n"
    }
    for difference in plan.replaced { text += "  replaces what is not final: \(difference.text)\n" }
    text += "  \(CoinAmount.gwei(plan.gasPrice)) gwei now, at most \(CoinAmount.gwei(plan.fees.maximum)): "
    terminal.note(text + "about \(CoinAmount.text(plan.cost)) POL, at most \(CoinAmount.text(plan.largestCost)) POL\n")
  }

  /// Something that happened.
  func say(_ event: CourseEvent) {
    let line: String? =
      switch event {
      case .signed: nil
      case .sent(let step, let transaction): "\(step.rawValue): sent, \(Hexadecimal.text(transaction.bytes))"
      case .confirmed(let step, let blocks, let all): "\(step.rawValue): \(blocks) of \(all) blocks"
      case .taken(let step): "\(step.rawValue): taken"
      case .dropped(let step): "\(step.rawValue): not needed, or its number was used otherwise; looking again"
      }
    if let line { terminal.note(line + "\n") }
  }

  /// What stands there.
  func say(_ standing: CourseStanding, _ course: ElectionCourse, _ contracts: CourseContracts, isCheck: Bool) {
    if isJSON { return terminal.say(JSONAnswer.text(CourseAnswer(standing, course, contracts, network))) }
    let comparison = standing.comparison
    let facts = FactList(terminal)
    for step in standing.steps {
      let time = standing.state.time(of: step.step).map { TextFormat.time(min($0, .max / 1000) * 1000) }
      let transaction = step.receipt.map {
        "block \($0.block), transaction \(Hexadecimal.text($0.transaction.bytes)), \(TextFormat.count($0.gasUsed)) gas, \(CoinAmount.text($0.cost)) POL"
      }
      let said = [time, transaction].compactMap { $0 }
      facts.say(step.step.rawValue, said.isEmpty ? "there" : said.joined(separator: ", "))
    }
    if standing.gasUsed > 0 {
      facts.say(
        "Cost", "\(CoinAmount.text(standing.cost)) POL, \(TextFormat.count(standing.gasUsed)) gas, of transactions sent from here")
    }
    for step in comparison.missing { facts.say(step.rawValue, "not there") }
    terminal.say()
    for difference in comparison.contradictions + comparison.replaced {
      terminal.say("\(terminal.mark(false)) \(difference.text)")
    }
    let verdict = comparison.agrees ? "say what the record proves" : "do not say what the record proves"
    let block = isCheck ? "At block \(TextFormat.count(standing.state.block)) the contracts" : "The contracts"
    terminal.say("\(terminal.mark(comparison.agrees)) \(block) \(verdict): \(course.progress).")
  }

  private static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

extension ElectionCourse {
  /// How far it is, in words.
  var progress: String {
    switch (end, closing) {
    case (.published, _): "the election has a result"
    case (.aborted, _): "the election was aborted"
    case (nil, _?): "voting has ended, and there is no result yet"
    case (nil, nil): "voting goes on, or its end is not witnessed yet"
    }
  }

  /// For programs, as the contract calls it.
  var stage: String {
    switch (end, closing) {
    case (.published, _): CourseState.Stage.published.name
    case (.aborted, _): CourseState.Stage.aborted.name
    case (nil, _?): CourseState.Stage.closed.name
    case (nil, nil): CourseState.Stage.open.name
    }
  }
}

/// A field that differs, for programs.
struct DifferenceAnswer: Encodable {
  let field, record, chain: String

  init(_ difference: CourseDifference) {
    (field, record, chain) = (difference.field, difference.record, difference.chain)
  }
}

/// Why nothing was sent, for programs.
private struct RefusalAnswer: Encodable {
  let ok = false
  let error: String
  /// The number of the check that failed.
  let check: Int?
  let differences: [DifferenceAnswer]
}

/// What would be sent, for programs.
private struct CoursePlanAnswer: Encodable {
  let ok = true
  let dryRun = true
  let network: String
  let chainId: UInt64
  let account: String
  let balance: String
  let gasPrice: String
  let cost: String
  let largestCost: String
  let steps: [String]

  init(_ plan: CoursePlan, _ account: Address, _ network: ChainNetwork) {
    self.network = network.rawValue
    chainId = network.chainID
    self.account = account.description
    balance = plan.balance.description
    gasPrice = plan.gasPrice.description
    cost = plan.cost.description
    largestCost = plan.largestCost.description
    steps = plan.steps.map(\.rawValue)
  }
}

/// What stands there, for programs.
private struct CourseAnswer: Encodable {
  struct Step: Encodable {
    let step, contract: String
    /// Seconds since 1970, as the contract has it.
    let time: UInt64?
    let transaction: String?
    let block, gasUsed: UInt64?
    let gasPrice, cost: String?
  }

  let ok: Bool
  let network: String
  let chainId: UInt64
  let electionId: String
  let record: String
  let block: UInt64
  let contracts: [String: String]
  let steps: [Step]
  let missing: [String]
  let differences: [DifferenceAnswer]
  let gasUsed: UInt64
  let cost: String
  let costPOL: String

  init(_ standing: CourseStanding, _ course: ElectionCourse, _ contracts: CourseContracts, _ network: ChainNetwork) {
    let comparison = standing.comparison
    ok = comparison.agrees
    self.network = network.rawValue
    chainId = network.chainID
    electionId = course.election.hex
    record = course.stage
    block = standing.state.block
    self.contracts = Dictionary(uniqueKeysWithValues: contracts.all.map { ($0.contract.rawValue, $0.address.description) })
    steps = standing.steps.map {
      Step(
        step: $0.step.rawValue, contract: $0.step.contract.rawValue, time: standing.state.time(of: $0.step),
        transaction: $0.receipt.map { Hexadecimal.text($0.transaction.bytes) }, block: $0.receipt?.block,
        gasUsed: $0.receipt?.gasUsed,
        gasPrice: $0.receipt?.gasPrice.description, cost: $0.receipt?.cost.description)
    }
    missing = comparison.missing.map(\.rawValue)
    differences = (comparison.contradictions + comparison.replaced).map(DifferenceAnswer.init)
    gasUsed = standing.gasUsed
    cost = standing.cost.description
    costPOL = CoinAmount.text(standing.cost)
  }
}
