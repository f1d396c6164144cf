import Sealing
import Testing

@testable import Curve25519
@testable import ThresholdCryptography

@Suite("Joint signatures")
struct JointSignatureTests {
  @Test("any t of n sign, and libsodium accepts it")
  func randomSubsets() throws {
    var random = seeded(101)
    for round in 0..<cases(300, long: 10_000) {
      let n = random.number(in: 1..<10)
      let t = random.number(in: 1..<n + 1)
      let made = JointKeyCase(n, t, &random)
      let count = random.number(in: t..<n + 1)
      let signers = Array(random.shuffled(Array(1...n)).prefix(count))
      let message = random.bytes(round % 200)
      let signing = try made.signing(message, by: signers, &random)
      let signature = try signing.session.signature(from: signing.shares)
      #expect(libsodiumAccepts(signature, message, made.key))
      #expect(made.key.verify(signature: signature, message: message))
      #expect(!made.key.verify(signature: signature, message: message + [0]))
    }
  }

  @Test("the shares of a key ceremony sign, whichever three of five")
  func afterACeremony() throws {
    let results = try Setting(5, 3).results()
    let key = JointSigningKey(results[0].keys.signing)
    var random = seeded(102)
    for signers in subsets(of: [1, 2, 3, 4, 5], size: 3) {
      let message = Array("result \(signers)".utf8)
      var commitments: [SigningCommitment] = []
      var signer1 = try JointSigner(key: key, message: message, share: results[signers[0] - 1].shares[.signing], using: &random)
      var signer2 = try JointSigner(key: key, message: message, share: results[signers[1] - 1].shares[.signing], using: &random)
      var signer3 = try JointSigner(key: key, message: message, share: results[signers[2] - 1].shares[.signing], using: &random)
      commitments = [signer1.commitment, signer2.commitment, signer3.commitment]
      let shares = [
        try signer1.respond(to: commitments, using: &random), try signer2.respond(to: commitments, using: &random),
        try signer3.respond(to: commitments, using: &random),
      ].map { $0.share }
      let session = try SigningSession(key: key, message: message, commitments: commitments)
      #expect(libsodiumAccepts(try session.signature(from: shares), message, key))
    }
  }

  @Test("every wrong share is named, and no other")
  func wrongShares() throws {
    var random = seeded(103)
    let made = JointKeyCase(5, 4, &random)
    let signing = try made.signing([1, 2, 3], by: [1, 2, 4, 5], &random)
    for culprits in (1...4).flatMap({ subsets(of: [1, 2, 4, 5], size: $0) }) {
      let shares = signing.shares.map { share in
        culprits.contains(share.trustee)
          ? SignatureShare(trustee: share.trustee, value: share.value + .random(using: &random)) : share
      }
      for share in shares { #expect(signing.session.verify(share) == !culprits.contains(share.trustee)) }
      #expect(throws: SigningError.wrongShares(by: culprits)) { try signing.session.signature(from: shares.reversed()) }
    }
    // Two that cancel each other: the signature is good.
    var shares = signing.shares
    shares[0] = SignatureShare(trustee: 1, value: shares[0].value + .one)
    shares[1] = SignatureShare(trustee: 2, value: shares[1].value - .one)
    #expect(!signing.session.verify(shares[0]) && !signing.session.verify(shares[1]))
    #expect(try signing.session.signature(from: shares) == signing.session.signature(from: signing.shares))
  }

  @Test("one share of every signer is needed")
  func shareSets() throws {
    var random = seeded(104)
    let made = JointKeyCase(4, 3, &random)
    let (session, shares) = (try made.signing([7], by: [1, 2, 3], &random)).both
    let stranger = SignatureShare(trustee: 4, value: .one)
    for wrong in [
      [], Array(shares.dropLast()), shares + [shares[0]], [shares[0], shares[0], shares[1]], shares.dropLast() + [stranger],
    ] {
      #expect(throws: SigningError.wrongSigners) { try session.signature(from: wrong) }
    }
    #expect(!session.verify(stranger))
  }

  @Test("a signer refuses what is not its session, and keeps its nonce")
  func refusals() throws {
    var random = seeded(105)
    let made = JointKeyCase(4, 3, &random)
    var signer = try JointSigner(key: made.key, message: [1], share: made.share(2), using: &random)
    func fresh(_ trustee: Int) -> SigningCommitment { SigningNonce(for: made.share(trustee), using: &random).commitment }
    let (own, one, three, four) = (signer.commitment, fresh(1), fresh(3), fresh(4))
    let unknown = SigningCommitment(trustee: 5, hidingPoint: one.hidingPoint, bindingPoint: one.bindingPoint)
    let altered = SigningCommitment(trustee: 2, hidingPoint: own.hidingPoint, bindingPoint: one.bindingPoint)
    let swapped = SigningCommitment(trustee: 2, hidingPoint: own.bindingPoint, bindingPoint: own.hidingPoint)
    let refused: [([SigningCommitment], SigningError)] = [
      ([], .tooFewSigners(found: 0, needed: 3)),
      ([own, one], .tooFewSigners(found: 2, needed: 3)),
      ([own, one, one], .repeatedSigner(1)),
      ([own, own, one], .repeatedSigner(2)),
      ([own, one, fresh(1), three], .repeatedSigner(1)),
      ([own, one, unknown], .unknownSigner(5)),
      ([one, three, four], .notInSession(trustee: 2)),
      ([altered, one, three], .foreignCommitment(trustee: 2)),
      ([swapped, one, three], .foreignCommitment(trustee: 2)),
      ([fresh(2), one, three], .foreignCommitment(trustee: 2)),
    ]
    for (list, error) in refused {
      #expect(throws: error) { try signer.respond(to: list, using: &random) }
      #expect(signer.commitment == own)
    }
    let answer = try signer.respond(to: [three, one, own], using: &random)
    let session = try SigningSession(key: made.key, message: [1], commitments: [own, one, three])
    #expect(session.verify(answer.share))
    #expect(answer.session == session.id)
    // The nonce is used up; a lost answer can be had again.
    #expect(answer.next == signer.commitment && answer.next != own)
    #expect(try signer.respond(to: [own, one, three], using: &random) == answer)
    #expect(throws: SigningError.foreignCommitment(trustee: 2)) {
      try signer.respond(to: [own, one, four], using: &random)
    }
    let second = try signer.respond(to: [answer.next, one, four], using: &random)
    #expect(throws: SigningError.foreignCommitment(trustee: 2)) {
      try signer.respond(to: [own, one, three], using: &random)
    }
    #expect(second.next != answer.next && second.session != answer.session)
  }

  @Test("commitments that cancel are refused")
  func identityCommitment() throws {
    var random = seeded(106)
    let made = JointKeyCase(2, 1, &random)
    // With an identity for a binding commitment, which no decoder lets pass, the factor does not matter.
    let zero = SigningCommitment(trustee: 1, hidingPoint: .identity, bindingPoint: .identity)
    #expect(throws: SigningError.identityCommitment) {
      try SigningSession(key: made.key, message: [], commitments: [zero])
    }
  }

  @Test("a share of another trustee or another key is refused")
  func foreignShares() throws {
    var random = seeded(107)
    let made = JointKeyCase(3, 2, &random)
    for share in [
      SecretShare(trustee: 2, value: made.share(1).value), SecretShare(trustee: 4, value: made.share(1).value),
      SecretShare(trustee: 0, value: made.share(1).value), JointKeyCase(3, 2, &random).share(1),
    ] {
      #expect(!made.key.matches(share))
      #expect(throws: SigningError.foreignShare(trustee: share.trustee)) {
        _ = try JointSigner(key: made.key, message: [], share: share, using: &random)
      }
    }
  }

  @Test("nonces differ even where the generator repeats itself for another trustee")
  func hedging() throws {
    var random = seeded(108)
    let made = JointKeyCase(2, 2, &random)
    let repeated = random.bytes(64)
    var (first, second) = (ChosenRandom(rest: repeated), ChosenRandom(rest: repeated))
    let one = SigningNonce(for: made.share(1), using: &first).commitment
    let two = SigningNonce(for: made.share(2), using: &second).commitment
    #expect(Set([one.hiding, one.binding, two.hiding, two.binding]).count == 4)
  }
}

extension JointKeyCase.Signing {
  var both: (SigningSession, [SignatureShare]) { (session, shares) }
}
