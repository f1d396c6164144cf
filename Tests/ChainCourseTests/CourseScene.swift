import ChainDeployment
import Curve25519
import Ethereum
import Foundation
import TestEthereum
import TestSupport
import Verification

@testable import ChainCourse

/// A chain with both contracts, an account that may write to them, and a folder.
struct CourseScene {
  struct NotThere: Error {}

  let chain: TestChain
  let folder: ScratchFolder
  /// Owns the contracts, and may not write.
  let owner: AccountKey
  let recorder: AccountKey
  var settings: CourseSettings

  init() async throws {
    chain = try await TestChain.fresh()
    folder = try ScratchFolder()
    (owner, recorder) = (chain.key, chain.accounts[2])
    settings = CourseSettings(.local, CourseContracts())
    settings.questions = 40
    // The next block comes when it is waited for.
    settings.pause = { [chain] in try await chain.mine() }
    for contract in CourseContract.allCases {
      guard let artefact = ContractArtefact.named(contract.rawValue) else { throw NotThere() }
      let roles = try ABIValue.encode([.address(owner.address), .address(recorder.address)], as: [.address, .address])
      let nonce = try await client.nonce(of: owner.address, at: .pending)
      _ = try await send(artefact.bytecode + roles, to: nil, from: owner)
      settings.contracts[contract] = owner.address.contract(nonce: nonce)
    }
  }

  var client: EthereumClient { chain.client { 0 } }

  func address(_ contract: CourseContract) throws -> Address { try need(settings.contracts[contract], contract.rawValue) }

  /// Whatever an account sends.
  @discardableResult
  func send(_ data: [UInt8], to receiver: Address?, from key: AccountKey) async throws -> SignedEthereumTransaction {
    let transaction = SignedEthereumTransaction(
      EthereumTransaction(
        chainID: 31337, nonce: try await client.nonce(of: key.address, at: .pending),
        fees: TransactionFees(maximum: UInt256(100 * FeePolicy.gwei), tip: UInt256(FeePolicy.gwei)), gasLimit: 2_000_000,
        receiver: receiver, data: data), key: key)
    try await client.send(transaction)
    return transaction
  }

  /// Somebody else calls a contract.
  func call(_ contract: CourseContract, _ signature: String, _ arguments: ABIValue..., from key: AccountKey? = nil) async throws {
    let function = try ABIFunction(signature)
    let data = function.selector + (try ABIValue.encode(arguments, as: function.parameters))
    try await send(data, to: try address(contract), from: key ?? recorder)
  }

  func publication(_ course: ElectionCourse) throws -> CoursePublication {
    CoursePublication(client, settings, try DeploymentFolder(folder.path), course)
  }

  @discardableResult
  func run(
    _ course: ElectionCourse, of key: AccountKey? = nil, confirming: Bool = true, _ report: (CourseEvent) throws -> Void = { _ in }
  ) async throws -> CourseStanding {
    try await publication(course).run(KeySigner(key ?? recorder), confirm: { _ in confirming }, report: report)
  }

  func look(_ course: ElectionCourse) async throws -> CourseStanding { try await publication(course).look() }

  /// How many the recorder has sent.
  var transactions: UInt64 { get async throws { try await client.nonce(of: recorder.address, at: .pending) } }

  /// What a contract answers.
  func ask(_ contract: CourseContract, _ signature: String, _ results: String, _ election: Bytes32) async throws -> [ABIValue] {
    try await client.call(ABIFunction(signature, returns: results), of: try address(contract), [.bytes32(election)])
  }
}

/// Removed at the end.
final class ScratchFolder: Sendable {
  let path = NSTemporaryDirectory() + "comitia-course-" + UUID().uuidString
  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// One election at every moment of it.
struct CourseRecords {
  var forge: Forge
  /// Voting goes on.
  let running: MemoryRecord
  /// Voting has ended, and the trustees have witnessed it.
  let closed: MemoryRecord
  let whole: MemoryRecord
  let aborted: MemoryRecord

  init() throws {
    var forge = try Forge(ElectionSetup([.yesNo(blankAllowed: true)]))
    for voter in 0..<3 { try forge.cast([[1, 0]], by: voter) }
    var record = try forge.board()
    record["checkpoint"] = try forge.checkpoint().bytes
    running = record
    var other = forge
    other.abort("The roll was wrong.")
    aborted = try other.abortedRecord()
    forge.close()
    record = try forge.board()
    record["checkpoint"] = try forge.cosigned(forge.checkpoint(), by: [1, 2, 3]).bytes
    closed = record
    whole = try forge.record()
    self.forge = forge
  }

  static func verify(_ record: MemoryRecord) throws -> (report: VerificationReport, course: ElectionCourse?) {
    try RecordVerifier(source: record, runner: SequentialRunner()).verifyCourse()
  }

  static func course(_ record: MemoryRecord) throws -> ElectionCourse {
    let (report, course) = try verify(record)
    return try need(course, "course: \(report.firstFailure?.detail ?? "not every check could run")")
  }
}
