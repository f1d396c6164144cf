import Dispatch
import Foundation
import PipeSupport

/// A program that the tests run to its end.
enum Command {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs it: found on the path, without input. What it writes goes through a file, for a server that it has started keeps that open, and would keep a pipe.
  ///
  /// - Returns: what it wrote.
  @discardableResult
  static func run(_ arguments: [String]) async throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "comitia-output-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw Failure(description: "\(file.path) cannot be made")
    }
    defer { try? FileManager.default.removeItem(at: file) }
    let output = try FileHandle(forWritingTo: file)
    var start = Child.Start()
    start.arguments = arguments
    start.standardInput = FileHandle.nullDevice
    start.standardOutput = output
    start.standardError = output
    let child = try Child(start)
    let (code, isSignal) = await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: child.wait()) }
    }
    let text = try String(contentsOf: file, encoding: .utf8)
    guard code == 0, !isSignal else {
      let end = isSignal ? "signal \(code)" : "\(code)"
      throw Failure(description: "\(arguments.joined(separator: " ")) ended with \(end): \(text)")
    }
    return text
  }
}
