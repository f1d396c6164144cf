import Curve25519
import Ethereum
import Foundation
import HTTPClient
import PipeSupport
import StrictJSON

@testable import ChainDeployment

/// A chain of a test's own, with the real execution of bytecode: `Tests/Support/chains/evm.py`.
final class TestChain: Sendable {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    .standardizedFileURL
  private static let python = root.appendingPathComponent(".build/python/bin/python").path

  /// `scripts/python-env` makes it.
  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

  struct NotStarted: Error {}

  private let process: Child
  let address: String
  let network: ChainNetwork

  /// - Parameter chainID: of the chain, where it is not that of the network.
  init(_ network: ChainNetwork, chainID: UInt64? = nil, _ options: [String] = []) throws {
    self.network = network
    var start = Child.Start()
    start.executableURL = URL(fileURLWithPath: Self.python)
    start.arguments =
      [
        Self.root.appendingPathComponent("Tests/Support/chains/evm.py").path, "--chain-id", String(chainID ?? network.chainID),
        "--base-fee", "20000000000",
      ] + options
    let pipe = Pipe()
    start.standardOutput = pipe
    process = try Child(start)
    var line = Data()
    while !line.contains(10) {
      let piece = try pipe.fileHandleForReading.nextPiece()
      if piece.isEmpty { throw NotStarted() }
      line += piece
    }
    let port = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    address = "http://127.0.0.1:\(port)/"
  }

  /// Ends it. Killed, for a process that is started from some threads does not hear of a polite request.
  func stop() {
    process.signal(SIGKILL)
    process.wait()
  }

  var client: EthereumClient { EthereumClient(endpoints: [address], chainID: network.chainID, http: HTTPClient()) }

  /// What the chain is told beside its work.
  @discardableResult
  func control(_ method: String, _ parameters: JSONValue...) async throws -> JSONValue {
    let question: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .text(method), "params": .list(parameters)]
    let answer = try await HTTPClient().send(
      HTTPClientRequest("POST", address, fields: [HTTPClientField("Content-Type", "application/json")], body: question.bytes))
    guard let result = try JSONParser.parse(answer.body)["result"] else { throw NotStarted() }
    return result
  }

  /// How often a method was called.
  func calls(_ method: String) async throws -> Int64 { try await control("test_calls")[method]?.integer ?? 0 }

  /// The key of one of its accounts, which have much.
  static func account(_ number: Int) throws -> AccountKey {
    var secret = SHA256.hash(Array("comitia test chain account \(number)".utf8))
    guard let key = AccountKey(wiping: &secret) else { throw NotStarted() }
    return key
  }
}

/// A folder that is removed at the end.
final class TestFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "comitia-deployment-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var deployments: String { path + "/deployments" }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: deployments + "/" + name)), as: UTF8.self)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: deployments + "/" + name) }
}

/// A chain, an account that deploys and a folder.
struct Scene {
  let chain: TestChain
  let folder: TestFolder
  let key: AccountKey
  let recorder: Address
  var settings: DeploymentSettings

  init(_ network: ChainNetwork, chainID: UInt64? = nil, _ options: [String] = []) throws {
    let chain = try TestChain(network, chainID: chainID, options)
    self.chain = chain
    folder = try TestFolder()
    key = try TestChain.account(0)
    recorder = try TestChain.account(1).address
    settings = DeploymentSettings(network, deployer: key.address, recorder: recorder)
    settings.questions = 40
    // The next block comes when it is waited for.
    settings.pause = { try await chain.control("test_mine", 1) }
  }

  /// Runs a deployment; `report` may end it.
  @discardableResult
  func run(
    confirming: Bool = true, _ report: (DeploymentEvent) throws -> Void = { _ in }
  ) async throws -> DeploymentRecord {
    let deployment = Deployment(chain.client, settings, try DeploymentFolder(folder.deployments))
    return try await deployment.run(KeySigner(key), confirm: { _ in confirming }, report: report)
  }

  func plan() async throws -> DeploymentPlan {
    try await Deployment(chain.client, settings, try DeploymentFolder(folder.deployments, isWritten: false)).plan()
  }

  var transactions: UInt64 { get async throws { try await chain.client.nonce(of: key.address, at: .pending) } }
}
