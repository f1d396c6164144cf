import Curve25519

/// Why partial decryptions cannot be combined.
public enum CombinationError: Error, Equatable, Sendable {
  /// Fewer than the threshold.
  case tooFew(found: Int, needed: Int)
  /// A trustee occurs twice.
  case repeatedTrustee(Int)
  /// There is no trustee with this number.
  case unknownTrustee(Int)
  /// Not one point for each total.
  case wrongCount(trustee: Int)
}

/// Joins valid partial decryptions (`docs/spec/04-trustees.md`, 4.4).
///
/// Variable time: all of it is public.
public enum Combination {
  /// *totalₖ·G = Bₖ − Σⱼ λⱼ·Dₖⱼ* for every total, from the first *t* partial decryptions given.
  ///
  /// - Parameter partials: by distinct trustees, at least *t*. The caller has verified them: an invalid one gives wrong totals.
  public static func plaintexts(
    _ statement: DecryptionStatement, _ partials: [PartialDecryption], key: ThresholdKey
  ) throws(CombinationError) -> [RistrettoPoint] {
    guard partials.count >= key.threshold else { throw .tooFew(found: partials.count, needed: key.threshold) }
    let chosen = Array(partials.prefix(key.threshold))
    for partial in chosen {
      guard key.publicShare(of: partial.trustee) != nil else { throw .unknownTrustee(partial.trustee) }
      guard partial.partials.count == statement.totals.count else { throw .wrongCount(trustee: partial.trustee) }
    }
    let coefficients = try lagrangeCoefficients(chosen.map { $0.trustee })
    return statement.totals.indices.map { k in
      statement.totals[k].beta - .vartimeSum(coefficients, chosen.map { $0.partials[k] })
    }
  }

  /// *λⱼ = Π i / (i − j)* over the other trustees *i*: the weights that give the value at 0 of a polynomial known at `trustees`.
  ///
  /// - Parameter trustees: distinct numbers from 1.
  public static func lagrangeCoefficients(_ trustees: [Int]) throws(CombinationError) -> [Scalar] {
    var denominators: [Scalar] = []
    for (position, j) in trustees.enumerated() {
      guard !trustees[..<position].contains(j) else { throw .repeatedTrustee(j) }
      denominators.append(product(of: trustees, except: j) { difference($0, j) })
    }
    Scalar.vartimeBatchInvert(&denominators)
    return zip(trustees, denominators).map { j, inverse in
      product(of: trustees, except: j) { Scalar(UInt64($0)) } * inverse
    }
  }

  private static func product(of trustees: [Int], except j: Int, _ factor: (Int) -> Scalar) -> Scalar {
    var product = Scalar.one
    for i in trustees where i != j { product = product * factor(i) }
    return product
  }

  private static func difference(_ i: Int, _ j: Int) -> Scalar { Scalar(UInt64(i)) - Scalar(UInt64(j)) }
}
