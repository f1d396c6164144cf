import Curve25519
import Foundation
import PipeSupport
import Testing

@testable import TransparencyLog

/// A log we wrote, judged by the Go project's implementation (Debian packages golang-go and golang-golang-x-mod-dev).
@Suite(.enabled(if: GoChecker.isInstalled, "skipped: go not installed"), .serialized)
struct OtherImplementationTests {
  /// What the checker is given: the files of a log of `size` entries, receipts and consistency proofs.
  private func write(size: Int, to directory: URL) throws {
    let log = testSigner(1)
    let witnesses = (10..<13).map { testSigner($0, type: .cosignature) }
    var content = TestLog()
    var rootAt: [Int: Bytes32] = [:]
    for index in 0..<size {
      try content.append(testEntry(index))
      rootAt[index + 1] = content.builder.root
    }
    content.publish()
    let checkpoint = try Checkpoint(origin: log.key.name, size: UInt64(size), root: content.builder.root)
    var signed = try log.sign(checkpoint)
    for witness in witnesses { signed = try signed.adding(witness.cosign(checkpoint, timestamp: 1_700_000_000)) }

    func store(_ path: String, _ bytes: [UInt8]) throws {
      let file = directory.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    try store("vkey", log.key.bytes)
    try store("cosigners", Array(witnesses.map(\.key.bytes).joined(separator: [0x0a])))
    try store("checkpoint", signed.bytes)
    for file in content.files { try store(file.key.description, file.value) }
    try FileManager.default.createDirectory(at: directory.appending(path: "receipts"), withIntermediateDirectories: true)
    for index in 0..<size where interesting(index, size) {
      let proof = try InclusionProof(index: UInt64(index), size: UInt64(size)) { content.files[$0] }
      let extra = index % 2 == 0 ? ascii("tracker") : []
      let receipt = try Receipt(extra: extra, index: UInt64(index), hashes: proof.hashes, checkpoint: signed)
      try store("receipts/\(index)", receipt.bytes)
    }
    var lines: [UInt8] = []
    for newSize in 1...size where interesting(newSize, size) {
      for oldSize in 1...newSize where interesting(oldSize, size) {
        let proof = try ConsistencyProof(oldSize: UInt64(oldSize), newSize: UInt64(newSize)) { path in
          // A full tile stands for every partial one before it.
          let whole = content.files[path] ?? content.files.first { $0.key.kind == path.kind && $0.key.index == path.index }?.value
          return whole.map { Array($0.prefix(path.byteCount ?? 0)) }
        }
        let roots = [rootAt[oldSize], rootAt[newSize]].compactMap(\.self)
        let hashes = (roots + proof.hashes).map { String(decoding: Base64.encode($0.bytes), as: UTF8.self) }
        lines += ascii("\(oldSize) \(newSize) " + hashes.joined(separator: " ") + "\n")
      }
    }
    try store("consistency", lines)
  }

  /// All numbers of a small log; around the edges of tiles and of the log in a large one.
  private func interesting(_ number: Int, _ size: Int) -> Bool {
    size <= 20 || number >= size - 2 || number <= 1 || [255, 256, 257, 511, 65_535, 65_536].contains(number)
  }

  @Test(arguments: [1, 2, 3, 7, 20, 255, 256, 257, 700])
  func acceptsOurLogs(size: Int) throws {
    try GoChecker.inTemporaryDirectory { directory in
      try write(size: size, to: directory)
      let (status, output) = try GoChecker.run(directory)
      #expect(status == 0, "\(output)")
      #expect(output.hasPrefix("size \(size), cosignatures 3, receipts "), "\(output)")
    }
  }

  /// The checker does refuse: one changed byte in any kind of file, and for the right reason.
  @Test(arguments: [
    ("checkpoint", "checkpoint: invalid signature"), ("tile/0/000", "tile/0/000: not the hashes"),
    ("tile/0/001.p/44", "tile/0/001.p/44: not the hashes"), ("tile/1/000.p/1", "tile/1/000.p/1: not the hashes"),
    ("tile/entries/000", "entries: other root"), ("tile/entries/001.p/44", "entries: other root"),
    ("receipts/255", "receipt 255: "), ("consistency", "consistency from "),
  ])
  func refusesWhatWeAlter(path: String, fault: String) throws {
    try GoChecker.inTemporaryDirectory { directory in
      try write(size: 300, to: directory)
      let file = directory.appending(path: path)
      var bytes = try Array(Data(contentsOf: file))
      let position = path == "checkpoint" ? 18 : bytes.count / 2
      bytes[position] = bytes[position] == 0x39 ? 0x38 : 0x39
      try Data(bytes).write(to: file)
      let (status, output) = try GoChecker.run(directory)
      #expect(status == 1, "\(output)")
      #expect(output.hasPrefix("fault: " + fault), "\(output)")
    }
  }
}

/// Builds `Tests/Support/tlogcheck` once and runs it.
enum GoChecker {
  static let goPath = "/usr/share/gocode"
  static let go = ["/usr/bin/go", "/usr/local/go/bin/go"].first { FileManager.default.isExecutableFile(atPath: $0) }

  static var isInstalled: Bool { go != nil && FileManager.default.fileExists(atPath: goPath + "/src/golang.org/x/mod/sumdb/tlog") }

  /// Runs the checker and returns its exit status and what it printed.
  static func run(_ directory: URL) throws -> (status: Int32, output: String) {
    try execute(binary.get().path, [directory.path])
  }

  static func inTemporaryDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "tlogcheck-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
  }

  private struct BuildFailed: Error { let output: String }

  private static let binary = Result {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let source = tests.appending(path: "Support/tlogcheck/main.go")
    let output = tests.deletingLastPathComponent().appending(path: ".build/tlogcheck")
    let build = try execute(go ?? "go", ["build", "-o", output.path, source.path])
    guard build.status == 0 else { throw BuildFailed(output: build.output) }
    return output
  }

  private static func execute(_ command: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    var start = Child.Start()
    start.executableURL = URL(filePath: command)
    start.arguments = arguments
    start.environment = ProcessInfo.processInfo.environment.merging(["GO111MODULE": "off", "GOPATH": goPath, "GOFLAGS": ""]) {
      $1
    }
    let pipe = Pipe()
    start.standardOutput = pipe
    start.standardError = pipe
    let process = try Child(start)
    let output = try pipe.fileHandleForReading.rest()
    return (process.wait().code, String(decoding: output, as: UTF8.self))
  }
}
