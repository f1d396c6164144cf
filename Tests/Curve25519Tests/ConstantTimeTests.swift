import Foundation
import PipeSupport
import Testing

/// No branch and no address depends on a secret: `ConstantTimeProbe` runs under valgrind with the secrets marked undefined. The kernel under
/// test is the optimised one of this build.
@Suite struct ConstantTimeTests {
  @Test(.enabled(if: valgrind != nil, "valgrind is not installed"))
  func nothingSecretSteersTheProgram() throws {
    let valgrind = try #require(Self.valgrind)
    var start = Child.Start()
    start.executableURL = valgrind
    start.arguments = ["--quiet", "--error-limit=no", Self.probe.path]
    let output = Pipe()
    let reports = Pipe()
    start.standardOutput = output
    start.standardError = reports
    let drained = Task.detached { try reports.fileHandleForReading.rest() }
    let process = try Child(start)
    let text = String(decoding: try output.fileHandleForReading.rest(), as: UTF8.self)
    #expect(process.wait().code == 0)
    var operations = 0
    var controls = 0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let count = try #require(words.last.flatMap { Int($0) }, "\(line)")
      if line.hasPrefix("control") {
        controls += 1
        #expect(count > 0, "memcheck is blind: \(line)")
      } else {
        operations += 1
        #expect(count == 0, "depends on a secret: \(line)")
      }
    }
    #expect(operations >= 26 && controls == 3)
    drained.cancel()
  }

  static let valgrind = ["/usr/bin/valgrind", "/usr/local/bin/valgrind"].map { URL(fileURLWithPath: $0) }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }

  /// Beside the test bundle.
  static let probe = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(
    "ConstantTimeProbe")
}
