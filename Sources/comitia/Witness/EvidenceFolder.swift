import Foundation

/// A folder of files that prove that a log showed two things.
struct EvidenceFolder {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Their paths, by name; none where the folder was never made.
  func files() throws -> [String] {
    guard SystemFileCheck.exists(path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { path + "/" + $0 }
    } catch {
      throw CommandFailure("\(path.printable) cannot be read: \(String(cString: strerror(errno)))")
    }
  }

  /// Names the files, if there are any.
  static func say(_ files: [String], _ terminal: Terminal) {
    guard !files.isEmpty else { return }
    terminal.say()
    terminal.say(terminal.styled("Evidence that a log showed two things", .bad))
    for file in files { terminal.say("  " + file.printable) }
  }
}
