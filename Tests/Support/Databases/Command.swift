import Dispatch
import Foundation
import Glibc

/// A program that the tests run. Foundation's `Process` takes a program for running as long as any descendant of it is: a server that it
/// has started never lets it end.
struct Command {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let process: pid_t

  /// Starts it: found on the path, without input, its output to `output`, no other file of ours open.
  init(_ arguments: [String], input: Int32? = nil, output: String = "/dev/null") throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Pipes that tests have open beside this one are inherited: who waits for their end would wait for the server's.
    for descriptor in 3..<min(getdtablesize(), 65_536) { posix_spawn_file_actions_addclose(&actions, descriptor) }
    let strings = arguments.map { strdup($0) }
    defer { for string in strings { free(string) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, arguments[0], &actions, nil, strings + [nil], environ)
    guard code == 0 else { throw Failure(description: "\(arguments[0]) cannot be started: \(String(cString: strerror(code)))") }
    self.process = process
  }

  /// Waits for its end; returns its exit status, or -1 when a signal ended it.
  func status() async -> Int32 {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [process] in
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        continuation.resume(returning: status & 0x7f == 0 ? status >> 8 & 0xff : -1)
      }
    }
  }

  /// Runs a program to its end.
  ///
  /// - Returns: what it wrote.
  @discardableResult
  static func run(_ arguments: [String]) async throws -> String {
    let output = FileManager.default.temporaryDirectory.appending(path: "comitia-output-\(UUID().uuidString)").path
    defer { unlink(output) }
    let status = try await Command(arguments, output: output).status()
    let text = try String(contentsOfFile: output, encoding: .utf8)
    guard status == 0 else { throw Failure(description: "\(arguments.joined(separator: " ")) ended with \(status): \(text)") }
    return text
  }
}
