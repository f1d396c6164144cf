import Curve25519

/// The running sum of ballots, bit by bit (`docs/spec/03-ballots.md`, 3.6).
public struct EncryptedTally: Sendable {
  private var sums: [Ciphertext]
  private let layout: BallotLayout
  /// Ballots added.
  public private(set) var ballots: UInt64 = 0
  /// Their weight.
  public private(set) var weight: UInt64 = 0

  /// An empty tally.
  public init(_ layout: BallotLayout) {
    self.layout = layout
    sums = Array(repeating: .zero, count: layout.bits)
  }

  /// Adds a verified ballot.
  ///
  /// - Parameters:
  ///   - ciphertexts: a pair for each bit of the layout.
  ///   - weight: the voter's weight, at least 1.
  public mutating func add(_ ciphertexts: [Ciphertext], weight: UInt32) {
    precondition(ciphertexts.count == sums.count)
    for index in sums.indices { sums[index] += ciphertexts[index].vartimeMultiplied(by: UInt64(weight)) }
    ballots += 1
    self.weight += UInt64(weight)
  }

  /// Adds what was summed elsewhere for the same layout.
  public mutating func add(_ other: EncryptedTally) {
    precondition(other.sums.count == sums.count)
    for index in sums.indices { sums[index] += other.sums[index] }
    ballots += other.ballots
    weight += other.weight
  }

  /// The encrypted total of every option of every contest, in order.
  public var totals: [Ciphertext] {
    var totals: [Ciphertext] = []
    for contest in layout.contests {
      for option in 0..<contest.rules.options {
        var total = Ciphertext.zero
        for (offset, weight) in contest.value.weights.enumerated() {
          let bit = contest.firstBit + option * contest.value.weights.count + offset
          total += sums[bit].vartimeMultiplied(by: UInt64(weight))
        }
        totals.append(total)
      }
    }
    return totals
  }
}

// A running sum by itself, between programs that add up parts of one board.
extension EncryptedTally {
  /// Writes `ballots u64 ‖ weight u64 ‖ bits × (α point ‖ β point)`.
  public func encode(to writer: inout ByteWriter) {
    writer.u64(ballots)
    writer.u64(weight)
    for sum in sums {
      writer.b32(sum.alpha.encoded)
      writer.b32(sum.beta.encoded)
    }
  }

  /// Reads a sum of ballots of this layout.
  ///
  /// - Throws: `truncated`, `invalidEncoding`; `outOfRange` for more than any election has, so that no sum of sums overflows.
  public init(from reader: inout ByteReader, _ layout: BallotLayout) throws(CodecError) {
    self.layout = layout
    ballots = try reader.u64("ballots")
    weight = try reader.u64("weight")
    guard ballots <= 1 << 40, weight <= 1 << 40 else { throw .outOfRange(field: FieldName("weight")) }
    sums = []
    for _ in 0..<layout.bits { sums.append(Ciphertext(alpha: try reader.point("sum"), beta: try reader.point("sum"))) }
  }
}
