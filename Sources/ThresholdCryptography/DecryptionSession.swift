import Curve25519

/// Collects partial decryptions of one statement until any *t* valid ones are there.
///
/// A plain value without input or output. A partial decryption is not signed: only its proof shows whose it is. So an invalid one
/// in a trustee's name is refused and named but never keeps the valid one out.
public struct DecryptionSession: Sendable {
  /// What became of a partial decryption.
  public enum Outcome: Equatable, Sendable {
    /// Valid; more are needed.
    case accepted
    /// This trustee's is there already.
    case duplicate
    /// Invalid: who is named, and why.
    case refused(PartialDecryptionError)
    /// Valid, and there are enough: `plaintexts` is there. Later ones are accepted too, for the record.
    case finished
  }

  /// What is decrypted.
  public let statement: DecryptionStatement
  /// What partial decryptions are checked against.
  public let key: ThresholdKey
  /// The valid partial decryptions so far, in ascending order of trustees.
  public private(set) var partials: [PartialDecryption] = []
  /// *totalₖ·G* for every total, once *t* valid partial decryptions are there.
  public private(set) var plaintexts: [RistrettoPoint]?

  /// Waits for partial decryptions of `statement`.
  public init(statement: DecryptionStatement, key: ThresholdKey) {
    self.statement = statement
    self.key = key
  }

  /// The trustees whose partial decryption is not there, ascending. Any `stillNeeded` of them finish.
  public var missing: [Int] {
    (1...key.publicShares.count).filter { trustee in !partials.contains { $0.trustee == trustee } }
  }

  /// How many more valid partial decryptions are needed.
  public var stillNeeded: Int { max(0, key.threshold - partials.count) }

  /// Takes one partial decryption. Variable time: it is public.
  public mutating func receive(_ partial: PartialDecryption) -> Outcome {
    if partials.contains(where: { $0.trustee == partial.trustee }) { return .duplicate }
    do throws(PartialDecryptionError) { try partial.verify(statement, key: key) } catch { return .refused(error) }
    let place = partials.firstIndex { $0.trustee > partial.trustee } ?? partials.count
    partials.insert(partial, at: place)
    if plaintexts == nil { plaintexts = try? Combination.plaintexts(statement, partials, key: key) }
    return plaintexts == nil ? .accepted : .finished
  }
}
