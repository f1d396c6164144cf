import Curve25519
import Ethereum
import Foundation
import HTTPClient
import Sealing
import Solana
import SolanaTransactions
import StrictJSON
import VotingService

/// Test chains of this machine that a demonstration anchors on: Ethereum's machine and Solana's runtime, whose coins are worth nothing and given to whoever asks.
struct DemonstrationChains: Sendable {
  /// Addresses of their JSON-RPC; `nil`: there is no such chain.
  let ethereum: String?
  let solana: String?
  /// Where keys, and what was deployed, are kept.
  let folder: String

  /// Whether there is any.
  var isThere: Bool { ethereum != nil || solana != nil }

  /// Makes accounts, gives them coins and deploys the contracts, as far as that has not been done.
  ///
  /// - Returns: what is to stand in the service's configuration.
  func prepare() async throws -> [String: String] {
    var settings: [String: String] = [:]
    if let ethereum { settings.merge(try await deploy(ethereum)) { first, _ in first } }
    if let solana { settings.merge(try await fund(solana)) { first, _ in first } }
    return settings
  }

  /// What a verifier is to ask.
  var verifierWords: [String] { (ethereum.map { ["--rpc", $0] } ?? []) + (solana.map { ["--solana-rpc", $0] } ?? []) }

  private func deploy(_ address: String) async throws -> [String: String] {
    let (key, passphrase) = (folder + "/chain.key", folder + "/chain.passphrase")
    if !exists(key) {
      try write(Base64URL.encode(SystemRandom().bytes(18)) + "\n", to: passphrase)
      _ = try AccountKeyFiles.create(key, PassphraseSource(newFile: passphrase))
    }
    guard let account = try AccountKeyFiles.address(key) else { throw CommandFailure("\(key.printable) does not name its account") }
    let deployments = folder + "/deployments"
    // The whole of a deployment is asked for again each time: what is there is looked at, and nothing sent.
    try await ask(address, "test_balance", [.text(account.description), .text("0x56bc75e2d63100000")])
    let deploying = try ChildProcess(
      [
        "chain", "deploy", "--network", "local", "--rpc", address, "--key", key, "--passphrase-file", passphrase, "--recorder",
        account.description, "--folder", deployments, "--yes",
      ], output: folder + "/chain-deploy.log")
    guard deploying.finished() == 0 else { throw CommandFailure("the contracts cannot be deployed: \(deploying.output.printable)") }
    return [
      "chainNetwork": "local", "chainEndpoints": address, "chainKeyFile": key, "chainPassphraseFile": passphrase,
      "chainDeployments": deployments, "chainAnchorEvery": "15",
    ]
  }

  private func fund(_ address: String) async throws -> [String: String] {
    let path = folder + "/solana.key"
    if !exists(path) {
      let seed = SystemRandom().bytes(32)
      guard let secret = Bytes32(seed) else { preconditionFailure("32 bytes") }
      let publicKey = Ed25519.PrivateKey(seed: secret).publicKey
      try write(
        String(decoding: JSONValue.list((seed + publicKey.bytes).map { .integer(Int64($0)) }).bytes, as: UTF8.self), to: path)
      try await ask(address, "requestAirdrop", [.text(SolanaAddress(publicKey).description), .integer(10_000_000_000)])
    }
    return ["solanaEndpoints": address, "solanaKeyFile": path, "solanaNetwork": "any"]
  }

  private func ask(_ address: String, _ method: String, _ parameters: [JSONValue]) async throws {
    do throws(JSONRPCFailure) {
      _ = try await JSONRPC(endpoints: [address], client: HTTPClient()).call(method, parameters)
    } catch { throw CommandFailure("the test chain at \(address.printable) does not do \(method): \(error)") }
  }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private func write(_ text: String, to path: String) throws(CommandFailure) {
    guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
      throw CommandFailure("\(path.printable) cannot be written")
    }
  }
}
