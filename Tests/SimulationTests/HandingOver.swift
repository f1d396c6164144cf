import Curve25519
import Elections
import Sealing
import ThresholdCryptography
import TrusteeAgent
import TrusteeSupport

/// Whose shares are handed over in an election, and what goes wrong besides.
struct HandOverPlan {
  /// For each hand-over, the numbers that others get; none: all shares are made afresh.
  let replaced: [[Int]]
  /// Whether those who come lie.
  let areNewcomersLiars: Bool
  /// The step at which the service names somebody whom nobody has approved.
  let strangerAt: Int?

  init(trustees: Int, steps: Int, _ chance: inout Chance) {
    let count = chance.happens(350) ? chance.pick([1, 1, 2]) : 0
    replaced = (0..<count).map { _ in (1...trustees).filter { _ in chance.happens(300) } }
    areNewcomersLiars = chance.happens(150)
    strangerAt = chance.happens(100) ? chance.below(steps) : nil
  }
}

/// The organiser's part in handing shares over.
struct HandOverLead {
  /// Those begun.
  var begun = 0
  private var retries = 0

  /// Begins the next one, if there is one.
  mutating func begin(_ world: World, face: Int) -> Bool {
    let plan = world.plan.handOver.replaced
    guard begun < plan.count, !world.plan.endsAtOpening, world.isCalm || world.happens(400) else { return false }
    let service = world.faces[face]
    var newcomers: [Int: (name: Text, key: Bytes32)] = [:]
    for number in plan[begun] {
      let machine = world.join(number, face: face, isLiar: world.plan.handOver.areNewcomersLiars)
      newcomers[number] = (machine.election.name, machine.key)
    }
    begun += 1
    retries = 0
    world.keepCopies(of: plan[begun - 1], face: face)
    world.note("face \(face): shares are to be handed over, with others at \(plan[begun - 1])")
    world.wanted.insert(WantedList(service.beginHandOver(newcomers)))
    return true
  }

  /// Sees to the one that goes on.
  mutating func lead(_ handOver: TestHandOver, _ world: World, face: Int, idle: Int) {
    let service = world.faces[face]
    guard world.wanted.contains(WantedList(handOver.members)) else {
      if world.isCalm || world.happens(200) { giveUp(world, face) }
      return
    }
    guard world.isCalm ? idle > 5 : world.happens(15) else { return }
    retries += 1
    guard retries < 4 else { return giveUp(world, face) }
    let silent = (handOver.log?.missing ?? []).compactMap { if case .old(let number) = $0 { number } else { nil } }
    world.note("face \(face): the hand-over begins again, without \(silent)")
    try? service.beginHandOverAgain(without: Set(silent))
  }

  private func giveUp(_ world: World, _ face: Int) {
    world.note("face \(face): the hand-over is given up")
    world.faces[face].with { $0.handOver = nil }
  }
}

/// Who shall be trustees, as the organiser has told everybody on other ways.
struct WantedList: Hashable {
  let keys: [Bytes32]

  init(_ members: [TrusteeState.Member]) { keys = members.map { $0.signingKey ?? .zero } }
  init(_ list: [HandOverList.Member]) { keys = list.map { $0.signingKey } }
}

extension World {
  /// Somebody new comes, for a number.
  func join(_ number: Int, face: Int, isLiar: Bool) -> Machine {
    var random = SeededRandom(seed: [UInt8(number), UInt8(machines.count), 78])
    var keyring = TrusteeKeyring(using: &random)
    let service = faces[face]
    guard let address = Text("https://vote.example"), let name = Text("Newcomer \(machines.count)") else {
      preconditionFailure("plain text")
    }
    keyring.elections = [
      TrusteeElection(
        service: address, reference: service.reference, origin: service.origin, title: service.title, name: name)
    ]
    let machine = Machine(
      number: number, index: machines.count, world: self, disk: Disk(keyring.encoded), face: face, isLiar: isLiar)
    if isLiar { liars.insert(machine.key) }
    add(machine)
    note("machine \(machine.index) joins for number \(number)\(isLiar ? ", a liar" : "")")
    return machine
  }

  /// The service wants to hand over to somebody of its own, and says that all have approved.
  func nameStranger() {
    let service = faces[0]
    guard service.peek({ [.open, .paused].contains($0.phase) && $0.handOver == nil }) else { return }
    let number = 1 + chance.below(plan.trustees)
    let stranger = join(number, face: 0, isLiar: true)
    note("the service names a stranger as trustee \(number)")
    service.beginHandOver([number: (stranger.election.name, stranger.key)])
    service.with { $0.handOver?.approvals = Set(1...plan.trustees) }
    try? service.beginHandOverAgain()
  }

  /// Copies of the files of those who are to go, to come back later.
  func keepCopies(of numbers: [Int], face: Int) {
    let acting = faces[face].peek { $0.board?.acting.signingKeys ?? [] }
    for number in numbers {
      guard let machine = machines.first(where: { $0.key == acting[number - 1] }) else { continue }
      copies.append(OldCopy(number: number, face: face, keyring: machine.keyring))
    }
  }
}

/// A file with an old share that is put back when another has its place, on a machine that does not want to know.
final class OldCopy {
  private let number: Int
  private let face: Int
  private let keyring: TrusteeKeyring

  init(number: Int, face: Int, keyring: TrusteeKeyring) {
    self.number = number
    self.face = face
    self.keyring = keyring
  }

  /// Says what it would say, were it a trustee still. None of it may be taken.
  func act(_ world: World) {
    let service = world.faces[face]
    let key = keyring.signingKey.publicKey
    guard let shares = keyring.elections[0].ceremony?.shares, let acting = service.peek({ $0.board?.acting }),
      acting.number(signingWith: key) == nil
    else { return }
    var random = SeededRandom(seed: [7])
    do {
      switch service.peek({ $0.phase }) {
      case .decrypting:
        let statement = try service.with { try $0.closedBoard().statement }
        let seed = DrawSeed.closing(election: statement.election, size: statement.size, root: statement.root)
        let part = ClosingPart(
          decryption: PartialDecryption(of: statement, with: shares[.election], using: &random),
          draw: DrawPart(in: BeaconStatement(seed: seed, key: acting.keys.beacon), with: shares, using: &random))
        try world.admit(key, to: service)
        try service.takePartial(part.encoded, from: number)
      case .signing:
        let nonce = SigningNonce(for: shares[.signing], using: &random)
        try world.admit(key, to: service)
        try service.takeSigning(SigningAnswer.commitment(nonce.commitment).encoded, from: number)
      default: return
      }
    } catch { return }
    world.violate("the old share of replaced trustee \(number) is taken")
  }
}

extension World {
  /// The service's entrance: whose key is no trustee's does not act.
  func admit(_ key: Bytes32, to service: TestService) throws(TrusteeConnectionError) {
    guard mutation != .believesReplaced, let acting = service.peek({ $0.board?.acting }) else { return }
    if acting.number(signingWith: key) == nil { throw .refused(status: 403, "no trustee") }
  }
}
