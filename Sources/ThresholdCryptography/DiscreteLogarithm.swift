import Curve25519

/// Finds small *x* from *x·G* by baby steps and giant steps.
///
/// One table serves many targets. With *m* entries, a search costs *m* baby steps once and at most *bound / m* giant steps a target;
/// *m* is the square root of bound × targets, which balances the two, but at most 2²⁰ (24 MiB).
///
/// Variable time: targets are public.
public struct DiscreteLogarithm: Sendable {
  /// The largest bound, 2⁴⁰: with one target, about two million steps.
  public static let maximumBound: UInt64 = 1 << 40
  /// The most entries of a table.
  private static let maximumEntries: UInt64 = 1 << 20
  /// Points encoded together: enough to share the cost of an inversion.
  private static let batch = 512

  /// The largest number found.
  public let bound: UInt64
  /// *m*: the table holds 0·G … (m − 1)·G.
  private let entries: UInt64
  private let table: Table

  /// Makes the baby steps.
  ///
  /// - Parameters:
  ///   - bound: the largest number to be found, at most 2⁴⁰.
  ///   - targets: about how many numbers will be sought.
  /// - Precondition: `bound` ≤ 2⁴⁰.
  public init(bound: UInt64, targets: Int = 1) {
    precondition(bound <= Self.maximumBound, "bound above 2^40")
    self.bound = bound
    let work = (bound + 1) * UInt64(min(max(targets, 1), 1 << 20))
    entries = min(Self.squareRoot(work), bound + 1, Self.maximumEntries)
    table = Table(entries: Int(entries))
  }

  /// For each target the *x* in 0 … bound with *x·G* = target, `nil` where there is none.
  public func logarithms(of targets: [RistrettoPoint]) -> [UInt64?] {
    var found = [UInt64?](repeating: nil, count: targets.count)
    var open = targets.indices.map { Search(target: $0, point: targets[$0]) }
    let giant = RistrettoPoint.generator.vartimeMultiplied(by: entries)
    var step: UInt64 = 0
    let last = bound / entries
    while !open.isEmpty && step <= last {
      // Few targets take several steps at once, so that a batch is full.
      let count = min(UInt64(max(1, Self.batch / open.count)), last - step + 1)
      var points: [RistrettoPoint] = []
      points.reserveCapacity(open.count * Int(count))
      for index in open.indices {
        for _ in 0..<count {
          points.append(open[index].point)
          open[index].point = open[index].point - giant
        }
      }
      let encodings = RistrettoPoint.doubledEncodings(points)
      for (index, encoding) in encodings.enumerated() {
        let target = open[index / Int(count)].target
        guard found[target] == nil else { continue }
        found[target] = match(encoding, step: step + UInt64(index) % count, targets[target])
      }
      open.removeAll { found[$0.target] != nil }
      step += count
    }
    return found
  }

  /// The number that a baby step of this encoding would mean, once it is certain.
  private func match(_ encoding: Bytes32, step: UInt64, _ target: RistrettoPoint) -> UInt64? {
    table.firstEntry(of: encoding) { entry in
      let candidate = step * entries + entry
      return candidate <= bound && RistrettoPoint.generator.vartimeMultiplied(by: candidate) == target ? candidate : nil
    }
  }

  /// A target that is not found yet, reduced by the giant steps done.
  private struct Search {
    let target: Int
    var point: RistrettoPoint
  }

  /// ⌈√value⌉ for values below 2⁶², by bisection.
  private static func squareRoot(_ value: UInt64) -> UInt64 {
    var low: UInt64 = 0
    var high: UInt64 = 1 << 31
    while low < high {
      let middle = (low + high) / 2
      if middle * middle >= value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Baby steps by the encoding of their double: open addressing, half empty, keyed by 64 bits of the encoding.
private struct Table: Sendable {
  private var keys: [UInt64]
  /// One more than the number of the baby step; 0 where the place is free.
  private var values: [UInt32]
  private let mask: Int

  init(entries: Int) {
    var places = 2
    while places < 2 * entries { places *= 2 }
    keys = [UInt64](repeating: 0, count: places)
    values = [UInt32](repeating: 0, count: places)
    mask = places - 1
    var point = RistrettoPoint.identity
    var next = 0
    while next < entries {
      var points: [RistrettoPoint] = []
      let count = min(512, entries - next)
      points.reserveCapacity(count)
      for _ in 0..<count {
        points.append(point)
        point = point + .generator
      }
      for encoding in RistrettoPoint.doubledEncodings(points) {
        insert(Self.key(encoding), UInt32(next))
        next += 1
      }
    }
  }

  /// The first answer of `check` for an entry whose key is that of `encoding`. Keys are shorter than encodings, so that only the
  /// check makes certain.
  func firstEntry(of encoding: Bytes32, check: (UInt64) -> UInt64?) -> UInt64? {
    let key = Self.key(encoding)
    var place = Self.place(key) & mask
    while values[place] != 0 {
      if keys[place] == key, let answer = check(UInt64(values[place] - 1)) { return answer }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ key: UInt64, _ value: UInt32) {
    var place = Self.place(key) & mask
    while values[place] != 0 { place = (place + 1) & mask }
    keys[place] = key
    values[place] = value + 1
  }

  private static func key(_ encoding: Bytes32) -> UInt64 {
    var key: UInt64 = 0
    for index in 0..<8 { key |= UInt64(encoding[index]) << UInt64(8 * index) }
    return key
  }

  /// Encodings are even numbers: the lowest bits tell least.
  private static func place(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key >> 16) }
}
