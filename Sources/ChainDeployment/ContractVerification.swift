import Ethereum

/// How anybody convinces himself, and explorers, that a deployed contract is the one of these sources.
public struct ContractVerification: Equatable, Sendable {
  /// Where.
  public let network: ChainNetwork
  /// Of the artefact.
  public let contract: String
  /// Where it is.
  public let address: Address
  /// What explorers call it: file and name.
  public let qualifiedName: String
  /// What they call the compiler: `vyper:0.4.3`.
  public let compiler: String
  /// Of the constructor, in hexadecimal without `0x`.
  public let arguments: String

  /// Of a contract of a record.
  public init(_ contract: DeploymentRecord.Contract, of record: DeploymentRecord) {
    network = record.network
    self.contract = contract.name
    address = contract.address
    qualifiedName = "contracts/\(contract.name).vy:\(contract.name)"
    compiler = contract.compiler.replacing(" ", with: ":")
    arguments = Hexadecimal.digits(Deployment.arguments(owner: record.owner, recorder: record.recorder))
  }

  /// The command that has Etherscan's explorers, of which Polygonscan is one, compile the standard JSON input in a file. The key for their interface is the
  /// caller's, from the shell's variable `ETHERSCAN_KEY`.
  ///
  /// - Parameter input: the path of the file, as a word of the shell.
  public func command(input: String) -> String {
    let fields = [
      "module=contract", "action=verifysourcecode", "codeformat=vyper-json", "contractaddress=\(address)",
      "contractname=\(qualifiedName)", "compilerversion=\(compiler)",
      "optimizationUsed=1", "constructorArguments=\(arguments)",
    ]
    let data = fields.map { "--data-urlencode \($0)" }.joined(separator: " ")
    return "curl 'https://api.etherscan.io/v2/api?chainid=\(network.chainID)' --data-urlencode \"apikey=$ETHERSCAN_KEY\" \(data) "
      + "--data-urlencode sourceCode@\(input)"
  }
}
