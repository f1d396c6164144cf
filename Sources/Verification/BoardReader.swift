import Curve25519
import Elections
import TransparencyLog

/// Reads the board bundle by bundle, in memory that does not depend on its size.
struct BoardReader<Source: RecordSource> {
  let source: Source
  private(set) var replay: LogReplay

  /// A reader from the first entry on.
  ///
  /// - Parameter earlierSizes: sizes whose roots will be asked for.
  init(_ source: Source, size: UInt64, earlierSizes: [UInt64] = []) throws(LogError) {
    self.source = source
    replay = try LogReplay(size: size, earlierSizes: earlierSizes)
  }

  /// The next bundle, `nil` after the last.
  mutating func next() throws(BoardReadingError) -> LogReplay.Step? {
    guard let path = replay.nextBundle else { return nil }
    guard let bytes = source.read(path.bytes) else { throw .missing(path: path.bytes) }
    do throws(LogError) {
      return try replay.replay(bytes)
    } catch let error {
      throw .malformed(path: path.bytes, error)
    }
  }
}

/// Why the board could not be read on.
enum BoardReadingError: Error {
  case missing(path: [UInt8])
  case malformed(path: [UInt8], LogError)
}
