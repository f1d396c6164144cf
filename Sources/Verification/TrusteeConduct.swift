import Curve25519
import Elections

/// What a record itself shows of one trustee (`docs/spec/07-verification.md`, 7.6). Who made the joint signature it does not show: any threshold of trustees gives
/// the same.
public struct TrusteeConduct: Equatable, Sendable {
  /// From 1.
  public let number: Int
  /// Its name.
  public let name: Text
  /// The renewal by which it got its place; 0: it has had it since the key ceremony.
  public let since: Int
  /// Whether it passed the fire drill, and gave its part of the opening draw with it; `nil` for one that was no trustee then.
  public let drilled: Bool?
  /// Whether it cosigned the closing checkpoint.
  public let cosigned: Bool
  /// Whether it decrypted, and gave its part of the closing draw with it.
  public let decrypted: Bool

  /// Whether there is a part of it everywhere.
  public var isWhole: Bool { drilled != false && cosigned && decrypted }
}

extension ElectionFacts {
  /// All trustees of a record that was verified, under the names of those who act at the closing checkpoint.
  static func conduct(_ board: VerifiedBoard, decrypting: [Int]) -> [TrusteeConduct] {
    board.acting.trustees.enumerated().map { index, trustee in
      let since = board.survey.roster.beginning(of: index + 1).renewal
      return TrusteeConduct(
        number: index + 1, name: trustee.name, since: since,
        drilled: since > 0 ? nil : !board.frame.opening.absent.contains(index + 1),
        cosigned: board.cosigners.contains(index + 1), decrypted: decrypting.contains(index + 1))
    }
  }
}

extension CertificateFault {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .malformed(let part, let error): "\(part.name): \(error.text)"
    case .foreign(.result): "its totals are not those that were signed"
    case .foreign(let part): "\(part.name): not the one of this election"
    case .otherElection: "it is about another election than the one it names"
    case .badDealing(let trustee): "trustee \(trustee): no proof that it knows its part of the key"
    case .noKey: "the joint key is the identity"
    case .badSignature: "its signature is not by the trustees' joint key"
    }
  }
}

extension CertificatePart {
  fileprivate var name: String {
    switch self {
    case .opening: "the opening entry"
    case .manifest: "the manifest"
    case .trustees: "the trustees"
    case .result: "the result"
    case .certificate: "the certificate"
    case .renewals: "the renewals"
    }
  }
}
