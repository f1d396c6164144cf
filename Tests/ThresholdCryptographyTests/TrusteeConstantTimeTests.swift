import Foundation
import PipeSupport
import Testing

/// No branch and no address depends on a trustee's secrets: `TrusteeProbe` runs under valgrind with the secrets marked undefined.
@Suite("Constant time of trustees")
struct TrusteeConstantTimeTests {
  @Test(.enabled(if: valgrind != nil, "valgrind is not installed"))
  func nothingSecretSteersTheProgram() throws {
    var start = Child.Start()
    start.executableURL = try #require(Self.valgrind)
    start.arguments = ["--quiet", "--error-limit=no", "--log-file=/dev/null", Self.probe.path]
    let output = Pipe()
    start.standardOutput = output
    let process = try Child(start)
    let text = String(decoding: try output.fileHandleForReading.rest(), as: UTF8.self)
    #expect(process.wait().code == 0)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.count == 10)
    for line in lines {
      let reports = try #require(line.split(separator: " ").last.flatMap { Int($0) })
      #expect((reports > 0) == line.hasPrefix("control"), "\(line)")
    }
  }

  static let valgrind = ["/usr/bin/valgrind", "/usr/local/bin/valgrind"].map { URL(fileURLWithPath: $0) }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }

  /// Beside the test bundle.
  static let probe = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(
    "TrusteeProbe")
}
