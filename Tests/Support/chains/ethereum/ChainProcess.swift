import Curve25519
import Ethereum
import Foundation
import HTTPClient
import PipeSupport
import StrictJSON

/// A chain of a test's own, with the real execution of bytecode: `Tests/Support/chains/evm.py`.
public final class ChainProcess: Sendable {
  /// The chain did not start, or does not answer what was asked.
  public struct Failure: Error {
    public let what: String

    public init(what: String) { self.what = what }
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let python =
    ProcessInfo.processInfo.environment["COMITIA_TEST_PYTHON"] ?? root.appending(path: ".build/python/bin/python").path

  /// Whether `scripts/python-env` has made what it needs.
  public static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

  private let process: Child
  /// Its nodes.
  public let addresses: [String]

  /// - Parameter options: of the program.
  public init(_ options: [String] = []) throws {
    var start = Child.Start()
    let output = Pipe()
    start.executableURL = URL(filePath: Self.python)
    start.arguments = [Self.root.appending(path: "Tests/Support/chains/evm.py").path] + options
    start.standardInput = FileHandle.nullDevice
    start.standardOutput = output
    start.keepNoProfile()
    process = try Child(start)
    var line = Data()
    while line.last != 0x0a {
      let piece = try output.fileHandleForReading.nextPiece()
      guard !piece.isEmpty else { throw Failure(what: "the chain did not start") }
      line += piece
    }
    addresses = String(decoding: line.dropLast(), as: UTF8.self).split(separator: " ").map { "http://127.0.0.1:\($0)" }
  }

  /// Ends it. Killed, for a process that is started from some threads does not hear of a polite request.
  public func stop() {
    process.signal(SIGKILL)
    process.wait()
  }

  /// What the chain is told beside its work.
  @discardableResult
  public func control(_ method: String, _ parameters: JSONValue..., node: Int = 0) async throws -> JSONValue {
    try await ask(method, parameters, at: addresses[node])
  }

  func ask(_ method: String, _ parameters: [JSONValue], at address: String) async throws -> JSONValue {
    let question: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .text(method), "params": .list(parameters)]
    let response = try await HTTPClient().send(
      HTTPClientRequest(
        "POST", address, fields: [HTTPClientField("Content-Type", "application/json")], body: question.bytes, answerLimit: 1 << 20,
        timeout: 20))
    guard let result = try JSONParser.parse(response.body)["result"] else {
      throw Failure(what: String(decoding: response.body, as: UTF8.self))
    }
    return result
  }

  /// How often a method was called, of a node.
  public func calls(of method: String, node: Int = 0) async throws -> Int {
    Int(try await control("test_calls", node: node)[method]?.integer ?? 0)
  }

  /// The key of one of its accounts, which have much.
  public static func account(_ number: Int) throws -> AccountKey {
    var secret = SHA256.hash(Array("comitia test chain account \(number)".utf8))
    guard let key = AccountKey(wiping: &secret) else { throw Failure(what: "account \(number)") }
    return key
  }

  /// The bytecode that makes a contract of the repository.
  public static func bytecode(_ name: String) throws -> [UInt8] {
    let artefact = try JSONParser.parse(Array(Data(contentsOf: root.appending(path: "contracts/artefacts/\(name).json"))))
    guard let code = artefact["bytecode"]?.text.flatMap({ Hexadecimal.bytes($0) }) else { throw Failure(what: "the artefact") }
    return code
  }
}
