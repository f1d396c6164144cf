import Elections
import Foundation
import Verification

/// `comitia inspect`: says in plain words what is in a record.
struct InspectCommand: Command {
  private static let tracker = CommandOption(
    "tracker", "HEX", help: "instead of an entry's number: the beginning of a ballot's tracker")

  static let syntax = CommandSyntax(
    name: "comitia inspect",
    summary: "Say in plain words what is in a record, or in one entry of its board.",
    operands: [
      Operand(name: "DIR", help: "the folder of the record"),
      Operand(name: "ENTRY", help: "the number of an entry, from 0; without it, the record as a whole", isOptional: true),
    ],
    options: [tracker, .json],
    notes: [
      "Nothing is verified here; comitia verify does that.",
      "Exit code: 0, or 2 when there is no such record or entry.",
    ],
    examples: ["comitia inspect record", "comitia inspect record 17", "comitia inspect record --tracker 9be1"])

  /// What is asked for.
  private enum Subject {
    case record
    case entry(UInt64)
    case tracker(String)
  }

  /// Most entries that are named when several trackers begin alike.
  private static let mostMatches = 10

  private let path: String
  private let subject: Subject
  private let answersJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.operands[0]
    answersJSON = arguments.has(.json)
    let entry = arguments.operands.count > 1 ? try arguments.entry(arguments.operands[1]) : nil
    guard let prefix = arguments.value(Self.tracker)?.lowercased() else {
      subject = entry.map { .entry($0) } ?? .record
      return
    }
    guard entry == nil else { throw arguments.error("an entry and a tracker are given; give one of them") }
    guard prefix.utf8.count <= 64, prefix.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
      throw arguments.error("--tracker is “\(prefix)”; up to 64 hexadecimal digits are needed")
    }
    subject = .tracker(prefix)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let record = try PublishedRecord(path)
    switch subject {
    case .record:
      let overview = try RecordOverview(record)
      if answersJSON { terminal.say(JSONAnswer.text(overview.answer)) } else { overview.say(path, terminal) }
    case .entry(let index): try show(index, record, terminal)
    case .tracker(let prefix): try show(find(prefix, record), record, terminal)
    }
    return .success
  }

  private func show(_ index: UInt64, _ record: PublishedRecord, _ terminal: Terminal) throws {
    let entry = try EntryDescription(index, record)
    if answersJSON { terminal.say(JSONAnswer.text(entry.answer)) } else { entry.say(terminal) }
  }

  private func find(_ prefix: String, _ record: PublishedRecord) throws(CommandFailure) -> UInt64 {
    let found = try record.entries(trackerPrefix: prefix, limit: Self.mostMatches + 1)
    if found.count == 1 { return found[0] }
    if found.isEmpty {
      throw CommandFailure(
        "no cast ballot on this board has a tracker that begins with \(prefix); check the tracker and the record")
    }
    let list =
      found.prefix(Self.mostMatches).map { String($0) }.joined(separator: ", ") + (found.count > Self.mostMatches ? ", …" : "")
    throw CommandFailure("several trackers begin with \(prefix), those of entries \(list); give more of its digits")
  }
}
