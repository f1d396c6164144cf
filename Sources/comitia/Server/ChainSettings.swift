import ChainDeployment
import Ethereum
import Foundation
import HTTPClient

/// How the service writes to a public chain.
struct ChainSettings: Sendable {
  /// Who signs.
  enum Means: Sendable {
    case file(String, passphraseFile: String)
    case signer(String, Address)
  }

  let network: ChainNetwork
  /// Addresses of nodes, which may hold keys.
  let endpoints: [String]
  let means: Means
  /// Of `<network>.json`.
  let deployments: String
  /// Wei a unit.
  let gasCap: UInt256
  /// Seconds.
  let anchorEvery: Int
  let cheapWait: Int
  let batchWait: Int
  let batchSize: Int
  let batchEnough: Int
  /// Transactions of everybody that wait at a node.
  let mostPending: Int
  let explorer: String?
}

extension Setting {
  /// All about public chains.
  static let chain = [
    chainNetwork, chainEndpoints, chainEndpointsFile, chainKeyFile, chainPassphraseFile, chainSigner, chainAccount,
    chainDeployments, chainGasCap, chainAnchorEvery, chainCheapWait, chainBatchSize, chainBatchWait, chainBatchEnough,
    chainMostPending, chainExplorer,
  ]

  static let chainNetwork = Setting(
    "chainNetwork", "", "public chain to anchor elections on: polygon, amoy or local; none if not given")
  static let chainEndpoints = Setting(
    "chainEndpoints", "",
    "addresses of the chain's nodes, by commas, the preferred first; for those that hold a key chainEndpointsFile is better")
  static let chainEndpointsFile = Setting("chainEndpointsFile", "", "file with such addresses, one a line")
  static let chainKeyFile = Setting(
    "chainKeyFile", "", "key file of the account that records, as comitia chain key create makes it")
  static let chainPassphraseFile = Setting("chainPassphraseFile", "", "file whose first line is the key file's passphrase")
  static let chainSigner = Setting(
    "chainSigner", "", "address of a program that signs in place of a key file (eth_signTransaction); with chainAccount")
  static let chainAccount = Setting("chainAccount", "", "the account that chainSigner signs for")
  static let chainDeployments = Setting(
    "chainDeployments", "deployments", "folder of what comitia chain deploy has written: where the contracts are")
  static let chainGasCap = Setting(
    "chainGasCap", "50", "gwei that a unit of gas may cost at most; while it is dearer, records wait")
  static let chainAnchorEvery = Setting(
    "chainAnchorEvery", "600", "seconds between two anchors while voting goes on; openings and ends are anchored at once")
  static let chainCheapWait = Setting(
    "chainCheapWait", "0", "seconds for which what is not urgent waits while gas is dearer than the median of the last day")
  static let chainBatchSize = Setting("chainBatchSize", "50", "ballots in a transaction of the mode batch, at most 50")
  static let chainBatchWait = Setting("chainBatchWait", "300", "seconds that a ballot of the mode batch waits for others")
  static let chainBatchEnough = Setting("chainBatchEnough", "10", "ballots that are worth a transaction before that")
  static let chainMostPending = Setting(
    "chainMostPending", "1000", "transactions of everybody that wait at a node; while there are more, nothing new is sent")
  static let chainExplorer = Setting("chainExplorer", "", "address of a block explorer for links; preset for polygon and amoy")

  /// Those whose addresses may hold keys: of them hosts alone are shown.
  var holdsAddresses: Bool { ["chainEndpoints", "chainSigner", "solanaEndpoints"].contains(name) }
}

extension SettingReader {
  /// A setting as administrators see it.
  func shown(_ setting: Setting) -> String {
    guard setting.holdsAddresses else { return text(setting) }
    return list(setting).map { URLComponents(string: $0)?.host ?? "?" }.joined(separator: ", ")
  }

  /// The public chain; `nil` where none is set.
  func chain() throws(CommandFailure) -> ChainSettings? {
    guard optional(.chainNetwork) != nil else {
      for setting in Setting.chain where values[setting.name] != nil && !text(setting).isEmpty {
        throw failure(setting, "chainNetwork is not set, so this would mean nothing", showsValue: false)
      }
      return nil
    }
    let network: ChainNetwork = try choice(.chainNetwork)
    guard let cap = CoinAmount.wei(gwei: text(.chainGasCap)), cap > .zero else {
      throw failure(.chainGasCap, "a number of gwei such as 50 is needed")
    }
    return ChainSettings(
      network: network, endpoints: try endpoints(.chainEndpoints, file: .chainEndpointsFile), means: try chainMeans(),
      deployments: text(.chainDeployments), gasCap: cap, anchorEvery: try number(.chainAnchorEvery, in: 10...86_400),
      cheapWait: try number(.chainCheapWait, in: 0...86_400), batchWait: try number(.chainBatchWait, in: 1...86_400),
      batchSize: try number(.chainBatchSize, in: 1...50), batchEnough: try number(.chainBatchEnough, in: 1...50),
      mostPending: try number(.chainMostPending, in: 1...10_000_000),
      explorer: try explorer() ?? network.explorer)
  }

  /// Addresses of nodes, from a setting and a file; at least one.
  func endpoints(_ setting: Setting, file fileSetting: Setting) throws(CommandFailure) -> [String] {
    let configuration = HTTPClientConfiguration()
    for address in list(setting) {
      if let reason = NodeAddresses.fault(address, configuration) { throw failure(setting, reason, showsValue: false) }
    }
    let inFile = if let file = optional(fileSetting) { try NodeAddresses.read(file, configuration) } else { [String]() }
    let all = list(setting) + inFile
    guard !all.isEmpty else { throw failure(setting, "no node is named; this or \(fileSetting.name) is needed") }
    return all
  }

  private func chainMeans() throws(CommandFailure) -> ChainSettings.Means {
    switch (optional(.chainKeyFile), optional(.chainSigner)) {
    case (let file?, nil):
      if optional(.chainAccount) != nil { throw failure(.chainAccount, "this goes with chainSigner; a key file knows its account") }
      guard let passphrase = optional(.chainPassphraseFile) else {
        throw failure(.chainPassphraseFile, "chainKeyFile is set, so this is needed too")
      }
      return .file(file, passphraseFile: passphrase)
    case (nil, let signer?):
      if let reason = NodeAddresses.fault(signer, HTTPClientConfiguration()) {
        throw failure(.chainSigner, reason, showsValue: false)
      }
      guard let account = Address(text(.chainAccount)), account.bytes.contains(where: { $0 != 0 }) else {
        throw failure(.chainAccount, "the address that chainSigner signs for is needed: 0x and 40 digits")
      }
      return .signer(signer, account)
    case (nil, nil):
      throw failure(.chainKeyFile, "nobody signs; this and chainPassphraseFile, or chainSigner and chainAccount are needed")
    case (_?, _?): throw failure(.chainSigner, "chainKeyFile is set too; one of them is needed", showsValue: false)
    }
  }

  private func explorer() throws(CommandFailure) -> String? {
    guard let text = optional(.chainExplorer) else { return nil }
    guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false else {
      throw failure(.chainExplorer, "an address such as https://polygonscan.com is needed")
    }
    return text
  }
}

extension ChainNetwork {
  /// Where its blocks can be looked at.
  var explorer: String? {
    switch self {
    case .polygon: "https://polygonscan.com"
    case .amoy: "https://amoy.polygonscan.com"
    case .local: nil
    }
  }
}
