import ChainDeployment
import Curve25519
import Ethereum
import Foundation
import StrictJSON
import TestEthereum
import TestSupport
import Testing
import Verification

@testable import ChainCourse

@Suite("The course of an election on a chain", .serialized, .enabled(if: TestChain.isThere, "run scripts/python-env"))
struct PublicationTests {
  private struct Ended: Error {}

  private let records: CourseRecords
  init() throws { records = try CourseRecords() }

  private func course(_ record: KeyPath<CourseRecords, MemoryRecord>) throws -> ElectionCourse {
    try CourseRecords.course(records[keyPath: record])
  }

  @Test("a whole record is written once, and stands there as it says")
  func whole() async throws {
    var scene = try await CourseScene()
    scene.settings.confirmations = 5
    let course = try course(\.whole)
    #expect(try await scene.look(course).steps.isEmpty)
    var events: [CourseEvent] = []
    let before = try await scene.client.balance(of: scene.recorder.address)
    let standing = try await scene.run(course) { events.append($0) }
    #expect(
      standing.comparison.agrees && standing.steps.map(\.step) == [.create, .setRoll, .freeze, .open, .close, .publishResult])
    #expect(events.contains(.confirmed(.publishResult, blocks: 5, of: 5)) && events.last == .taken(.publishResult))
    #expect(try await scene.transactions == 6)
    // What the contracts answer to anybody, beside the files.
    let election = try await scene.ask(
      .electionManager, "getElection(bytes32)", "(uint8,bytes32,bytes32,uint64,uint64,bytes32,uint64,uint64,uint64,uint64)",
      course.election)
    let closing = try #require(course.closing)
    #expect(
      Array(election[..<6]) == [
        .uint(4), .bytes32(course.manifest), .bytes32(course.rollRoot), .uint(3), .uint64(closing.size), .bytes32(closing.root),
      ])
    let result = try await scene.ask(.electionManager, "getResult(bytes32)", "(bytes32,bytes32,bytes32,bytes32)", course.election)
    let file = records.whole["certificate"]
    #expect(result[0].bytes32 == Bytes32(SHA256.hash(file).span))
    #expect((result[1].bytes32?.bytes ?? []) + (result[2].bytes32?.bytes ?? []) == Array(file.suffix(64)))
    let roll = try await scene.ask(.voterRegistry, "getRoll(bytes32)", "(bytes32,uint64,uint32,uint64,bool)", course.election)
    #expect(roll[0] == .bytes32(course.rollRoot) && roll[1] == .uint(3) && roll[2] == .uint(1) && roll[4] == .bool(true))
    // What it says to have cost is what the account has less, and near the published table.
    let after = try await scene.client.balance(of: scene.recorder.address)
    #expect(before.subtracting(after) == standing.cost && standing.gasUsed > 400_000)
    let table = try GasTable()
    for step in standing.steps {
      let gas = Double(try #require(step.receipt).gasUsed)
      #expect(try step.step.gas == table[step.step.rawValue] && abs(gas / Double(step.step.gas) - 1) < 0.02, "\(step.step): \(gas)")
    }
    #expect(try CourseStep.abort.gas == table["abort"])

    // Again: nothing is sent, nobody is asked.
    let again = try await scene.run(course, confirming: false)
    #expect(again.comparison.agrees && again.steps == standing.steps)
    #expect(try await scene.transactions == 6)
    #expect(try await scene.look(course).comparison.agrees)
  }

  @Test("ended after any event and run again, no step is taken twice", arguments: [true, false])
  func interrupted(wasSent: Bool) async throws {
    let scene = try await CourseScene()
    let course = try course(\.whole)
    var (runs, seen) = (0, [CourseEvent]())
    while true {
      runs += 1
      guard runs < 60 else {
        Issue.record("no end")
        return
      }
      do {
        // Each run gets one event further than anybody before.
        try await scene.run(course) { event in
          let isNew = !seen.contains(event)
          seen.append(event)
          if isNew { throw Ended() }
        }
        break
      } catch is Ended {
        // Whether the transaction went out before the end is not known to the next run.
        guard wasSent, case .signed? = seen.last,
          let attempt = try CourseJournal(DeploymentFolder(scene.folder.path), .local, course).underWay?.attempts.last
        else { continue }
        try await scene.client.send(attempt.signed)
      }
    }
    #expect(runs > 18)
    #expect(try await scene.transactions == 6)
    #expect(try await scene.look(course).steps.allSatisfy { $0.receipt != nil })
  }

  @Test("an election that goes on gets its steps as its record proves them")
  func running() async throws {
    let scene = try await CourseScene()
    #expect(try await scene.run(course(\.running)).steps.map(\.step) == [.create, .setRoll, .freeze, .open])
    let closed = try await scene.look(course(\.closed)).comparison
    #expect(closed.missing == [.close] && !closed.agrees)
    #expect(try await scene.run(course(\.closed)).comparison.agrees)
    #expect(try await scene.run(course(\.whole)).comparison.agrees)
    #expect(try await scene.transactions == 6)
    // The older copy proves less than stands there.
    guard case .contradiction(let found)? = await failure({ try await scene.run(course(\.running)) }) else {
      Issue.record("took an older copy")
      return
    }
    #expect(found == [CourseDifference(field: "ElectionManager.state", record: "open", chain: "published")])
  }

  private func failure(_ work: () async throws -> CourseStanding) async -> CourseError? {
    do {
      _ = try await work()
      return nil
    } catch { return error as? CourseError }
  }

  @Test("an election that was aborted is so there, too")
  func aborted() async throws {
    let scene = try await CourseScene()
    let course = try course(\.aborted)
    #expect(try await scene.run(course).steps.map(\.step) == [.create, .setRoll, .freeze, .open, .abort])
    let reason = try await scene.ask(.electionManager, "abortReason(bytes32)", "(bytes32)", course.election)
    #expect(reason == [.bytes32(Bytes32(SHA256.hash(Array("The roll was wrong.".utf8)).span))])
    #expect(try await scene.run(course).comparison.agrees)
    #expect(try await scene.transactions == 5)
  }

  @Test("one contract alone is written, too", arguments: CourseContract.allCases)
  func alone(contract: CourseContract) async throws {
    var scene = try await CourseScene()
    for other in CourseContract.allCases where other != contract { scene.settings.contracts[other] = nil }
    let steps = try await scene.run(course(\.running)).steps.map(\.step)
    #expect(steps == (contract == .electionManager ? [.create, .open] : [.setRoll, .freeze]))
  }

  @Test("a contract that contradicts the record is named, and nothing is sent")
  func contradiction() async throws {
    let scene = try await CourseScene()
    let course = try course(\.whole)
    let wrong = Bytes32([UInt8](repeating: 7, count: 32).span)
    let (id, roll) = (ABIValue.bytes32(course.election), ABIValue.bytes32(course.rollRoot))
    try await scene.call(.electionManager, "create(bytes32,bytes32)", id, .bytes32(course.manifest))
    try await scene.call(.electionManager, "open(bytes32,bytes32,uint64)", id, roll, .uint(3))
    try await scene.call(.electionManager, "close(bytes32,uint64,bytes32)", id, .uint(4), .bytes32(wrong))
    try await scene.call(.voterRegistry, "setRoll(bytes32,bytes32,uint64)", id, roll, .uint(9))
    try await scene.call(.voterRegistry, "freeze(bytes32)", id)
    let sent = try await scene.transactions
    let closing = try #require(course.closing)
    let expected = [
      CourseDifference(field: "ElectionManager.boardSize", record: "\(closing.size)", chain: "4"),
      CourseDifference(
        field: "ElectionManager.boardRoot", record: Hexadecimal.text(closing.root.bytes),
        chain: "0x" + String(repeating: "07", count: 32)),
      CourseDifference(field: "VoterRegistry.size", record: "3", chain: "9"),
    ]
    #expect(await failure { try await scene.run(course) } == .contradiction(expected))
    #expect(try await scene.transactions == sent)
    #expect(try await scene.look(course).comparison.contradictions == expected)
    let text = CourseError.contradiction(expected).description
    #expect(expected.allSatisfy { text.contains($0.field) && text.contains($0.record) && text.contains($0.chain) })
  }

  @Test("another roll that is not final is replaced, and told before")
  func roll() async throws {
    let scene = try await CourseScene()
    let course = try course(\.running)
    try await scene.call(
      .voterRegistry, "setRoll(bytes32,bytes32,uint64)", .bytes32(course.election), .bytes32(course.rollRoot), .uint(9))
    let found = try await scene.look(course).comparison
    #expect(
      found.replaced == [CourseDifference(field: "VoterRegistry.size", record: "3", chain: "9")] && found.contradictions.isEmpty)
    #expect(try await scene.publication(course).plan(scene.recorder.address).replaced == found.replaced)
    let standing = try await scene.run(course)
    #expect(standing.comparison.agrees && standing.state.roll?.revision == 2)
  }

  @Test("who may not write is refused, as during a pause, with nothing sent")
  func roles() async throws {
    let scene = try await CourseScene()
    let course = try course(\.running)
    let stranger = scene.chain.stranger
    let manager = try scene.address(.electionManager)
    #expect(
      await failure { try await scene.run(course, of: stranger) }
        == .notRecorder(.electionManager, manager, account: stranger.address))
    #expect(try await scene.client.nonce(of: stranger.address, at: .pending) == 0)
    try await scene.call(.electionManager, "pause()", from: scene.owner)
    #expect(await failure { try await scene.run(course) } == .paused(.electionManager, manager))
    try await scene.call(.electionManager, "unpause()", from: scene.owner)
    await #expect(throws: DeploymentError.notConfirmed) { try await scene.run(course, confirming: false) }
    #expect(try await scene.transactions == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scene.folder.path).isEmpty)
  }

  @Test("another contract, another chain, too little, gas above the cap: nothing is sent")
  func refused() async throws {
    var scene = try await CourseScene()
    let course = try course(\.running)
    let settings = scene.settings
    scene.settings.contracts[.electionManager] = settings.contracts[.voterRegistry]
    let registry = try scene.address(.voterRegistry)
    await #expect(throws: DeploymentError.otherCode(contract: "ElectionManager", address: registry)) { try await scene.run(course) }
    scene.settings = settings
    scene.settings.fees.cap = UInt256(1)
    await #expect(throws: DeploymentError.self) { try await scene.run(course) }
    scene.settings = settings
    try await scene.chain.control("test_balance", [.text(scene.recorder.address.description), "0x1000"])
    await #expect(throws: DeploymentError.self) { try await scene.run(course) }
    #expect(try await scene.transactions == 0)
  }

  @Test("an answer that is lost is asked for by the hash", arguments: [true, false])
  func lostAnswer(executes: Bool) async throws {
    let scene = try await CourseScene()
    try await scene.chain.fault(
      ["kind": "cut", "method": "eth_sendRawTransaction", "executes": .boolean(executes), "times": 2])
    #expect(try await scene.run(course(\.whole)).comparison.agrees)
    #expect(try await scene.transactions == 6)
  }

  @Test("a transaction that nodes have forgotten is sent again as it was, and one that waits for too little is replaced")
  func forgotten() async throws {
    var scene = try await CourseScene()
    scene.settings.fees.cap = UInt256(2000 * FeePolicy.gwei)
    let course = try course(\.running)
    try await scene.chain.control("test_mining", ["manual"])
    var hashes: [Bytes32] = []
    for _ in 0..<2 {
      await #expect(throws: Ended.self) {
        try await scene.run(course) {
          if case .sent(_, let hash) = $0 {
            hashes.append(hash)
            throw Ended()
          }
        }
      }
      guard hashes.count == 1 else { continue }
      try await scene.chain.control("test_drop", [.text(Hexadecimal.text(hashes[0].bytes))])
    }
    #expect(hashes.count == 2 && hashes[0] == hashes[1])
    try await scene.chain.control("test_gasPrice", [["baseFee": .text(Hexadecimal.quantity(900 * FeePolicy.gwei))]])
    try await scene.chain.mine()
    var signed: [CourseEvent] = []
    let standing = try await scene.run(course) { if case .signed(.create, _) = $0 { signed.append($0) } }
    #expect(standing.comparison.agrees && signed.count == 1)
    #expect(try await scene.transactions == 4)
  }

  @Test("somebody else who is faster does no harm")
  func faster() async throws {
    let scene = try await CourseScene()
    let course = try course(\.running)
    let other = scene.chain.accounts[3]
    for contract in CourseContract.allCases {
      try await scene.call(contract, "setRecorder(address,bool)", .address(other.address), .bool(true), from: scene.owner)
    }
    // What another has written is there, without a transaction of ours.
    try await scene.call(
      .electionManager, "create(bytes32,bytes32)", .bytes32(course.election), .bytes32(course.manifest), from: other)
    await #expect(throws: Ended.self) {
      try await scene.run(course) { if case .signed(.open, _) = $0 { throw Ended() } }
    }
    // Signed and kept, and never sent: the other takes the step meanwhile.
    try await scene.call(
      .electionManager, "open(bytes32,bytes32,uint64)", .bytes32(course.election), .bytes32(course.rollRoot), .uint(3), from: other)
    var dropped = false
    let standing = try await scene.run(course) { if $0 == .dropped(.open) { dropped = true } }
    #expect(dropped && standing.comparison.agrees)
    #expect(standing.steps.map { $0.receipt != nil } == [false, true, true, false])
    #expect(try await scene.transactions == 2)
  }

  @Test("a step that fails because another was faster in the same block counts as taken")
  func raced() async throws {
    let scene = try await CourseScene()
    let course = try course(\.running)
    let other = scene.chain.accounts[3]
    try await scene.call(.electionManager, "setRecorder(address,bool)", .address(other.address), .bool(true), from: scene.owner)
    try await scene.chain.control("test_mining", ["manual"])
    // Of two in one block the one that pays more comes first.
    let data = try ABIFunction("create(bytes32,bytes32)").call(.bytes32(course.election), .bytes32(course.manifest))
    let rival = EthereumTransaction(
      chainID: 31337, nonce: 0, fees: TransactionFees(maximum: UInt256(400 * FeePolicy.gwei), tip: UInt256(200 * FeePolicy.gwei)),
      gasLimit: 200_000, receiver: try scene.address(.electionManager), data: data)
    var isRaced = false
    let client = scene.client
    await #expect(throws: Ended.self) {
      try await scene.run(course) { if case .sent(.create, _) = $0 { throw Ended() } }
    }
    try await client.send(SignedEthereumTransaction(rival, key: other))
    let standing = try await scene.run(course) { if $0 == .taken(.create) { isRaced = true } }
    #expect(isRaced && standing.comparison.agrees && standing.steps.first?.receipt == nil)
    #expect(try await scene.transactions == 4)
  }

  @Test("what else waits of the account is waited for")
  func busy() async throws {
    var scene = try await CourseScene()
    let course = try course(\.running)
    try await scene.chain.control("test_mining", ["manual"])
    try await scene.send([], to: scene.owner.address, from: scene.recorder)
    scene.settings.questions = 2
    scene.settings.pause = {}
    #expect(await failure { try await scene.run(course) } == .accountBusy(scene.recorder.address, waiting: 1))
    scene.settings.questions = 40
    scene.settings.pause = { [chain = scene.chain] in try await chain.mine() }
    #expect(try await scene.run(course).comparison.agrees)
    #expect(try await scene.transactions == 5)
  }

  @Test("a block that is undone before a step counts does not count")
  func reorganised() async throws {
    var scene = try await CourseScene()
    scene.settings.confirmations = 5
    let course = try course(\.running)
    await #expect(throws: Ended.self) {
      try await scene.run(course) { if case .confirmed(.open, blocks: 3, of: 5) = $0 { throw Ended() } }
    }
    try await scene.chain.control("test_reorg", [["depth": 3, "transactions": "return"]])
    let standing = try await scene.run(course)
    let receipt = try #require(standing.steps.last?.receipt)
    #expect(standing.comparison.agrees)
    #expect(try await scene.client.block(.number(receipt.block))?.hash == receipt.blockHash)
    #expect(try await scene.transactions == 4)
  }

  @Test(
    "a file of what is under way that is damaged or another’s stops everything",
    arguments: ["", "{}", "{\"version\":1,\"steps\":[{}]}"])
  func journal(text: String) async throws {
    let scene = try await CourseScene()
    let course = try course(\.running)
    let path = scene.folder.path + "/" + CourseJournal.name(.local, course.election)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    guard case .badJournal(let named, _)? = await failure({ try await scene.run(course) }) else {
      Issue.record("went on")
      return
    }
    #expect(named == path)
    #expect(try await scene.transactions == 0)
  }

  @Test("what another account has signed is not replaced by this one")
  func otherAccount() async throws {
    let scene = try await CourseScene()
    let course = try course(\.running)
    let other = scene.chain.accounts[3]
    for contract in CourseContract.allCases {
      try await scene.call(contract, "setRecorder(address,bool)", .address(other.address), .bool(true), from: scene.owner)
    }
    await #expect(throws: Ended.self) {
      try await scene.run(course) { if case .signed = $0 { throw Ended() } }
    }
    guard case .badJournal(_, let reason)? = await failure({ try await scene.run(course, of: other) }) else {
      Issue.record("went on")
      return
    }
    #expect(reason.contains(scene.recorder.address.description))
    #expect(try await scene.client.nonce(of: other.address, at: .pending) == 0)
    #expect(try await scene.run(course).comparison.agrees)
  }
}
