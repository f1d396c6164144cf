import Curve25519
import Elections
import Synchronization
import TrusteeAgent
import TrusteeSupport

/// Where an election begins: with trustees who have joined, or after an undisturbed key ceremony and fire drill.
struct Beginning: Sendable {
  let service: TestService
  /// Encoded, of trustee *i* at position *i* − 1.
  let keyrings: [[UInt8]]

  private static let made = Mutex<[Int: Beginning]>([:])

  /// The one that a plan asks for. Those after a ceremony are made once.
  static func of(_ plan: Plan) throws -> Beginning {
    guard plan.isReady else { return try Beginning(trustees: plan.trustees, threshold: plan.threshold) }
    let key = 100 * plan.trustees + plan.threshold
    return try made.withLock { made in
      if let known = made[key] { return known }
      let new = try Beginning(trustees: plan.trustees, threshold: plan.threshold).afterCeremony()
      made[key] = new
      return new
    }
  }

  private init(service: TestService, keyrings: [[UInt8]]) {
    self.service = service
    self.keyrings = keyrings
  }

  private init(trustees: Int, threshold: Int) throws {
    var keyrings: [TrusteeKeyring] = []
    for number in 1...trustees {
      var random = SeededRandom(seed: [UInt8(number), 77])
      keyrings.append(TrusteeKeyring(using: &random))
    }
    let service = TestService(keys: keyrings.map { $0.signingKey.publicKey }, threshold: threshold, quorum: threshold)
    for number in 1...trustees {
      guard let address = Text("https://vote.example"), let name = Text("Trustee \(number)") else {
        preconditionFailure("plain text")
      }
      keyrings[number - 1].elections = [
        TrusteeElection(
          service: address, reference: service.reference, origin: service.origin, title: service.title, name: name)
      ]
    }
    self.init(service: service, keyrings: keyrings.map { $0.encoded })
  }

  private func afterCeremony() throws -> Beginning {
    let service = TestService(copying: service)
    let vaults = try keyrings.map { MemoryVault(try TrusteeKeyring($0)) }
    let agents = vaults.enumerated().map { index, vault in
      let connection = CutConnection(service.connection(of: index + 1))
      return TrusteeAgent(
        vault.keyring.elections[0], signingKey: vault.keyring.signingKey, connection: connection, vault: vault,
        platform: TestPlatform(connection, random: TestRandom(seed: [UInt8(index), UInt8(vaults.count), 78])))
    }
    try service.beginCeremony(Bytes32([UInt8](repeating: 6, count: 32).span))
    while service.with({ $0.phase }) != .ready { for agent in agents { _ = try agent.step() } }
    return Beginning(service: service, keyrings: vaults.map { $0.keyring.encoded })
  }
}
