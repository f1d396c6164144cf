import Curve25519
import Ethereum
import Foundation
import StrictJSON
import TestEthereum
import Testing

@testable import ChainDeployment

@Suite("Artefacts")
struct ArtefactTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../contracts/artefacts")

  @Test("three contracts are built in, as they stand in the repository")
  func all() throws {
    #expect(ContractArtefact.all.map(\.name) == ["VoteRegistry", "ElectionManager", "VoterRegistry"])
    for artefact in ContractArtefact.all {
      let file = Array(try Data(contentsOf: Self.folder.appendingPathComponent("\(artefact.name).json")))
      #expect(artefact.hash.bytes == SHA256.hash(file))
      let json = try JSONParser.parse(file)
      #expect(json["bytecode"]?.text == Hexadecimal.text(artefact.bytecode))
      #expect(json["runtimeBytecode"]?.text == Hexadecimal.text(artefact.runtimeBytecode))
      #expect(artefact.input == Array(try Data(contentsOf: Self.folder.appendingPathComponent("\(artefact.name).input.json"))))
      // The constructor puts this code there as it is: no immutables follow it.
      #expect(Hexadecimal.digits(artefact.bytecode).contains(Hexadecimal.digits(artefact.runtimeBytecode)))
      #expect(artefact.compiler == "vyper 0.4.3")
    }
  }

  @Test("a file that lacks a part is no artefact", arguments: ["contract", "compiler", "bytecode", "runtimeBytecode"])
  func incomplete(part: String) throws {
    let file = try JSONParser.parse(Array(try Data(contentsOf: Self.folder.appendingPathComponent("VoteRegistry.json"))))
    guard case .object(let members) = file else { throw ChainProcess.Failure(what: "the artefact") }
    #expect(ContractArtefact(file.bytes, input: []) != nil)
    #expect(ContractArtefact(JSONValue.object(members.filter { $0.name != part }).bytes, input: []) == nil)
  }
}
