/// What the command line asks for.
struct Options {
  var isQuick = false
  /// Only operations whose id or group contains this.
  var pattern = ""
  var listsOnly = false
  var workload: (Workload, ballots: Int)?
  var ballotFile: BallotFile?

  static let help = """
    usage: benchmarks [--quick] [--only PATTERN] [--list]
           benchmarks --workload encrypt|verify BALLOTS
           benchmarks --ballots BOOTH LINKS OUTPUT NUMBER

    Measures operations in interleaved rounds, beside libsodium's, and writes JSON to standard output.
      --quick            five rounds and no operation that takes half a second
      --only PATTERN     operations whose id or group contains PATTERN
      --list             ids and names of all operations
      --workload NAME N  does fixed work on N ballots, for counting instructions
      --ballots          writes NUMBER ballots of each voter, from a booth's JSON and a file of voting links
    """

  /// `nil` if the arguments cannot be understood.
  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--quick": isQuick = true
      case "--list": listsOnly = true
      case "--only":
        guard let value = rest.popFirst() else { return nil }
        pattern = value
      case "--workload":
        guard let name = rest.popFirst(), let workload = Workload(rawValue: name), let count = rest.popFirst().flatMap({ Int($0) }),
          count >= 0
        else { return nil }
        self.workload = (workload, count)
      case "--ballots":
        guard rest.count >= 4, let each = Int(rest[rest.startIndex + 3]), each > 0 else { return nil }
        let files = rest.prefix(3).map { $0 }
        ballotFile = BallotFile(booth: files[0], links: files[1], output: files[2], each: each)
        rest = rest.dropFirst(4)
      default: return nil
      }
    }
  }

  func selects(_ operation: Operation) -> Bool {
    if isQuick && operation.isHeavy { return false }
    return pattern.isEmpty || operation.id.contains(pattern) || operation.group.contains(pattern)
  }
}
