import ChainDeployment
import Curve25519
import Ethereum
import StrictJSON
import Verification

/// What was signed for the steps of an election, and what has become of it: the file `<network>-<election id>.json` in the folder of deployments. Written before anything is
/// sent, so that a run that was interrupted asks for it by its hash. Nothing in it is secret. Who loses it loses what steps have cost; the contract takes each step once all the same.
struct CourseJournal: Equatable, Sendable {
  private static let version: Int64 = 1

  enum State: Equatable, Sendable {
    /// Transactions of one number, of which at most one gets into a block; the latest last.
    case sent([DeploymentRecord.Attempt])
    case taken(DeploymentRecord.Receipt)
  }

  /// A step and what was signed for it, or was taken by it.
  struct Entry: Equatable, Sendable {
    let step: CourseStep
    let contract: Address
    var state: State
  }

  let network: ChainNetwork
  let election: Bytes32
  private(set) var entries: [Entry] = []

  init(_ network: ChainNetwork, _ election: Bytes32) { (self.network, self.election) = (network, election) }

  static func name(_ network: ChainNetwork, _ election: Bytes32) -> String {
    "\(network.rawValue)-\(Hexadecimal.digits(election.bytes)).json"
  }

  /// The latest of a step at a contract.
  subscript(_ step: CourseStep, at contract: Address) -> State? {
    get { entries.first { $0.step == step && $0.contract == contract }?.state }
    set {
      let place = entries.firstIndex { $0.step == step && $0.contract == contract }
      switch (place, newValue) {
      case (let place?, let state?): entries[place].state = state
      case (let place?, nil): entries.remove(at: place)
      case (nil, let state?): entries.append(Entry(step: step, contract: contract, state: state))
      case (nil, nil): break
      }
    }
  }

  /// The first that is under way.
  var underWay: (entry: Entry, attempts: [DeploymentRecord.Attempt])? {
    for entry in entries { if case .sent(let attempts) = entry.state { return (entry, attempts) } }
    return nil
  }

  // MARK: - The file

  /// What a folder has; an empty one where it has none.
  ///
  /// - Throws: `CourseError.badJournal`, `DeploymentError.file`.
  init(_ folder: DeploymentFolder, _ network: ChainNetwork, _ course: ElectionCourse) throws {
    self.init(network, course.election)
    let path = folder.place(Self.name(network, course.election))
    guard let bytes = try folder.read(path) else { return }
    guard let json = try? JSONParser.parse(bytes), json["version"]?.integer == Self.version, case .list(let items)? = json["steps"]
    else {
      throw CourseError.badJournal(path, "it is damaged, or of another version")
    }
    guard json["chainId"]?.integer == Int64(network.chainID), json["election"]?.hash == election else {
      throw CourseError.badJournal(path, "it is of another chain or election")
    }
    for item in items {
      guard let entry = Entry(item), self[entry.step, at: entry.contract] == nil, entry.isOf(course, network) else {
        throw CourseError.badJournal(path, "it has a transaction that the record does not prove to be right")
      }
      entries.append(entry)
    }
  }

  func write(_ folder: DeploymentFolder) throws(DeploymentError) {
    let json: JSONValue = [
      "version": .integer(Self.version), "network": .text(network.rawValue), "chainId": .integer(Int64(network.chainID)),
      "election": .text(Hexadecimal.text(election.bytes)), "steps": .list(entries.map(\.json)),
    ]
    try folder.write(Array((json.lines() + "\n").utf8), to: folder.place(Self.name(network, election)))
  }
}

extension CourseJournal.Entry {
  fileprivate var json: JSONValue {
    let facts: JSONValue = ["step": .text(step.rawValue), "contract": .text(contract.description)]
    return switch state {
    case .sent(let attempts): facts.adding("sent", .list(attempts.map(\.json)))
    case .taken(let receipt): facts.adding("taken", receipt.json)
    }
  }

  fileprivate init?(_ json: JSONValue) {
    guard let step = json["step"]?.text.flatMap({ CourseStep(rawValue: $0) }),
      let contract = json["contract"]?.text.flatMap({ Address($0) })
    else { return nil }
    switch (json["sent"], json["taken"]) {
    case (.list(let items)?, nil):
      let attempts = items.compactMap(DeploymentRecord.Attempt.init)
      guard !attempts.isEmpty, attempts.count == items.count else { return nil }
      self.init(step: step, contract: contract, state: .sent(attempts))
    case (nil, let receipt?):
      guard let receipt = DeploymentRecord.Receipt(receipt) else { return nil }
      self.init(step: step, contract: contract, state: .taken(receipt))
    default: return nil
    }
  }

  /// Whether what was signed takes this step of this election, with one number of one account.
  fileprivate func isOf(_ course: ElectionCourse, _ network: ChainNetwork) -> Bool {
    guard case .sent(let attempts) = state, let first = attempts.first else { return true }
    var contracts = CourseContracts()
    contracts[step.contract] = contract
    guard CourseStep.all(of: course, in: contracts).contains(step) else { return false }
    return attempts.allSatisfy {
      let transaction = $0.signed.transaction
      return transaction.receiver == contract && transaction.data == step.call(course) && transaction.chainID == network.chainID
        && transaction.nonce == first.signed.transaction.nonce && $0.signed.sender == first.signed.sender
    }
  }
}
