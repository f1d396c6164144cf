import Curve25519
import Ethereum
import StrictJSON

extension DeploymentRecord {
  private static let version: Int64 = 1

  /// As it is written.
  public var json: JSONValue {
    [
      "version": .integer(Self.version), "network": .text(network.rawValue), "chainId": .integer(Int64(network.chainID)),
      "deployer": .text(deployer.description), "owner": .text(owner.description),
      "recorder": recorder.map { .text($0.description) } ?? .null, "chosen": .list(chosen.map { .text($0) }),
      "contracts": .list(contracts.map(\.json)),
      "gasUsed": .integer(Int64(gasUsed)), "cost": .text(cost.description), "costPOL": .text(CoinAmount.text(cost)),
      "checked": .boolean(isChecked),
    ]
  }

  /// Reads a record.
  ///
  /// - Throws: `malformedRecord`.
  public init(_ bytes: [UInt8]) throws(DeploymentError) {
    guard let json = try? JSONParser.parse(bytes) else { throw .malformedRecord("it is no JSON") }
    guard json["version"]?.integer == Self.version else { throw .malformedRecord("its version is not \(Self.version)") }
    guard let network = json["network"]?.text.flatMap({ ChainNetwork(rawValue: $0) }),
      json["chainId"]?.integer == Int64(network.chainID),
      let deployer = json["deployer"]?.text.flatMap({ Address($0) }), let owner = json["owner"]?.text.flatMap({ Address($0) }),
      let isChecked = json["checked"]?.truth, case .list(let items)? = json["contracts"]
    else { throw .malformedRecord("network, accounts or contracts are missing") }
    let recorder = json["recorder"]?.text.flatMap { Address($0) }
    guard recorder != nil || json["recorder"] == .null else { throw .malformedRecord("the recorder is no address") }
    let known = ContractArtefact.all.map(\.name)
    var chosen = known
    // A file that does not say so is of a time when all were deployed.
    if let names = json["chosen"] {
      guard case .list(let names) = names, !names.isEmpty else { throw .malformedRecord("no contract was chosen") }
      chosen = names.compactMap(\.text)
      guard known.filter(chosen.contains) == chosen, chosen.count == names.count else {
        throw .malformedRecord("contracts were chosen that there are none of")
      }
    }
    self.init(network: network, deployer: deployer, owner: owner, recorder: recorder, chosen: chosen)
    self.isChecked = isChecked
    for item in items {
      guard let contract = Contract(item), self[contract.name] == nil else { throw .malformedRecord("a contract that is none") }
      guard contract.isOf(deployer, network) else { throw .malformedRecord("\(contract.name) is another account’s") }
      contracts.append(contract)
    }
  }
}

extension DeploymentRecord.Contract {
  fileprivate var json: JSONValue {
    let facts: JSONValue = [
      "name": .text(name), "address": .text(address.description), "nonce": .integer(Int64(nonce)), "compiler": .text(compiler),
      "artefact": .text(Hexadecimal.text(artefact.bytes)),
    ]
    switch state {
    case .sent(let attempts):
      return facts.adding(
        "sent",
        .list(attempts.map(\.json)))
    case .deployed(let receipt): return facts.adding("deployed", receipt.json)
    }
  }

  fileprivate init?(_ json: JSONValue) {
    guard let name = json["name"]?.text, let address = json["address"]?.text.flatMap({ Address($0) }),
      let nonce = json["nonce"]?.integer.flatMap({ UInt64(exactly: $0) }), let compiler = json["compiler"]?.text,
      let artefact = json["artefact"]?.hash
    else { return nil }
    let state: DeploymentRecord.State
    switch (json["sent"], json["deployed"]) {
    case (.list(let items)?, nil):
      let attempts = items.compactMap(DeploymentRecord.Attempt.init)
      guard !attempts.isEmpty, attempts.count == items.count else { return nil }
      state = .sent(attempts)
    case (nil, let receipt?):
      guard let receipt = DeploymentRecord.Receipt(receipt) else { return nil }
      state = .deployed(receipt)
    default: return nil
    }
    self.init(name: name, address: address, nonce: nonce, compiler: compiler, artefact: artefact, state: state)
  }

  /// Whether the account makes a contract of this address by these transactions.
  fileprivate func isOf(_ deployer: Address, _ network: ChainNetwork) -> Bool {
    guard deployer.contract(nonce: nonce) == address else { return false }
    guard case .sent(let attempts) = state else { return true }
    return attempts.allSatisfy {
      let transaction = $0.signed.transaction
      return $0.signed.sender == deployer && transaction.nonce == nonce && transaction.chainID == network.chainID
        && transaction.receiver == nil
    }
  }
}

extension DeploymentRecord.Attempt {
  /// Hash and bytes.
  package var json: JSONValue {
    ["transaction": .text(Hexadecimal.text(hash.bytes)), "raw": .text(Hexadecimal.text(signed.encoded))]
  }

  /// `nil` where it is none.
  package init?(_ json: JSONValue) {
    guard let raw = json["raw"]?.text.flatMap({ Hexadecimal.bytes($0) }), let signed = try? SignedEthereumTransaction(raw),
      json["transaction"]?.hash == signed.hash
    else { return nil }
    self.init(signed: signed)
  }
}

extension DeploymentRecord.Receipt {
  package var json: JSONValue {
    [
      "transaction": .text(Hexadecimal.text(transaction.bytes)), "block": .integer(Int64(block)),
      "blockHash": .text(Hexadecimal.text(blockHash.bytes)), "time": .text(JSONTime.text(time * 1000)),
      "gasUsed": .integer(Int64(gasUsed)), "gasPrice": .text(gasPrice.description), "cost": .text(cost.description),
      "costPOL": .text(CoinAmount.text(cost)),
    ]
  }

  /// `nil` where a part is missing.
  package init?(_ json: JSONValue) {
    guard let transaction = json["transaction"]?.hash, let blockHash = json["blockHash"]?.hash,
      let block = json["block"]?.integer.flatMap({ UInt64(exactly: $0) }), let time = json["time"]?.text.flatMap(JSONTime.parse),
      let gasUsed = json["gasUsed"]?.integer.flatMap({ UInt64(exactly: $0) }),
      let gasPrice = json["gasPrice"]?.text.flatMap({ UInt256(decimal: $0) }),
      let cost = json["cost"]?.text.flatMap({ UInt256(decimal: $0) })
    else { return nil }
    self.init(
      transaction: transaction, block: block, blockHash: blockHash, time: time / 1000, gasUsed: gasUsed, gasPrice: gasPrice,
      cost: cost)
  }
}

extension JSONValue {
  fileprivate var truth: Bool? { if case .boolean(let value) = self { value } else { nil } }

  package var hash: Bytes32? { text.flatMap { Hexadecimal.bytes($0) }.flatMap { Bytes32($0) } }

  /// For people: members on lines of their own.
  package func lines(indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent + 2)
    switch self {
    case .object(let members) where !members.isEmpty:
      let rows = members.map { "\(margin)\(JSONValue.text($0.name).compact): \($0.value.lines(indent: indent + 2))" }
      return "{\n" + rows.joined(separator: ",\n") + "\n" + String(repeating: " ", count: indent) + "}"
    case .list(let items) where !items.isEmpty:
      let rows = items.map { margin + $0.lines(indent: indent + 2) }
      return "[\n" + rows.joined(separator: ",\n") + "\n" + String(repeating: " ", count: indent) + "]"
    default: return compact
    }
  }

  private var compact: String { String(decoding: bytes, as: UTF8.self) }
}
