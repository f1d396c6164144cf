import Elections

/// What happened on a board, in a form that pages can show without reading the board again: kept as entries come, some bytes for each.
public struct BoardHistory: Sendable, Equatable {
  /// An entry that is not a voter's.
  public struct Milestone: Sendable, Equatable {
    public let kind: EntryKind
    /// Its number.
    public let position: UInt64
    /// Unix milliseconds.
    public let time: UInt64
    /// Of a pause or an abort.
    public let reason: String?
  }

  /// Opening, pauses, resumptions, replaced credentials, closing or abort, in their order.
  public private(set) var milestones: [Milestone] = []
  /// When each voter cast for the first time, Unix milliseconds, ascending.
  public private(set) var firstCasts: [UInt64] = []
  /// When a ballot was cast last; `nil`: none was.
  public private(set) var lastCast: UInt64?

  /// When the first ballot was cast.
  public var firstCast: UInt64? { firstCasts.first }

  /// How many voters had cast by a time.
  public func voters(at time: UInt64) -> Int {
    var (low, high) = (0, firstCasts.count)
    while low < high {
      let middle = (low + high) / 2
      if firstCasts[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func append(_ entry: BoardEntry, at position: UInt64) {
    let reason = entry.kind == .pause || entry.kind == .abort ? try? PublicReason(entry.body).text.description : nil
    milestones.append(Milestone(kind: entry.kind, position: position, time: entry.time, reason: reason))
  }

  /// - Parameter voters: how many of those that cast had not cast before.
  mutating func cast(at time: UInt64, voters: UInt64) {
    lastCast = time
    firstCasts += repeatElement(time, count: Int(voters))
  }
}

/// One entry, as lists of the newest show it.
public struct BoardEntrySummary: Sendable, Equatable {
  public let position: UInt64
  public let kind: EntryKind
  /// Unix milliseconds.
  public let time: UInt64
}

extension Board {
  /// The last entries, newest first.
  func newest(_ count: Int) -> [BoardEntrySummary] {
    let pieces = LongEntry.mostPieces(bits: frame.context.layout.bits)
    return memory.kinds.indices.suffix(count * (pieces + 1)).reversed().compactMap { position in
      memory.kinds[position].map { BoardEntrySummary(position: UInt64(position), kind: $0, time: memory.times[position]) }
    }.prefix(count).map { $0 }
  }

  /// Times of the entries at the ends of these sizes; sizes that the board does not have are left out.
  func times(ofSizes sizes: [UInt64]) -> [UInt64: UInt64] {
    var times: [UInt64: UInt64] = [:]
    for size in sizes where size > 0 && size <= memory.size { times[size] = memory.times[Int(size) - 1] }
    return times
  }
}
