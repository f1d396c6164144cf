import Testing

@testable import Curve25519
@testable import ThresholdCryptography

@Suite("Resharing")
struct ResharingTests {
  /// A key of a ceremony with everybody's shares.
  struct Holding {
    let key: ThresholdKey
    let shares: [SecretShare]

    init(_ key: ThresholdKey, _ shares: [SecretShare]) {
      self.key = key
      self.shares = shares
    }

    init(_ n: Int, _ t: Int, seed: Int = 1) throws {
      let results = try Setting(n, t, seed: seed).results()
      self.init(results[0].keys.election, results.map { $0.shares[.election] })
    }

    /// Hands the key over, everyone honest.
    func handedOver(by dealers: [Int], to n: Int, _ t: Int, _ random: inout SeededRandom) throws -> Holding {
      let resharing = try Resharing(of: key, by: dealers, trustees: n, threshold: t)
      let secrets = try dealers.map { try resharing.deal(shares[$0 - 1], using: &random) }
      let deals = secrets.map { $0.published }
      let newShares = try (1...n).map { trustee in
        try resharing.newShare(of: trustee, secrets.map { $0.part(for: trustee) }, deals)
      }
      return Holding(try resharing.newKey(deals.reversed()), newShares)
    }
  }

  /// What shares give, taken for points of one polynomial.
  private func interpolated(_ shares: [SecretShare]) throws -> RistrettoPoint {
    let weights = try Combination.lagrangeCoefficients(shares.map { $0.trustee })
    return .generatorMultiple(zip(weights, shares).reduce(Scalar.zero) { $0 + $1.0 * $1.1.value })
  }

  static let sizes = [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)]

  @Test("the key stays, whoever deals to however many", arguments: sizes, sizes)
  func sameKey(old: (Int, Int), new: (Int, Int)) throws {
    var random = seeded(501)
    let before = try Holding(old.0, old.1)
    for dealers in subsets(of: Array(1...old.0), size: old.1).prefix(6) {
      let after = try before.handedOver(by: dealers.reversed(), to: new.0, new.1, &random)
      #expect(after.key.jointKey == before.key.jointKey)
      #expect(after.key.threshold == new.1 && after.key.publicShares.count == new.0)
      #expect(after.shares.map { $0.publicShare } == after.key.publicShares)
      for members in subsets(of: Array(1...new.0), size: new.1).prefix(10) {
        #expect(try interpolated(members.map { after.shares[$0 - 1] }) == before.key.jointKey)
      }
    }
  }

  @Test("new shares decrypt and sign, and can be handed on")
  func use() throws {
    var random = seeded(502)
    let before = try Holding(3, 2)
    let after = try before.handedOver(by: [1, 3], to: 5, 3, &random).handedOver(by: [2, 3, 5], to: 4, 3, &random)
    let r = Scalar.random(using: &random)
    let total = Ciphertext(alpha: .generatorMultiple(r), beta: .generatorMultiple(Scalar(12)) + r * before.key.jointKey)
    let statement = DecryptionStatement(election: .zero, size: 1, root: .zero, totals: [total])
    var decryption = DecryptionSession(statement: statement, key: after.key)
    for trustee in [4, 1, 3] {
      _ = decryption.receive(PartialDecryption(of: statement, with: after.shares[trustee - 1], using: &random))
    }
    #expect(decryption.plaintexts == [.generatorMultiple(Scalar(12))])
    // The old ones' decryptions are refused.
    var refused = DecryptionSession(statement: statement, key: after.key)
    let old = PartialDecryption(of: statement, with: before.shares[0], using: &random)
    #expect(refused.receive(old) == .refused(.badProof(trustee: 1)))

    let key = JointSigningKey(after.key)
    #expect(key.publicKey == JointSigningKey(before.key).publicKey)
    var nonces = NonceBox()
    for trustee in [1, 2, 4] { nonces.append(SigningNonce(for: after.shares[trustee - 1], using: &random)) }
    let session = try SigningSession(key: key, message: [3], commitments: nonces.commitments)
    let shares = try [1, 2, 4].map { try nonces.removeFirst().sign(session, with: after.shares[$0 - 1]) }
    #expect(libsodiumAccepts(try session.signature(from: shares), [3], key))
    for share in before.shares { #expect(!key.matches(share)) }
  }

  @Test("old and new shares together give nothing, where neither are enough")
  func mixing() throws {
    var random = seeded(503)
    let before = try Holding(5, 3)
    let after = try before.handedOver(by: [1, 2, 4], to: 5, 3, &random)
    let again = try before.handedOver(by: [1, 2, 4], to: 5, 3, &random)
    // Every choice of an old, a new or a second new share for each of three trustees, but all of one kind.
    let kinds = [before.shares, after.shares, again.shares]
    for members in subsets(of: [1, 2, 3, 4, 5], size: 3) {
      for choice in 0..<27 {
        let picks = [choice % 3, choice / 3 % 3, choice / 9]
        let shares = zip(members, picks).map { kinds[$1][$0 - 1] }
        #expect((try interpolated(shares) == before.key.jointKey) == (Set(picks).count == 1), "\(members) \(picks)")
      }
    }
    // Two old and two new ones, of the same or of other trustees, taken for four points.
    for shares in [Array(before.shares[0...1]) + after.shares[2...3], Array(before.shares[3...4]) + after.shares[0...1]] {
      #expect(try interpolated(shares) != before.key.jointKey)
    }
    for (old, new) in zip(before.shares, after.shares) { #expect(old.value != new.value) }
  }

  @Test("who deals another constant, another degree or a wrong part is named")
  func cheating() throws {
    var random = seeded(504)
    let before = try Holding(4, 3)
    let resharing = try Resharing(of: before.key, by: [4, 1, 2], trustees: 3, threshold: 2)
    #expect(resharing.dealers == [1, 2, 4])
    let secrets = try [1, 2, 4].map { try resharing.deal(before.shares[$0 - 1], using: &random) }
    let deals = secrets.map { $0.published }
    for place in 0..<3 {
      let dealer = resharing.dealers[place]
      func replaced(_ commitments: [RistrettoPoint]) -> [PublicDeal] {
        var changed = deals
        changed[place] = PublicDeal(dealer: dealer, commitments: commitments)
        return changed
      }
      let own = deals[place].commitments
      let parts = secrets.map { $0.part(for: 3) }
      let wrong: [([RistrettoPoint], ResharingError)] = [
        ([], .wrongDegree(dealer: dealer)),
        ([own[0]], .wrongDegree(dealer: dealer)),
        (own + [.identity], .wrongDegree(dealer: dealer)),
        ([own[0] + .generator, own[1]], .wrongConstant(dealer: dealer)),
        ([.identity, own[1]], .wrongConstant(dealer: dealer)),
        // The share itself, without its weight.
        ([before.key.publicShares[dealer - 1], own[1]], .wrongConstant(dealer: dealer)),
      ]
      for (commitments, error) in wrong {
        #expect(throws: error) { try resharing.newKey(replaced(commitments)) }
        #expect(throws: error) { try resharing.newShare(of: 3, parts, replaced(commitments)) }
      }
      var changed = parts
      changed[place] += .one
      #expect(throws: ResharingError.wrongShare(dealer: dealer)) { try resharing.newShare(of: 3, changed, deals) }
      #expect(throws: ResharingError.wrongShare(dealer: dealer)) {
        try resharing.newShare(of: 3, parts, replaced([own[0], own[1] + .generator]))
      }
    }
    #expect(throws: ResharingError.wrongShare(dealer: 1)) {
      try resharing.newShare(of: 2, secrets.map { $0.part(for: 3) }, deals)
    }
  }

  @Test("what does not fit together is refused")
  func refusals() throws {
    var random = seeded(505)
    let before = try Holding(4, 3)
    func make(_ dealers: [Int], _ n: Int = 3, _ t: Int = 2) throws -> Resharing {
      try Resharing(of: before.key, by: dealers, trustees: n, threshold: t)
    }
    for (n, t) in [(0, 0), (51, 26), (3, 0), (3, 4), (4, 2), (-1, 1)] {
      #expect(throws: ResharingError.thresholdOutOfRange(t, trustees: n)) { try make([1, 2, 3], n, t) }
    }
    #expect(throws: ResharingError.wrongNumberOfDealers(found: 2, needed: 3)) { try make([1, 2]) }
    #expect(throws: ResharingError.wrongNumberOfDealers(found: 4, needed: 3)) { try make([1, 2, 3, 4]) }
    #expect(throws: ResharingError.repeatedDealer(2)) { try make([2, 1, 2]) }
    #expect(throws: ResharingError.unknownDealer(5)) { try make([1, 2, 5]) }
    #expect(throws: ResharingError.unknownDealer(0)) { try make([1, 2, 0]) }
    let resharing = try make([1, 2, 3])
    #expect(throws: ResharingError.unknownDealer(4)) { try resharing.deal(before.shares[3], using: &random) }
    let foreign = SecretShare(trustee: 1, value: before.shares[1].value)
    #expect(throws: ResharingError.foreignShare(trustee: 1)) { try resharing.deal(foreign, using: &random) }
    let secrets = try before.shares.prefix(3).map { try resharing.deal($0, using: &random) }
    let deals = secrets.map { $0.published }
    let parts = secrets.map { $0.part(for: 1) }
    for wrong in [[], Array(deals.dropLast()), deals + [deals[0]], [deals[0], deals[0], deals[1]]] {
      #expect(throws: ResharingError.wrongDeals) { try resharing.newKey(wrong) }
      #expect(throws: ResharingError.wrongDeals) { try resharing.newShare(of: 1, parts, wrong) }
    }
    #expect(throws: ResharingError.wrongDeals) { try resharing.newShare(of: 1, Array(parts.dropLast()), deals) }
    for trustee in [0, 4] {
      #expect(throws: ResharingError.unknownTrustee(trustee)) { try resharing.newShare(of: trustee, parts, deals) }
    }
    #expect("\(secrets[0])" == "secret deal")
  }
}
