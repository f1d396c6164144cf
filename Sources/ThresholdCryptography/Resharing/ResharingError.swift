/// Why a key is not handed over. What is a dealer's fault names the dealer.
public enum ResharingError: Error, Equatable, Sendable {
  /// Not 1 ≤ new threshold ≤ new trustees ≤ 50, or two disjoint groups could act: not 2 · threshold > trustees.
  case thresholdOutOfRange(Int, trustees: Int)
  /// Not as many dealers as the old threshold.
  case wrongNumberOfDealers(found: Int, needed: Int)
  /// A dealer occurs twice.
  case repeatedDealer(Int)
  /// The old key has no trustee with this number, or it is none of the dealers.
  case unknownDealer(Int)
  /// A secret share is not the one that the old key has for its trustee.
  case foreignShare(trustee: Int)
  /// Not one deal of every dealer, each once.
  case wrongDeals
  /// The number of commitments is not the new threshold.
  case wrongDegree(dealer: Int)
  /// The constant is not the dealer's own part of the old key.
  case wrongConstant(dealer: Int)
  /// A share is not what the dealer has committed to.
  case wrongShare(dealer: Int)
  /// There will be no new trustee with this number.
  case unknownTrustee(Int)
}
