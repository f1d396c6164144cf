import BallotCryptography
import Curve25519
import Elections
import TestDatabases
import TestSupport
import Testing
import VotingService

@Suite("Credentials by their issuers")
struct CredentialIssuingTests {
  static let csv = Array("voterId,weight\n1,1\n2,1\n3,5\n".utf8)

  @Test("the service shows links once and keeps the public parts", arguments: DatabaseKind.all)
  func service(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      _ = try await field.rolls.importVoters(Self.csv, to: reference, by: field.organiser)
      let links = try await field.rolls.issueLinks(for: reference, service: "https://vote.example", by: field.organiser)
      #expect(links.count == 3)
      let voters = try await field.rolls.voters(of: reference, for: field.organiser, limit: 10)
      for link in links {
        let parts = link.link.split(separator: "#")
        #expect(parts.first.map(String.init) == "https://vote.example/vote/\(reference)")
        let secret = try need(
          Base64URL.decode(String(parts[1])).flatMap { Bytes32($0) }.flatMap { VotingSecret(secret: $0) }, "secret")
        #expect(voters.first { $0.id == link.voter }?.credential == secret.publicKey)
      }
      #expect(try await field.rolls.issueLinks(for: reference, service: "s", by: field.organiser).isEmpty)
      let renewed = try await field.rolls.issueLinks(for: reference, service: "s", renewing: true, by: field.organiser)
      #expect(renewed.count == 3)
      #expect(
        try await field.rolls.voters(of: reference, for: field.organiser, limit: 10).map(\.credential) != voters.map(\.credential))
      #expect(!field.notes.all.contains { note in links.contains { note.detail.contains($0.link.suffix(43)) } })
    }
  }

  @Test("the authority's list comes back without names, and must fit the roll", arguments: DatabaseKind.all)
  func authority(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft(ElectionField.manifest(issuer: .authority)).reference
      _ = try await field.rolls.importVoters(Self.csv, to: reference, by: field.organiser)
      let list = try VoterTable.read(try await field.rolls.votersForAuthority(reference, by: field.organiser))
      #expect(list.map(\.voterID) == ["1", "2", "3"] && list.map(\.weight) == [1, 1, 5])
      var random = seeded("authority")
      let entries = list.map { VotingSecret(using: &random).rollEntry($0) }
      let csv = CredentialTable.csv(entries)
      #expect(try CredentialTable.read(csv).map(\.credential) == entries.map(\.credential).sorted())
      #expect(try await field.rolls.uploadCredentials(csv, for: reference, by: field.organiser) == 3)
      #expect(try await field.rolls.counts(of: reference, for: field.organiser).credentials == 3)
      #expect(try await field.rolls.voters(of: reference, for: field.organiser, limit: 10).allSatisfy { $0.credential == nil })
      await #expect(throws: ElectionError.self) {
        try await field.rolls.issueLinks(for: reference, service: "s", by: field.organiser)
      }
    }
  }

  @Test("the authority's list holds no formula, and is read as it was")
  func formulas() throws {
    let voters = [
      VoterDetails(voterID: "+49", name: "=HYPERLINK(\"http://a.example\",\"x\")", email: "-@a"),
      VoterDetails(voterID: "'=1", name: "'-2", email: "+a@b.example"), VoterDetails(voterID: "O'B", name: "  =3", email: ""),
      VoterDetails(voterID: String(repeating: "=", count: 200), name: String(repeating: "-", count: 200)),
    ]
    let csv = VoterTable.csv(voters)
    #expect(try VoterTable.read(csv) == voters)
    let cells = String(decoding: csv, as: UTF8.self).split(whereSeparator: { $0 == "," || $0 == "\n" })
    #expect(!cells.contains { cell in cell.drop { $0 == "\"" || $0 == " " }.first.map { "=+-@".contains($0) } ?? false })
  }

  @Test(
    "a file of public credentials is checked",
    arguments: ["", "credential,weight\n", "credential,weight,identity\nab,1,cd\n"])
  func malformed(csv: String) { #expect(throws: ElectionError.self) { try CredentialTable.read(Array(csv.utf8)) } }

  @Test("a device registers the credential that it has the secret of, and may change it", arguments: DatabaseKind.all)
  func device(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft(ElectionField.manifest(issuer: .voter)).reference
      let account = ApprovedAccount(id: "x", details: VoterDetails(voterID: "1"))
      let other = ApprovedAccount(id: "y", details: VoterDetails(voterID: "2"))
      _ = try await field.rolls.admit([account, other], to: reference, by: field.organiser)
      var random = seeded("device")
      let secrets = (0..<2).map { _ in VotingSecret(using: &random) }
      for secret in secrets {
        let registration = CredentialRegistration(secret, election: reference, account: "x", using: &random)
        let answer = try await field.rolls.register(registration, for: "x", in: reference)
        #expect(!answer.waits)
        #expect(try await field.rolls.own("x", in: reference).credential == secret.publicKey)
      }
      let good = CredentialRegistration(secrets[1], election: reference, account: "x", using: &random)
      await #expect(throws: ElectionError.self) { try await field.rolls.register(good, for: "y", in: reference) }
      let copied = CredentialRegistration(secrets[1], election: reference, account: "y", using: &random)
      await #expect(throws: ElectionError.self) { try await field.rolls.register(copied, for: "y", in: reference) }
      let elsewhere = CredentialRegistration(secrets[0], election: "other", account: "x", using: &random)
      await #expect(throws: ElectionError.self) { try await field.rolls.register(elsewhere, for: "x", in: reference) }
      await #expect(throws: ElectionError.noSuch("voter")) {
        try await field.rolls.register(
          CredentialRegistration(secrets[0], election: reference, account: "z", using: &random), for: "z", in: reference)
      }
    }
  }

  @Test("base64url is canonical")
  func base64() {
    for count in 0...40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
    for text in ["A", "AB", "AA==", "A+AA", "//"] { #expect(Base64URL.decode(text) == nil) }
  }
}
