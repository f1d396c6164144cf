import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

/// The trustees of an election that is held within one process: each with its own keys, talking by messages only.
public struct LocalTrustees: Sendable {
  /// Their public side.
  public let roster: TrusteeRoster
  /// The messages of the ceremony, in order.
  private let messages: [[UInt8]]
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
    let (results, messages) = try Self.hold(&ceremonies)
    for index in ceremonies.indices { ceremonies[index].wipe() }
    let entries = names.indices.map {
      RosterEntry(name: names[$0], signingKey: keys[$0].publicKey, dealing: results[0].dealings[$0])
    }
    guard let roster = TrusteeRoster(parameters: configuration.parameters, trustees: entries) else {
      throw LocalElectionError.repeatedTrusteeName
    }
    self.roster = roster
    self.messages = messages
    signingKeys = keys
    shares = results.map { $0.shares }
  }

  /// Delivers every message to everyone until all are finished.
  private static func hold<Cipher: ShareCipher>(_ ceremonies: inout [KeyCeremony<Cipher>]) throws -> (
    results: [KeyCeremonyResult], messages: [[UInt8]]
  ) {
    var messages: [[UInt8]] = []
    var mail: [[UInt8]] = []
    for index in ceremonies.indices { mail += ceremonies[index].start() }
    while !mail.isEmpty {
      messages += mail
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
    return (results, messages)
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

  /// The opening draw, of all trustees, on the log of their ceremony.
  public func draw<Random: RandomSource>(random: inout Random) throws -> (record: DrawRecord, output: BeaconOutput) {
    var log = CeremonyRoot()
    for message in messages { log.append(CeremonyLogEntry.message(message).hash) }
    let seed = DrawSeed.opening(ceremony: roster.parameters.ceremony, size: log.size, root: log.root)
    let record = try draw(at: seed, size: log.size, root: log.root, by: Array(roster.parameters.indices), random: &random)
    return (record, try record.output(at: seed, key: roster.thresholdKey(.beacon), drawKeys: roster.drawKeys))
  }

  /// The closing draw, of some trustees.
  public func draw<Random: RandomSource>(
    election: Bytes32, size: UInt64, root: Bytes32, by numbers: [Int], random: inout Random
  ) throws -> DrawRecord {
    try draw(at: .closing(election: election, size: size, root: root), size: size, root: root, by: numbers, random: &random)
  }

  private func draw<Random: RandomSource>(
    at seed: DrawSeed, size: UInt64, root: Bytes32, by numbers: [Int], random: inout Random
  ) throws -> DrawRecord {
    let statement = BeaconStatement(seed: seed, key: try roster.thresholdKey(.beacon))
    let parts = try numbers.map { DrawPart(in: statement, with: try secrets(of: $0), using: &random) }
    return DrawRecord(size: size, root: root, parts: parts)
  }

  /// Signs as some trustees together; one session, as nobody is silent.
  ///
  /// - Parameter numbers: at least as many as the threshold.
  public func sign<Random: RandomSource>(_ message: [UInt8], by numbers: [Int], random: inout Random) throws -> [UInt8] {
    let key = JointSigningKey(try roster.thresholdKey(.signing))
    let shares = try numbers.prefix(roster.threshold).map { try secrets(of: $0)[.signing] }
    // Nonces cannot be copied, and so stand in no array: each trustee's are made again from one seed, once to commit and once to sign.
    let seeds = shares.map { _ in random.bytes(32) }
    func nonce(_ index: Int) -> SigningNonce {
      var random = SeededRandom(seed: seeds[index])
      return SigningNonce(for: shares[index], using: &random)
    }
    let session = try SigningSession(key: key, message: message, commitments: shares.indices.map { nonce($0).commitment })
    return try session.signature(from: shares.indices.map { try nonce($0).sign(session, with: shares[$0]) })
  }

  private func secrets(of number: Int) throws(LocalElectionError) -> SecretShares {
    guard shares.indices.contains(number - 1) else { throw LocalElectionError.noSuchTrustee(number) }
    return shares[number - 1]
  }

  /// The parts of some trustees of a decryption.
  ///
  /// - Parameter numbers: of the trustees that take part, from 1.
  public func decrypt<Random: RandomSource>(
    _ statement: DecryptionStatement, by numbers: [Int], random: inout Random
  ) throws -> [PartialDecryption] {
    try numbers.map { PartialDecryption(of: statement, with: try secrets(of: $0)[.election], using: &random) }
  }
}
