import Foundation
import PipeSupport
import Testing

/// The command `comitia` as a process, and what it answered.
struct CommandRun {
  /// The exit code, or 128 + the signal that ended the process, as shells have it.
  let status: Int32
  let output: String
  let errors: String

  /// The executable that was built with the tests.
  static let executable: String = {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "comitia").path
    let built = Repository.root.appending(path: ".build/debug/comitia").path
    return [beside, built].first { FileManager.default.isExecutableFile(atPath: $0) } ?? "comitia"
  }()

  /// Runs it to its end.
  init(_ arguments: String..., in scratch: Scratch, environment: [String: String] = [:]) throws {
    try self.init([Self.executable] + arguments, in: scratch, environment: environment)
  }

  /// Runs any program to its end. The first word is its path, or a name to be looked for.
  init(_ words: [String], in scratch: Scratch, environment: [String: String] = [:]) throws {
    let running = try Running(words, in: scratch, environment: environment)
    self = try running.wait()
  }

  /// Its answer, if it is JSON and nothing else.
  func json() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }

  /// Fails the test unless the command refused: exit code 2 and one line on standard error that has `words`.
  func expectRefusal(_ words: String, _ location: SourceLocation = #_sourceLocation) {
    #expect(status == 2, sourceLocation: location)
    #expect(errors.contains(words), "\(errors)", sourceLocation: location)
    #expect(errors.hasPrefix("comitia: ") && errors.split(separator: "\n").count == 1, "\(errors)", sourceLocation: location)
  }

  fileprivate init(status: Int32, output: String, errors: String) {
    self.status = status
    self.output = output
    self.errors = errors
  }
}

/// A process that has not ended yet.
struct Running {
  private let process: Child
  private let outputPath: String
  private let errorsPath: String

  /// Starts a program in a scratch folder. Its answers go to files, so that no pipe can fill up.
  init(_ words: [String], in scratch: Scratch, environment: [String: String] = [:]) throws {
    var start = Child.Start()
    start.arguments = words
    start.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
    start.environment = ProcessInfo.processInfo.environment.merging(
      // A coverage profile would be one more file that a full disk refuses.
      ["LLVM_PROFILE_FILE": "/dev/null"].merging(environment) { $1 }
    ) { $1 }
    let answers = try Scratch.folder()
    outputPath = answers + "/out"
    errorsPath = answers + "/err"
    for path in [outputPath, errorsPath] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    start.standardInput = FileHandle.nullDevice
    start.standardOutput = FileHandle(forWritingAtPath: outputPath)
    start.standardError = FileHandle(forWritingAtPath: errorsPath)
    process = try Child(start)
  }

  /// Sends a signal.
  func signal(_ number: Int32) { process.signal(number) }

  /// Waits for the end.
  func wait() throws -> CommandRun {
    let (code, isSignal) = process.wait()
    defer { try? FileManager.default.removeItem(at: URL(fileURLWithPath: outputPath).deletingLastPathComponent()) }
    return CommandRun(
      status: code + (isSignal ? 128 : 0),
      output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: outputPath)), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: errorsPath)), as: UTF8.self))
  }
}

/// A folder of its own for a test, removed at its end.
final class Scratch {
  let path: String

  init() throws { path = try Self.folder() }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  static func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/comitia-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// What is in it, hidden files included.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }

  /// Writes a file.
  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  /// Every file below a folder with its content.
  func contents(of name: String) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for case let item as String in try #require(FileManager.default.enumerator(atPath: path + "/" + name)) {
      contents[item] = FileManager.default.contents(atPath: path + "/" + name + "/" + item)
    }
    return contents
  }

  /// Twenty voters of three options, of whom 20, 10 and 0 approve each.
  func writeTwenty() throws {
    let rows = (0..<20).map { "1,\($0 % 2),0\n" }.joined()
    try write("Anna,Ben,Çağla\n" + rows, to: "twenty.csv")
  }
}

/// Where the package is.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static func path(_ name: String) -> String { root.appending(path: name).path }
}
