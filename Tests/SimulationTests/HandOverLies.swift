import Curve25519
import Sealing
import ThresholdCryptography

/// What a liar says in a hand-over instead of its own message: each field altered, other people's words, two things at once.
struct HandOverLies {
  let world: World
  let machine: Machine
  let log: HandOverLog<AES256GCM>
  let message: HandOverMessage

  /// What it says, in this order.
  func told() -> [[UInt8]] {
    if happens(200) { return [] }
    switch message.body {
    case .acceptance(let recipient): return alone(or: .acceptance(otherRecipient(recipient)))
    case .deal(let deal, let shares): return alone(or: otherDeal(deal, shares))
    case .confirmation: return alone(or: happens(500) ? .confirmation(digest: bytes32()) : unfoundedComplaint())
    case .complaint(let complaint): return alone(or: .complaint(otherComplaint(complaint)))
    }
  }

  /// The lie instead of the truth, after it, or before it.
  private func alone(or lie: HandOverMessage.Body) -> [[UInt8]] {
    let lie = HandOverMessage(lie, sender: message.number, log.configuration.subject, signingKey: machine.signingKey).encoded
    switch world.chance.below(4) {
    case 0: return [message.encoded, lie]
    case 1: return [lie, message.encoded]
    default: return [lie]
    }
  }

  private func otherRecipient(_ own: HandOverRecipient) -> HandOverRecipient {
    let others = log.configuration.indices.compactMap { log.acceptance(of: $0) }
    switch world.chance.below(4) {
    case 0: return HandOverRecipient(transport: point(), drawKey: own.drawKey)
    case 1: return HandOverRecipient(transport: .identity, drawKey: own.drawKey)
    case 2: return HandOverRecipient(transport: own.transport, drawKey: bytes32())
    default: return HandOverRecipient(transport: own.transport, drawKey: others.first?.drawKey ?? .zero)
    }
  }

  private func otherDeal(_ own: HandOverDeal, _ shares: [UInt8]) -> HandOverMessage.Body {
    var (shares, commitments, terms, ephemeral) = (shares, own.commitments, own.terms, own.ephemeral)
    let purpose = world.chance.pick(Array(KeyPurpose.allCases))
    switch world.chance.below(6) {
    case 0: terms = bytes32()
    case 1: commitments[purpose][0] += .generator
    case 2: commitments[purpose][commitments[purpose].count - 1] += .generator
    case 3: ephemeral = log.deals.first?.ephemeral ?? point()
    // A part that its recipient cannot open.
    default: shares[world.chance.below(shares.count)] ^= 1
    }
    let deal = HandOverDeal(
      dealer: own.dealer, terms: terms, commitments: commitments, ephemeral: ephemeral, proof: own.proof,
      sharesHash: Bytes32(SHA256.hash(shares).span))
    return .deal(deal, shares: shares)
  }

  /// About a share that nobody has opened.
  private func unfoundedComplaint() -> HandOverMessage.Body {
    guard let deal = log.deals.first else { return .confirmation(digest: bytes32()) }
    var random = SharedRandom(source: machine.random)
    let secret = Scalar.random(using: &random)
    let proof = EqualityProof.prove(secret: secret, base: deal.ephemeral, statement: Transcript("complaint"), using: &random)
    return .complaint(
      HandOverComplaint(
        accused: deal.dealer, deal: deal.digest(log.configuration.subject), shared: secret * deal.ephemeral, proof: proof))
  }

  private func otherComplaint(_ own: HandOverComplaint) -> HandOverComplaint {
    var (accused, deal, shared) = (own.accused, own.deal, own.shared)
    switch world.chance.below(3) {
    case 0: accused = 1 + world.chance.below(world.plan.trustees)
    case 1: deal = bytes32()
    default: shared = point()
    }
    return HandOverComplaint(accused: accused, deal: deal, shared: shared, proof: own.proof)
  }

  private func happens(_ permille: Int) -> Bool { world.happens(permille, evenWhenCalm: true) }
  private func bytes32() -> Bytes32 { world.chance.bytes32() }

  private func point() -> RistrettoPoint {
    var random = SharedRandom(source: machine.random)
    return .generatorMultiple(.random(using: &random))
  }
}
