import Curve25519
import Elections
import TestSupport
import ThresholdCryptography
import VotingService

/// One of the trustees of a test, with all its secrets.
public struct SigningTrustee: Sendable {
  let key: Ed25519.PrivateKey
  let shares: SecretShares

  public init(key: Ed25519.PrivateKey, shares: SecretShares) {
    self.key = key
    self.shares = shares
  }
}

extension ClosingPart {
  /// A trustee's honest part in the end of an election.
  public init(of statement: DecryptionStatement, with shares: SecretShares, _ roster: TrusteeRoster, random: inout SeededRandom)
    throws
  {
    self.init(of: statement, with: shares, try ActingTrustees(roster), random: &random)
  }

  /// The same of trustees that act since a renewal.
  public init(of statement: DecryptionStatement, with shares: SecretShares, _ acting: ActingTrustees, random: inout SeededRandom) {
    let seed = DrawSeed.closing(election: statement.election, size: statement.size, root: statement.root)
    self.init(
      decryption: PartialDecryption(of: statement, with: shares[.election], using: &random),
      draw: DrawPart(in: BeaconStatement(seed: seed, key: acting.keys.beacon), with: shares, using: &random))
  }
}

extension Ceremonies {
  /// The certificate that is to be signed, made from what the board shows.
  public func certificate(of election: String, _ boards: Boards) async throws -> ResultCertificate {
    let size = try await boards.state(of: election).size
    var files: [[UInt8]] = []
    for path in ["tally", "result", "draw-closing"] {
      files.append(try need(try await boards.file(path, election: election), path).bytes)
    }
    return ResultCertificate(
      election: try await boards.opening(of: election).electionID, size: size, root: try await boards.root(election, size: size),
      tally: files[0], result: files[1], draw: files[2])
  }

  /// Has trustees sign until the certificate is there.
  public func sign(_ election: String, _ boards: Boards, by trustees: [SigningTrustee]) async throws {
    let message = try await certificate(of: election, boards).message
    let key = JointSigningKey(try await boards.roster(of: election).current.acting.keys.signing)
    let signers = try trustees.map { try TestSigner(key, message, $0) }
    for _ in 0..<5 {
      for signer in signers {
        guard try await state(of: election).phase == .signing else { return }
        try await signer.step(self, election)
      }
    }
  }
}

/// A signer's one value that cannot be copied, for tests that keep it in lists.
public final class TestSigner {
  private let trustee: SigningTrustee
  private var signer: JointSigner
  private var random: SeededRandom

  /// - Parameter life: how often the process was started before: each has other nonces.
  public init(_ key: JointSigningKey, _ message: [UInt8], _ trustee: SigningTrustee, life: Int = 0) throws {
    self.trustee = trustee
    random = seeded("signer \(trustee.shares.trustee)" + (life == 0 ? "" : " life \(life)"))
    signer = try JointSigner(key: key, message: message, share: trustee.shares[.signing], using: &random)
  }

  /// Its signing key.
  public var key: Bytes32 { trustee.key.publicKey }

  /// What to answer; `nil` where nothing is asked.
  public func answer(_ request: [UInt8]) throws -> SigningAnswer? {
    switch try SigningRequest(request) {
    case .nothing: nil
    case .commitment: .commitment(signer.commitment)
    case .session(let commitments): .response(try signer.respond(to: commitments, using: &random))
    }
  }

  /// Asks, and answers.
  public func step(_ ceremonies: Ceremonies, _ election: String) async throws {
    let request = try await ceremonies.signingRequest(election, by: trustee.key.publicKey)
    guard let answer = try answer(request) else { return }
    try await ceremonies.addSigning(answer.encoded, election, by: trustee.key.publicKey)
  }
}
