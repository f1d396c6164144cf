/// What the command line asks for.
struct Options {
  var isQuick = false
  /// Only operations whose id or group contains this.
  var pattern = ""
  var listsOnly = false
  var workload: (Workload, ballots: Int)?

  static let help = """
    usage: benchmarks [--quick] [--only PATTERN] [--list]
           benchmarks --workload encrypt|verify BALLOTS

    Measures operations in interleaved rounds, beside libsodium's, and writes JSON to standard output.
      --quick            five rounds and no operation that takes half a second
      --only PATTERN     operations whose id or group contains PATTERN
      --list             ids and names of all operations
      --workload NAME N  does fixed work on N ballots, for counting instructions
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
      default: return nil
      }
    }
  }

  func selects(_ operation: Operation) -> Bool {
    if isQuick && operation.isHeavy { return false }
    return pattern.isEmpty || operation.id.contains(pattern) || operation.group.contains(pattern)
  }
}
