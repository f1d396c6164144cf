import BallotCryptography
import Curve25519
import Foundation
import TestSupport

/// One change to one file of a record.
struct Alteration: Sendable, CustomStringConvertible {
  enum Change: Sendable {
    case set(offset: Int, to: UInt8)
    case remove(offset: Int)
    case truncate(to: Int)
    case append(UInt8)
    case insert(offset: Int, UInt8)
  }

  let path: String
  let change: Change

  var description: String { "\(path): \(change)" }

  func applied(to record: MemoryRecord) -> MemoryRecord {
    var altered = record
    switch change {
    case .set(let offset, let byte): altered[path][offset] = byte
    case .remove(let offset): altered[path].remove(at: offset)
    case .truncate(let count): altered[path] = Array(altered[path].prefix(count))
    case .append(let byte): altered[path].append(byte)
    case .insert(let offset, let byte): altered[path].insert(byte, at: offset)
    }
    return altered
  }

  /// Whether every byte is altered twice.
  static let isLong = ProcessInfo.processInfo.environment["COMITIA_LONG"] != nil

  /// Every byte of every file with one random bit flipped, or set to another random value: by turns, or in long runs both.
  static func flips(of record: MemoryRecord) -> [Alteration] {
    var random = seeded("byte flips")
    var flips: [Alteration] = []
    for path in record.paths {
      for (offset, byte) in record[path].enumerated() {
        let flipped = byte ^ 1 << UInt8(random.number(below: 8))
        var other = random.bytes(1)[0]
        while other == byte || other == flipped { other = random.bytes(1)[0] }
        if isLong || offset % 2 == 0 { flips.append(Alteration(path: path, change: .set(offset: offset, to: flipped))) }
        if isLong || offset % 2 == 1 { flips.append(Alteration(path: path, change: .set(offset: offset, to: other))) }
      }
    }
    return flips
  }

  /// Files emptied, cut short by one byte or half, with a byte more at either end, or without one of their bytes.
  static func lengthChanges(of record: MemoryRecord) -> [Alteration] {
    var random = seeded("length changes")
    return record.paths.flatMap { path -> [Alteration] in
      let count = record[path].count
      let changes: [Change] = [
        .truncate(to: 0), .truncate(to: count / 2), .truncate(to: count - 1), .append(0), .append(10), .append(255),
        .insert(offset: 0, 0), .insert(offset: random.number(below: count), 32), .remove(offset: 0),
        .remove(offset: random.number(below: count)),
      ]
      return changes.map { Alteration(path: path, change: $0) }
    }
  }
}

extension GoodRecord {
  /// A small record in which everything occurs that a record can hold.
  static func complete() throws -> MemoryRecord {
    var setup = try ElectionSetup([.yesNo(blankAllowed: true)], weights: [1, 2])
    setup.revoting = .lastCounts
    var forge = try Forge(setup) { $0.opening.absent = [3] }
    let (ballot, opening) = try forge.encrypt([[1, 0]], by: 0)
    forge.challenge(ballot, by: 0)
    forge.publish(ballot, opening, by: 0)
    forge.pause("A pause.")
    forge.replace(1)
    forge.resume()
    try forge.cast([[0, 1]], by: 0)
    try forge.renew(replacing: [2], by: [1, 3])
    try forge.cast([[1, 0]], by: 1)
    try forge.cast([[0, 0]], by: 1)
    forge.close()
    return try forge.record()
  }

  /// The record of an election that was aborted.
  static func completeAborted() throws -> MemoryRecord {
    var forge = try Forge(ElectionSetup([.yesNo(blankAllowed: true)], weights: [1, 2]))
    try forge.cast([[0, 1]], by: 0)
    forge.abort("Given up.")
    return try forge.abortedRecord()
  }
}
