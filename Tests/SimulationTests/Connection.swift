import Curve25519
import Elections
import ThresholdCryptography
import TrusteeAgent
import TrusteeSupport

/// What a machine says to the service.
enum Word: String {
  case messages, drill, cosignature, checkpoint, partial, signing, approval, handOver
}

/// A line to the service on which everything can happen.
struct SimulatedConnection: TrusteeConnection {
  let machine: Machine

  private var world: World { machine.world }
  private var plan: Plan { machine.world.plan }

  // MARK: Asking

  /// Asks; `garbled` is what a lying service, or a broken line, makes of the answer.
  private func ask<Answer>(
    _ name: String, rate: Int = 40, _ answer: () throws(TrusteeConnectionError) -> Answer, garbled: (Answer) -> Answer
  ) throws(TrusteeConnectionError) -> Answer {
    try reach(name)
    if world.happens(plan.lost) { throw lost(name) }
    let answer = try answer()
    if world.happens(plan.crashing / 8) {
      machine.fall()
      throw .unavailable("no power")
    }
    guard plan.service == .garbling, world.happens(rate) else { return answer }
    world.note("machine \(machine.index): the answer to \(name) is garbled")
    return garbled(answer)
  }

  private func reach(_ name: String) throws(TrusteeConnectionError) {
    guard !machine.isDown else { throw .unavailable("no power") }
    world.interleave()
    guard !machine.isDown else { throw .unavailable("no power") }
    if machine.cutUntil > world.time { throw .unavailable("cut off") }
  }

  private func lost(_ name: String) -> TrusteeConnectionError {
    world.note("machine \(machine.index): \(name) is lost")
    return .unavailable("lost")
  }

  func state(after: UInt64, wait: Int) throws(TrusteeConnectionError) -> TrusteeState {
    let machine = machine
    return try ask("state") { () throws(TrusteeConnectionError) in
      var state = machine.service.state(of: machine.number)
      if world.isToldOfAbort(machine) { state.phase = .aborted }
      return state
    } garbled: {
      world.garbled($0)
    }
  }

  func messages(ceremony: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    try ask("page") { () throws(TrusteeConnectionError) in
      machine.service.page(for: machine.number, after: after)
    } garbled: { page in
      if !machine.isLiar { world.hasMisledInCeremony = true }
      return world.happens(500) ? hidingOne(page, start: after) : world.flipped(page)
    }
  }

  /// A page on which one message that was whole is a hash.
  private func hidingOne(_ page: [UInt8], start: UInt32) -> [UInt8] {
    guard var entries = try? CeremonyPage(page, start: start).entries, !entries.isEmpty else { return page }
    let place = world.chance.below(entries.count)
    entries[place] = .shareHash(entries[place].hash)
    return CeremonyPage(start: start, entries: entries).encoded
  }

  func file(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) -> [UInt8] {
    try ask("file") { () throws(TrusteeConnectionError) in
      let bytes = try machine.service.file(path)
      guard bytes.count <= limit else { throw .malformed("too long") }
      return bytes
    } garbled: {
      world.flipped($0)
    }
  }

  func witnessRequest(old: UInt64) throws(TrusteeConnectionError) -> WitnessAnswer {
    try ask("witness request") { () throws(TrusteeConnectionError) in
      try machine.service.witness(old: old, by: machine.key)
    } garbled: { answer in
      guard case .request(let bytes) = answer, !world.happens(200) else { return .behind }
      return .request(world.flipped(bytes))
    }
  }

  func signingRequest() throws(TrusteeConnectionError) -> [UInt8] {
    let bytes = try ask("signing request", rate: 200) { () throws(TrusteeConnectionError) in
      try world.admit(machine.key, to: machine.service)
      return try machine.service.signingRequest(of: machine.number)
    } garbled: {
      world.garbledRequest($0, machine)
    }
    if case .session(let commitments) = try? SigningRequest(bytes) { machine.asked = commitments }
    return bytes
  }

  // Nothing is marked in the simulation.
  func markingRequest() throws(TrusteeConnectionError) -> [UInt8] { throw .refused(status: 409, "nothing to mark") }

  func sendMarking(_ message: [UInt8]) throws(TrusteeConnectionError) { throw .refused(status: 409, "nothing to mark") }

  func messages(handOver: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    try ask("page of a hand-over") { () throws(TrusteeConnectionError) in
      try machine.service.handOverPage(of: handOver, after: after)
    } garbled: {
      world.flipped($0)
    }
  }

  // MARK: Saying

  /// Says something: the service may get it, later, twice, never, or broken; a liar says something else.
  private func say(
    _ word: Word, _ body: [UInt8],
    _ give: @escaping (TestService, [UInt8]) throws(TrusteeConnectionError) -> Void
  ) throws(TrusteeConnectionError) {
    try reach(word.rawValue)
    if world.happens(plan.crashing) {
      machine.fall()
      throw .unavailable("no power")
    }
    var bodies = world.mutation?.broken(word, body, by: machine).map { [$0] } ?? [body]
    if machine.isLiar {
      bodies = machine.lies.instead(of: word, body, by: machine)
    } else {
      world.watcher.said(word, bodies[0], by: machine)
    }
    var outcome: TrusteeConnectionError?
    for body in bodies {
      do throws(TrusteeConnectionError) { try carry(word, body, give) } catch { outcome = error }
    }
    if let outcome { throw outcome }
    if world.happens(plan.crashing) {
      machine.fall()
      throw .unavailable("no power")
    }
  }

  private func carry(
    _ word: Word, _ body: [UInt8], _ give: @escaping (TestService, [UInt8]) throws(TrusteeConnectionError) -> Void
  ) throws(TrusteeConnectionError) {
    let service = machine.service
    if world.happens(plan.lost) { throw lost(word.rawValue) }
    if world.happens(plan.delayed) {
      world.note("machine \(machine.index): \(word) is delayed")
      world.underWay.append { try? give(service, body) }
      throw .unavailable("no answer in time")
    }
    if world.happens(plan.doubled) { world.underWay.append { try? give(service, body) } }
    if world.happens(plan.corrupted) {
      return try carryBroken(word, body) { body throws(TrusteeConnectionError) in try give(service, body) }
    }
    world.note("machine \(machine.index) says \(word), \(body.count) bytes")
    do throws(TrusteeConnectionError) { try give(service, body) } catch {
      world.note("machine \(machine.index): \(word) refused: \(error)")
      throw error
    }
    if world.happens(plan.lost) { throw lost("the answer to \(word.rawValue)") }
  }

  /// The request's signature, over all of it, keeps bits that flipped on the way from being taken for the trustee's words.
  private func carryBroken(
    _ word: Word, _ body: [UInt8], _ give: ([UInt8]) throws(TrusteeConnectionError) -> Void
  ) throws(TrusteeConnectionError) {
    let target = Array(word.rawValue.utf8)
    let time = UInt64(world.time)
    let signed = TrusteeRequest(method: Array("POST".utf8), target: target, time: time, body: body).signed(by: machine.signingKey)
    let broken = world.flipped(body)
    world.note("machine \(machine.index): \(word) arrives broken")
    let isValid = signed.isValid(method: Array("POST".utf8), target: target, body: broken)
    guard isValid || world.mutation == .believesAnyRequest else { throw .refused(status: 401, "the signature does not hold") }
    try give(broken)
    if [.drill, .partial, .signing].contains(word), !machine.isLiar {
      world.violate("words are taken that trustee \(machine.number) has not said")
    }
  }

  func send(_ batch: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    try say(.messages, batch) { (service, body) throws(TrusteeConnectionError) in try service.take(body, ceremony: ceremony) }
  }

  func sendDrill(_ part: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    let number = machine.number
    try say(.drill, part) { (service, body) throws(TrusteeConnectionError) in
      try service.takeDrill(body, ceremony: ceremony, from: number)
    }
  }

  func cosign(size: UInt64, _ lines: [UInt8]) throws(TrusteeConnectionError) {
    let number = machine.number
    if !machine.isLiar { world.watcher.cosigned(size, lines, by: machine) }
    try say(.cosignature, lines) { (service, body) throws(TrusteeConnectionError) in
      try service.takeCosignature(size: size, body, from: number)
    }
  }

  func show(_ checkpoint: [UInt8]) throws(TrusteeConnectionError) {
    try say(.checkpoint, checkpoint) { (service, body) throws(TrusteeConnectionError) in service.takeShown(body) }
  }

  func approve(_ list: Bytes32) throws(TrusteeConnectionError) {
    let number = machine.number
    try say(.approval, list.bytes) { [world, machine] (service, body) throws(TrusteeConnectionError) in
      try world.admit(machine.key, to: service)
      guard let list = Bytes32(body) else { throw .refused(status: 422, "no list") }
      try service.takeApproval(list, from: number)
    }
  }

  func send(_ message: [UInt8], handOver: Bytes32) throws(TrusteeConnectionError) {
    try say(.handOver, message) { (service, body) throws(TrusteeConnectionError) in
      try service.takeHandOver(body, of: handOver)
    }
  }

  func sendPartial(_ partial: [UInt8]) throws(TrusteeConnectionError) {
    let number = machine.number
    try say(.partial, partial) { [world, machine] (service, body) throws(TrusteeConnectionError) in
      try world.admit(machine.key, to: service)
      try service.takePartial(body, from: number)
    }
  }

  func sendSigning(_ message: [UInt8]) throws(TrusteeConnectionError) {
    let number = machine.number
    try say(.signing, message) { [world, machine] (service, body) throws(TrusteeConnectionError) in
      try world.admit(machine.key, to: service)
      try service.takeSigning(body, from: number)
    }
  }
}
