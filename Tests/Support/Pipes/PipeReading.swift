import Foundation
import Glibc

/// What a process could not be asked.
public struct PipeError: Error {
  /// `errno`.
  public let code: Int32
}

/// Reading from pipes of processes. Foundation's own ways give up where a signal comes in between, and a test bundle gets many.
extension FileHandle {
  /// What has come, waiting for some; empty at the end.
  public func nextPiece() throws -> Data {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(fileDescriptor, &buffer, buffer.count)
      if count >= 0 { return Data(buffer.prefix(count)) }
      guard errno == EINTR else { throw PipeError(code: errno) }
    }
  }

  /// All that comes until the end.
  public func rest() throws -> Data {
    var all = Data()
    while true {
      let piece = try nextPiece()
      if piece.isEmpty { return all }
      all += piece
    }
  }
}
