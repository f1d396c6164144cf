import Curve25519
import Elections
import TransparencyLog
import TrusteeAgent
import TrusteeSupport

/// Who leads the election on one face of the service.
struct Organiser {
  private let face: Int
  /// Ballots that were cast.
  private var cast = 0
  private var handOvers = HandOverLead()
  private var progress = -1
  /// How often nothing had happened.
  private var idle = 0

  init(face: Int) { self.face = face }

  /// Goes on elsewhere.
  init(copying other: Organiser, face: Int) {
    self.face = face
    cast = other.cast
    handOvers = other.handOvers
  }

  /// There shall be no result.
  mutating func giveUp(_ world: World) {
    let service = world.faces[face]
    world.note("the organiser gives the election up")
    if world.mutation == .abortsLate { service.with { $0.certificate = nil } }
    service.giveUp()
  }

  /// Does what is to be done next.
  mutating func act(_ world: World) {
    let service = world.faces[face]
    let (phase, present) = service.peek { ($0.phase, $0.messages.count + $0.drillParts.count + Self.heard($0.handOver)) }
    if world.mutation == .renewsAlone { world.bringIntoForceAlone(face) }
    idle = present == progress ? idle + 1 : 0
    progress = present
    switch phase {
    case .gathering: begin(world)
    case .ceremony:
      if world.isCalm ? idle > 6 : world.happens(15) {
        world.machines.forEach { if world.isCalm { $0.lies.isMeek = true } }
        begin(world)
      }
    case .failed:
      let culprits = service.peek { $0.failures.compactMap { $0.failure.named } }
      world.machines.forEach { if culprits.contains($0.number) { $0.lies.isMeek = true } }
      begin(world)
    case .drill: rehearse(world)
    case .ready: open(world)
    case .open: lead(world)
    case .closing:
      guard world.mutation == .closesWithoutQuorum else { break }
      service.with { state in
        let count = state.cosignatures[state.board?.size ?? 0]?.count ?? 0
        if count >= 1, count == state.quorum - 1 { state.phase = .decrypting }
      }
    case .decrypting: finish(world)
    case .paused: rest(world)
    case .signing: if world.mutation == .blamesTheSilent { service.blameTheSilent() }
    case .marking, .tallied, .aborted: break
    }
  }

  /// What was said in a hand-over.
  private static func heard(_ handOver: TestHandOver?) -> Int {
    handOver.map { 1 + 1000 * Int($0.id?.bytes[0] ?? 0) + $0.approvals.count + $0.messages.count } ?? 0
  }

  private mutating func rest(_ world: World) {
    let service = world.faces[face]
    if let handOver = service.peek({ $0.handOver }) { handOvers.lead(handOver, world, face: face, idle: idle) }
    if world.mutation == .castsInPause, cast < world.plan.ballots {
      try? service.cast(5 * face + cast..<5 * face + cast + 1)
      cast += 1
    }
    guard world.isCalm || world.happens(300) else { return }
    world.note("face \(face): voting goes on")
    try? service.resume()
  }

  private mutating func begin(_ world: World) {
    idle = 0
    world.note("face \(face): a ceremony begins")
    try? world.faces[face].beginCeremony(world.chance.bytes32())
  }

  private mutating func rehearse(_ world: World) {
    let service = world.faces[face]
    guard world.isCalm ? idle > 4 : world.happens(30) else { return }
    let missing = (1...world.plan.trustees).filter { number in service.peek { $0.drillParts[number] == nil } }
    if missing.count <= world.plan.trustees - world.plan.threshold {
      world.note("face \(face): \(missing) are absent")
      service.acknowledge(absent: missing)
    } else if world.isCalm {
      world.machines.forEach { $0.lies.isMeek = true }
      begin(world)
    }
  }

  private func open(_ world: World) {
    guard world.isCalm || world.happens(500) else { return }
    let service = world.faces[face]
    if world.mutation == .opensWithoutSomebody {
      service.with { state in
        if state.absent.isEmpty, world.plan.threshold < world.plan.trustees {
          state.absent = [1 + world.chance.below(world.plan.trustees)]
        }
      }
    }
    world.note("face \(face): the election opens")
    do { try service.open(voters: 10) } catch { world.violate("the election cannot be opened: \(error)") }
  }

  private mutating func lead(_ world: World) {
    guard !(world.plan.endsAtOpening && world.isCalm) else { return }
    let service = world.faces[face]
    if world.happens(world.plan.pausing) {
      world.note("face \(face): voting pauses")
      try? service.pause()
      return
    }
    if let handOver = service.peek({ $0.handOver }) {
      handOvers.lead(handOver, world, face: face, idle: idle)
      // Who wants to close does not always wait.
      guard cast < world.plan.ballots || world.happens(30) else { return }
    } else if handOvers.begin(world, face: face) {
      return
    }
    if cast < world.plan.ballots {
      let first = 5 * face + cast
      let count = 1 + world.chance.below(world.plan.ballots - cast)
      world.note("face \(face): \(count) ballots")
      try? service.cast(first..<first + count)
      cast += count
    } else if service.peek({ $0.board?.pending.isEmpty == true }) {
      world.note("face \(face): closed")
      try? service.close()
    }
  }

  private func finish(_ world: World) {
    let service = world.faces[face]
    if world.mutation == .decryptsWithFewer { service.finishWithFewer() }
    do { try service.finish() } catch { world.violate("what was taken cannot be decrypted: \(error)") }
    world.watcher.tallied(face)
  }
}
