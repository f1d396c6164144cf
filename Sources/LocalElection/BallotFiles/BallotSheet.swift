import BallotCryptography
import Elections

/// Ballots as a file has them, before it is known what is voted on: columns of options, and rows.
public struct BallotSheet: Equatable, Sendable {
  /// One option of one contest.
  public struct Column: Equatable, Sendable {
    /// Its name.
    public let name: Text
    /// The line it stands in.
    public let line: Int
  }

  /// One ballot, or several alike.
  public struct Row: Equatable, Sendable {
    /// A value for each column.
    public let values: [UInt32]
    /// The voter's weight.
    public let weight: UInt32
    /// How many voters cast it.
    public let copies: Int
    /// The line it stands in.
    public let line: Int
  }

  /// What the file calls itself, if it does.
  public let title: Text?
  /// The options, in the order of the values.
  public let columns: [Column]
  /// The ballots.
  public let rows: [Row]

  /// Most ballots of a file.
  public static let mostBallots = 10_000_000
  /// Most columns of a file: more options than any election may have.
  static let mostColumns = 1000

  /// Takes what a parser read.
  ///
  /// - Throws: `BallotFileError` when there is no ballot, or there are too many.
  init(title: Text? = nil, columns: [Column], rows: [Row]) throws(BallotFileError) {
    var count = 0
    for row in rows {
      guard row.copies <= Self.mostBallots - count else {
        throw .line(row.line, "more than \(Self.mostBallots) ballots; that is the limit")
      }
      count += row.copies
    }
    guard count > 0 else { throw .empty }
    self.title = title
    self.columns = columns
    self.rows = rows
  }

  /// Reads a file: PrefLib's approval format if it looks like it, else CSV.
  ///
  /// - Parameters:
  ///   - bytes: the content.
  ///   - name: the file's name, whose ending may tell what it is.
  public init(_ bytes: [UInt8], name: String) throws(BallotFileError) {
    if let ending = PrefLibFile.rankedEndings.first(where: { name.hasSuffix($0) }) {
      throw .file("\(ending) files hold rankings; only approval ballots (.cat) and CSV can be read")
    }
    if name.hasSuffix(".cat") || PrefLibFile.looksLikeIt(bytes) {
      self = try PrefLibFile.read(bytes)
    } else {
      self = try BallotTable.read(bytes)
    }
  }

  /// The definition of an election with one contest: approve as many of the columns as you like.
  public func manifest(title: Text, smallAcknowledged: Bool = false) throws(BallotFileError) -> Manifest {
    guard columns.count <= ContestRules.mostOptions else {
      throw .line(columns[0].line, "\(columns.count) options; at most \(ContestRules.mostOptions) are possible")
    }
    for (index, column) in columns.enumerated() where columns[..<index].contains(where: { $0.name == column.name }) {
      throw .line(column.line, "“\(column.name)” stands there twice; options need different names")
    }
    guard let rules = ContestRules.approval(options: columns.count, maximum: columns.count),
      let contest = Contest(title: title, rules: rules, options: columns.map { ContestOption(name: $0.name) }),
      let manifest = Manifest(title: title, smallAcknowledged: smallAcknowledged, contests: [contest])
    else { throw .line(columns[0].line, "\(columns.count) options do not fit into one ballot") }
    return manifest
  }

  /// The ballots for an election, each checked against its rules.
  ///
  /// - Throws: `BallotFileError` when the columns are not the manifest's options in its order, or a ballot breaks the rules.
  public func ballots(for manifest: Manifest) throws(BallotFileError) -> [PlainBallot] {
    try checkColumns(manifest)
    var ballots: [PlainBallot] = []
    ballots.reserveCapacity(rows.reduce(0) { $0 + $1.copies })
    for row in rows {
      var rest = row.values[...]
      let values = manifest.contests.map { contest in
        defer { rest = rest.dropFirst(contest.options.count) }
        return Array(rest.prefix(contest.options.count))
      }
      for (contest, chosen) in zip(manifest.contests, values) {
        if let fault = contest.fault(in: chosen) {
          throw .line(row.line, manifest.contests.count > 1 ? "in “\(contest.title)” \(fault)" : fault)
        }
      }
      let ballot = PlainBallot(values: values, weight: row.weight)
      for _ in 0..<row.copies { ballots.append(ballot) }
    }
    return ballots
  }

  /// A file whose columns stand in another order would give votes to the wrong options, so names are compared.
  private func checkColumns(_ manifest: Manifest) throws(BallotFileError) {
    let options = manifest.contests.flatMap { $0.options }
    for (column, option) in zip(columns, options) where column.name != option.name {
      throw .line(
        column.line, "“\(column.name)” stands where the manifest has “\(option.name)”; options must stand in the manifest's order")
    }
    guard columns.count == options.count else {
      let line = columns.last?.line ?? 1
      throw .line(line, "\(columns.count) options, but the manifest has \(options.count)")
    }
  }
}

extension Contest {
  /// What these values break of the contest's rules, in plain words; `nil` if nothing.
  func fault(in values: [UInt32]) -> String? {
    for (option, value) in zip(options, values) where value > UInt32(rules.range) {
      return rules.range == 1
        ? "“\(option.name)” has \(value); only 0 and 1 are possible"
        : "“\(option.name)” has \(value); at most \(rules.range) is possible"
    }
    let sum = values.reduce(0) { $0 + Int($1) }
    if sum > rules.maximum { return "\(sum) options are chosen; at most \(rules.maximum) may be" }
    if sum < rules.minimum {
      if sum == 0 { return "nothing is chosen, and a blank vote is not allowed" }
      return "\(sum) options are chosen; at least \(rules.minimum) must be"
    }
    return nil
  }
}
