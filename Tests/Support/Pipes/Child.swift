import CSpawn
import Foundation
import Glibc
import Synchronization

/// A program that a test runs: what of Foundation's `Process` tests need. That one waits with `select`, which knows the first 1024 open files: tests that
/// run together have more, and then it hangs or crashes.
public final class Child: Sendable {
  /// What the program is started with.
  public struct Start {
    /// The program's file.
    public var executableURL = URL(filePath: "/usr/bin/env")
    public var arguments: [String] = []
    /// `nil`: as this process has it.
    public var environment: [String: String]?
    public var currentDirectoryURL: URL?
    /// A `Pipe`, of which this process keeps one end, or a `FileHandle`; `nil`: that of this process.
    public var standardInput: Any?
    public var standardOutput: Any?
    public var standardError: Any?

    public init() {}

    /// Lets the program keep no profile of its coverage: one that is killed while it writes its own leaves a piece of a file, and of that all of `swift test`
    /// would fail.
    public mutating func keepNoProfile() {
      environment = (environment ?? ProcessInfo.processInfo.environment).merging(["LLVM_PROFILE_FILE": "/dev/null"]) { $1 }
    }
  }

  private let pid: pid_t
  /// As `waitpid` tells it, once it has ended. Locked as long as somebody waits.
  private let status = Mutex<Int32?>(nil)

  /// Starts a program.
  ///
  /// - Throws: `PipeError` where it cannot be started.
  public init(_ start: Start) throws {
    pid = try Self.spawn(start)
    // What the program has of a pipe is its own: so the other end sees when it ends.
    try (start.standardInput as? Pipe)?.fileHandleForReading.close()
    for channel in [start.standardOutput, start.standardError] { try (channel as? Pipe)?.fileHandleForWriting.close() }
  }

  /// Foundation's own has no descriptor.
  private static let nullDevice = open("/dev/null", O_RDWR | O_CLOEXEC)

  private static func spawn(_ start: Start) throws -> pid_t {
    let channels = [start.standardInput, start.standardOutput, start.standardError]
    let descriptors = channels.enumerated().map { number, channel in
      let end = (channel as? Pipe).map { number == 0 ? $0.fileHandleForReading : $0.fileHandleForWriting }
      guard let handle = end ?? channel as? FileHandle else { return Int32(number) }
      return handle === FileHandle.nullDevice ? nullDevice : handle.fileDescriptor
    }
    let environment = (start.environment ?? ProcessInfo.processInfo.environment).map { "\($0.key)=\($0.value)" }
    var pid: pid_t = 0
    let code = withExtendedLifetime(channels) {
      withPointers([start.executableURL.path] + start.arguments) { words in
        withPointers(environment) { variables in
          comitia_spawn(&pid, start.executableURL.path, words, variables, descriptors, start.currentDirectoryURL?.path)
        }
      }
    }
    guard code == 0 else { throw PipeError(code: code) }
    return pid
  }

  /// Texts as C has lists of them.
  private static func withPointers<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { list in
      guard let start = list.baseAddress else { preconditionFailure("a list has its end at least") }
      return body(start)
    }
  }

  /// Sends a signal; nothing once it has ended.
  public func signal(_ number: Int32) {
    let hasEnded = status.withLockIfAvailable { $0 != nil } ?? false
    if !hasEnded { kill(pid, number) }
  }

  /// Waits for its end.
  ///
  /// - Returns: its exit code, or the number of the signal that ended it.
  @discardableResult
  public func wait() -> (code: Int32, isSignal: Bool) {
    let ended = status.withLock { status in
      if let status { return status }
      var ended: Int32 = 0
      while waitpid(pid, &ended, 0) < 0 && errno == EINTR {}
      status = ended
      return ended
    }
    let number = ended & 0x7f
    return number == 0 ? (ended >> 8 & 0xff, false) : (number, true)
  }
}
