import Ethereum
import Foundation
import StrictJSON
import TestEthereum
import Testing

@testable import ChainDeployment

@Suite("Deployment", .serialized, .enabled(if: ChainProcess.isThere, "skipped: no Python environment"))
struct DeploymentTests {
  @Test("on every network all contracts are there, as the record says", arguments: ChainNetwork.allCases)
  func everyNetwork(network: ChainNetwork) async throws {
    let scene = try Scene(network)
    defer { scene.chain.stop() }
    let before = try await scene.client.balance(of: scene.key.address)
    var events: [DeploymentEvent] = []
    let record = try await scene.run { events.append($0) }
    #expect(record.isComplete && record.isChecked && record.contracts.map(\.name) == ContractArtefact.all.map(\.name))
    #expect(try await scene.transactions == 3)
    #expect(events.last == .checked)
    let last = DeploymentEvent.confirmed(contract: "VoterRegistry", blocks: network.confirmations, of: network.confirmations)
    #expect(events.contains(last))

    let json = try JSONParser.parse(Array(try scene.folder.text("\(network.rawValue).json").utf8))
    #expect(json["chainId"]?.integer == Int64(network.chainID) && json["owner"]?.text == scene.key.address.description)
    for (index, artefact) in ContractArtefact.all.enumerated() {
      let contract = try #require(record[artefact.name])
      let receipt = try #require(contract.receipt)
      #expect(contract.address == scene.key.address.contract(nonce: UInt64(index)))
      #expect(try await scene.client.code(of: contract.address) == artefact.runtimeBytecode)
      let known = try #require(try await scene.client.receipt(of: receipt.transaction))
      #expect(known.gasUsed == receipt.gasUsed && known.gasPrice == receipt.gasPrice && known.place.block == receipt.block)
      let written = json["contracts"]?[index]
      #expect(written?["address"]?.text == contract.address.description && written?["compiler"]?.text == "vyper 0.4.3")
      #expect(written?["artefact"]?.text == Hexadecimal.text(artefact.hash.bytes))
      #expect(written?["deployed"]?["gasUsed"]?.integer == Int64(known.gasUsed))
      #expect(scene.folder.exists("\(network.rawValue)-\(artefact.name)-input.json") == network.hasExplorer)
    }
    // What the record says it has cost is what the account has less, to the last wei.
    let after = try await scene.client.balance(of: scene.key.address)
    #expect(before.subtracting(after) == record.cost)
    #expect(json["cost"]?.text == record.cost.description && json["costPOL"]?.text == CoinAmount.text(record.cost))
    let mode = try FileManager.default.attributesOfItem(atPath: "\(scene.folder.deployments)/\(network.rawValue).json")
    #expect(mode[.posixPermissions] as? Int == 0o644)
    #expect(try DeploymentFolder(scene.folder.deployments).record(network) == record)

    // Again: nothing is sent, and what is there is looked at.
    #expect(try await scene.run(confirming: false) == record)
    #expect(try await scene.transactions == 3)
  }

  @Test("ended after any step and run again, nothing is deployed twice", arguments: [true, false])
  func interrupted(wasSent: Bool) async throws {
    let scene = try Scene(.local)
    defer { scene.chain.stop() }
    struct Ended: Error {}
    var runs = 0
    var seen: [DeploymentEvent] = []
    while true {
      runs += 1
      guard runs < 40 else {
        Issue.record("no end")
        return
      }
      do {
        // Each run gets one event further than anybody before.
        try await scene.run { event in
          let isNew = !seen.contains(event)
          seen.append(event)
          if isNew { throw Ended() }
        }
        break
      } catch is Ended {
        // Whether the transaction went out before the end is not known to the next run.
        guard wasSent, case .signed(let name, _)? = seen.last,
          case .sent(let attempts)? = try DeploymentFolder(scene.folder.deployments).record(.local)?[name]?.state
        else { continue }
        try await scene.client.send(attempts[0].signed)
      }
    }
    #expect(runs >= 10)
    #expect(try await scene.transactions == 3)
    let record = try #require(try DeploymentFolder(scene.folder.deployments).record(.local))
    #expect(record.contracts.map(\.nonce) == [0, 1, 2] && record.isChecked)
  }

  @Test("an answer that is lost is asked for by the hash", arguments: [true, false])
  func lostAnswer(executes: Bool) async throws {
    let scene = try Scene(.amoy)
    defer { scene.chain.stop() }
    try await scene.chain.control(
      "test_fault", ["kind": "cut", "method": "eth_sendRawTransaction", "executes": .boolean(executes), "times": 2])
    #expect(try await scene.run().isChecked)
    #expect(try await scene.transactions == 3)
  }

  @Test("the chain is another's: nothing is sent and nothing is written")
  func wrongChain() async throws {
    let scene = try Scene(.polygon, chainID: 80002)
    defer { scene.chain.stop() }
    await #expect(throws: DeploymentError.chain(.wrongChain(expected: 137, found: 80002))) { try await scene.run() }
    #expect(try await scene.chain.calls(of: "eth_sendRawTransaction") == 0)
    #expect(!scene.folder.exists("polygon.json"))
  }

  @Test("with too little nothing is sent; with enough for the rest, the rest is")
  func balance() async throws {
    var scene = try Scene(.amoy)
    defer { scene.chain.stop() }
    let little = UInt256(1_999_999_999_999_999_999)
    try await scene.chain.control("test_balance", .text(scene.key.address.description), .text(Hexadecimal.quantity(little)))
    let error = DeploymentError.balanceTooLow(account: scene.key.address, has: little, needs: 2_000_000_000_000_000_000)
    await #expect(throws: error) { try await scene.run() }
    #expect(try await scene.transactions == 0)
    #expect("\(error)".contains("has 1.999999999999999999 and needs 2;"))

    struct Ended: Error {}
    scene.settings.minimumBalance = little
    await #expect(throws: Ended.self) {
      try await scene.run { if case .deployed = $0 { throw Ended() } }
    }
    scene.settings.minimumBalance = scene.settings.network.minimumBalance
    #expect(try await scene.run().isComplete)
    // A minimum of nothing does not help who cannot pay.
    scene.settings.minimumBalance = 0
    try FileManager.default.removeItem(atPath: scene.folder.deployments)
    try await scene.chain.control("test_balance", .text(scene.key.address.description), "0x1000000000")
    await #expect(throws: DeploymentError.self) { try await scene.run() }
    #expect(try await scene.transactions == 3)
  }

  @Test("gas above the cap: nothing is sent")
  func gas() async throws {
    let scene = try Scene(.polygon, ["--mining", "manual"])
    defer { scene.chain.stop() }
    try await scene.chain.control("test_gasPrice", ["baseFee": .text(Hexadecimal.quantity(90 * FeePolicy.gwei))])
    try await scene.chain.control("test_mine", 1)
    do {
      try await scene.run()
      Issue.record("deployed at any price")
    } catch DeploymentError.chain(.gasPriceAboveCap(let needed, let cap)) {
      #expect(needed > cap && cap == UInt256(50 * FeePolicy.gwei))
    }
    #expect(try await scene.transactions == 0)
    #expect(!scene.folder.exists("polygon.json"))
  }

  @Test("refused confirmation: nothing is signed")
  func refused() async throws {
    let scene = try Scene(.polygon)
    defer { scene.chain.stop() }
    await #expect(throws: DeploymentError.notConfirmed) { try await scene.run(confirming: false) }
    #expect(try await scene.chain.calls(of: "eth_sendRawTransaction") == 0)
    #expect(!scene.folder.exists("polygon.json"))
  }

  @Test("a plan says what would be sent and what it costs, and sends nothing")
  func plan() async throws {
    let scene = try Scene(.polygon)
    defer { scene.chain.stop() }
    let plan = try await scene.plan()
    #expect(plan.steps.map(\.contract) == ContractArtefact.all.map(\.name))
    #expect(plan.steps.map(\.address) == (0..<3).map { scene.key.address.contract(nonce: $0) })
    #expect(try await scene.transactions == 0 && !scene.folder.exists("polygon.json"))
    let record = try await scene.run()
    #expect(record.contracts.map(\.address) == plan.steps.map(\.address))
    // The tenth of reserve, and the base fee that sinks meanwhile.
    #expect(record.cost <= plan.cost && plan.cost <= plan.largestCost)
    #expect(zip(record.contracts, plan.steps).allSatisfy { ($0.receipt?.gasUsed ?? 0) <= $1.gasLimit })
    #expect(try await scene.plan().steps.isEmpty)
  }

  @Test("code that is another's is named", arguments: [true, false])
  func otherCode(duringRun: Bool) async throws {
    let scene = try Scene(.local)
    defer { scene.chain.stop() }
    if !duringRun { try await scene.run() }
    let address = scene.key.address.contract(nonce: 1)
    try await scene.chain.control(
      "test_fault",
      ["kind": "answer", "method": "eth_getCode", "contains": .text(address.description), "times": 0, "result": "0x5f3560e0"])
    await #expect(throws: DeploymentError.otherCode(contract: "ElectionManager", address: address)) { try await scene.run() }
    try await scene.chain.control("test_clearFaults")
    // The record is there all the same, and all is well once the chain says so.
    #expect(try await scene.run().isChecked)
    #expect(try await scene.transactions == 3)
  }

  @Test("a contract that somebody has used before it was looked at is named")
  func otherState() async throws {
    let scene = try Scene(.local)
    defer { scene.chain.stop() }
    struct Ended: Error {}
    await #expect(throws: Ended.self) {
      try await scene.run { if case .deployed("VoterRegistry", _) = $0 { throw Ended() } }
    }
    let registry = scene.key.address.contract(nonce: 0)
    try await scene.chain.control("test_storage", .text(registry.description), "0x0", "0x1")
    let error = DeploymentError.otherState(contract: "VoteRegistry", address: registry, "its owner is another")
    await #expect(throws: error) { try await scene.run() }
    #expect(try DeploymentFolder(scene.folder.deployments).record(.local)?.isChecked == false)
  }
}
