/// A file of the log: a hash tile or an entry bundle under its path.
public struct LogFile: Equatable, Sendable {
  /// Where it is published, below the log's prefix.
  public let path: TilePath
  /// What is in it.
  public let bytes: [UInt8]

  /// A file with its content.
  public init(path: TilePath, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Verifies that a published file is this one, byte for byte.
  ///
  /// - Throws: `tileMismatch` with the path.
  public func verify(published: [UInt8]) throws(LogError) {
    guard published == bytes else { throw .tileMismatch(path) }
  }
}
