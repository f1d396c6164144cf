import Curve25519
import Foundation
import HTTPClient
import Solana
import SolanaMarks
import VotingService

/// How results are marked on Solana, as the service was told. Without endpoints they are not.
struct SolanaSettings: Sendable {
  /// The networks that can be named; `any` is whichever the nodes belong to, for tests.
  enum Network: String, CaseIterable {
    case mainnet = "mainnet-beta"
    case testnet, devnet, any
  }

  /// May hold keys of providers.
  let endpoints: [String]
  let network: Network
  let keyFile: String
  /// For a unit of computing, in millionths of a lamport.
  let highestPrice: UInt64

  /// Where results are marked. A node that belongs to another network, and a key that cannot be read, end the start; nodes that do not answer do not, for
  /// voting never depends on them.
  func ledger(_ log: JSONLog) async throws -> SolanaLedger {
    let bytes = try InputFile.read(keyFile)
    guard let key = SolanaKeyFile.key(bytes) else {
      throw CommandFailure(
        "\(keyFile.printable) holds no key of Solana: a list of 64 numbers in JSON is needed, as solana-keygen writes it")
    }
    let wanted = SolanaMark.genesisHash(of: network.rawValue)
    let http = HTTPClient()
    for (index, endpoint) in endpoints.enumerated() {
      let node = SolanaClient(JSONRPC(endpoints: [endpoint], client: http, timeout: 5))
      guard let found = try? await node.genesisHash() else {
        log.write(.warning, "solana", ["reason": .text("node \(index + 1) of Solana does not answer")])
        continue
      }
      guard wanted == nil || found == wanted else {
        throw CommandFailure("node \(index + 1) of Solana does not belong to \(network.rawValue); see solanaNetwork")
      }
    }
    let all = JSONRPC(endpoints: endpoints, client: http, transientCodes: SolanaClient.transientCodes)
    return SolanaLedger(SolanaClient(all), network: wanted, payerKey: key, highestPrice: highestPrice) {
      // A result is there for good after some ten seconds.
      try? await Task.sleep(for: .seconds(1.5))
    }
  }
}

extension Setting {
  /// All about Solana.
  static let solana = [solanaEndpoints, solanaEndpointsFile, solanaNetwork, solanaKeyFile, solanaPriority]

  static let solanaEndpoints = Setting(
    "solanaEndpoints", "", "nodes of Solana, by commas, over which results are marked there; none: they are not")
  static let solanaEndpointsFile = Setting(
    "solanaEndpointsFile", "", "file of nodes of Solana, one a line: for addresses that hold a key of a provider")
  static let solanaNetwork = Setting(
    "solanaNetwork", "mainnet-beta", "mainnet-beta, testnet or devnet; any: whichever the nodes belong to, for tests")
  static let solanaKeyFile = Setting(
    "solanaKeyFile", "", "file of the key that pays for marks on Solana, as solana-keygen writes it")
  static let solanaPriority = Setting(
    "solanaPriority", "1000000", "the most that is offered for a unit of computing on Solana, in millionths of a lamport")
}

extension SettingReader {
  /// `nil`: results are not marked.
  func solana() throws(CommandFailure) -> SolanaSettings? {
    let (key, network) = (optional(.solanaKeyFile), try choice(.solanaNetwork) as SolanaSettings.Network)
    let price = try number(.solanaPriority, in: 0...10_000_000)
    guard optional(.solanaEndpoints) != nil || optional(.solanaEndpointsFile) != nil else {
      if key != nil { throw failure(.solanaKeyFile, "solanaEndpoints or solanaEndpointsFile is needed too") }
      return nil
    }
    let endpoints = try endpoints(.solanaEndpoints, file: .solanaEndpointsFile)
    guard let key else { throw failure(.solanaKeyFile, "nodes of Solana are named, so this is needed too") }
    return SolanaSettings(endpoints: endpoints, network: network, keyFile: key, highestPrice: UInt64(price))
  }
}
