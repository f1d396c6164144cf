import Curve25519
import Database

/// Slows down whoever tries passwords, without keeping the true owner out.
///
/// Three counts: of a name from one place, of a place over all names, and of a name over all places. Where a name has signed in before, only
/// the first one holds for it: strangers cannot lock anybody out there. Unknown names are counted like known ones. A try counts as
/// failed until it has succeeded, so that many at once gain nothing.
struct LoginThrottle: Sendable {
  /// Tries that are free, and the longest delay after those, in milliseconds.
  private struct Limit {
    let free: Int64
    let longest: UInt64
  }

  private static let namePlace = Limit(free: 5, longest: 15 * 60_000)
  private static let place = Limit(free: 50, longest: 60_000)
  private static let name = Limit(free: 30, longest: 15 * 60_000)
  /// Failures are forgotten after a day, places after 90.
  private static let memory: UInt64 = 86_400_000
  private static let placeMemory: UInt64 = 90 * 86_400_000

  private let buckets: [(key: [UInt8], limit: Limit)]
  private let knownPlace: [UInt8]

  /// - Parameters:
  ///   - name: normalised.
  ///   - place: an address, or its network.
  init(name: String, place: String) {
    let nameHash = SHA256.hash(Array(name.utf8))
    let placeHash = SHA256.hash(Array(place.utf8))
    func key(_ kind: UInt8) -> [UInt8] { SHA256.hash([kind] + (kind == 2 ? [] : nameHash) + (kind == 3 ? [] : placeHash)) }
    buckets = [(key(1), Self.namePlace), (key(2), Self.place), (key(3), Self.name)]
    knownPlace = key(4)
  }

  /// Counts a try.
  ///
  /// - Returns: `nil`, or the seconds to wait; then it was not counted.
  func begin(now: UInt64, in session: any SQLSession) async throws -> Int? {
    try await session.execute("DELETE FROM login_failures WHERE expires <= $1", [.integer(Int64(now))])
    let isKnown =
      try await session.query(
        "SELECT 1 FROM login_places WHERE place = $1 AND expires > $2", [.bytes(knownPlace), .integer(Int64(now))]
      ).isEmpty == false
    var wait: UInt64 = 0
    var counts: [Int64] = []
    for (position, bucket) in buckets.enumerated() {
      let row = try await session.query("SELECT failures, until FROM login_failures WHERE bucket = $1", [.bytes(bucket.key)]).first
      counts.append(try row?.integer(0) ?? 0)
      guard let until = try row?.integer(1), !(isKnown && position > 0) else { continue }
      // Never longer than the longest, even when the clock has stepped back.
      wait = max(wait, min(UInt64(until) > now ? UInt64(until) - now : 0, bucket.limit.longest))
    }
    if wait > 0 { return Int((wait + 999) / 1000) }
    for (bucket, count) in zip(buckets, counts) {
      let failures = count + 1
      let over = failures - bucket.limit.free
      let delay = over < 0 ? 0 : min(bucket.limit.longest, 1000 << UInt64(min(over, 20)))
      try await session.execute(
        """
        INSERT INTO login_failures (bucket, failures, until, expires) VALUES ($1, $2, $3, $4)
        ON CONFLICT (bucket) DO UPDATE SET failures = $2, until = $3, expires = $4
        """, [.bytes(bucket.key), .integer(failures), .integer(Int64(now + delay)), .integer(Int64(now + Self.memory))])
    }
    return nil
  }

  /// Takes the try back, for it has succeeded, and remembers the place.
  func succeed(now: UInt64, in session: any SQLSession) async throws {
    try await session.execute("DELETE FROM login_failures WHERE bucket = $1", [.bytes(buckets[0].key)])
    for bucket in buckets.dropFirst() {
      try await session.execute(
        "UPDATE login_failures SET failures = failures - 1, until = CASE WHEN failures <= $2 THEN 0 ELSE until END WHERE bucket = $1",
        [.bytes(bucket.key), .integer(bucket.limit.free)])
    }
    try await session.execute("DELETE FROM login_places WHERE expires <= $1", [.integer(Int64(now))])
    try await session.execute(
      "INSERT INTO login_places (place, expires) VALUES ($1, $2) ON CONFLICT (place) DO UPDATE SET expires = $2",
      [.bytes(knownPlace), .integer(Int64(now + Self.placeMemory))])
  }
}
