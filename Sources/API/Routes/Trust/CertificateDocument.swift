import Curve25519
import Elections
import StrictJSON
import TransparencyLog

/// A result certificate for people and programs (`docs/spec/06-record.md`, 6.11): in words what was signed, and the files that show it.
public struct CertificateDocument: Sendable {
  /// Why a document is no certificate.
  public enum Malformed: Error, Sendable, Equatable {
    /// It is no JSON, or not of this form: what is wrong.
    case form(String)
    /// What it says in words is not what its files say.
    case words
  }

  /// The files.
  public let proof: CertificateProof
  /// What they show.
  public let certified: CertifiedResult

  /// - Throws: `CertificateFault` where the files do not belong together.
  public init(_ proof: CertificateProof) throws(CertificateFault) {
    self.proof = proof
    certified = try proof.verify()
  }

  /// Reads a document, and verifies it: every word of it follows from its files.
  ///
  /// - Throws: `Malformed`, `CertificateFault`.
  public init(_ bytes: [UInt8]) throws {
    let value: JSONValue
    do { value = try JSONParser.parse(bytes) } catch { throw Malformed.form("it is no JSON") }
    guard case .object(let members) = value, let files = members.first(where: { $0.name == "files" })?.value else {
      throw Malformed.form("it has no member files")
    }
    do { try self.init(try Self.files.decode(files)) } catch let faults as JSONFaults {
      throw Malformed.form(faults.faults.first.map { "files.\($0.path): \($0.reason)" } ?? "files")
    }
    guard Self.sorted(value) == Self.sorted(Self.json.encode(self)) else { throw Malformed.words }
  }

  /// The document, as it is published.
  public var bytes: [UInt8] { Self.json.encode(self).bytes + [0x0a] }

  /// The order of members says nothing.
  private static func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
      .object(members.map { .init($0.name, sorted($0.value)) }.sorted { $0.name < $1.name })
    case .list(let items): .list(items.map(sorted))
    default: value
    }
  }
}

extension CertificateDocument {
  private struct Option: Sendable {
    let name: String
    let votes: UInt64
  }

  private struct Contest: Sendable {
    let title: String
    let options: [Option]
  }

  private var contests: [Contest] {
    zip(certified.manifest.contests, certified.result.byContest(certified.manifest)).map { contest, totals in
      Contest(
        title: contest.title.description,
        options: zip(contest.options, totals).map { Option(name: $0.name.description, votes: $1) })
    }
  }

  private var format: String { "comitia result certificate/v1" }
  private var title: String { certified.manifest.title.description }
  private var trustees: [String] { certified.acting.trustees.map { $0.name.description } }

  private static let base64 = JSONCodec<String>.anyText.described("Base64.").converted(
    { Base64.decode(Array($0.utf8)[...]) }, reason: "must be base64", back: { String(decoding: Base64.encode($0), as: UTF8.self) })

  private static let hash = JSONCodec<[UInt8]>.hexadecimal(bytes: 32)

  private static let files = JSONCodec<CertificateProof>.object(
    "CertificateFiles", .required("opening", base64.described("Entry 0 of the board, base64."), \.opening),
    .required("manifest", base64, \.manifest), .required("trustees", base64, \.trustees), .required("result", base64, \.result),
    .required("certificate", base64, \.certificate),
    .optional("renewals", .list(of: base64, maximum: RenewalEntry.most), \.publishedRenewals),
    make: { CertificateProof(opening: $0, manifest: $1, trustees: $2, result: $3, certificate: $4, renewals: $5 ?? []) })

  private static let option = JSONCodec<Option>.answer(
    "CertifiedOption", .required("name", .anyText, \.name), .required("votes", .count, \.votes))

  private static let contest = JSONCodec<Contest>.answer(
    "CertifiedContest", .required("title", .anyText, \.title), .required("options", .list(of: option, maximum: 1024), \.options))

  static let json = JSONCodec<CertificateDocument>.answer(
    "ResultCertificate", .required("format", .anyText, \.format), .required("title", .anyText, \.title),
    .required("electionId", hash, \.certified.electionID.bytes),
    .required("threshold", .integer(1...50), \.certified.roster.threshold),
    .required("trustees", .list(of: .anyText, maximum: 50), \.trustees),
    .required("cast", .ballots, \.certified.result.cast), .required("counted", .ballots, \.certified.result.counted),
    .required("countedWeight", .count, \.certified.result.countedWeight),
    .required("challenged", .ballots, \.certified.result.challenged),
    .required("replaced", .ballots, \.certified.result.replaced),
    .required("contests", .list(of: contest, maximum: 50), \.contests),
    .required("size", .count, \.certified.certificate.size), .required("root", hash, \.certified.certificate.root.bytes),
    .required("tally", hash.described("SHA-256 of the file `tally`."), \.certified.certificate.tallyHash.bytes),
    .required("result", hash.described("SHA-256 of the file `result`."), \.certified.certificate.resultHash.bytes),
    .required("draw", hash.described("SHA-256 of the file `draw-closing`."), \.certified.certificate.drawHash.bytes),
    .required("jointKey", hash.described("The trustees' joint key: a public key of Ed25519."), \.certified.jointKey.bytes),
    .required("signed", base64.described("Exactly the bytes that are signed, base64."), \.certified.certificate.message),
    .required("signature", .hexadecimal(bytes: 64), \.certified.signature), .required("files", files, \.proof))
}

extension CertificateProof {
  /// Left out where there are none.
  fileprivate var publishedRenewals: [[UInt8]]? { renewals.isEmpty ? nil : renewals }
}
