import Curve25519
import Elections
import Testing
import TrusteeAgent

/// Invitation links and answers to them (8.2).
struct InvitationTests {
  private let token = String(repeating: "aB3-_", count: 9).prefix(43)
  private let reference = "abcdefghijkmnpqrstuv"
  private var link: String { "https://vote.example/comitia/trustee#\(reference).\(token)" }

  private func keyring() -> TrusteeKeyring {
    var random = SeededRandom(seed: [1])
    return TrusteeKeyring(using: &random)
  }

  private func joined(_ election: String, origin: String) throws -> TrusteeJoined {
    TrusteeJoined(election: Array(election.utf8), origin: try #require(Text(origin)), title: try #require(Text("Board")), number: 1)
  }

  @Test func aLinkIsRead() throws {
    let invitation = try TrusteeInvitation(link: link)
    #expect(invitation.service.description == "https://vote.example/comitia")
    #expect(invitation.reference.description == reference)
    #expect(invitation.token == Array(token.utf8))
    #expect(throws: TrusteeInvitationError.unusableName) { try invitation.joining(as: "") }
    #expect(throws: TrusteeInvitationError.unusableName) { try invitation.joining(as: "two\nlines") }
  }

  @Test func otherTextsAreNoLinks() {
    for text in [
      "", "https://vote.example/trustee", link + "#", link + ".x", link.replacing("trustee#", with: "voter#"),
      link.replacing("https:", with: "ftp:"), String(link.dropLast()), link + "a", link.replacing("abc", with: "ABC"),
      link.replacing("vote.", with: "vote.\n"),
    ] {
      #expect(throws: TrusteeInvitationError.notALink, "\(text)") { try TrusteeInvitation(link: text) }
    }
  }

  @Test func theAnswerMustBeAboutTheElection() throws {
    let invitation = try TrusteeInvitation(link: link)
    let joining = try invitation.joining(as: "Ada")
    var keyring = keyring()
    let good = try joined(reference, origin: "vote.example/\(reference)")
    let election = try keyring.election(of: invitation, joining, answered: good)
    #expect(election.name.description == "Ada")
    for bad in [
      try joined("bbcdefghijkmnpqrstuv", origin: "vote.example/\(reference)"), try joined(reference, origin: "vote.example/other"),
    ] {
      #expect(throws: TrusteeInvitationError.otherElection) { try keyring.election(of: invitation, joining, answered: bad) }
    }
    keyring.elections = [election]
    // The same invitation once more changes nothing.
    #expect(try keyring.election(of: invitation, joining, answered: good) == election)
    // The election of that name at another service is refused before anything is sent.
    let elsewhere = try TrusteeInvitation(link: link.replacing("vote.example", with: "evil.example"))
    #expect(throws: TrusteeInvitationError.otherService(try #require(Text("https://vote.example/comitia")))) {
      try keyring.check(elsewhere)
    }
    let replayed = try joined(reference, origin: "evil.example/\(reference)")
    #expect(throws: TrusteeInvitationError.otherElection) { try keyring.election(of: invitation, joining, answered: replayed) }
  }
}
