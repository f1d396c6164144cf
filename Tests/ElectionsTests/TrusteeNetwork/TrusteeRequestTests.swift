import Curve25519
import Foundation
import Testing

@testable import Elections

/// What trustees sign when they ask the service (8.1, 8.2).
struct TrusteeRequestTests {
  private let key = Ed25519.PrivateKey(seed: Bytes32((0..<32).map { UInt8($0) }) ?? .zero)
  private let target = Array("/api/v1/elections/abcdefghijkmnpqrstuv/trustees/state?after=3&wait=25".utf8)

  @Test func theTextIsThatOfTheSpecification() {
    let request = TrusteeRequest(method: Array("POST".utf8), target: target, time: 1_700_000_000, body: Array("abc".utf8))
    let expected =
      "comitia trustee request/v1\nPOST /api/v1/elections/abcdefghijkmnpqrstuv/trustees/state?after=3&wait=25\n1700000000\n"
      + "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
    #expect(String(decoding: request.text, as: UTF8.self) == expected)
  }

  @Test func theFieldIsReadAsItWasWritten() throws {
    let request = TrusteeRequest(method: Array("GET".utf8), target: target, time: 0, body: [])
    let signed = request.signed(by: key)
    let field = String(decoding: signed.field, as: UTF8.self)
    #expect(field.hasPrefix("Comitia-Trustee 03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8.0."))
    let read = try #require(TrusteeAuthorization(field: signed.field))
    #expect(read == signed)
    #expect(read.isValid(method: Array("GET".utf8), target: target, body: []))
  }

  @Test func everyPartIsSigned() throws {
    let signed = TrusteeRequest(method: Array("GET".utf8), target: target, time: 1000, body: [1]).signed(by: key)
    #expect(!signed.isValid(method: Array("PUT".utf8), target: target, body: [1]))
    #expect(!signed.isValid(method: Array("GET".utf8), target: target.dropLast() + [0x36], body: [1]))
    #expect(!signed.isValid(method: Array("GET".utf8), target: target, body: [2]))
    let later = TrusteeAuthorization(publicKey: signed.publicKey, time: 1001, signature: signed.signature)
    #expect(!later.isValid(method: Array("GET".utf8), target: target, body: [1]))
    let other = Ed25519.PrivateKey(seed: .zero).publicKey
    let foreign = TrusteeAuthorization(publicKey: other, time: 1000, signature: signed.signature)
    #expect(!foreign.isValid(method: Array("GET".utf8), target: target, body: [1]))
  }

  @Test func timesAreNearEnough() {
    let signed = TrusteeRequest(method: [], target: [], time: 1000, body: []).signed(by: key)
    for (now, isTimely) in [(1000, true), (700, true), (699, false), (1300, true), (1301, false), (0, false)] as [(UInt64, Bool)] {
      #expect(signed.isTimely(now: now) == isTimely)
    }
  }

  @Test func mutatedFieldsAreRefusedOrKept() {
    var random = SeededRandom(seed: [7])
    let signed = TrusteeRequest(method: Array("GET".utf8), target: target, time: 1_700_000_000, body: []).signed(by: key)
    let read = expectMutationsRefusedOrKept(signed.field, rounds: 4000, random: &random) { TrusteeAuthorization(field: $0)?.field }
    #expect(read > 100)
    for count in 0..<signed.field.count { #expect(TrusteeAuthorization(field: Array(signed.field[..<count])) == nil) }
    for time in ["01", "", "-1", "99999999999999999999"] {
      let text = String(decoding: signed.field, as: UTF8.self).replacing(".1700000000.", with: ".\(time).")
      #expect(TrusteeAuthorization(field: Array(text.utf8)) == nil)
    }
  }

  @Test func joiningBindsTokenAndName() throws {
    let token = Array(String(repeating: "aB3-_", count: 9).utf8.prefix(43))
    let joining = try #require(TrusteeJoining(token: token, name: text("Ada")))
    #expect(joining.text == Array("comitia trustee join/v1\n".utf8) + token + Array("\nAda\n".utf8))
    let signature = key.sign(joining.text)
    #expect(joining.isSigned(signature, by: key.publicKey))
    let other = try #require(TrusteeJoining(token: token, name: text("Eve")))
    #expect(!other.isSigned(signature, by: key.publicKey))
    #expect(TrusteeJoining(token: Array(token.dropLast()), name: try text("Ada")) == nil)
    #expect(TrusteeJoining(token: token.dropLast() + [0x0a], name: try text("Ada")) == nil)
    #expect(TrusteeJoining(token: token, name: .empty) == nil)
  }

  @Test func referencesAreTwentyPlainCharacters() throws {
    var random = SeededRandom(seed: [8])
    let reference = ElectionReference(using: &random)
    #expect(ElectionReference(reference.ascii) == reference)
    #expect(reference.description.count == 20)
    for text in [
      "", "abcdefghijkmnpqrstu", "abcdefghijkmnpqrstuvw", "abcdefghijklmnpqrstu", "abcdefghijkmnpqrst/.", "ABCDEFGHIJKMNPQRSTUV",
    ] {
      #expect(ElectionReference(Array(text.utf8)) == nil)
    }
  }

  @Test(arguments: TrusteePhase.allCases) func phasesHaveNames(phase: TrusteePhase) {
    let name = Array("\(phase)".utf8)
    #expect(TrusteePhase(name: name) == phase)
    #expect(TrusteePhase(name: name + [0x20]) == nil)
  }
}
