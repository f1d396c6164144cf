import Foundation

/// What is written to standard output.
struct Report: Encodable {
  let libsodium: String
  let rounds: Int
  let heavyRounds: Int
  let figures: [Figure]
}

func printError(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
  printError(Options.help + "\n")
  exit(2)
}
if let (workload, ballots) = options.workload {
  workload.run(ballots: ballots)
  exit(0)
}
if let ballots = options.ballotFile {
  do { try ballots.write() } catch {
    printError("benchmarks: \(error)\n")
    exit(1)
  }
  exit(0)
}

let groups = [
  GroupOperations.all, SignatureOperations.all, HashOperations.all, MultiScalarOperations.all, BallotOperations.all,
  TrusteeOperations.all, SigningOperations.all, TrusteeSizeOperations.all, LogOperations.all,
]
let operations = groups.joined().filter { options.selects($0) }
if options.listsOnly {
  for operation in operations { print("\(operation.id)\t\(operation.group): \(operation.name)") }
  exit(0)
}

let rounds = Rounds(count: options.isQuick ? 5 : 9, heavyCount: 5) { round in
  printError(round == 0 ? "preparing \(operations.count) operations\n" : "round \(round)\n")
}
let report = Report(
  libsodium: Sodium.version, rounds: rounds.count, heavyRounds: rounds.heavyCount, figures: rounds.measure(Array(operations)))
let encoder = JSONEncoder()
encoder.outputFormatting = [.sortedKeys]
FileHandle.standardOutput.write(try encoder.encode(report))
