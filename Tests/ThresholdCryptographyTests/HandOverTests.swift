import Sealing
import Testing

@testable import Curve25519
@testable import ThresholdCryptography

/// Old and new trustees with all secrets, on one log.
struct HandOverSetting {
  typealias Party = HandOver<AES256GCM>

  let results: [KeyCeremonyResult]
  let oldKeys: [Ed25519.PrivateKey]
  var newKeys: [Ed25519.PrivateKey]
  let configuration: HandOverConfiguration
  /// By the order in which they speak: dealers that go first.
  var parties: [Party] = []
  var log: HandOverLog<AES256GCM>
  var messages: [[UInt8]] = []

  /// - Parameter replaced: the numbers that others get.
  init(_ n: Int, _ t: Int, dealers: [Int], replaced: [Int] = [], seed: Int = 1) throws {
    let setting = try Setting(n, t, seed: seed)
    results = try setting.results()
    oldKeys = setting.keys
    var random = seeded(seed + 4000)
    newKeys = setting.keys.enumerated().map { replaced.contains($0.offset + 1) ? .init(seed: random.bytes32()) : $0.element }
    configuration = try HandOverConfiguration(
      id: random.bytes32(), list: random.bytes32(), keys: results[0].keys, dealers: dealers,
      oldSigningKeys: oldKeys.map { $0.publicKey }, newSigningKeys: newKeys.map { $0.publicKey })
    log = HandOverLog(configuration)
    for dealer in dealers where replaced.contains(dealer) {
      parties.append(
        try Party(
          configuration, recipient: nil, oldShares: results[dealer - 1].shares, signingKey: oldKeys[dealer - 1],
          seed: random.bytes32()))
    }
    for number in 1...n {
      let deals = dealers.contains(number) && !replaced.contains(number)
      parties.append(
        try Party(
          configuration, recipient: number, oldShares: deals ? results[number - 1].shares : nil, signingKey: newKeys[number - 1],
          seed: random.bytes32()))
    }
  }

  /// What the party at a place says next.
  mutating func next(_ index: Int) throws -> [UInt8] {
    let message = parties[index].next()
    return try #require(message)
  }

  /// Puts a message on the log, which everybody reads.
  @discardableResult
  mutating func publish(_ bytes: [UInt8]) -> HandOverEvent {
    messages.append(bytes)
    for index in parties.indices { _ = parties[index].receive(bytes) }
    return log.receive(bytes)
  }

  /// Lets everybody speak until nobody has anything to say.
  ///
  /// - Parameter change: what a message is exchanged for on its way.
  mutating func run(_ change: (HandOverMessage) -> [UInt8]? = { _ in nil }) throws {
    for _ in 0..<4 * parties.count {
      var said: [UInt8]?
      for index in parties.indices where said == nil { said = parties[index].next() }
      guard let said else { return }
      publish(change(try HandOverMessage(said, configuration)) ?? said)
    }
  }

  func party(_ recipient: Int) -> Party { parties.first { $0.recipient == recipient } ?? parties[0] }
}

@Suite("Hand-over")
struct HandOverTests {
  @Test(
    "keys stay, shares are new, and any threshold of them acts", arguments: [(1, 1), (2, 2), (3, 2), (5, 3)], [[], [1], [1, 2]])
  func works(size: (Int, Int), replaced: [Int]) throws {
    let replaced = replaced.filter { $0 <= size.0 }
    var setting = try HandOverSetting(size.0, size.1, dealers: Array(1...size.1), replaced: replaced)
    try setting.run()
    #expect(setting.log.round == .finished && setting.log.failure == nil && setting.log.missing.isEmpty)
    let outcome = try #require(setting.log.outcome)
    let keys = try outcome.terms.newKeys(outcome.deals)
    for purpose in KeyPurpose.allCases {
      let old = setting.results[0].keys[purpose]
      #expect(keys[purpose].jointKey == old.jointKey)
      // Where one trustee is enough, its share is the key.
      #expect(size.1 == 1 || keys[purpose].publicShares.allSatisfy { !old.publicShares.contains($0) })
      let shares = try (1...size.0).map { try #require(setting.party($0).newShares)[purpose] }
      #expect(shares.map { $0.publicShare } == keys[purpose].publicShares)
      for members in subsets(of: Array(1...size.0), size: size.1) {
        let weights = try Combination.lagrangeCoefficients(members)
        let secret = zip(weights, members).reduce(Scalar.zero) { $0 + $1.0 * shares[$1.1 - 1].value }
        #expect(RistrettoPoint.generatorMultiple(secret) == old.jointKey)
      }
    }
  }

  @Test("who starts again from seed and log says the same bytes")
  func resumes() throws {
    var setting = try HandOverSetting(3, 2, dealers: [1, 3], replaced: [2])
    var random = seeded(77)
    let seed = random.bytes32()
    func party() throws -> HandOverSetting.Party {
      try HandOverSetting.Party(
        setting.configuration, recipient: 1, oldShares: setting.results[0].shares, signingKey: setting.oldKeys[0], seed: seed)
    }
    setting.parties[0] = try party()
    for _ in 0..<20 {
      var said: (index: Int, message: [UInt8])?
      for index in setting.parties.indices where said == nil { said = setting.parties[index].next().map { (index, $0) } }
      guard let (index, message) = said else { break }
      if index == 0 {
        var again = try party()
        for earlier in setting.messages { _ = again.receive(earlier) }
        #expect(again.next() == message)
      }
      setting.publish(message)
    }
    #expect(setting.log.round == .finished)
  }

  @Test("on other terms a dealer's polynomials are others, even by the same seed")
  func otherTerms() throws {
    var deals: [HandOverDeal] = []
    for other in [1, 2] {
      var setting = try HandOverSetting(3, 2, dealers: [1, 2])
      var random = seeded(other)
      let secret = Scalar.random(using: &random)
      let (subject, key) = (setting.configuration.subject, setting.newKeys[2])
      try setting.run { message in
        guard message.sender == .new(3), case .acceptance(let recipient) = message.body else { return nil }
        let changed = HandOverRecipient(transport: .generatorMultiple(secret), drawKey: recipient.drawKey)
        return HandOverMessage(.acceptance(changed), sender: 3, subject, signingKey: key).encoded
      }
      deals.append(try #require(setting.log.deals.first))
    }
    #expect(deals[0].commitments.election[0] == deals[1].commitments.election[0])
    #expect(deals[0].commitments.election[1] != deals[1].commitments.election[1] && deals[0].ephemeral != deals[1].ephemeral)
  }

  @Test("whose person has not approved deals nothing, and all wait")
  func noApproval() throws {
    var setting = try HandOverSetting(3, 2, dealers: [1, 2])
    let (configuration, oldKey) = (setting.configuration, setting.oldKeys[1])
    setting.parties[1] = try HandOverSetting.Party(
      configuration, recipient: 2, oldShares: nil, signingKey: oldKey, seed: .zero)
    try setting.run()
    #expect(setting.log.round == .deal && setting.log.missing == [.old(2)])
    #expect((1...3).allSatisfy { setting.party($0).newShares == nil })
  }

  @Test("no share but that of a dealer, no key but the list's")
  func foreignSecrets() throws {
    let setting = try HandOverSetting(3, 2, dealers: [1, 2])
    func party(_ recipient: Int?, _ shares: SecretShares?, _ key: Int) throws -> HandOverSetting.Party {
      try .init(setting.configuration, recipient: recipient, oldShares: shares, signingKey: setting.oldKeys[key - 1], seed: .zero)
    }
    #expect(throws: ResharingError.unknownDealer(3)) { try party(nil, setting.results[2].shares, 3) }
    #expect(throws: ResharingError.unknownDealer(1)) { try party(nil, setting.results[0].shares, 2) }
    #expect(throws: ResharingError.unknownTrustee(1)) { try party(1, nil, 2) }
    #expect(throws: ResharingError.unknownTrustee(4)) { try party(4, nil, 2) }
  }
}

@Suite("Misbehaviour in a hand-over")
struct HandOverMisbehaviourTests {
  private func failing(
    replaced: [Int] = [], _ change: @escaping (HandOverSetting, HandOverMessage) throws -> [UInt8]?
  ) throws -> HandOverFailure? {
    var setting = try HandOverSetting(3, 2, dealers: [1, 2], replaced: replaced)
    let copy = setting
    var thrown: (any Error)?
    try setting.run { message in
      do { return try change(copy, message) } catch {
        thrown = error
        return nil
      }
    }
    if let thrown { throw thrown }
    #expect(setting.log.round == (setting.log.failure == nil ? .finished : .failed))
    for party in setting.parties { #expect(party.log.failure == setting.log.failure) }
    return setting.log.failure
  }

  private func signed(_ setting: HandOverSetting, _ body: HandOverMessage.Body, _ sender: HandOverParty) -> [UInt8] {
    let (number, key) =
      switch sender {
      case .old(let number): (number, setting.oldKeys[number - 1])
      case .new(let number): (number, setting.newKeys[number - 1])
      }
    return HandOverMessage(body, sender: number, setting.configuration.subject, signingKey: key).encoded
  }

  private func dealt(
    _ deal: HandOverDeal, terms: Bytes32? = nil, commitments: PerKey<[RistrettoPoint]>? = nil, ephemeral: RistrettoPoint? = nil,
    sharesHash: Bytes32? = nil
  ) -> HandOverDeal {
    HandOverDeal(
      dealer: deal.dealer, terms: terms ?? deal.terms, commitments: commitments ?? deal.commitments,
      ephemeral: ephemeral ?? deal.ephemeral, proof: deal.proof, sharesHash: sharesHash ?? deal.sharesHash)
  }

  @Test("a bad share is complained about, and its dealer named", arguments: [0, 1, 2])
  func badShare(recipient: Int) throws {
    let failure = try failing { setting, message in
      guard message.sender == .old(2), case .deal(let deal, var shares) = message.body else { return nil }
      shares[112 * recipient + 5] ^= 1
      let changed = dealt(deal, sharesHash: Bytes32(SHA256.hash(shares).span))
      return signed(setting, .deal(changed, shares: shares), .old(2))
    }
    #expect(failure == HandOverFailure(culprit: .old(2), fault: .badShare))
  }

  @Test("a deal that changes a key, is on other terms or copies an ephemeral key names its dealer")
  func badDeals() throws {
    for purpose in KeyPurpose.allCases {
      let failure = try failing { setting, message in
        guard message.sender == .old(1), case .deal(let deal, let shares) = message.body else { return nil }
        var commitments = deal.commitments
        commitments[purpose][0] += .generator
        return signed(setting, .deal(dealt(deal, commitments: commitments), shares: shares), .old(1))
      }
      #expect(failure == HandOverFailure(culprit: .old(1), fault: .badDeal(.wrongConstant(dealer: 1, purpose))))
    }
    let terms = try failing { setting, message in
      guard message.sender == .old(1), case .deal(let deal, let shares) = message.body else { return nil }
      return signed(setting, .deal(dealt(deal, terms: .zero), shares: shares), .old(1))
    }
    #expect(terms == HandOverFailure(culprit: .old(1), fault: .otherTerms))
    #expect(terms?.fault.isProof == false)
    var first: HandOverDeal?
    let copied = try failing { setting, message in
      guard case .deal(let deal, let shares) = message.body else { return nil }
      if message.sender == .old(1) { first = deal }
      guard message.sender == .old(2), let first else { return nil }
      return signed(setting, .deal(dealt(deal, ephemeral: first.ephemeral), shares: shares), .old(2))
    }
    #expect(copied == HandOverFailure(culprit: .old(2), fault: .badDeal(.badProof(dealer: 2))))
  }

  @Test("unusable keys name who brings them")
  func unusableKeys() throws {
    var first: HandOverRecipient?
    for change in 0..<3 {
      let failure = try failing { setting, message in
        guard case .acceptance(let recipient) = message.body else { return nil }
        if message.sender == .new(1) { first = recipient }
        guard message.sender == .new(2), let first else { return nil }
        let bad =
          [
            HandOverRecipient(transport: .identity, drawKey: recipient.drawKey),
            HandOverRecipient(transport: recipient.transport, drawKey: .zero),
            HandOverRecipient(transport: recipient.transport, drawKey: first.drawKey),
          ][change]
        return signed(setting, .acceptance(bad), .new(2))
      }
      #expect(failure == HandOverFailure(culprit: .new(2), fault: change < 2 ? .unusableKeys : .copiedDrawKey))
      #expect(failure?.fault.isProof == (change < 2))
    }
  }

  @Test("a complaint about a good share, or another confirmation, names its sender")
  func unfounded() throws {
    var deals: [HandOverDeal] = []
    let failure = try failing { setting, message in
      if case .deal(let deal, _) = message.body { deals.append(deal) }
      guard message.sender == .new(3), case .confirmation = message.body, let deal = deals.first else { return nil }
      // Its own transport secret is known to nobody else: any proof will do, for the share is good by any point that opens it.
      var random = seeded(3)
      let secret = Scalar.random(using: &random)
      let proof = EqualityProof.prove(secret: secret, base: deal.ephemeral, statement: Transcript("x"), using: &random)
      let complaint = HandOverComplaint(
        accused: deal.dealer, deal: deal.digest(setting.configuration.subject), shared: secret * deal.ephemeral, proof: proof)
      return signed(setting, .complaint(complaint), .new(3))
    }
    #expect(failure == HandOverFailure(culprit: .new(3), fault: .unfoundedComplaint))
    let other = try failing { setting, message in
      guard message.sender == .new(1), case .confirmation = message.body else { return nil }
      return signed(setting, .confirmation(digest: .zero), .new(1))
    }
    #expect(other == HandOverFailure(culprit: .new(1), fault: .otherConfirmation))
    #expect(other?.fault.isProof == false)
  }

  @Test("what an honest trustee says on another face of the log proves nothing against it")
  func otherFace() throws {
    // New trustee 3 accepts with one key on one face, and with another on the other.
    var here = try HandOverSetting(3, 2, dealers: [1, 2])
    var there = here
    for index in 0..<2 {
      let message = try here.next(index)
      here.publish(message)
      there.publish(message)
    }
    let accepted = try here.next(2)
    here.publish(accepted)
    guard case .acceptance(let recipient) = try HandOverMessage(accepted, here.configuration).body else { return }
    let other = HandOverRecipient(transport: recipient.transport + .generator, drawKey: recipient.drawKey)
    there.publish(signed(there, .acceptance(other), .new(3)))
    let elsewhere = try there.next(0)
    var log = here.log
    #expect(log.receive(elsewhere) == .failed(HandOverFailure(culprit: .old(1), fault: .otherTerms)))

    // Dealer 2 deals two ways, and honest trustee 1 complains of one where the other is known.
    for index in 0..<2 { here.publish(try here.next(index)) }
    guard let (deal, shares) = here.log.deal(of: 2) else { return }
    var bad = shares
    bad[3] ^= 1
    let changed = dealt(deal, sharesHash: Bytes32(SHA256.hash(bad).span))
    var party = try HandOverSetting(3, 2, dealers: [1, 2])
    for message in here.messages.prefix(4) { party.publish(message) }
    party.publish(signed(here, .deal(changed, shares: bad), .old(2)))
    let complaint = try party.next(0)
    #expect(complaint[0] == 3)
    log = here.log
    #expect(log.receive(complaint) == .failed(HandOverFailure(culprit: .new(1), fault: .otherDeal)))
    let confirmation = try here.next(0)
    #expect(confirmation[0] == 4)
    log = party.log
    #expect(log.receive(confirmation) == .failed(HandOverFailure(culprit: .new(1), fault: .otherConfirmation)))
    for fault in [HandOverFault.otherTerms, .otherDeal, .otherConfirmation, .copiedDrawKey] { #expect(!fault.isProof) }

    // A complaint about somebody who deals where its sender is, and not here.
    let body = try HandOverMessage(complaint, here.configuration).body
    guard case .complaint(let about) = body else { return }
    let stranger = HandOverComplaint(accused: 3, deal: about.deal, shared: about.shared, proof: about.proof)
    log = here.log
    #expect(log.receive(signed(here, .complaint(stranger), .new(1))) == .refused)
    #expect(log.failure == nil)
  }

  @Test("two different messages, and signed bytes that are none, name their sender")
  func equivocation() throws {
    var setting = try HandOverSetting(3, 2, dealers: [1, 2])
    let message = try setting.next(0)
    setting.publish(message)
    #expect(setting.publish(message) == .duplicate)
    guard case .acceptance(let recipient) = try HandOverMessage(message, setting.configuration).body else { return }
    let other = HandOverRecipient(transport: recipient.transport + .generator, drawKey: recipient.drawKey)
    let event = setting.publish(signed(setting, .acceptance(other), .new(1)))
    #expect(event == .failed(HandOverFailure(culprit: .new(1), fault: .equivocation)))

    setting = try HandOverSetting(3, 2, dealers: [1, 2])
    var text = HandOverMessage.signedText(.confirmation(digest: .zero), sender: 3, setting.configuration.subject)
    text.append(0)
    let heading = "comitia hand-over message/v1\n".utf8.count + 32
    let malformed = Array(text.dropFirst(heading)) + setting.newKeys[2].sign(text)
    #expect(setting.publish(malformed) == .failed(HandOverFailure(culprit: .new(3), fault: .malformedMessage)))
  }

  @Test("what is not signed, not of this hand-over, or before its turn proves nothing")
  func refused() throws {
    var setting = try HandOverSetting(3, 2, dealers: [1, 2])
    let message = try setting.next(0)
    for offset in [0, 1, 33, 40, message.count - 1] {
      var bytes = message
      bytes[offset] ^= 0x40
      #expect(setting.log.receive(bytes) == .refused, "byte \(offset)")
    }
    #expect(setting.log.receive([]) == .refused && setting.log.receive(Array(repeating: 2, count: 11_000)) == .refused)
    #expect(setting.log.receive(signed(setting, .confirmation(digest: .zero), .new(1))) == .refused)
    var whole = setting
    try whole.run()
    let deal = try #require(whole.messages.first { $0[0] == 2 })
    #expect(setting.log.receive(deal) == .refused)
    // What lies behind a deal is not signed itself: who changes it on its way makes nobody look guilty.
    var changed = deal
    changed[changed.count - 1] ^= 1
    #expect(throws: HandOverMessageError.otherShares) { try HandOverMessage(changed, setting.configuration) }
    #expect(whole.log.receive(message) == .duplicate)
    #expect(whole.log.round == .finished)
  }

  @Test("what was signed for another list, or in another election, under the same id is refused, and proves nothing")
  func otherList() throws {
    var setting = try HandOverSetting(3, 2, dealers: [1, 2])
    let message = try HandOverMessage(try setting.next(0), setting.configuration)
    let elsewhere = HandOverSubject(id: setting.configuration.id, list: .zero)
    let other = HandOverMessage(message.body, sender: 1, elsewhere, signingKey: setting.newKeys[0])
    #expect(setting.log.receive(other.encoded) == .refused)
    try setting.run()
    #expect(setting.log.round == .finished)
  }

  @Test("who comes back with another seed sees that it has brought other keys")
  func foreignAcceptance() throws {
    var setting = try HandOverSetting(3, 2, dealers: [1, 2])
    setting.publish(try setting.next(0))
    #expect(!setting.parties[0].hasForeignAcceptance)
    var again = try HandOver<AES256GCM>(
      setting.configuration, recipient: 1, oldShares: nil, signingKey: setting.newKeys[0], seed: .zero)
    #expect(!again.hasForeignAcceptance)
    for message in setting.messages { _ = again.receive(message) }
    #expect(again.hasForeignAcceptance)
  }

  @Test("a replaced trustee's old key says nothing for its number")
  func oldKey() throws {
    var setting = try HandOverSetting(3, 2, dealers: [1, 2], replaced: [3])
    let recipient = HandOverRecipient(transport: .generator, drawKey: Ed25519.PrivateKey(seed: .zero).publicKey)
    let old = HandOverMessage(.acceptance(recipient), sender: 3, setting.configuration.subject, signingKey: setting.oldKeys[2])
    #expect(setting.log.receive(old.encoded) == .refused)
    try setting.run()
    #expect(setting.log.round == .finished)
  }
}
