import Curve25519
import Elections
import Foundation
import Sealing
import Testing

@testable import TrusteeAgent
@testable import comitia

@Suite("A trustee's key file")
struct KeyFileTests {
  private static func election(_ reference: String, in ceremony: Bytes32, of key: Bytes32) throws -> TrusteeElection {
    let reference = try #require(ElectionReference(Array(reference.utf8)))
    let text = try #require(Text("vote.example"))
    var election = TrusteeElection(service: text, reference: reference, origin: text, title: text, name: text)
    election.ceremony = TrusteeCeremony(
      id: ceremony, number: 1, threshold: 1, participants: [.init(name: text, signingKey: key)], seed: .zero)
    return election
  }

  @Test("two elections that ask at once cannot both have one ceremony: this trustee would contradict itself")
  func oneCeremonyForOneElection() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try KeyFile.create(path, passphrase: Array("a passphrase".utf8), cost: .least)
    let key = file.keyring.signingKey.publicKey
    let id = Bytes32([UInt8](repeating: 7, count: 32).span)
    var first = try Self.election("aaaaaaaaaaaaaaaaaaaa", in: id, of: key)
    try file.keep(first)
    let second = try Self.election("bbbbbbbbbbbbbbbbbbbb", in: id, of: key)
    #expect(throws: TrusteeNotKept.self) { try file.keep(second) }
    #expect(file.keyring.elections.map { $0.reference } == [first.reference])
    // The one that has it goes on with it.
    first.ceremony?.size = 3
    try file.keep(first)
    #expect(file.keyring.elections == [first])
    try file.keep(try Self.election("bbbbbbbbbbbbbbbbbbbb", in: .zero, of: key))
    #expect(file.keyring.elections.count == 2)
  }
}
