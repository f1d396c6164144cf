import Curve25519

/// Collects partial evaluations of one statement until any *t* valid ones are there.
///
/// A plain value without input or output. As with partial decryptions, only the proof shows whose a partial evaluation is: an invalid one in a
/// trustee's name is refused and named but never keeps the valid one out.
public struct BeaconSession: Sendable {
  /// What became of a partial evaluation.
  public enum Outcome: Equatable, Sendable {
    /// Valid; more are needed.
    case accepted
    /// This trustee's is there already.
    case duplicate
    /// Invalid: who is named, and why.
    case refused(PartialEvaluationError)
    /// Valid, and there are enough: `output` is there. Later ones are accepted too, for the record.
    case finished
  }

  /// What is evaluated.
  public let statement: BeaconStatement
  /// The valid partial evaluations so far, in ascending order of trustees.
  public private(set) var partials: [PartialEvaluation] = []
  /// The output, once *t* valid partial evaluations are there.
  public private(set) var output: BeaconOutput?

  /// Waits for partial evaluations of `statement`.
  public init(statement: BeaconStatement) { self.statement = statement }

  /// The trustees whose partial evaluation is not there, ascending. Any `stillNeeded` of them finish.
  public var missing: [Int] {
    (1...statement.key.publicShares.count).filter { trustee in !partials.contains { $0.trustee == trustee } }
  }

  /// How many more valid partial evaluations are needed.
  public var stillNeeded: Int { max(0, statement.key.threshold - partials.count) }

  /// Takes one partial evaluation. Variable time: it is public.
  public mutating func receive(_ partial: PartialEvaluation) -> Outcome {
    if partials.contains(where: { $0.trustee == partial.trustee }) { return .duplicate }
    do throws(PartialEvaluationError) { try partial.verify(statement) } catch { return .refused(error) }
    let place = partials.firstIndex { $0.trustee > partial.trustee } ?? partials.count
    partials.insert(partial, at: place)
    if output == nil { output = try? BeaconOutput(combining: partials, of: statement) }
    return output == nil ? .accepted : .finished
  }
}
