import Curve25519

/// Why partial evaluations give no output.
public enum BeaconError: Error, Equatable, Sendable {
  /// One is invalid: who is named, and why.
  case refused(PartialEvaluationError)
  /// Too few, or two by one trustee.
  case notCombined(CombinationError)
}

/// What the beacon says at a seed: the same for every *t* trustees (`docs/spec/11-randomness.md`, 11.3).
public struct BeaconOutput: Equatable, Sendable {
  /// 32 bytes that nobody could foresee who did not have *t* partial evaluations.
  public let value: Bytes32

  /// Checks and combines partial evaluations.
  ///
  /// Variable time: all of it is public.
  ///
  /// - Parameter partials: by distinct trustees, at least *t*. All are checked; the first *t* are combined.
  public init(of statement: BeaconStatement, _ partials: [PartialEvaluation]) throws(BeaconError) {
    for (position, partial) in partials.enumerated() {
      if partials[..<position].contains(where: { $0.trustee == partial.trustee }) {
        throw .notCombined(.repeatedTrustee(partial.trustee))
      }
      do throws(PartialEvaluationError) { try partial.verify(statement) } catch { throw .refused(error) }
    }
    do throws(CombinationError) { try self.init(combining: partials, of: statement) } catch { throw .notCombined(error) }
  }

  /// Combines the first *t* of partial evaluations that have been verified: an invalid one would give a wrong output.
  ///
  /// Variable time: all of it is public.
  public init(combining partials: [PartialEvaluation], of statement: BeaconStatement) throws(CombinationError) {
    let needed = statement.key.threshold
    guard partials.count >= needed else { throw .tooFew(found: partials.count, needed: needed) }
    let chosen = partials[..<needed]
    let coefficients = try Combination.lagrangeCoefficients(chosen.map { $0.trustee })
    var transcript = Transcript("beacon output")
    transcript.absorb("seed", statement.seed.value)
    transcript.absorb("point", RistrettoPoint.vartimeSum(coefficients, chosen.map { $0.evaluation }).encoded)
    value = transcript.digest("output")
  }
}
