import Curve25519
import Testing

@testable import ThresholdCryptography

@Suite("Ceremony messages")
struct CeremonyMessageTests {
  let setting: Setting
  /// One message of every kind.
  let messages: [CeremonyMessage]

  init() throws {
    setting = try Setting(3, 2)
    var scripted = ScriptedTrustee(setting, index: 2)
    var board = try Board(setting, without: 2)
    board.publish(scripted.commit)
    board.publish(scripted.revealed)
    let share = scripted.share(to: 3, in: board.auditor)
    messages = [
      scripted.commit, scripted.revealed, share, try scripted.complaint(about: 3, in: board.auditor),
      scripted.confirmation(in: board.auditor),
    ]
  }

  private func decoded(_ bytes: [UInt8]) -> CeremonyMessage? { try? CeremonyMessage(bytes, setting.configuration) }

  /// The same words signed anew: equal bytes, since signatures are deterministic, if and only if the encoding is canonical.
  private func encodedAgain(_ message: CeremonyMessage) -> [UInt8] { setting.message(message.body, by: message.sender).encoded }

  @Test("what was encoded decodes to itself", arguments: 0..<5)
  func roundTrip(kind: Int) throws {
    let message = messages[kind]
    let again = try CeremonyMessage(message.encoded, setting.configuration)
    #expect(again == message)
    #expect(again.body == message.body)
    #expect(encodedAgain(again) == message.encoded)
    #expect(message.encoded[0] == UInt8(kind + 1))
    #expect(message.encoded[33] == 2)
  }

  @Test("lengths are those of the specification")
  func lengths() throws {
    #expect(
      messages.map { $0.encoded.count } == [130, 34 + 3 * (64 + 64) + 32 + 32 + 64, 275, 34 + 1 + 32 + 96 + 132 + 277 + 64, 130])
    #expect(34 + 3 * (32 * 50 + 64) + 32 + 32 + 64 <= CeremonyMessage.maximumLength)
  }

  @Test("no bit of a message can be changed", arguments: 0..<5)
  func everyBit(kind: Int) {
    let good = messages[kind].encoded
    for index in good.indices {
      for bit in 0..<8 {
        var bytes = good
        bytes[index] ^= 1 << UInt8(bit)
        #expect(decoded(bytes) == nil, "byte \(index), bit \(bit)")
      }
    }
  }

  @Test("no end of a message can be cut off or lengthened, even signed", arguments: 0..<5)
  func lengthsSigned(kind: Int) {
    let body = messages[kind].signedPart
    for count in 0..<body.count { #expect(decoded(setting.signed(Array(body.prefix(count)), by: 2)) == nil) }
    for extra in 1...3 { #expect(decoded(setting.signed(body + [UInt8](repeating: 0, count: extra), by: 2)) == nil) }
    for count in messages[kind].encoded.indices { #expect(decoded(Array(messages[kind].encoded.prefix(count))) == nil) }
  }

  @Test("signed bytes either are the one encoding of what they say, or are refused", arguments: 0..<5)
  func onlyCanonical(kind: Int) throws {
    let body = messages[kind].signedPart
    var random = seeded(kind)
    var accepted = 0
    for round in 0..<3000 {
      var bytes = body
      for _ in 0..<(1 + round % 3) { bytes[random.number(in: 0..<bytes.count)] = random.bytes(1)[0] }
      if round % 5 == 0 { bytes.remove(at: random.number(in: 0..<bytes.count)) }
      if round % 7 == 0 { bytes.insert(random.bytes(1)[0], at: random.number(in: 0..<bytes.count + 1)) }
      guard let message = decoded(setting.signed(bytes, by: 2)) else { continue }
      accepted += 1
      #expect(encodedAgain(message) == setting.signed(bytes, by: 2))
      #expect(message.signedPart == bytes)
    }
    // Digests and sealed bytes may be anything, so the loop is not idle.
    #expect(accepted > 0)
  }

  @Test("the signature is over the text of the specification")
  func signature() throws {
    let message = messages[0]
    let configuration = setting.configuration
    let described =
      configuration.parameters.ceremony.bytes + [UInt8(configuration.parameters.threshold), UInt8(configuration.signingKeys.count)]
      + configuration.signingKeys.flatMap { $0.bytes }
    let text = Array("comitia ceremony message/v1\n".utf8) + SHA256.hash(described) + message.encoded.dropLast(64)
    let key = configuration.signingKeys[1]
    #expect(Ed25519.verify(signature: Array(message.encoded.suffix(64)), message: text, publicKey: key))
  }

  @Test("who was told of another threshold or of other keys says nothing here, and is not to blame")
  func misled() throws {
    let (configuration, key) = (setting.configuration, setting.keys[1])
    let (ceremony, threshold) = (configuration.parameters.ceremony, configuration.parameters.threshold)
    var keys = configuration.signingKeys
    keys.swapAt(0, 2)
    let others = [
      try CeremonyConfiguration(ceremony: ceremony, threshold: threshold + 1, signingKeys: configuration.signingKeys),
      try CeremonyConfiguration(ceremony: ceremony, threshold: threshold, signingKeys: keys),
    ]
    for other in others {
      let message = CeremonyMessage(.confirmation(digest: .zero), sender: 2, other, signingKey: key)
      var log = PublicLog(configuration)
      #expect(log.receive(message.encoded) == .refused(.badSignature(claimedSender: 2)))
      #expect(log.failures.isEmpty)
    }
  }

  @Test("digests and keys are those of the specification")
  func transcripts() throws {
    let (trustees, published) = try setting.completed()
    let p = setting.parameters
    let messages = try published.map { try CeremonyMessage($0, setting.configuration) }
    var digests: [Int: Bytes32] = [:]
    var reveals: [Int: Reveal] = [:]
    for message in messages {
      if case .commit(let digest) = message.body { digests[message.sender] = digest }
      if case .reveal(let reveal) = message.body { reveals[message.sender] = reveal }
    }
    for (trustee, reveal) in reveals {
      #expect(digests[trustee] == SpecifiedTranscripts.commitment(p, index: trustee, reveal))
      for (number, purpose) in [(1, KeyPurpose.election), (2, .beacon), (3, .signing)] as [(UInt64, KeyPurpose)] {
        let dealer = reveal.dealer(purpose)
        var challenge = SpecifiedTranscripts.dealer(p, index: trustee, purpose: number, dealer.commitments)
        challenge.absorb("commitment", dealer.proof.commitment.encoded)
        let e = challenge.challenge("e")
        #expect(.generatorMultiple(dealer.proof.response) == dealer.proof.commitment + e * dealer.commitments[0])
      }
    }
    let all = try (1...3).map { try #require(digests[$0]) }
    for message in messages {
      guard case .confirmation(let digest) = message.body else { continue }
      #expect(digest == SpecifiedTranscripts.confirmation(p, all))
    }
    #expect(trustees.allSatisfy { $0.result != nil })
  }

  @Test("a share opens under the key of the specification")
  func shareKey() throws {
    let scripted = ScriptedTrustee(setting, index: 2)
    var dealer = try setting.trustee(1)
    var log = PublicLog(setting.configuration)
    var queue = dealer.start()
    var third = try setting.trustee(3)
    queue += third.start() + [scripted.commit.encoded, scripted.revealed.encoded]
    while !queue.isEmpty {
      let message = queue.removeFirst()
      _ = log.receive(message)
      queue += dealer.receive(message).messages + third.receive(message).messages
    }
    let message = try #require(log.share(from: 1, to: 2))
    guard case .share(let share) = message.body else { return }
    let key = SpecifiedTranscripts.shareKey(
      setting.parameters.ceremony, dealer: 1, recipient: 2, share.ephemeral, scripted.reveal.transport,
      shared: scripted.transportSecret * share.ephemeral)
    let plain = try #require(Cipher.open(key: key, sealed: share.sealed))
    #expect(plain.count == 96)
    for (place, purpose) in KeyPurpose.allCases.enumerated() {
      let value = try #require(Scalar(canonical: Bytes32(plain.span, at: 32 * place)))
      #expect(RistrettoPoint.generatorMultiple(value) == log.deals[0]?.dealer(purpose).evaluated(at: 2))
    }
  }
}
