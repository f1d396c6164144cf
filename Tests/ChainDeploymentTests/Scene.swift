import Ethereum
import Foundation
import HTTPClient
import StrictJSON
import TestEthereum

@testable import ChainDeployment

extension ChainProcess {
  /// - Parameter chainID: of the chain, where it is not that of the network.
  convenience init(_ network: ChainNetwork, chainID: UInt64? = nil, _ options: [String] = []) throws {
    try self.init(["--chain-id", String(chainID ?? network.chainID), "--base-fee", "20000000000"] + options)
  }

  func client(_ network: ChainNetwork) -> EthereumClient {
    EthereumClient(endpoints: addresses, chainID: network.chainID, http: HTTPClient())
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
  let chain: ChainProcess
  let client: EthereumClient
  let folder: TestFolder
  let key: AccountKey
  let recorder: Address
  var settings: DeploymentSettings

  init(_ network: ChainNetwork, chainID: UInt64? = nil, _ options: [String] = []) throws {
    let chain = try ChainProcess(network, chainID: chainID, options)
    self.chain = chain
    client = chain.client(network)
    folder = try TestFolder()
    key = try ChainProcess.account(0)
    recorder = try ChainProcess.account(1).address
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
    let deployment = Deployment(client, settings, try DeploymentFolder(folder.deployments))
    return try await deployment.run(KeySigner(key), confirm: { _ in confirming }, report: report)
  }

  func plan() async throws -> DeploymentPlan {
    try await Deployment(client, settings, try DeploymentFolder(folder.deployments, isWritten: false)).plan()
  }

  var transactions: UInt64 { get async throws { try await client.nonce(of: key.address, at: .pending) } }
}
