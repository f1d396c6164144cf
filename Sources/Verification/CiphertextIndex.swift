import BallotCryptography
import Curve25519

/// Finds ciphertexts that occur twice, exactly and in bounded memory: when there are more than can be held at a time, they are divided by a hash of
/// their bytes into parts, and the board is read once for each part.
struct CiphertextIndex {
  /// Ciphertexts held at a time: 72 MB.
  static let capacity: UInt64 = 1 << 20

  /// Into how many parts the ciphertexts of `ballots` ballots of `bits` bits are divided. A size that only a forged checkpoint claims gives some
  /// number too.
  static func parts(ballots: UInt64, bits: Int, capacity: UInt64) -> Int {
    let (count, overflow) = ballots.multipliedReportingOverflow(by: UInt64(bits))
    return overflow ? mostParts : Int(min(UInt64(mostParts), (max(count, 1) - 1) / capacity + 1))
  }

  private static let mostParts = 1 << 20

  private struct Item {
    let alpha: Bytes32
    let beta: Bytes32
    let entry: UInt64
  }

  private let part: UInt64
  private let parts: UInt64
  private let key: [UInt64]
  private var items: [Item] = []

  /// Ciphertexts held.
  var count: Int { items.count }

  /// The index of one part, 0 ..< parts.
  ///
  /// - Parameter root: of the log. It keys the hash, so that whoever makes the ballots cannot put them all into one part.
  init(part: Int, of parts: Int, root: Bytes32) {
    self.part = UInt64(part)
    self.parts = UInt64(parts)
    key = (0..<4).map { root.word($0) | 1 }
  }

  /// Takes the ciphertexts of a ballot that fall into this part.
  mutating func add(_ ballot: EncryptedBallot, entry: UInt64) {
    for bit in 0..<ballot.bits {
      let (alpha, beta) = ballot.ciphertext(bit)
      if parts == 1 || spread(alpha, beta) % parts == part { items.append(Item(alpha: alpha, beta: beta, entry: entry)) }
    }
  }

  /// Multiplies and shifts; equal ciphertexts give equal numbers, others are spread evenly.
  private func spread(_ alpha: Bytes32, _ beta: Bytes32) -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<4 {
      sum = (sum &+ alpha.word(index)) &* key[index]
      sum = (sum ^ sum >> 32 &+ beta.word(index)) &* key[3 - index]
    }
    return sum >> 32
  }

  /// The first entry that repeats a ciphertext, and the entry that it repeats; `nil` if all are distinct.
  /// Forgets all ciphertexts.
  mutating func takeFirstRepetition() -> (entry: UInt64, original: UInt64)? {
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

extension Bytes32 {
  /// Eight of the bytes as a number.
  fileprivate func word(_ index: Int) -> UInt64 {
    var word: UInt64 = 0
    for byte in 0..<8 { word = word << 8 | UInt64(self[8 * index + byte]) }
    return word
  }
}
