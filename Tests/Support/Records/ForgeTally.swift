import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography

// What happens after voting: tally, decryption, result.
extension Forge {
  /// A ballot and how often it counts.
  public struct Counted {
    public var ballot: EncryptedBallot
    public var weight: UInt32

    public init(ballot: EncryptedBallot, weight: UInt32) {
      self.ballot = ballot
      self.weight = weight
    }
  }

  /// The last cast ballot of each credential on the roll, or the first, in the order of the board.
  public func counted(first: Bool = false) -> [Counted] {
    var chosen: [Bytes32: (Int, EncryptedBallot)] = [:]
    for (index, entry) in entries.enumerated() where entry.first == EntryKind.cast.rawValue {
      guard let cast = try? CastBallot(body(index)) else { continue }
      if first, chosen[cast.ballot.credential] != nil { continue }
      chosen[cast.ballot.credential] = (index, cast.ballot)
    }
    let weights = Dictionary(
      (RollFile.voters(rollFile) + replacements).map { voter in
        (Bytes32(voter.span), voter[32..<36].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      }, uniquingKeysWith: { first, _ in first })
    return chosen.values.sorted { $0.0 < $1.0 }.compactMap { _, ballot in
      weights[ballot.credential].map { Counted(ballot: ballot, weight: $0) }
    }
  }

  /// The 68 bytes of each voter that a replacement entry adds.
  private var replacements: [[UInt8]] {
    entries.filter { $0.first == EntryKind.replacement.rawValue && $0.count == 109 }.map { Array($0[41...]) }
  }

  /// The encrypted totals (`docs/spec/03-ballots.md`, 3.6). A ballot with a point that is none is left out.
  public func totals(_ counted: [Counted]) -> [Ciphertext] {
    let identity = Ciphertext(alpha: .identity, beta: .identity)
    var bits = [Ciphertext](repeating: identity, count: layout.bits)
    for item in counted where item.ballot.bits == layout.bits {
      let ciphertexts = (0..<layout.bits).compactMap { bit -> Ciphertext? in
        let (alpha, beta) = item.ballot.ciphertext(bit)
        guard let a = RistrettoPoint(alpha), let b = RistrettoPoint(beta) else { return nil }
        return Ciphertext(alpha: a, beta: b)
      }
      guard ciphertexts.count == layout.bits else { continue }
      let weight = Scalar(UInt64(item.weight))
      for (bit, c) in ciphertexts.enumerated() {
        bits[bit] = Ciphertext(alpha: bits[bit].alpha + weight * c.alpha, beta: bits[bit].beta + weight * c.beta)
      }
    }
    return layout.contests.flatMap { contest in
      (0..<contest.rules.options).map { option in
        let weights = SpecLayout.weights(contest.rules.range)
        let first = contest.bits.lowerBound + option * weights.count
        return weights.enumerated().reduce(identity) { sum, item in
          let bit = bits[first + item.offset]
          let weight = Scalar(small: item.element)
          return Ciphertext(alpha: sum.alpha + weight * bit.alpha, beta: sum.beta + weight * bit.beta)
        }
      }
    }
  }

  /// What the trustees decrypt.
  public func statement(_ totals: [Ciphertext]? = nil, size: Int? = nil, root: Bytes32? = nil) -> DecryptionStatement {
    DecryptionStatement(
      election: electionID, size: UInt64(size ?? entries.count), root: root ?? MerkleMirror.root(entries),
      totals: totals ?? self.totals(counted()))
  }

  /// Honest partial decryptions.
  public func partials(_ statement: DecryptionStatement, by numbers: [Int]) -> [PartialDecryption] {
    var random = seeded("partials")
    return numbers.map { PartialDecryption(of: statement, with: trustees.share(of: $0), using: &random) }
  }

  /// The numbers in the totals, by the election's secret; 0 for one that is not small.
  public func decrypted(_ totals: [Ciphertext]) -> [UInt64] {
    let secret = trustees.electionSecret
    return DiscreteLogarithm(bound: 20_000, targets: totals.count)
      .logarithms(of: totals.map { $0.beta - secret * $0.alpha }).map { $0 ?? 0 }
  }

  /// The result that the board and these totals give.
  public func result(_ totals: [UInt64], counted: [Counted]? = nil) -> ElectionResult {
    let counted = counted ?? self.counted()
    func number(_ kind: EntryKind) -> UInt32 { UInt32(entries.count { $0.first == kind.rawValue }) }
    return ElectionResult(
      cast: number(.cast), counted: UInt32(counted.count),
      countedWeight: counted.reduce(0) { $0 + UInt64($1.weight) }, challenged: number(.challenge), replaced: number(.replacement),
      totals: totals)
  }

  /// The file `tally` (6.7), in whatever order and number.
  public func tally(_ statement: DecryptionStatement, _ partials: [PartialDecryption]) -> [UInt8] {
    var writer = ByteWriter()
    writer.raw(Array("COMITIAA".utf8) + [0, 1])
    writer.u64(statement.size)
    writer.b32(statement.root)
    writer.u16(UInt16(statement.totals.count))
    for total in statement.totals { writer.raw(total.alpha.encoded.bytes + total.beta.encoded.bytes) }
    writer.u8(UInt8(partials.count))
    for partial in partials { partial.encode(to: &writer) }
    return writer.bytes
  }

  /// The closing draw by these trustees.
  public func closingDraw(by numbers: [Int]) -> DrawRecord {
    let (size, root) = (UInt64(entries.count), MerkleMirror.root(entries))
    let seed = DrawSeed.closing(election: electionID, size: size, root: root)
    return DrawRecord(size: size, root: root, parts: trustees.draw(at: seed, by: numbers))
  }

  /// Has the trustees sign whatever tally, result and draw the record has.
  public func certify(_ record: inout MemoryRecord) {
    let certificate = ResultCertificate(
      election: electionID, size: UInt64(entries.count), root: MerkleMirror.root(entries), tally: record["tally"],
      result: record["result"], draw: record["draw-closing"])
    record["certificate"] = certificate.encoded(signature: trustees.signature(of: certificate.message))
  }

  /// The record of an election that was aborted: cosigned by all trustees, without what a tallied one has at its end.
  public func abortedRecord() throws -> MemoryRecord {
    var record = try board()
    record["checkpoint"] = try cosigned(checkpoint(), by: Array(1...trustees.dealers.count)).bytes
    return record
  }

  /// The whole record, all trustees having done their part on whatever stands on the board.
  ///
  /// - Parameters:
  ///   - cosigners: all trustees if nothing is said.
  ///   - decrypting: the first *t* if nothing is said.
  ///   - counted: what is added up, the honest choice if nothing is said.
  public func record(
    cosigners: [Int]? = nil, decrypting: [Int]? = nil, counted: [Counted]? = nil
  ) throws -> MemoryRecord {
    var record = try board()
    let numbers = Array(1...trustees.dealers.count)
    record["checkpoint"] = try cosigned(checkpoint(), by: cosigners ?? numbers).bytes
    let counted = counted ?? self.counted()
    let statement = statement(totals(counted))
    let decrypting = decrypting ?? Array(numbers.prefix(trustees.parameters.threshold))
    record["tally"] = tally(statement, partials(statement, by: decrypting))
    record["result"] = result(decrypted(statement.totals), counted: counted).encoded
    record["draw-closing"] = closingDraw(by: decrypting).encoded
    certify(&record)
    return record
  }
}
