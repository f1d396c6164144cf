import Curve25519
import Elections
import Sealing
import ThresholdCryptography
import TrusteeAgent
import TrusteeSupport

/// What a liar says instead of the truth. It has its keys: all that it says is signed.
struct Lies {
  let number: Int
  /// Named once in a ceremony, or awaited for too long, it behaves in the next one.
  var isMeek = false
  /// What it has said, by kind: to be said again where it does not belong.
  private var said: [Word: [[UInt8]]] = [:]
  /// What it has made of a message of a ceremony.
  private var told: [[UInt8]: [[UInt8]]] = [:]

  init(_ number: Int) { self.number = number }

  /// None, one or two words.
  mutating func instead(of word: Word, _ body: [UInt8], by machine: Machine) -> [[UInt8]] {
    let world = machine.world
    defer { said[word, default: []].append(body) }
    guard world.happens(world.plan.lying, evenWhenCalm: true) || (word == .messages && !told.isEmpty) else { return [body] }
    if word == .messages || word == .drill { if isMeek { return [body] } }
    world.note("liar \(number) lies about \(word)")
    if word == .messages, let batch = try? CeremonyBatch(encoded: body) { return [ceremony(batch.messages, machine)] }
    if word == .handOver {
      if let earlier = told[body] { return earlier }
      guard let log = machine.service.peek({ $0.handOver?.log }), let message = try? HandOverMessage(body, log.configuration) else {
        return [body]
      }
      let lie = HandOverLies(world: world, machine: machine, log: log, message: message).told()
      told[body] = lie
      return lie
    }
    switch world.chance.below(5) {
    case 0: return []
    case 1: return [world.flipped(body)]
    case 2: return [body, world.flipped(body)]
    case 3: return [said[word]?.first ?? body]
    default: return [lie(word, body, world)]
    }
  }

  /// A lie that has the right form.
  private func lie(_ word: Word, _ body: [UInt8], _ world: World) -> [UInt8] {
    var body = body
    switch word {
    // A share that is a scalar, yet another one; or a next commitment that was used.
    case .signing where body.first == 2 && body.count == 129:
      if world.happens(500), let old = said[.signing]?.first(where: { $0.first == 1 }) {
        body.replaceSubrange(65..<129, with: old[1..<65])
      } else {
        body[33] ^= 1
      }
    // The part of another trustee's number.
    case .drill, .partial: body[0] = UInt8(1 + world.chance.below(world.plan.trustees))
    default: return world.flipped(body)
    }
    return body
  }

  // MARK: Ceremony

  private mutating func ceremony(_ messages: [[UInt8]], _ machine: Machine) -> [UInt8] {
    let world = machine.world
    let key = machine.signingKey
    let other = otherSelf(machine)
    var out: [[UInt8]] = []
    // About one kind in each ceremony: whoever lies at once never comes to lie later.
    let kind = [1, 2, 3, 3, 5, 0][messages.first.map { Int($0[1]) % 6 } ?? 0]
    for message in messages {
      if kind > 0, message[0] != kind {
        out.append(message)
        continue
      }
      // Whoever says something else each time is found at once, and no worse lie comes to light.
      if let earlier = told[message] {
        out += earlier
        continue
      }
      let start = out.count
      defer { told[message] = Array(out[start...]) }
      let twin = other.filter { $0[0] == message[0] && (message[0] != 3 || $0[34] == message[34]) }.first
      switch world.chance.below(6) {
      case 0: break
      case 1 where kind != 3: out.append(signedAgain(world.flipped(Array(message.dropLast(64))), machine))
      case 2: out.append(twin ?? message)
      case 3: out += [message, twin ?? signedAgain(world.flipped(Array(message.dropLast(64))), machine)]
      case 4: out += [message] + [complaint(machine, key)].compactMap { $0 }
      // A share that its recipient cannot open.
      case 1 where kind == 3, 5 where kind == 3:
        out.append(signedAgain(Array(message.dropLast(65)) + [message[message.count - 65] ^ 1], machine))
      default: out.append(message)
      }
    }
    return CeremonyBatch(out).encoded
  }

  private func signedAgain(_ message: [UInt8], _ machine: Machine) -> [UInt8] {
    guard let digest = try? machine.election.ceremony?.configuration.digest else { return message }
    return message + machine.signingKey.sign(Array("comitia ceremony message/v1\n".utf8) + digest.bytes + message)
  }

  /// What it would say had it begun with another seed.
  private func otherSelf(_ machine: Machine) -> [[UInt8]] {
    guard let ceremony = machine.election.ceremony, let configuration = try? ceremony.configuration,
      var other = try? KeyCeremony<AES256GCM>(
        configuration, trustee: number, signingKey: machine.signingKey, seed: Bytes32([UInt8](repeating: 0x55, count: 32).span))
    else { return [] }
    var words = other.start()
    for message in machine.service.peek({ $0.messages }) where message[33] != UInt8(number) {
      words += other.receive(message).messages
    }
    return words
  }

  /// A complaint about a share that nobody has opened.
  private func complaint(_ machine: Machine, _ key: Ed25519.PrivateKey) -> [UInt8]? {
    let messages = machine.service.peek { $0.messages }
    guard let configuration = try? machine.election.ceremony?.configuration,
      let share = messages.first(where: { $0[0] == 3 && $0[34] == UInt8(number) }),
      let commit = messages.first(where: { $0[0] == 1 && $0[33] == share[33] })
    else { return nil }
    var random = SharedRandom(source: machine.random)
    let secret = Scalar.random(using: &random)
    let proof = EqualityProof.prove(
      secret: secret, base: .generator, statement: Transcript("complaint"), using: &random)
    let complaint = Complaint(
      accused: Int(share[33]), shared: .generatorMultiple(secret), proof: proof, commit: commit, share: share)
    return CeremonyMessage(.complaint(complaint), sender: number, configuration, signingKey: key).encoded
  }
}
