import BallotCryptography
import Curve25519

/// Finds ciphertexts that occur twice, exactly and in bounded memory: at most `capacity` are held at a time. When there are more, they are divided by
/// their bytes into parts, and the board is read once for each part.
struct CiphertextIndex {
  /// Ciphertexts held at a time: 72 MB.
  static let capacity: UInt64 = 1 << 20

  /// Into how many parts the ciphertexts of `ballots` ballots are divided. A size that only a forged checkpoint claims gives some number too.
  static func parts(ballots: UInt64, bits: Int) -> Int {
    let (count, overflow) = ballots.multipliedReportingOverflow(by: UInt64(bits))
    return overflow ? mostParts : Int(min(UInt64(mostParts), count / capacity + 1))
  }

  private static let mostParts = 1 << 20

  private struct Item {
    let alpha: Bytes32
    let beta: Bytes32
    let entry: UInt64
  }

  private let part: Int
  private let parts: Int
  private var items: [Item] = []

  /// The index of one part, 0 ..< parts.
  init(part: Int, of parts: Int) {
    self.part = part
    self.parts = parts
  }

  /// Takes the ciphertexts of a ballot that fall into this part.
  mutating func add(_ ballot: EncryptedBallot, entry: UInt64) {
    for bit in 0..<ballot.bits {
      let (alpha, beta) = ballot.ciphertext(bit)
      // Encodings are spread evenly but for forged ones, which can only make a part larger than planned.
      let spread = Int(alpha[1]) << 16 | Int(alpha[2]) << 8 | Int(alpha[3])
      if spread % parts == part { items.append(Item(alpha: alpha, beta: beta, entry: entry)) }
    }
  }

  /// The first entry that repeats a ciphertext, and the entry that it repeats; `nil` if all are distinct.
  consuming func firstRepetition() -> (entry: UInt64, original: UInt64)? {
    var sorted = items
    items = []
    sorted.sort {
      if $0.alpha != $1.alpha { return $0.alpha < $1.alpha }
      if $0.beta != $1.beta { return $0.beta < $1.beta }
      return $0.entry < $1.entry
    }
    var first: (entry: UInt64, original: UInt64)?
    for (a, b) in zip(sorted, sorted.dropFirst()) where a.alpha == b.alpha && a.beta == b.beta {
      if first.map({ b.entry < $0.entry }) ?? true { first = (b.entry, a.entry) }
    }
    return first
  }
}
