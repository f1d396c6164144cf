import Foundation
import TransparencyLog
import VotingService

/// `comitia audit verify`: verifies an exported audit log.
struct AuditVerifyCommand: Command {
  private static let key = CommandOption(
    "key", "FILE", isRequired: true,
    help: "the service's verifier key, from GET /api/v1/audit-log/key; keep it from the first day on")
  private static let checkpoint = CommandOption(
    "checkpoint", "FILE", help: "an older checkpoint, or an older export: the log must continue it")

  static let syntax = CommandSyntax(
    name: "comitia audit verify",
    summary: "Verify an exported audit log: nothing in it was changed, left out, put in or moved.",
    operands: [Operand(name: "FILE", help: "the export, as GET /api/v1/audit-log/export gave it")],
    options: [key, checkpoint],
    notes: [
      "An export alone shows that the service's key signed exactly these entries. Whoever holds that key could have written another log: only what "
        + "was kept from earlier, elsewhere, shows that this one continues it. So keep every export, and give the last one with --checkpoint.",
      "Exit code: 0 the log is as it was written, 1 it is not, 2 it could not be verified.",
    ],
    examples: ["comitia audit verify audit-log.txt --key audit.key --checkpoint last-month.txt"])

  private let path: String
  private let keyPath: String
  private let olderPath: String?

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.operands[0]
    keyPath = arguments.required(Self.key)
    olderPath = arguments.value(Self.checkpoint)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let text = String(decoding: try InputFile.read(keyPath), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let key = try? VerifierKey(parsing: Array(text.utf8)) else {
      throw CommandFailure("\(keyPath.printable) is not a verifier key: one line name+number+key is needed")
    }
    let export = try AuditExportFile(path, InputFile.read(path))
    guard let lines = export.lines else {
      throw CommandFailure("\(path.printable) is a checkpoint alone; give the export with all its entries")
    }
    let older = try olderPath.map { try AuditExportFile($0, InputFile.read($0)).checkpoint }
    do {
      try AuditVerification.verify(lines: lines, checkpoint: export.checkpoint, key: key, older: older)
    } catch let failure as AuditFailure {
      terminal.say("NOT as it was written: \(failure.text)")
      return .checkFailed
    }
    let name = String(decoding: key.name, as: UTF8.self).printable
    terminal.say("The audit log \(name) is as it was written: \(lines.count) entries, signed by the key given.")
    if let older {
      terminal.say("It continues the older one of \(older.checkpoint.size) entries.")
    } else {
      terminal.say("Whether it continues an older one was not looked at: --checkpoint takes an export that was kept.")
    }
    return .success
  }
}

extension AuditFailure {
  /// For people.
  fileprivate var text: String {
    switch self {
    case .checkpoint: "a checkpoint is not signed by the key given, or is of another log"
    case .size(let expected, let found): "the checkpoint is of \(expected) entries, and there are \(found)"
    case .root: "the entries are not those that were signed: one was changed, put in, left out or moved"
    case .history: "it does not continue the older checkpoint: history was rewritten, or the service restored an older backup"
    case .position(let position): "what stands at position \(position) is not the entry of this position"
    }
  }
}
