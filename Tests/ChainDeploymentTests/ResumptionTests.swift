import Ethereum
import Foundation
import StrictJSON
import TestEthereum
import Testing

@testable import ChainDeployment

@Suite("Going on with a deployment", .serialized, .enabled(if: ChainProcess.isThere, "skipped: no Python environment"))
struct ResumptionTests {
  private struct Ended: Error {}

  @Test("a transaction that waits for too little is replaced by one of the same number")
  func replaced() async throws {
    var scene = try Scene(.local, ["--mining", "manual"])
    defer { scene.chain.stop() }
    scene.settings.fees.cap = UInt256(500 * FeePolicy.gwei)
    await #expect(throws: Ended.self) {
      try await scene.run { if case .sent = $0 { throw Ended() } }
    }
    try await scene.chain.control("test_gasPrice", ["baseFee": .text(Hexadecimal.quantity(200 * FeePolicy.gwei))])
    try await scene.chain.control("test_mine", 1)
    var signed = 0
    let record = try await scene.run { if case .signed("VoteRegistry", _) = $0 { signed += 1 } }
    #expect(signed == 1 && record.isChecked)
    #expect(try await scene.transactions == 3)
  }

  @Test("a transaction that the nodes have forgotten is sent again as it was")
  func forgotten() async throws {
    let scene = try Scene(.local, ["--mining", "manual"])
    defer { scene.chain.stop() }
    var hashes: [String] = []
    await #expect(throws: Ended.self) {
      try await scene.run {
        if case .sent(_, let hash) = $0 {
          hashes.append(Hexadecimal.text(hash.bytes))
          throw Ended()
        }
      }
    }
    try await scene.chain.control("test_drop", .text(try #require(hashes.first)))
    let record = try await scene.run()
    #expect(record["VoteRegistry"]?.receipt.map { Hexadecimal.text($0.transaction.bytes) } == hashes.first)
    #expect(try await scene.transactions == 3)
  }

  @Test("where another transaction of the account took the number, the contract gets the next")
  func numberTaken() async throws {
    let scene = try Scene(.local)
    defer { scene.chain.stop() }
    await #expect(throws: Ended.self) {
      try await scene.run { if case .signed = $0 { throw Ended() } }
    }
    let client = scene.client
    let other = EthereumTransaction(
      chainID: client.chainID, nonce: 0, fees: try FeePolicy().fees(await client.feeHistory()), gasLimit: 21_000,
      receiver: scene.recorder, value: 1)
    try await client.send(SignedEthereumTransaction(other, key: scene.key))
    let record = try await scene.run()
    #expect(record.contracts.map(\.nonce) == [1, 2, 3] && record.isChecked)
    #expect(try await scene.transactions == 4)
  }

  @Test("a node that is behind does not make a contract come twice")
  func behind() async throws {
    let scene = try Scene(.local)
    defer { scene.chain.stop() }
    await #expect(throws: Ended.self) {
      try await scene.run { if case .sent = $0 { throw Ended() } }
    }
    // Who knows neither transaction nor receipt says nothing about whether there are any.
    for method: JSONValue in ["eth_getTransactionReceipt", "eth_getTransactionByHash"] {
      try await scene.chain.control("test_fault", ["kind": "answer", "method": method, "times": 3, "result": .null])
    }
    let record = try await scene.run()
    #expect(record.contracts.map(\.nonce) == [0, 1, 2] && record.isChecked)
    #expect(try await scene.transactions == 3)
  }

  @Test("a transaction that fails is told, and a later run makes the contract")
  func failed() async throws {
    let scene = try Scene(.local)
    defer { scene.chain.stop() }
    let record = DeploymentRecord(
      network: .local, deployer: scene.key.address, owner: scene.key.address, recorder: scene.recorder)
    let artefact = ContractArtefact.all[0]
    // Enough gas to begin with, too little to end with.
    let transaction = EthereumTransaction(
      chainID: 31337, nonce: 0, fees: try FeePolicy().fees(await scene.client.feeHistory()), gasLimit: 400_000, receiver: nil,
      data: artefact.bytecode + Deployment.arguments(owner: scene.key.address, recorder: scene.recorder))
    let signed = SignedEthereumTransaction(transaction, key: scene.key)
    var poor = record
    poor.set(
      DeploymentRecord.Contract(
        name: artefact.name, address: scene.key.address.contract(nonce: 0), nonce: 0, compiler: artefact.compiler,
        artefact: artefact.hash, state: .sent([DeploymentRecord.Attempt(signed: signed)])))
    try DeploymentFolder(scene.folder.deployments).write(poor)
    await #expect(throws: DeploymentError.failed(contract: "VoteRegistry", transaction: signed.hash)) { try await scene.run() }
    #expect(try await scene.run().contracts.map(\.nonce) == [1, 2, 3])
  }

  @Test("a block that is undone before the transaction counts does not count")
  func reorganised() async throws {
    let scene = try Scene(.amoy)
    defer { scene.chain.stop() }
    await #expect(throws: Ended.self) {
      try await scene.run { if case .confirmed(_, blocks: 3, of: 5) = $0 { throw Ended() } }
    }
    try await scene.chain.control("test_reorg", ["depth": 3, "transactions": "return"])
    let record = try await scene.run()
    let receipt = try #require(record["VoteRegistry"]?.receipt)
    #expect(try await scene.client.block(.number(receipt.block))?.hash == receipt.blockHash)
    #expect(try await scene.transactions == 3)
  }

  @Test("a record of other accounts, or of other contracts, is left as it is")
  func otherDeployment() async throws {
    var scene = try Scene(.local)
    defer { scene.chain.stop() }
    try await scene.run()
    let before = try scene.folder.text("local.json")
    scene.settings.owner = scene.recorder
    await #expect(throws: DeploymentError.self) { try await scene.run() }
    scene.settings.owner = scene.key.address
    scene.settings.recorder = nil
    await #expect(throws: DeploymentError.self) { try await scene.run() }
    #expect(try scene.folder.text("local.json") == before)
    scene.settings.recorder = scene.recorder
    let artefact = Hexadecimal.text(ContractArtefact.all[0].hash.bytes)
    let other = before.replacingOccurrences(of: artefact, with: "0x" + String(repeating: "11", count: 32))
    try other.write(toFile: scene.folder.deployments + "/local.json", atomically: true, encoding: .utf8)
    do {
      try await scene.run()
      Issue.record("another version of a contract")
    } catch DeploymentError.otherDeployment(let reason) {
      #expect(reason.hasSuffix("another version of VoteRegistry than this program"))
    }
  }

  @Test("a damaged record is no reason to begin anew", arguments: ["", "{}", "[", "{\"version\":2}"])
  func damaged(text: String) async throws {
    let scene = try Scene(.local)
    defer { scene.chain.stop() }
    try FileManager.default.createDirectory(atPath: scene.folder.deployments, withIntermediateDirectories: false)
    try text.write(toFile: scene.folder.deployments + "/local.json", atomically: true, encoding: .utf8)
    do {
      try await scene.run()
      Issue.record("began anew")
    } catch DeploymentError.malformedRecord { #expect(try await scene.transactions == 0) }
  }

  @Test("only those that were chosen are deployed, and a file that does not say which is of all")
  func chosen() async throws {
    var scene = try Scene(.local)
    defer { scene.chain.stop() }
    scene.settings.contracts = ContractArtefact.all.filter { $0.name != "VoteRegistry" }
    #expect(try await scene.run().contracts.map(\.name) == ["ElectionManager", "VoterRegistry"])
    #expect(try await scene.run().isComplete)
    #expect(try await scene.transactions == 2)
    scene.settings.contracts = ContractArtefact.all
    await #expect(throws: DeploymentError.self) { try await scene.run() }
    let two = try scene.folder.text("local.json")
    for names in ["[]", "[\"Registry\"]", "[\"VoterRegistry\", \"ElectionManager\"]", "7"] {
      let range = try #require(two.range(of: #""chosen": \[[^\]]*\]"#, options: .regularExpression))
      let damaged = two.replacingCharacters(in: range, with: "\"chosen\": \(names)")
      #expect(throws: DeploymentError.self) { try DeploymentRecord(Array(damaged.utf8)) }
    }

    let other = try Scene(.local)
    defer { other.chain.stop() }
    let all = try await other.run()
    let text = try other.folder.text("local.json")
    let range = try #require(text.range(of: #""chosen": \[[^\]]*\],\s*"#, options: .regularExpression))
    try text.replacingCharacters(in: range, with: "").write(
      toFile: other.folder.deployments + "/local.json", atomically: true, encoding: .utf8)
    #expect(try await other.run() == all)
    #expect(try await other.transactions == 3)
  }

  @Test("two deployments do not work in one folder at once")
  func busy() throws {
    let folder = try TestFolder()
    let first = try DeploymentFolder(folder.deployments)
    #expect(throws: DeploymentError.busy) { try DeploymentFolder(folder.deployments) }
    withExtendedLifetime(first) {}
  }

  @Test("a folder is given back though a process that is being started has a copy of every descriptor")
  func givenBack() throws {
    let folder = try TestFolder()
    var first: DeploymentFolder? = try DeploymentFolder(folder.deployments)
    let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }.first {
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
      return target == URL(fileURLWithPath: folder.deployments).resolvingSymlinksInPath().path
    }
    let copy = dup(try #require(held))
    defer { close(copy) }
    #expect(first != nil)
    first = nil
    _ = try DeploymentFolder(folder.deployments)
  }

  @Test("what an account has, and how many anchors that is")
  func accountBalance() async throws {
    let scene = try Scene(.polygon)
    defer { scene.chain.stop() }
    let balance = try await AccountBalance.ask(scene.client, scene.key.address, .polygon)
    #expect(CoinAmount.text(balance.balance) == "10000" && balance.transactions == 0 && balance.waiting == 0)
    let cost = try #require(balance.gasPrice.multiplied(by: 80_000)?.multiplied(by: balance.anchors))
    #expect(cost <= balance.balance && balance.anchors > 1_000_000)
    await #expect(throws: DeploymentError.chain(.wrongChain(expected: 137, found: 80002))) {
      let other = try ChainProcess(.polygon, chainID: 80002)
      defer { other.stop() }
      _ = try await AccountBalance.ask(other.client(.polygon), scene.key.address, .polygon)
    }
  }

  @Test("an explorer gets what it needs to compile the same")
  func verification() async throws {
    let scene = try Scene(.polygon)
    defer { scene.chain.stop() }
    let record = try await scene.run()
    let contract = try #require(record["VoteRegistry"])
    let command = ContractVerification(contract, of: record).command(
      input: "deployments/polygon-VoteRegistry-input.json")
    let arguments = [scene.key.address, scene.recorder].map { String(repeating: "0", count: 24) + Hexadecimal.digits($0.bytes) }
      .joined()
    for part in [
      "chainid=137", "codeformat=vyper-json", "contractaddress=\(contract.address)", "compilerversion=vyper:0.4.3",
      "contractname=contracts/VoteRegistry.vy:VoteRegistry", "constructorArguments=\(arguments)",
      "sourceCode@deployments/polygon-VoteRegistry-input.json",
    ] { #expect(command.contains(part)) }
    let input = try JSONParser.parse(Array(try scene.folder.text("polygon-VoteRegistry-input.json").utf8))
    #expect(input["language"]?.text == "Vyper" && input["sources"]?["contracts/VoteRegistry.vy"] != nil)
  }
}
