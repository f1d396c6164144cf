import ChainDeployment
import Ethereum

/// `comitia chain balance`: what accounts have.
struct ChainBalanceCommand: Command {
  private static let accounts = CommandOption(
    "account", "ADDRESS", isRepeatable: true, help: "an account; --key names that of a key file")
  private static let atLeast = CommandOption("at-least", "POL", help: "exit with 1 where an account has less")

  static let syntax = CommandSyntax(
    name: "comitia chain balance",
    summary: "Say what accounts have on a chain, and how many anchors that pays for at today’s price.",
    options: ChainOptions.connection + [accounts, ChainOptions.key, PassphraseSource.option, atLeast, .json],
    notes: [
      "Nothing is signed and nothing sent. The passphrase of a key file is asked for only where the file does not say whose it is.",
      "Exit code: 0 all have enough, 1 one has less than --at-least, 2 it could not be found out.",
    ],
    examples: [
      "comitia chain balance --network polygon --rpc https://node.example.org --account 0x00000000219ab540356cBB839Cbe05303d7705Fa --at-least 2"
    ])

  private let connection: ChainConnection
  private let accounts: [Address]
  private let key: String?
  private let passphrase: PassphraseSource
  private let atLeast: UInt256
  private let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    connection = try ChainConnection(arguments)
    var accounts: [Address] = []
    for text in arguments.values(Self.accounts) { accounts.append(try ChainOptions.address(text, "--account", arguments)) }
    self.accounts = accounts
    key = arguments.value(ChainOptions.key)
    passphrase = PassphraseSource(arguments)
    atLeast = try ChainOptions.amount(Self.atLeast, arguments) ?? .zero
    isJSON = arguments.has(.json)
    guard !accounts.isEmpty || key != nil else { throw arguments.error("no account is named; give --account or --key") }
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    var accounts = accounts
    if let key { accounts.append(try AccountKeyFiles.address(key) ?? AccountKeyFiles.open(key, passphrase).address) }
    let client = try connection.client()
    let network = connection.network
    let balances = try ChainOptions.wait { [accounts] in
      var balances: [AccountBalance] = []
      for account in accounts { balances.append(try await AccountBalance.ask(client, account, network)) }
      return balances
    }
    let isEnough = balances.allSatisfy { $0.balance >= atLeast }
    if isJSON {
      terminal.say(
        JSONAnswer.text(
          Answer(ok: isEnough, network: network.rawValue, chainId: network.chainID, accounts: balances.map(Answer.Account.init))))
    } else {
      let facts = FactList(terminal)
      for (index, balance) in balances.enumerated() {
        if index > 0 { terminal.say() }
        facts.say("Account", balance.account.description)
        facts.say("Balance", CoinAmount.text(balance.balance) + " POL" + (balance.balance < atLeast ? ", less than it should" : ""))
        facts.say("Gas price", CoinAmount.gwei(balance.gasPrice) + " gwei")
        facts.say("Enough for", "\(balance.anchors) anchors at this price")
        facts.say("Transactions", "\(balance.transactions)" + (balance.waiting > 0 ? ", and \(balance.waiting) that wait" : ""))
      }
    }
    return isEnough ? .success : .checkFailed
  }

  private struct Answer: Encodable {
    struct Account: Encodable {
      let account: String
      let balance: String
      let balancePOL: String
      let gasPrice: String
      let anchors: String
      let transactions: UInt64
      let waiting: UInt64

      init(_ balance: AccountBalance) {
        account = balance.account.description
        self.balance = balance.balance.description
        balancePOL = CoinAmount.text(balance.balance)
        gasPrice = balance.gasPrice.description
        anchors = balance.anchors.description
        transactions = balance.transactions
        waiting = balance.waiting
      }
    }

    let ok: Bool
    let network: String
    let chainId: UInt64
    let accounts: [Account]
  }
}
