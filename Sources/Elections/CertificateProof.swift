import Curve25519
import ThresholdCryptography
import TransparencyLog

/// What a result certificate stands for, with all that shows it but the board (`docs/spec/06-record.md`, 6.11): whoever knows the election id can check with this
/// alone that the trustees signed these totals. That the totals are those of the ballots only the record shows.
public struct CertificateProof: Equatable, Sendable {
  /// Entry 0 of the board: its leaf hash is the election id.
  public let opening: [UInt8]
  /// The file `manifest`.
  public let manifest: [UInt8]
  /// The file `trustees`.
  public let trustees: [UInt8]
  /// The file `result`.
  public let result: [UInt8]
  /// The file `certificate`.
  public let certificate: [UInt8]
  /// The files of renewals, in order.
  public let renewals: [[UInt8]]

  /// Files as they were published, or come from elsewhere; `verify` checks them.
  public init(
    opening: [UInt8], manifest: [UInt8], trustees: [UInt8], result: [UInt8], certificate: [UInt8], renewals: [[UInt8]] = []
  ) {
    self.opening = opening
    self.manifest = manifest
    self.trustees = trustees
    self.result = result
    self.certificate = certificate
    self.renewals = renewals
  }

  /// Checks that all of it belongs together: from the election id to the trustees' joint key, and from their signature to the totals. Variable time: public.
  public func verify() throws(CertificateFault) -> CertifiedResult {
    let entry = try Self.read(.opening) { () throws(CodecError) in try BoardEntry(opening) }
    guard entry.kind == .opening else { throw .otherElection }
    let fixed = try Self.read(.opening) { () throws(CodecError) in try OpeningEntry(entry.body) }
    guard Self.hash(manifest) == fixed.manifestHash else { throw .foreign(.manifest) }
    guard Self.hash(trustees) == fixed.trusteesHash else { throw .foreign(.trustees) }
    let definition = try Self.read(.manifest) { () throws(CodecError) in try Manifest(manifest) }
    let roster = try Self.read(.trustees) { () throws(CodecError) in try TrusteeRoster(trustees) }
    for (index, trustee) in roster.trustees.enumerated() {
      do throws(DealerError) { try trustee.dealing.verify(trustee: index + 1, parameters: roster.parameters) } catch {
        throw .badDealing(trustee: index + 1)
      }
    }
    let signed = try Self.read(.certificate) { () throws(CodecError) in try ResultCertificate.read(certificate) }
    let electionID = MerkleTree.leafHash(opening)
    guard signed.certificate.election == electionID else { throw .otherElection }
    let joint = roster.jointKey(.signing)
    guard joint != .identity else { throw .noKey }
    let key = joint.torsionFree.encoded
    guard Ed25519.verify(signature: signed.signature, message: signed.certificate.message, publicKey: key) else {
      throw .badSignature
    }
    guard Self.hash(result) == signed.certificate.resultHash else { throw .foreign(.result) }
    let options = definition.layout.optionCount
    let totals = try Self.read(.result) { () throws(CodecError) in try ElectionResult(result, options: options) }
    return CertifiedResult(
      electionID: electionID, opening: fixed, manifest: definition, roster: roster, acting: try acting(roster, electionID, fixed),
      result: totals, certificate: signed.certificate,
      jointKey: key, signature: signed.signature)
  }

  /// The trustees after all renewals that came with it. Where their entries stand, and whether there are more, only the board shows.
  private func acting(
    _ roster: TrusteeRoster, _ election: Bytes32, _ opening: OpeningEntry
  ) throws(CertificateFault) -> ActingTrustees {
    guard var amended = try? AmendedRoster(roster) else { throw .noKey }
    for (index, file) in renewals.enumerated() {
      let renewal = try Self.read(.renewals) { () throws(CodecError) in try Renewal(file) }
      do throws(RenewalError) {
        try amended.renew(renewal, at: UInt64(index + 1), election: election, logKey: opening.logKey)
      } catch { throw .foreign(.renewals) }
    }
    return amended.current.acting
  }

  private static func hash(_ bytes: [UInt8]) -> Bytes32 { Bytes32(SHA256.hash(bytes).span) }

  private static func read<Value>(
    _ part: CertificatePart, _ body: () throws(CodecError) -> Value
  ) throws(CertificateFault) -> Value {
    do throws(CodecError) { return try body() } catch { throw .malformed(part, error) }
  }
}

/// A part of a certificate's proof.
public enum CertificatePart: Equatable, Sendable {
  case opening, manifest, trustees, result, certificate, renewals
}

/// Why a certificate proves nothing.
public enum CertificateFault: Error, Equatable, Sendable {
  /// A part cannot be read.
  case malformed(CertificatePart, CodecError)
  /// A part does not have the hash that another one gives for it.
  case foreign(CertificatePart)
  /// It is about another election than the one whose opening entry comes with it.
  case otherElection
  /// What this trustee dealt in the key ceremony proves no knowledge of its part in the key.
  case badDealing(trustee: Int)
  /// The joint key is the identity.
  case noKey
  /// The signature is not by the trustees' joint key.
  case badSignature
}

/// A result that the trustees of an election have signed.
public struct CertifiedResult: Sendable {
  /// The election id, to be compared with the one that the organiser published.
  public let electionID: Bytes32
  /// What was fixed at the opening.
  public let opening: OpeningEntry
  /// The questions.
  public let manifest: Manifest
  /// The trustees of the key ceremony.
  public let roster: TrusteeRoster
  /// The trustees of whom enough signed: those after all renewals that came with the certificate.
  public let acting: ActingTrustees
  /// What was counted.
  public let result: ElectionResult
  /// What was signed.
  public let certificate: ResultCertificate
  /// The public key of Ed25519 (`docs/spec/10-signing.md`, 10.1).
  public let jointKey: Bytes32
  /// 64 bytes, Ed25519.
  public let signature: [UInt8]
}
