import Curve25519
import Elections
import Foundation
import TransparencyLog
import Verification

/// `comitia receipt`: makes the receipt of a cast ballot from the record.
struct ReceiptCommand: Command {
  private static let out = CommandOption(
    "out", "FILE", isRequired: true, help: "the file to write the receipt to; nothing may be there yet")

  static let syntax = CommandSyntax(
    name: "comitia receipt",
    summary: "Make a cast ballot's receipt from a record: proof that it is on the board.",
    operands: [
      Operand(name: "DIR", help: "the folder of the record"),
      Operand(name: "ENTRY", help: "the number of the ballot's entry; comitia inspect DIR --tracker HEX finds it"),
    ],
    options: [out],
    notes: [
      "A receipt holds the ballot's tracker, the proof that it is in the log, and the signed checkpoint. Keep it apart from the record: whoever has "
        + "it can show later that the ballot was taken out or the board was replaced. It says nothing about how you voted.",
      "Exit code: 0 the receipt is written, 2 it is not.",
    ],
    examples: ["comitia receipt record 17 --out mine.receipt", "comitia verify record --receipt mine.receipt"])

  private let path: String
  private let index: UInt64
  private let out: String

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.operands[0]
    index = try arguments.entry(arguments.operands[1])
    out = arguments.required(Self.out)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let record = try PublishedRecord(path)
    let entry = try record.entry(index)
    guard let ballot = entry.castBallot else {
      throw CommandFailure("entry \(index) is \(entry.kindText); only cast ballots have a receipt")
    }
    let proof = try record.inclusionProof(index)
    let root = record.checkpoint.checkpoint.root
    guard (try? proof.verify(leafHash: entry.leafHash, root: root)) != nil,
      let receipt = try? Receipt(
        extra: ballot.tracker.bytes, index: index, hashes: proof.hashes, checkpoint: record.checkpoint)
    else {
      throw CommandFailure(
        "entry \(index) does not lead to the root of the checkpoint; comitia verify tells what is wrong with the record")
    }
    try OutputFile.write(receipt.bytes, to: out)
    terminal.say("The receipt of entry \(index) is in \(out.printable). It says nothing about how the vote was cast.")
    terminal.say()
    terminal.say("  \(Invocation.name) verify \(TextFormat.shellWord(path)) --receipt \(TextFormat.shellWord(out))")
    return .success
  }
}

extension Arguments {
  /// The number of an entry.
  func entry(_ text: String) throws(UsageError) -> UInt64 {
    let digits = text.replacingOccurrences(of: ",", with: "")
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let index = UInt64(digits) else {
      throw error("ENTRY is “\(text)”; the number of an entry is needed, from 0")
    }
    return index
  }
}
