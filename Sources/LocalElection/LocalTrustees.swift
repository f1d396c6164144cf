import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

/// The trustees of an election that is held within one process: each with its own keys, talking by messages only.
public struct LocalTrustees: Sendable {
  /// Their public side.
  public let roster: TrusteeRoster
  private let signingKeys: [Ed25519.PrivateKey]
  private let shares: [SecretShares]

  /// Holds the key ceremony (`docs/spec/04-trustees.md`, 4.1).
  ///
  /// - Parameters:
  ///   - names: of all trustees, distinct.
  ///   - threshold: how many are required to decrypt.
  /// - Throws: `CeremonyParameterError` for numbers that make no ceremony, `CeremonyFailure` when it fails.
  public init<Cipher: ShareCipher, Random: RandomSource>(
    names: [Text], threshold: Int, cipher: Cipher.Type, random: inout Random
  ) throws {
    let keys = names.map { _ in Ed25519.PrivateKey(seed: Bytes32(random.bytes(32).span)) }
    let configuration = try CeremonyConfiguration(
      ceremony: Bytes32(random.bytes(32).span), threshold: threshold, signingKeys: keys.map { $0.publicKey })
    var ceremonies: [KeyCeremony<Cipher>] = []
    for index in names.indices {
      ceremonies.append(
        try KeyCeremony<Cipher>(configuration, trustee: index + 1, signingKey: keys[index], using: &random))
    }
    let results = try Self.hold(&ceremonies)
    for index in ceremonies.indices { ceremonies[index].wipe() }
    let entries = names.indices.map {
      RosterEntry(name: names[$0], signingKey: keys[$0].publicKey, dealing: results[0].dealings[$0])
    }
    guard let roster = TrusteeRoster(parameters: configuration.parameters, trustees: entries) else {
      throw LocalElectionError.repeatedTrusteeName
    }
    self.roster = roster
    signingKeys = keys
    shares = results.map { $0.shares }
  }

  /// Delivers every message to everyone until all are finished.
  private static func hold<Cipher: ShareCipher>(_ ceremonies: inout [KeyCeremony<Cipher>]) throws -> [KeyCeremonyResult] {
    var mail: [[UInt8]] = []
    for index in ceremonies.indices { mail += ceremonies[index].start() }
    while !mail.isEmpty {
      var answers: [[UInt8]] = []
      for message in mail {
        for index in ceremonies.indices {
          let outcome = ceremonies[index].receive(message)
          if case .failed(let failure) = outcome.event { throw failure }
          answers += outcome.messages
        }
      }
      mail = answers
    }
    let results = ceremonies.compactMap { $0.result }
    guard results.count == ceremonies.count else { throw LocalElectionError.unfinishedCeremony }
    return results
  }

  /// Cosigns a checkpoint as every trustee.
  ///
  /// - Parameter timestamp: Unix seconds.
  public func cosign(_ signed: SignedCheckpoint, origin: Text, timestamp: UInt64) throws -> SignedCheckpoint {
    var cosigned = signed
    for (index, key) in signingKeys.enumerated() {
      let signer = try NoteSigner(
        name: CosignerName.of(trustee: index + 1, origin: origin), type: .cosignature, privateKey: key)
      cosigned = try cosigned.adding(signer.cosign(signed.checkpoint, timestamp: timestamp))
    }
    return cosigned
  }

  /// The parts of some trustees of a decryption.
  ///
  /// - Parameter numbers: of the trustees that take part, from 1.
  public func decrypt<Random: RandomSource>(
    _ statement: DecryptionStatement, by numbers: [Int], random: inout Random
  ) throws -> [PartialDecryption] {
    try numbers.map { number in
      guard shares.indices.contains(number - 1) else { throw LocalElectionError.noSuchTrustee(number) }
      return PartialDecryption(of: statement, with: shares[number - 1][.election], using: &random)
    }
  }
}
