import Foundation
import PipeSupport
import StrictJSON

/// eth-account, by `Tests/Support/ethereum/account.py`.
enum OtherImplementation {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    .standardizedFileURL
  private static let python = root.appendingPathComponent(".build/python/bin/python").path

  /// `scripts/python-env` makes it.
  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

  struct Failed: Error { let arguments: [String] }

  /// What it prints, line by line.
  static func lines(_ arguments: String...) throws -> [Data] {
    var start = Child.Start()
    start.executableURL = URL(fileURLWithPath: python)
    start.arguments = [root.appendingPathComponent("Tests/Support/ethereum/account.py").path] + arguments
    let pipe = Pipe()
    start.standardOutput = pipe
    let process = try Child(start)
    let output = try pipe.fileHandleForReading.rest()
    guard process.wait().code == 0 else { throw Failed(arguments: arguments) }
    return output.split(separator: 10).map { Data($0) }
  }

  /// The objects that it prints for a seed, which `COMITIA_SEED` gives to repeat a run.
  static func objects(_ command: String, count: Int) throws -> [JSONValue] {
    let seed = ProcessInfo.processInfo.environment["COMITIA_SEED"] ?? String(UInt32.random(in: 0...UInt32.max))
    print("\(count) \(command) of COMITIA_SEED=\(seed)")
    return try lines(command, seed, String(count)).map { try JSONParser.parse(Array($0)) }
  }
}

extension JSONValue {
  /// The text of a member that is there.
  func text(_ name: String) throws -> String {
    guard let text = self[name]?.text else { throw OtherImplementation.Failed(arguments: [name]) }
    return text
  }
}
