import Curve25519

/// Hands a key over to other trustees, or to the same ones with other shares (`docs/spec/04-trustees.md`, 4.5): *t* of the old trustees deal what they have,
/// *n′* new ones add it up. The key stays; old and new shares have nothing to do with each other.
///
/// The arithmetic only: who carries sealed shares, and who is judged how, a ceremony says.
public struct Resharing: Equatable, Sendable {
  /// The key, with the old public shares.
  public let key: ThresholdKey
  /// The old trustees who deal, as many as the old threshold, ascending.
  public let dealers: [Int]
  /// *n′*. New trustees are numbered from 1.
  public let trustees: Int
  /// *t′*.
  public let threshold: Int
  /// *λᵢ* of each dealer.
  private let coefficients: [Scalar]

  /// - Parameters:
  ///   - dealers: exactly as many as the old threshold, in any order. All must deal: with others the weights are others.
  ///   - trustees: *n′*, at most 50.
  ///   - threshold: *t′*, 2*t′* > *n′*.
  public init(of key: ThresholdKey, by dealers: [Int], trustees: Int, threshold: Int) throws(ResharingError) {
    guard (1...CeremonyParameters.maximumTrustees).contains(trustees), (1...trustees).contains(threshold), 2 * threshold > trustees
    else { throw .thresholdOutOfRange(threshold, trustees: trustees) }
    guard dealers.count == key.threshold else { throw .wrongNumberOfDealers(found: dealers.count, needed: key.threshold) }
    let sorted = dealers.sorted()
    for (index, dealer) in sorted.enumerated() {
      guard key.publicShare(of: dealer) != nil else { throw .unknownDealer(dealer) }
      guard index == 0 || sorted[index - 1] != dealer else { throw .repeatedDealer(dealer) }
    }
    guard let coefficients = try? Combination.lagrangeCoefficients(sorted) else { throw .wrongDeals }
    self.key = key
    self.dealers = sorted
    self.trustees = trustees
    self.threshold = threshold
    self.coefficients = coefficients
  }

  /// Deals an old share: a polynomial of degree *t′* − 1 whose constant is *λᵢ·xᵢ*. Constant time in the share.
  public func deal<R: RandomSource>(_ share: SecretShare, using random: inout R) throws(ResharingError) -> SecretDeal {
    let coefficient = try coefficient(of: share.trustee)
    guard share.publicShare == key.publicShare(of: share.trustee) else { throw .foreignShare(trustee: share.trustee) }
    let others = (1..<threshold).map { _ in Scalar.random(using: &random) }
    return SecretDeal(dealer: share.trustee, polynomial: Polynomial(coefficients: [coefficient * share.value] + others))
  }

  /// Checks degree and constant of what a dealer has published: *C₀ = λᵢ·Yᵢ*, so that no dealer can change the key. Variable time: public.
  public func verify(_ deal: PublicDeal) throws(ResharingError) {
    let coefficient = try coefficient(of: deal.dealer)
    guard deal.commitments.count == threshold else { throw .wrongDegree(dealer: deal.dealer) }
    guard let share = key.publicShare(of: deal.dealer), deal.commitments[0] == share.vartimeMultiplied(by: coefficient) else {
      throw .wrongConstant(dealer: deal.dealer)
    }
  }

  /// The key with the new public shares: *Y′ⱼ = Σᵢ Σₖ jᵏ·Cᵢₖ*. Checks every deal. Variable time: public.
  ///
  /// - Parameter deals: of all dealers, in any order.
  public func newKey(_ deals: [PublicDeal]) throws(ResharingError) -> ThresholdKey {
    guard deals.map({ $0.dealer }).sorted() == dealers else { throw .wrongDeals }
    var sums = Array(repeating: RistrettoPoint.identity, count: threshold)
    for deal in deals {
      try verify(deal)
      for k in sums.indices { sums[k] += deal.commitments[k] }
    }
    return ThresholdKey(resharing: sums, trustees: trustees)
  }

  /// A new trustee's share: the sum of what all dealers have dealt to it, each checked. Constant time in what was dealt.
  ///
  /// - Parameters:
  ///   - trustee: the new number.
  ///   - parts: what each dealer has sent, at the position of its public deal.
  ///   - deals: of all dealers, in any order.
  public func newShare(of trustee: Int, _ parts: [Scalar], _ deals: [PublicDeal]) throws(ResharingError) -> SecretShare {
    guard (1...trustees).contains(trustee) else { throw .unknownTrustee(trustee) }
    guard deals.map({ $0.dealer }).sorted() == dealers, parts.count == deals.count else { throw .wrongDeals }
    var sum = Scalar.zero
    for (part, deal) in zip(parts, deals) {
      try verify(deal)
      guard RistrettoPoint.generatorMultiple(part) == DealerCommitment.evaluate(deal.commitments, at: trustee) else {
        throw .wrongShare(dealer: deal.dealer)
      }
      sum += part
    }
    return SecretShare(trustee: trustee, value: sum)
  }

  private func coefficient(of dealer: Int) throws(ResharingError) -> Scalar {
    guard let place = dealers.firstIndex(of: dealer) else { throw .unknownDealer(dealer) }
    return coefficients[place]
  }
}

/// What a dealer publishes when a key is handed over: *Cₖ = aₖ·G* for each coefficient.
public struct PublicDeal: Equatable, Sendable {
  /// The dealer's old number.
  public let dealer: Int
  /// *C₀ … Cₜ′₋₁*.
  public let commitments: [RistrettoPoint]

  /// A deal received from elsewhere; `Resharing.verify` checks it.
  public init(dealer: Int, commitments: [RistrettoPoint]) {
    self.dealer = dealer
    self.commitments = commitments
  }
}

/// What a dealer keeps until every new trustee has its part.
public struct SecretDeal: Sendable {
  /// The dealer's old number.
  public let dealer: Int
  private var polynomial: Polynomial

  init(dealer: Int, polynomial: Polynomial) {
    self.dealer = dealer
    self.polynomial = polynomial
  }

  /// What is published. Constant time in the secrets.
  public var published: PublicDeal { PublicDeal(dealer: dealer, commitments: polynomial.commitments) }

  /// What a new trustee gets, and nobody else. Constant time in the secrets.
  ///
  /// - Precondition: `trustee` is a new trustee's number: at 0 stands the dealer's own secret.
  public func part(for trustee: Int) -> Scalar {
    precondition(trustee >= 1, "trustees are numbered from 1")
    return polynomial.evaluated(at: trustee)
  }

  /// Overwrites the coefficients. Copies made before remain.
  public mutating func wipe() { polynomial.wipe() }
}

extension SecretDeal: CustomStringConvertible {
  /// Nothing about the secret, so that a log line cannot give it away.
  public var description: String { "secret deal" }
}

extension ThresholdKey {
  /// - Parameter sums: what all dealers have committed to, added up; the first is the key, which is no identity.
  fileprivate init(resharing sums: [RistrettoPoint], trustees: Int) {
    threshold = sums.count
    jointKey = sums[0]
    publicShares = (1...trustees).map { DealerCommitment.evaluate(sums, at: $0) }
  }
}
