import ChainCourse
import ChainDeployment
import Curve25519
import Ethereum
import Foundation
import HTTPClient

/// Options that the commands for chains share.
enum ChainOptions {
  static let network = CommandOption("network", "NAME", isRequired: true, help: "polygon, amoy or local")
  static let rpc = CommandOption(
    "rpc", "URL", isRepeatable: true, help: "the address of a node, asked by JSON-RPC; with several, others step in where one fails"
  )
  static let rpcFile = CommandOption(
    "rpc-file", "FILE",
    help: "a file with such addresses, one a line: for those that hold a key, which other users of the machine could see")
  static let key = CommandOption("key", "FILE", help: "the account’s key file, as wallets have it (Web3 Secret Storage, version 3)")
  static let signer = CommandOption(
    "signer", "URL", help: "a program that signs in place of a key file (eth_signTransaction: web3signer, Clef); with --account")
  static let account = CommandOption("account", "ADDRESS", help: "the account that --signer signs for")

  /// What reaches the nodes.
  static let connection = [network, rpc, rpcFile, TrusteeOptions.authorities, TrusteeOptions.insecure]

  static let confirmations = CommandOption(
    "confirmations", "N", help: "blocks that each transaction waits for, 1 to 64; 5, on local 1, if not given")
  static let cap = CommandOption("gas-cap", "GWEI", help: "what a unit of gas may cost at most; 50 if not given")
  static let folder = CommandOption("folder", "DIR", help: "where the record of deployments is; deployments if not given")
  static let dryRun = CommandOption(
    "dry-run", help: "check everything, say what would be sent and what it costs, and send nothing")
  static let yes = CommandOption("yes", help: "do not ask, on amoy and local")

  /// How transactions are sent.
  static let sending = [confirmations, cap, folder, dryRun, yes]

  static func address(_ text: String, _ what: String, _ arguments: Arguments) throws(UsageError) -> Address {
    guard let address = Address(text) else {
      throw arguments.error(
        "\(what) is “\(text.printable)”; an address is 0x and 40 digits, whose capitals, where there are any, must be right")
    }
    guard address.bytes.contains(where: { $0 != 0 }) else { throw arguments.error("\(what) is the zero address, which nobody has") }
    return address
  }

  /// An amount in coins.
  static func amount(_ option: CommandOption, _ arguments: Arguments) throws(UsageError) -> UInt256? {
    guard let text = arguments.value(option) else { return nil }
    guard let wei = CoinAmount.wei(text) else {
      throw arguments.error("--\(option.name) is “\(text.printable)”; an amount such as 0.5 is needed")
    }
    return wei
  }

  /// Waits for work on a chain; what goes wrong there is said in words.
  static func wait<Output: Sendable>(_ work: @escaping @Sendable () async throws -> Output) throws -> Output {
    do { return try Blocking.run(work) } catch let error as DeploymentError {
      throw CommandFailure(error.description)
    } catch let error as CourseError {
      throw CommandFailure(error.description)
    } catch let error as EthereumError { throw CommandFailure(error.sentence) }
  }
}

/// The nodes of a network, as the options say.
struct ChainConnection: Sendable {
  let network: ChainNetwork
  private let addresses: [String]
  private let file: String?
  private let configuration: HTTPClientConfiguration

  init(_ arguments: Arguments) throws(UsageError) {
    let name = arguments.required(ChainOptions.network)
    guard let network = ChainNetwork(rawValue: name) else {
      throw arguments.error("--network is “\(name.printable)”; polygon, amoy or local is needed")
    }
    self.network = network
    addresses = arguments.values(ChainOptions.rpc)
    file = arguments.value(ChainOptions.rpcFile)
    configuration = TrusteeOptions.client(arguments)
    guard !addresses.isEmpty || file != nil else {
      throw arguments.error("no node is named; give --rpc, the address of a node of \(network.rawValue), or --rpc-file")
    }
    for address in addresses {
      if let reason = NodeAddresses.fault(address, configuration) { throw arguments.error("--rpc \(reason)") }
    }
  }

  var http: HTTPClient { HTTPClient(configuration) }

  func client() throws -> EthereumClient {
    var all = addresses
    if let file { all += try NodeAddresses.read(file, configuration) }
    return EthereumClient(endpoints: all, chainID: network.chainID, http: http)
  }
}

/// How transactions are sent, as the options say.
struct ChainSending: Sendable {
  let confirmations: UInt64
  /// Wei a unit of gas; `nil`: what is usual.
  let cap: UInt256?
  let folder: String
  let isDryRun: Bool
  private let isYes: Bool
  private let network: ChainNetwork

  init(_ arguments: Arguments, _ network: ChainNetwork) throws(UsageError) {
    self.network = network
    confirmations = try arguments.number(ChainOptions.confirmations, in: 1...64).map { UInt64($0) } ?? network.confirmations
    if let text = arguments.value(ChainOptions.cap) {
      guard let wei = CoinAmount.wei(gwei: text), wei > .zero else {
        throw arguments.error("--gas-cap is “\(text.printable)”; a number of gwei such as 80 is needed")
      }
      cap = wei
    } else {
      cap = nil
    }
    folder = arguments.value(ChainOptions.folder) ?? "deployments"
    isDryRun = arguments.has(ChainOptions.dryRun)
    isYes = arguments.has(ChainOptions.yes)
    guard !isYes || !network.isOfValue else {
      throw arguments.error("--yes is for amoy and local; on polygon a person types the network’s name")
    }
  }

  /// Whether a person says yes; where money is spent, by typing the network's name.
  func confirms() throws(CommandFailure) -> Bool {
    if isYes { return true }
    if network.isOfValue {
      guard let line = TerminalInput.ask("Type \(network.rawValue) to send this: ") else {
        throw CommandFailure("there is no terminal to confirm at; on \(network.rawValue) a person types the network’s name")
      }
      return String(decoding: line, as: UTF8.self) == network.rawValue
    }
    guard let answer = TerminalInput.confirms("Send this?") else {
      throw CommandFailure("there is no terminal to confirm at; give --yes")
    }
    return answer
  }
}

/// The account that signs, as the options say.
struct ChainAccount: Sendable {
  private enum Means {
    case file(String, PassphraseSource)
    case signer(String, Address)
  }

  private let means: Means

  init(_ arguments: Arguments) throws(UsageError) {
    switch (arguments.value(ChainOptions.key), arguments.value(ChainOptions.signer)) {
    case (let path?, nil):
      guard !arguments.has(ChainOptions.account) else {
        throw arguments.error("--account goes with --signer; a key file knows its account")
      }
      means = .file(path, PassphraseSource(arguments))
    case (nil, let url?):
      guard let account = arguments.value(ChainOptions.account) else {
        throw arguments.error("--signer needs --account, the address that it signs for")
      }
      if let reason = NodeAddresses.fault(url, TrusteeOptions.client(arguments)) { throw arguments.error("--signer \(reason)") }
      means = .signer(url, try ChainOptions.address(account, "--account", arguments))
    case (nil, nil): throw arguments.error("nobody signs; give --key, a key file, or --signer and --account")
    case (_?, _?): throw arguments.error("--key and --signer are given; give one of them")
    }
  }

  /// The account alone. The passphrase is asked for only where the file does not say.
  func address() throws -> Address {
    switch means {
    case .signer(_, let address): return address
    case .file(let path, let passphrase):
      return try AccountKeyFiles.address(path) ?? AccountKeyFiles.open(path, passphrase).address
    }
  }

  /// What signs.
  func signer(_ http: HTTPClient) throws -> any TransactionSigner {
    switch means {
    case .signer(let url, let address): return ExternalSigner(address, endpoint: url, http: http)
    case .file(let path, let passphrase): return KeySigner(try AccountKeyFiles.open(path, passphrase))
    }
  }
}

/// Key files of accounts, with what is wrong in words.
enum AccountKeyFiles {
  /// The account that a file names; `nil` where it names none.
  static func address(_ path: String) throws(CommandFailure) -> Address? { try read(path).address }

  static func open(_ path: String, _ source: PassphraseSource) throws -> AccountKey {
    let file = try read(path)
    var passphrase = try source.existing()
    defer { passphrase.wipe() }
    do throws(AccountKeyFileError) { return try file.open(passphrase) } catch { throw failure(error, path) }
  }

  /// Makes a file with a new key.
  static func create(_ path: String, _ source: PassphraseSource) throws -> Address {
    var passphrase = try source.new()
    defer { passphrase.wipe() }
    let key = AccountKey()
    do throws(AccountKeyFileError) { try AccountKeyFile(key, passphrase: passphrase).write(to: path) } catch {
      throw failure(error, path)
    }
    return key.address
  }

  private static func read(_ path: String) throws(CommandFailure) -> AccountKeyFile {
    do throws(AccountKeyFileError) { return try AccountKeyFile(path: path) } catch { throw failure(error, path) }
  }

  private static func failure(_ error: AccountKeyFileError, _ path: String) -> CommandFailure {
    let name = path.printable
    return switch error {
    case .malformed(let reason):
      CommandFailure("\(name) is no key file of an account: \(reason); make one with comitia chain key create")
    case .unreasonableCost: CommandFailure("\(name) asks for more memory than any wallet; have a wallet write it anew")
    case .wrongPassphraseOrDamaged: CommandFailure("\(name) does not open: the passphrase is another one, or the file is damaged")
    case .noMemory: CommandFailure("there is not enough memory to open \(name)")
    case .exists: CommandFailure("\(name) is there already and was left as it is; give another --key")
    case .system(let number):
      CommandFailure("\(name): \(String(cString: strerror(number))); check the name of the file, and who may read it")
    }
  }
}
