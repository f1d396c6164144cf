import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography
import TrusteeAgent
import Verification

@testable import TrusteeSupport

/// An election in which the first t − 1 trustees put the complete files of their machines together.
struct Conspiracy {
  let threshold: Int
  let service: TestService
  let vaults: [MemoryVault]
  let mirrors: [MemoryFiles]
  private(set) var agents: [TrusteeAgent<TestPlatform>] = []
  /// What the conspirators' files hold.
  let secrets: [SecretShares]
  let roster: TrusteeRoster

  /// Until the board is closed and everybody has cosigned it.
  init(trustees: Int, threshold: Int) throws {
    self.threshold = threshold
    let plan = Plan.undisturbed(trustees: trustees, threshold: threshold)
    let beginning = try Beginning.of(plan)
    service = TestService(copying: beginning.service)
    vaults = try beginning.keyrings.map { MemoryVault(try TrusteeKeyring($0)) }
    mirrors = vaults.map { _ in MemoryFiles() }
    let files = try beginning.keyrings.prefix(threshold - 1).map { try TrusteeKeyring($0) }
    secrets = files.compactMap { $0.elections[0].ceremony?.shares }
    guard let encoded = vaults[0].keyring.elections[0].ceremony?.roster else { preconditionFailure("after the ceremony") }
    roster = try TrusteeRoster(encoded)
    for index in vaults.indices { agents.append(agent(index)) }
    try service.open(voters: 10)
    try round()
    try service.cast(0..<3)
    try service.close()
    while service.with({ $0.phase }) != .decrypting { try round() }
  }

  private func agent(_ index: Int) -> TrusteeAgent<TestPlatform> {
    let keyring = vaults[index].keyring
    let connection = CutConnection(service.connection(of: index + 1))
    return TrusteeAgent(
      keyring.elections[0], signingKey: keyring.signingKey, connection: connection, vault: vaults[index],
      platform: TestPlatform(connection, memory: mirrors[index]))
  }

  /// A machine starts again.
  mutating func restart(_ number: Int) { agents[number - 1] = agent(number - 1) }

  /// Everybody does what is to be done.
  func round() throws { for agent in agents { _ = try agent.step() } }

  /// Until the totals are published.
  func decrypt() throws {
    try round()
    try service.finish()
  }

  /// What is decrypted.
  func closed() throws -> DecryptionStatement {
    try service.with { try $0.closedBoard().statement }
  }

  var numbers: [Int] { Array(1..<threshold) }

  /// What is at 0 if the shares of some trustees lie on a polynomial that only they determine.
  func interpolated(_ purpose: KeyPurpose) throws -> Scalar {
    let weights = try Combination.lagrangeCoefficients(numbers)
    return zip(weights, secrets).reduce(Scalar.zero) { $0 + $1.0 * $1.1[purpose].value }
  }

  /// Shares that the missing trustee might have.
  func guesses(_ purpose: KeyPurpose) throws -> [Scalar] {
    var random = SeededRandom(seed: Array("guesses".utf8))
    let known = secrets.map { $0[purpose].value }
    let sum = known.reduce(Scalar.zero) { $0 + $1 }
    return known + [.zero, .one, sum, try interpolated(purpose)] + (0..<20).map { _ in Scalar.random(using: &random) }
  }
}

extension Plan {
  /// An election after the fire drill.
  static func undisturbed(trustees: Int, threshold: Int) -> Plan {
    for seed in 0..<100_000 {
      let plan = Plan(seed: UInt64(seed))
      if plan.isReady, plan.trustees == trustees, plan.threshold == threshold { return plan }
    }
    preconditionFailure("a plan of \(threshold) of \(trustees)")
  }
}
