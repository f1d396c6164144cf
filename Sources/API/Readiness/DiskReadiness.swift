import Glibc

/// Whether there is room on the disk where the data is.
public struct DiskReadiness: ReadinessCheck {
  public let name = "disk"
  private let folder: String
  private let minimum: UInt64

  /// - Parameters:
  ///   - folder: of the data.
  ///   - minimum: bytes that must be free.
  public init(folder: String, minimum: UInt64 = 256 * 1024 * 1024) {
    self.folder = folder
    self.minimum = minimum
  }

  public func check() async throws {
    var facts = statvfs()
    guard statvfs(folder, &facts) == 0 else { throw DiskProblem.unreadable(errno: errno) }
    let free = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    guard free >= minimum else { throw DiskProblem.full(free: free, needed: minimum) }
  }
}

/// Why the disk is not ready.
public enum DiskProblem: Error, Equatable, Sendable {
  /// The system does not tell; its error number.
  case unreadable(errno: Int32)
  /// Bytes.
  case full(free: UInt64, needed: UInt64)
}
