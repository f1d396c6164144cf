import Curve25519
import Foundation
import PipeSupport
import StrictJSON

@testable import Ethereum
@testable import HTTPClient

/// A chain of a test's own, with the real execution of bytecode: `Tests/Support/chains/evm.py`.
final class TestChain {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    .standardizedFileURL

  private static let python = root.appendingPathComponent(".build/python/bin/python").path

  /// `scripts/python-env` makes it.
  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

  struct NotStarted: Error {}

  private let process: Child
  let addresses: [String]

  /// - Parameter options: more of the command's.
  init(_ options: [String] = []) throws {
    var start = Child.Start()
    start.executableURL = URL(fileURLWithPath: Self.python)
    start.arguments = [Self.root.appendingPathComponent("Tests/Support/chains/evm.py").path] + options
    let pipe = Pipe()
    start.standardOutput = pipe
    process = try Child(start)
    var line = Data()
    while !line.contains(10) {
      let piece = try pipe.fileHandleForReading.nextPiece()
      if piece.isEmpty { throw NotStarted() }
      line += piece
    }
    let ports = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    addresses = ports.map { "http://127.0.0.1:\($0)/" }
  }

  /// Ends it. Killed, for a process that is started from some threads does not hear of a polite request.
  func stop() {
    process.signal(SIGKILL)
    process.wait()
  }

  func client(chain: UInt64 = 31337, clock: TestClock = TestClock()) -> EthereumClient {
    EthereumClient(endpoints: addresses, chainID: chain, http: HTTPClient(), clock: clock.read)
  }

  /// What the chain is told beside its work; of an endpoint, where there are several.
  @discardableResult
  func control(_ method: String, _ parameters: JSONValue..., endpoint: Int = 0) async throws -> JSONValue {
    let node = NodeEndpoint(address: addresses[endpoint], http: HTTPClient(), timeout: 30, answerLimit: 1 << 20)
    return try await node.call(method, parameters)
  }

  /// The key of one of its accounts, which have much.
  static func account(_ number: Int) throws -> AccountKey {
    var secret = SHA256.hash(Array("comitia test chain account \(number)".utf8))
    guard let key = AccountKey(wiping: &secret) else { throw NotStarted() }
    return key
  }

  /// The bytecode that makes a contract of the repository.
  static func bytecode(_ name: String) throws -> [UInt8] {
    let file = try Data(contentsOf: root.appendingPathComponent("contracts/artefacts/\(name).json"))
    return bytes(try JSONParser.parse(Array(file)).text("bytecode"))
  }
}
