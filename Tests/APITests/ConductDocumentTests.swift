import Curve25519
import Elections
import StrictJSON
import Testing

@testable import API
@testable import VotingService

@Suite("Who did what, as JSON")
struct ConductDocumentTests {
  private static let share = WrongShare(
    trustee: 2, list: [1, 2, 3], body: [2, 9], target: Array("/api/v1/elections/e/signing".utf8), time: 1_700_000_000,
    signature: [UInt8](repeating: 7, count: 64))

  private static let request = RefusedRequest(
    signingKey: .zero, target: Array("/api/v1/elections/e/partials".utf8), time: 1_700_000_000, bodyHash: .zero,
    signature: [UInt8](repeating: 9, count: 64), body: [1, 2])

  private func document(fork: Bool) -> JSONValue {
    let refusals = [Self.share, nil].map { evidence in
      TrusteeRefusal(
        phase: .signature, reason: evidence == nil ? .usedNonce : .wrongShare, signingKey: .zero, number: 2, name: "Bo", first: 1,
        last: 2, count: 3, evidence: evidence, request: evidence == nil ? Self.request : nil)
    }
    let found = ElectionConduct.Fork(size: 5, root: .zero, boardRoot: nil, checkpoint: Array("a note\n".utf8))
    return ConductDocument.json.encode(
      ElectionConduct(
        trustees: [.init(number: 1, name: "Ada", standings: [.ceremony: .done])], refusals: refusals, fork: fork ? found : nil))
  }

  @Test("evidence can be read back as it was")
  func evidence() throws {
    let found = try #require(ConductDocument.evidence(document(fork: true).bytes))
    #expect(found.shares == [Self.share])
    #expect(found.refused.map { $0.request } == [Self.request] && found.refused.map { $0.reason } == ["used-nonce"])
    #expect(found.checkpoint == Array("a note\n".utf8))
    #expect(try #require(ConductDocument.evidence(document(fork: false).bytes)).checkpoint == nil)
  }

  @Test("what has not happened is said, too")
  func standings() {
    let trustee = document(fork: false)["trustees"]?[0]
    #expect(trustee?["ceremony"]?.text == "done" && trustee?["signature"]?.text == "later")
  }

  @Test(
    "other documents are no evidence",
    arguments: [
      "", "{}", "[]", #"{"refusals": 1}"#, #"{"refusals": [{"evidence": {}}]}"#,
      #"{"refusals": [{"trustee": 1, "name": "Ada", "phase": "decryption", "reason": "wrong-part", "request": {}}]}"#,
      #"{"refusals": [], "fork": {}}"#,
    ])
  func other(text: String) { #expect(ConductDocument.evidence(Array(text.utf8)) == nil) }
}
