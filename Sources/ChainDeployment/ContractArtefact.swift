import Curve25519
import EmbeddedFiles
import Ethereum
import StrictJSON

/// A contract as it is deployed: what `contracts/artefacts` has of it (docs/spec/12-anchors.md, 12.3), built into the program, so that an installed
/// command needs no repository.
public struct ContractArtefact: Equatable, Sendable {
  /// As the source calls it.
  public let name: String
  /// Such as `vyper 0.4.3`.
  public let compiler: String
  /// What makes the contract, in front of the constructor's arguments.
  public let bytecode: [UInt8]
  /// What must stand at its address, to the last byte. The contracts have no immutables, which would follow it.
  public let runtimeBytecode: [UInt8]
  /// SHA-256 of the file of this artefact.
  public let hash: Bytes32
  /// The file of standard JSON input, from which anybody compiles the same.
  public let input: [UInt8]

  /// All, in the order in which they are deployed.
  public static let all: [ContractArtefact] = ["VoteRegistry", "ElectionManager", "VoterRegistry"].map { name in
    let (file, input) = (EmbeddedFiles.bytes("contracts/\(name).json"), EmbeddedFiles.bytes("contracts/\(name).input.json"))
    guard let artefact = ContractArtefact(file, input: input) else { preconditionFailure("an artefact that is none was built in") }
    return artefact
  }

  /// What it is for, in a line.
  public var purpose: String {
    switch name {
    case "VoteRegistry": "keeps the anchors; comitia serve writes it"
    case "ElectionManager": "keeps the course of elections and their results; comitia chain publish writes it"
    default: "keeps what stands for rolls; comitia chain publish writes it"
    }
  }

  /// By its name; `nil`: there is none.
  public static func named(_ name: String) -> ContractArtefact? { all.first { $0.name == name } }

  /// From the two files; `nil` where a part is missing.
  init?(_ file: [UInt8], input: [UInt8]) {
    guard let json = try? JSONParser.parse(file), let name = json["contract"]?.text, let compiler = json["compiler"]?.text,
      let bytecode = json["bytecode"]?.text.flatMap({ Hexadecimal.bytes($0) }), !bytecode.isEmpty,
      let runtime = json["runtimeBytecode"]?.text.flatMap({ Hexadecimal.bytes($0) }), !runtime.isEmpty
    else { return nil }
    self.name = name
    self.compiler = compiler
    self.bytecode = bytecode
    runtimeBytecode = runtime
    hash = Bytes32(SHA256.hash(file).span)
    self.input = input
  }
}
