import Curve25519
import Database
import DelimitedText
import Elections

/// What is wrong with a line of a file of voters.
public struct ImportFault: Sendable, Equatable {
  /// From 1; the header is line 1.
  public let line: Int
  /// Name of the column; empty: the line as a whole.
  public let column: String
  public let reason: String

  public init(line: Int, column: String, reason: String) {
    self.line = line
    self.column = column
    self.reason = reason
  }
}

/// What an import did, or would do.
public struct ImportReport: Sendable, Equatable {
  /// Voters added; with a dry run, that would be.
  public let added: Int
  /// Lines with voters, faulty ones included.
  public let lines: Int
  /// In the order of lines; at most `mostFaults`.
  public let faults: [ImportFault]
  /// How many faulty lines there are in all.
  public let faulty: Int
  /// Whether the roll was changed.
  public let isDone: Bool

  /// Most faults that are listed.
  public static let mostFaults = 1000

  public init(added: Int, lines: Int, faults: [ImportFault], faulty: Int, isDone: Bool) {
    self.added = added
    self.lines = lines
    self.faults = faults
    self.faulty = faulty
    self.isDone = isDone
  }
}

/// How an import treats faulty lines.
public enum ImportMode: String, Sendable, CaseIterable {
  /// One faulty line, and nothing is imported.
  case allOrNothing = "all-or-nothing"
  /// Faulty lines are left out.
  case goodLines = "good-lines"
}

/// A file of voters as comma- or semicolon-separated values: the header names the columns `voterId`, `name`, `email`, `weight` in any order; only the first is needed.
struct VoterFile: Sendable {
  var voters: [(line: Int, details: VoterDetails)] = []
  var faults: [ImportFault] = []
  var faulty = 0

  private let isGuarded: Bool

  private static let names = ["voterId", "name", "email", "weight"]

  /// Reads a file, line by line.
  ///
  /// - Parameter isGuarded: whether `VoterTable` wrote it, with apostrophes before what spreadsheets would calculate. In files of others an apostrophe is one.
  init(_ bytes: [UInt8], isGuarded: Bool = false) throws(ElectionError) {
    self.isGuarded = isGuarded
    var reader = CSVReader(bytes, separator: CSVReader.separator(of: bytes), mostColumns: 64)
    let columns = try Self.columns(&reader)
    var lineOfID: [String: Int] = [:]
    var lineOfEmail: [String: Int] = [:]
    while true {
      do throws(CSVError) {
        guard let record = try reader.next() else { break }
        guard let details = read(record, columns) else { continue }
        if let first = lineOfID[details.voterID] {
          add(record.line, "voterId", "“\(Self.short(details.voterID))” stands in line \(first) already")
        } else if !details.email.isEmpty, let first = lineOfEmail[details.email] {
          add(record.line, "email", "“\(Self.short(details.email))” stands in line \(first) already")
        } else {
          lineOfID[details.voterID] = record.line
          if !details.email.isEmpty { lineOfEmail[details.email] = record.line }
          voters.append((record.line, details))
        }
      } catch let error {
        add(error.line, error.column <= columns.count ? columns[error.column - 1] : "", error.reason)
      }
    }
  }

  /// The names of the columns, as the header has them.
  private static func columns(_ reader: inout CSVReader) throws(ElectionError) -> [String] {
    let header: CSVReader.Record?
    do throws(CSVError) { header = try reader.next() } catch let error {
      throw .invalid(path: "line \(error.line)", reason: error.reason)
    }
    guard let header else { throw .invalid(path: "line 1", reason: "the file is empty; its first line names the columns") }
    var columns: [String] = []
    for field in header.fields {
      let given = String(decoding: field, as: UTF8.self)
      let folded = RollRules.folded(given)
      guard let name = names.first(where: { RollRules.folded($0) == folded }) else {
        throw .invalid(
          path: "line \(header.line)",
          reason: "“\(short(given))” is no column; there are \(names.joined(separator: ", ")), and the first line names them")
      }
      guard !columns.contains(name) else { throw .invalid(path: "line \(header.line)", reason: "two columns are named \(name)") }
      columns.append(name)
    }
    guard columns.contains("voterId") else { throw .invalid(path: "line \(header.line)", reason: "the column voterId is missing") }
    return columns
  }

  private mutating func read(_ record: CSVReader.Record, _ columns: [String]) -> VoterDetails? {
    guard record.fields.count == columns.count else {
      add(record.line, "", "\(record.fields.count) cells where the header has \(columns.count)")
      return nil
    }
    var details = VoterDetails(voterID: "")
    for (name, field) in zip(columns, record.fields) {
      guard let read = String(validating: field, as: UTF8.self) else {
        add(record.line, name, "is not UTF-8 text; save the file as CSV in UTF-8")
        return nil
      }
      let text = isGuarded ? SpreadsheetText.plain(read) : read
      switch name {
      case "voterId": details.voterID = text
      case "name": details.name = text
      case "email": details.email = text.lowercased()
      default:
        guard let weight = field.isEmpty ? 1 : field[...].decimal(atMost: Int(UInt32.max)) else {
          add(record.line, name, "“\(Self.short(text))” is not a whole number from 1")
          return nil
        }
        details.weight = UInt32(weight)
      }
    }
    if let fault = details.fault {
      add(record.line, fault.member, fault.reason)
      return nil
    }
    return details
  }

  mutating func add(_ line: Int, _ column: String, _ reason: String) {
    faulty += 1
    if faults.count < ImportReport.mostFaults { faults.append(ImportFault(line: line, column: column, reason: reason)) }
  }

  private static func short(_ text: String) -> String {
    let printable = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }))
    return printable.count <= 40 ? printable : printable.prefix(39) + "…"
  }
}

extension RollStore {
  /// Adds the voters of a file to the roll of a draft.
  ///
  /// - Parameter dryRun: only says what would be done.
  public func importVoters(
    _ csv: [UInt8], to reference: String, mode: ImportMode = .allOrNothing, dryRun: Bool = false, by organiser: Organiser
  ) async throws -> ImportReport {
    let parsed = await environment.workers.run { () -> Result<VoterFile, ElectionError> in
      do throws(ElectionError) { return .success(try VoterFile(csv)) } catch let error { return .failure(error) }
    }
    let file = try parsed.get()
    if dryRun {
      let reading = environment.database
      return try await reading.read { session in
        guard let election = try await ElectionRows.find(reference, session), organiser.reads(election.organiser) else {
          throw ElectionError.notFound
        }
        guard organiser.manages(election.organiser) else { throw ElectionError.notOrganiser }
        return try await compare(file, reference, mode, session).report(isDone: false)
      }
    }
    return try await environment.database.transaction { session in
      try await edit(reference, organiser, session)
      let plan = try await compare(file, reference, mode, session)
      guard !plan.voters.isEmpty else { return plan.report(isDone: false) }
      try await insert(plan.voters.map { (environment.newID(), $0, nil) }, reference, session)
      try await elections.note("roll.import", reference, organiser, session, "\(plan.voters.count) voters")
      return plan.report(isDone: true)
    }
  }

  private struct Plan: Sendable {
    let voters: [VoterDetails]
    let file: VoterFile
    let lines: Int

    func report(isDone: Bool) -> ImportReport {
      ImportReport(
        added: voters.count, lines: lines, faults: file.faults.sorted { $0.line < $1.line }, faulty: file.faulty, isDone: isDone)
    }
  }

  /// What of a file can be added to the roll as it is.
  private func compare(
    _ file: VoterFile, _ reference: String, _ mode: ImportMode, _ session: any SQLSession
  ) async throws -> Plan {
    var ids: Set<String> = []
    var emails: Set<String> = []
    for row in try await session.query("SELECT voter_id, email FROM voters WHERE election = $1", [.text(reference)]) {
      ids.insert(try row.text(0))
      emails.insert(try row.text(1))
    }
    let matcher = try await rules(reference, session).matcher
    var file = file
    let lines = file.voters.count + file.faulty
    var voters: [VoterDetails] = []
    for (line, details) in file.voters {
      if ids.contains(details.voterID) {
        file.add(line, "voterId", "a voter with this id is on the roll already")
      } else if !details.email.isEmpty, emails.contains(details.email) {
        file.add(line, "email", "a voter with this address is on the roll already")
      } else if !matcher.admits(details) {
        file.add(line, "", "the rules of this roll do not admit this voter")
      } else {
        voters.append(details)
      }
    }
    guard ids.count + voters.count <= Self.mostVoters else {
      throw ElectionError.invalid(path: "", reason: "more than \(Self.mostVoters) voters")
    }
    if mode == .allOrNothing, file.faulty > 0 { voters = [] }
    return Plan(voters: voters, file: file, lines: lines)
  }
}
