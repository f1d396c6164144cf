import Curve25519
import Elections
import ThresholdCryptography
import TrusteeAgent
import TrusteeSupport

/// One election with all that befalls it: the same for the same number, step by step.
final class World {
  let plan: Plan
  let mutation: Mutation?
  var chance: Chance
  /// The service, and what it shows to some instead.
  var faces: [TestService]
  private(set) var machines: [Machine] = []
  private(set) var watcher: Watcher
  let verified = VerifiedRecords()
  /// What was said and not yet heard.
  var underWay: [() -> Void] = []
  /// Steps so far.
  private(set) var time = 0
  /// Whether the faults are over.
  private(set) var isCalm = false
  /// What broke a rule; the first is told.
  private(set) var violation: String?
  /// Whether the service has shown an honest trustee another ceremony, or another log of it: then that trustee takes no further part.
  var hasMisledInCeremony = false
  /// What happened, if anybody wants to know.
  private(set) var trace: [String]?
  /// The organiser of each face.
  private var organisers: [Organiser]
  private var depth = 0
  /// The keys of those who lie.
  var liars: Set<Bytes32> = []
  /// What organisers want to hand over to.
  var wanted: Set<WantedList> = []
  /// Files with shares that another has by now.
  var copies: [OldCopy] = []
  private let witnesses = [SimulatedWitness(0), SimulatedWitness(1)]
  private var toldOfAbort: Set<Int> = []

  init(_ plan: Plan, mutation: Mutation? = nil, traced: Bool = false) throws {
    self.plan = plan
    self.mutation = mutation
    chance = Chance(plan.seed ^ 0xa5a5)
    trace = traced ? [plan.text] : nil
    let beginning = try Beginning.of(plan)
    faces = [TestService(copying: beginning.service)]
    organisers = [Organiser(face: 0)]
    watcher = Watcher()
    watcher.world = self
    faces[0].with {
      $0.quorum = plan.quorum
      $0.isUnseen = mutation == .takesUnseen
      if mutation == .blamesAccusers { $0.alterFailure = { $0.blamingAccuser($1) } }
      if mutation == .blamesTheMisled { $0.alterFailure = { failure, _ in failure.blamingMisled } }
    }
    for number in 1...plan.trustees {
      machines.append(Machine(number: number, index: machines.count, world: self, disk: Disk(beginning.keyrings[number - 1])))
    }
    liars = Set(machines.filter { $0.isLiar }.map { $0.key })
  }

  func add(_ machine: Machine) { machines.append(machine) }

  /// Whether whoever acts under a number on a face, in the end, lies.
  func isLiar(_ number: Int, on service: TestService) -> Bool {
    guard let keys = service.peek({ $0.board?.acting.signingKeys }) else { return plan.liars.contains(number) }
    return liars.contains(keys[number - 1])
  }

  /// Whether the election must end as it is.
  var mustEnd: Bool {
    let (keys, terms) = faces[0].peek { ($0.board?.acting.signingKeys ?? $0.keys.compactMap { $0 }, $0.board?.amended.terms ?? []) }
    // Those before a renewal have to bring it into force.
    let isRenewed = terms.dropLast().allSatisfy { $0.acting.signingKeys.count { !liars.contains($0) } >= plan.threshold }
    return isRenewed && plan.mustEnd(honest: keys.count { !liars.contains($0) })
  }

  // MARK: Chance

  /// Whether a fault of so many in a thousand happens now; in calm none does.
  func happens(_ permille: Int, evenWhenCalm: Bool = false) -> Bool {
    permille > 0 && (!isCalm || evenWhenCalm) && chance.happens(permille)
  }

  func flipped(_ bytes: [UInt8]) -> [UInt8] { chance.flipped(bytes) }

  func note(_ text: @autoclosure () -> String) { trace?.append("\(time) \(text())") }

  /// A rule is broken.
  func violate(_ text: String) {
    note("VIOLATION \(text)")
    if violation == nil { violation = text }
  }

  // MARK: Life

  /// Lets it all happen.
  ///
  /// - Returns: what rule was broken.
  @discardableResult
  func run() -> String? {
    // Whoever waits for the tally with his lies needs some time after it.
    while time < plan.steps + (plan.turnsLate ? 200 : 0), violation == nil {
      time += 1
      step()
      watcher.lookAround()
    }
    isCalm = true
    if !plan.isCutShort { rest() }
    watcher.conclude()
    return violation
  }

  private func step() {
    if plan.turnsLate ? faces.count == 1 && faces[0].peek({ !$0.partials.isEmpty }) : time == plan.turn { turn() }
    if time == plan.handOver.strangerAt { nameStranger() }
    if chance.happens(300) { chance.pick(witnesses).serve(chance.below(faces.count), self) }
    if !copies.isEmpty, chance.happens(60) { chance.pick(copies).act(self) }
    if time == plan.abortion { organisers.indices.forEach { organisers[$0].giveUp(self) } }
    if plan.turnsLate, faces.count > 1, chance.happens(200) { move() }
    if faces.count > 1, chance.happens(250) { carryOver() }
    switch chance.below(100) {
    case 0..<65: chance.pick(machines).advance()
    case 65..<73: deliver()
    case 73..<90: organisers[chance.below(organisers.count)].act(self)
    case 90..<93: if plan.crashing > 0 { chance.pick(machines.filter { !$0.isBusy }).fall() }
    case 93..<96: if plan.crashing > 0 || mutation == .forgetsSigning { restartService(chance.below(faces.count)) }
    case 96..<98: if plan.lost > 0 { chance.pick(machines).cutUntil = time + 1 + chance.below(15) }
    default:
      chance.pick(machines).clock = Int64(chance.below(4_000_000)) - 2_000_000
      if faces.count > 1, let machine = machines.first(where: { !$0.isLiar && !$0.isBusy }), chance.happens(100) {
        machine.face = 1 - machine.face
        note("machine \(machine.index) is shown face \(machine.face)")
      }
    }
  }

  /// An honest trustee is shown the other face, after its machine was started again or not.
  private func move() {
    let machine = chance.pick(machines)
    guard !machine.isLiar, !machine.isBusy else { return }
    machine.face = 1 - machine.face
    note("machine \(machine.index) is shown face \(machine.face)")
    if chance.happens(500) { machine.fall() }
  }

  /// A service that forks gives one face what was said to the other: nobody may be convicted by it who keeps to the rules.
  private func carryOver() {
    let from = chance.below(2)
    let to = faces[1 - from]
    let (ceremony, said, handOver, dealt) = faces[from].peek {
      ($0.ceremony, $0.messages, $0.handOver?.id, $0.handOver?.messages ?? [])
    }
    if let handOver, !dealt.isEmpty {
      note("face \(from)'s word in a hand-over is carried over")
      try? to.takeHandOver(chance.pick(dealt), of: handOver)
    } else if let ceremony, !said.isEmpty {
      note("face \(from)'s word in a ceremony is carried over")
      try? to.take(CeremonyBatch([chance.pick(said)]).encoded, ceremony: ceremony)
    }
  }

  /// Somebody else has his turn while a machine waits for an answer.
  func interleave() {
    guard depth < 2, happens(plan.interleaved) else { return }
    depth += 1
    defer { depth -= 1 }
    if happens(300) { deliver() } else { chance.pick(machines).advance() }
  }

  private func deliver() {
    guard !underWay.isEmpty else { return }
    let act = underWay.remove(at: chance.below(underWay.count))
    note("what was under way arrives")
    act()
  }

  /// The service's process starts again: all that it knows, it knows from what it kept.
  private func restartService(_ face: Int) {
    note("face \(face) of the service starts again")
    let before = machines.map { try? faces[face].signingRequest(of: $0.number) }
    faces[face].restart(
      keepsMessages: mutation != .answersBeforeWriting, keepsSigning: mutation != .forgetsSigning)
    let after = machines.map { try? faces[face].signingRequest(of: $0.number) }
    if before != after { violate("the service asks for other signatures after it has started again") }
  }

  /// The service turns bad.
  private func turn() {
    switch plan.service {
    case .honest, .garbling: break
    case .reviving:
      toldOfAbort = Set(machines.filter { _ in chance.happens(500) }.map { $0.index })
      note("machines \(toldOfAbort.sorted()) are told of an abort")
    case .forking:
      note("the service forks")
      faces.append(TestService(copying: faces[0]))
      watcher.forked()
      organisers.append(Organiser(copying: organisers[0], face: 1))
      // Honest trustees by turns: either face can have enough of them.
      var isOther = chance.happens(500)
      for machine in machines {
        if machine.isLiar {
          // Whoever lies shows a face of his own to each, from copies of one key file.
          let disk = Disk(machine.disk.keyring)
          machines.append(
            Machine(number: machine.number, index: machines.count, world: self, disk: disk, face: 1, isLiar: true))
        } else {
          if isOther {
            machine.face = 1
            note("machine \(machine.index) is shown face 1")
          }
          isOther.toggle()
        }
      }
    }
  }

  /// Whether a machine is told of an abort that is none, now.
  func isToldOfAbort(_ machine: Machine) -> Bool {
    toldOfAbort.contains(machine.index) && time < plan.turn + 15 && !isCalm
  }

  /// A request to sign that no honest coordinator makes: in a list that was answered before, another's commitment is another one.
  func garbledRequest(_ bytes: [UInt8], _ machine: Machine) -> [UInt8] {
    guard happens(700), let place = machine.asked.firstIndex(where: { $0.trustee != machine.number }) else { return flipped(bytes) }
    var list = machine.asked
    let other = list[place]
    guard let changed = try? SigningCommitment(other.binding.bytes + other.hiding.bytes, trustee: other.trustee) else {
      return bytes
    }
    list[place] = changed
    return SigningRequest.session(list).encoded
  }

  /// A state of which something is not so.
  func garbled(_ state: TrusteeState) -> TrusteeState {
    var state = state
    switch chance.below(9) {
    case 0: state.phase = chance.pick(TrusteePhase.allCases.filter { $0 != .aborted })
    case 1: state.electionID = chance.bytes32()
    case 2: state.boardSize &+= UInt64(chance.below(3))
    case 3:
      state.ceremony = chance.bytes32()
      hasMisledInCeremony = true
    case 4: state.quorum += 1
    case 5:
      state.threshold -= 1
      hasMisledInCeremony = true
    case 6: state.number = 1 + chance.below(plan.trustees)
    case 7:
      state.trustees[chance.below(plan.trustees)].signingKey = chance.bytes32()
      hasMisledInCeremony = true
    default: state.messages &+= 1
    }
    return state
  }

  // MARK: Calm

  /// All are connected, and what was under way arrives; liars go on lying.
  private func rest() {
    note("calm")
    for round in 0..<140 {
      guard violation == nil else { return }
      time += 1
      while !underWay.isEmpty { deliver() }
      for machine in machines { machine.advance() }
      for index in organisers.indices { organisers[index].act(self) }
      for copy in copies { copy.act(self) }
      if round % 4 == 0 { for witness in witnesses { for face in faces.indices { witness.serve(face, self) } } }
      watcher.lookAround()
      if isOver { return }
    }
  }

  /// What it came to.
  var ending: Ending {
    let (phase, failures, coordinator) = faces[0].peek { ($0.phase, $0.failures, $0.coordinator) }
    return Ending(
      violation: violation, phase: phase, faults: failures.map { "\($0.failure.fault)" },
      isExcluded: coordinator?.culprits.isEmpty == false,
      hasTwoResults: watcher.hasTwoResults, hasTwoCertificates: watcher.hasTwoCertificates,
      renewals: faces[0].peek { $0.board?.renewals.count ?? 0 }, isBlamedInHandOver: !faces[0].peek { $0.failedHandOvers.isEmpty },
      isConvicted: watcher.convictions > 0)
  }

  /// Whether nothing more is to come.
  var isOver: Bool {
    faces.allSatisfy { service in
      switch service.peek({ $0.phase }) {
      case .tallied: true
      case .aborted:
        !mustEnd
          || service.peek { state in state.board.map { state.cosignatures[$0.size, default: [:]].count >= state.quorum } ?? true }
      case .open: plan.endsAtOpening
      default: false
      }
    }
      && machines.allSatisfy { machine in
        let election = machine.agent?.election ?? machine.election
        return machine.isLiar || election.ending != .none || (plan.endsAtOpening && election.opening != nil)
      }
  }
}

/// How an election ended.
struct Ending {
  /// The rule that was broken.
  let violation: String?
  let phase: TrusteePhase
  /// Whether a ceremony failed.
  var isBlamed: Bool { !faults.isEmpty }
  /// What ceremonies failed of.
  var faults: [String] = []
  /// Whether somebody sent a wrong share of the signature.
  let isExcluded: Bool
  let hasTwoResults: Bool
  /// Whether two certificates of one election were made.
  var hasTwoCertificates = false
  /// Renewals on the board.
  var renewals = 0
  /// Whether somebody was found to be faulty in a hand-over.
  var isBlamedInHandOver = false
  /// Whether a witness outside has shown that there are two boards.
  var isConvicted = false
}
