import Curve25519
import Testing

@testable import ThresholdCryptography

@Suite("Key ceremony")
struct KeyCeremonyTests {
  static let sizes = [(1, 1), (2, 2), (3, 2), (3, 3), (4, 3), (5, 3), (5, 5), (6, 4), (7, 4)]

  @Test("every size ends with one key, shares that fit it, and nobody missing", arguments: sizes)
  func completes(n: Int, t: Int) throws {
    let (trustees, messages) = try Setting(n, t).completed()
    let results = try trustees.map { try #require($0.result) }
    #expect(messages.count == 3 * n + n * (n - 1))
    for (index, result) in results.enumerated() {
      #expect(result.keys == results[0].keys)
      #expect(result.dealings == results[0].dealings)
      #expect(result.shares.trustee == index + 1)
      #expect(result.shares.belong(to: result.keys, result.dealings[index]))
      for purpose in KeyPurpose.allCases {
        #expect(result.shares[purpose].publicShare == result.keys[purpose].publicShare(of: index + 1))
      }
      #expect(result.shares.drawKey == result.dealings[index].drawKey)
      #expect(trustees[index].round == .finished)
      #expect(trustees[index].missing.isEmpty)
    }
    for purpose in KeyPurpose.allCases {
      let key = results[0].keys[purpose]
      #expect(key.threshold == t)
      #expect(key.publicShares.count == n)
      #expect(results[0].dealings.reduce(.identity) { $0 + $1.commitments[purpose].commitments[0] } == key.jointKey)
    }
    // Nothing that is known of one key says anything of another.
    let points = KeyPurpose.allCases.flatMap { results[0].keys[$0].publicShares + [results[0].keys[$0].jointKey] }
    #expect(Set(points.map { $0.encoded.bytes }).count == (n == 1 ? 3 : 3 * (n + 1)))
    #expect(Set(results.map { $0.shares.drawKey.bytes }).count == n)
  }

  @Test("fifty trustees can")
  func largest() throws {
    // Two trustees and the public part of the others would not need fifty machines, but the sums must: check those alone.
    let parameters = try CeremonyParameters(ceremony: .zero, trustees: 50, threshold: 26)
    var random = seeded(50)
    let polynomials = (0..<50).map { _ in Polynomial(coefficients: (0..<26).map { _ in Scalar.random(using: &random) }) }
    let dealers = polynomials.enumerated().map { DealerCommitment(to: $1, by: $0 + 1, for: .beacon, parameters, using: &random) }
    for (index, dealer) in dealers.enumerated() { try dealer.verify(trustee: index + 1, purpose: .beacon, parameters: parameters) }
    let key = try ThresholdKey(dealers: dealers)
    for trustee in [1, 25, 50] {
      let share = polynomials.reduce(Scalar.zero) { $0 + $1.evaluated(at: trustee) }
      #expect(key.publicShare(of: trustee) == .generatorMultiple(share))
      let separately = dealers.reduce(RistrettoPoint.identity) { $0 + $1.evaluated(at: trustee) }
      #expect(key.publicShare(of: trustee) == separately)
    }
    #expect(key.publicShare(of: 0) == nil)
    #expect(key.publicShare(of: 51) == nil)
  }

  @Test("any t shares make the joint secret, and fewer do not")
  func sharesInterpolate() throws {
    let results = try Setting(5, 3).results()
    for size in 2...5 {
      for chosen in subsets(of: [1, 2, 3, 4, 5], size: size) {
        let coefficients = try Combination.lagrangeCoefficients(chosen)
        for purpose in KeyPurpose.allCases {
          let secret = zip(coefficients, chosen).reduce(Scalar.zero) { $0 + $1.0 * results[$1.1 - 1].shares[purpose].value }
          #expect((RistrettoPoint.generatorMultiple(secret) == results[0].keys[purpose].jointKey) == (size >= 3))
        }
      }
    }
  }

  @Test("an auditor with the messages alone reaches the same key")
  func auditorAgrees() throws {
    let setting = try Setting(4, 3)
    let (trustees, messages) = try setting.completed()
    var log = PublicLog(setting.configuration)
    let events = messages.map { log.receive($0) }
    #expect(events.last == .finished)
    #expect(events.dropLast().allSatisfy { $0 == .accepted })
    #expect(log.keys == trustees[0].result?.keys)
    #expect(log.dealings == trustees[0].result?.dealings)
  }

  @Test("what cannot be a ceremony is refused")
  func parameters() throws {
    let id = Bytes32.zero
    for (n, t) in [(0, 0), (51, 26), (-1, 1)] {
      #expect(throws: CeremonyParameterError.trusteesOutOfRange(n)) {
        try CeremonyParameters(ceremony: id, trustees: n, threshold: t)
      }
    }
    for (n, t) in [(1, 0), (1, 2), (2, 1), (4, 2), (50, 25), (3, -1)] {
      #expect(throws: CeremonyParameterError.thresholdOutOfRange(t)) {
        try CeremonyParameters(ceremony: id, trustees: n, threshold: t)
      }
    }
    let keys = try Setting(3, 2).keys
    let publicKeys = keys.map { $0.publicKey }
    #expect(throws: CeremonyParameterError.repeatedSigningKey(trustees: 1, 4)) {
      try CeremonyConfiguration(ceremony: id, threshold: 3, signingKeys: publicKeys + [publicKeys[0]])
    }
    let configuration = try CeremonyConfiguration(ceremony: id, threshold: 2, signingKeys: publicKeys)
    #expect(throws: CeremonyParameterError.unknownTrustee(4)) {
      try Trustee(configuration, trustee: 4, signingKey: keys[0], seed: id)
    }
    #expect(throws: CeremonyParameterError.foreignSigningKey(trustee: 2)) {
      try Trustee(configuration, trustee: 2, signingKey: keys[0], seed: id)
    }
  }

  @Test("commitments that make no key are refused")
  func noKey() throws {
    #expect(throws: ThresholdKeyError.noDealers) { try ThresholdKey(dealers: []) }
    let dealers = try Setting(3, 2).results()[0].dealings.map { $0.commitments.signing }
    let short = DealerCommitment(commitments: [dealers[1].commitments[0]], proof: dealers[1].proof)
    #expect(throws: ThresholdKeyError.wrongDegree(trustee: 2)) { try ThresholdKey(dealers: [dealers[0], short]) }
    let opposite = DealerCommitment(commitments: dealers[0].commitments.map { -$0 }, proof: dealers[0].proof)
    #expect(throws: ThresholdKeyError.identityJointKey) { try ThresholdKey(dealers: [dealers[0], opposite]) }
  }

  @Test("a dealer of another degree is refused")
  func wrongDegree() throws {
    let setting = try Setting(3, 2)
    let dealer = try setting.results()[0].dealings[0].commitments.signing
    for commitments in [Array(dealer.commitments.prefix(1)), dealer.commitments + [.generator], []] {
      #expect(throws: DealerError.wrongDegree(trustee: 1)) {
        try DealerCommitment(commitments: commitments, proof: dealer.proof).verify(
          trustee: 1, purpose: .signing, parameters: setting.parameters)
      }
    }
  }

  @Test("nothing is given out before the end")
  func unfinished() throws {
    let setting = try Setting(2, 2)
    let messages = try setting.completed().messages
    var log = PublicLog(setting.configuration)
    for message in messages {
      #expect(log.keys == nil && log.dealings == nil)
      _ = log.receive(message)
    }
    #expect(log.keys != nil && log.dealings != nil)
    #expect(log.missing.isEmpty)
  }

  @Test("printing gives no secret away")
  func descriptions() throws {
    let trustee = try Setting(1, 1).completed().trustees[0]
    #expect("\(trustee)" == "key ceremony")
    let shares = try #require(trustee.result?.shares)
    #expect("\(shares)" == "secret shares")
    #expect("\(shares[.election])" == "secret share")
  }

  @Test("wiping leaves zeros")
  func wiping() throws {
    var trustee = try Setting(1, 1).completed().trustees[0]
    var shares = try #require(trustee.result?.shares)
    shares.wipe()
    #expect(shares == SecretShares(trustee: 1, values: PerKey { _ in .zero }, drawSeed: .zero))
    trustee.wipe()
    #expect(trustee.seed == .zero)
    #expect(trustee.secretShares == SecretShares(trustee: 1, values: PerKey { _ in .zero }, drawSeed: .zero))
  }
}
