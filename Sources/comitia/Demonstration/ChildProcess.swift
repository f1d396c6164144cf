import Foundation
import Synchronization

/// A command of ours that runs beside this one. What it writes goes to a file; it ends when this process does.
final class ChildProcess: Sendable {
  private let process: Mutex<Process>
  /// Where its output is.
  let outputPath: String

  /// Starts `comitia` with these words.
  init(_ words: [String], output path: String) throws {
    outputPath = path
    let process = Process()
    process.executableURL = URL(filePath: Self.executable)
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandFailure("\(path.printable) cannot be written: \(String(cString: strerror(errno)))") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    process.standardOutput = handle
    process.standardError = handle
    do { try process.run() } catch { throw CommandFailure("\(Self.executable.printable) cannot be started: \(error)") }
    self.process = Mutex(process)
  }

  /// This program.
  private static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }

  var isRunning: Bool { process.withLock { $0.isRunning } }

  /// What it has written so far.
  var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

  /// Its exit code, once it has ended.
  func finished() -> Int32 {
    let process = process.withLock { Unchecked($0) }
    process.value.waitUntilExit()
    return process.value.terminationStatus
  }

  /// Asks it to end, and waits.
  func stop() {
    process.withLock { if $0.isRunning { $0.terminate() } }
    _ = finished()
  }

  /// `Process` may be waited for on any thread.
  private struct Unchecked: @unchecked Sendable {
    let value: Process
    init(_ value: Process) { self.value = value }
  }
}
