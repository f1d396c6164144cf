import Elections
import LocalElection

/// An election that was held.
struct ElectionRunAnswer: Encodable {
  struct Phase: Encodable {
    let name: String
    let seconds: Double
  }

  let ok = true
  let electionId: String
  let record: String
  let ballots: Int
  let trustees: Int
  let threshold: Int
  let decrypting: [Int]
  let phases: [Phase]
  let contests: [ContestAnswer]

  init(
    _ plan: ElectionPlan, _ result: ElectionResult, electionID: String, record: String,
    phases: [(phase: ElectionPhase, duration: Duration)]
  ) {
    electionId = electionID
    self.record = record
    ballots = plan.ballots.count
    trustees = plan.trustees.count
    threshold = plan.threshold
    decrypting = plan.decrypting.isEmpty ? Array(1...plan.trustees.count) : plan.decrypting
    self.phases = phases.map { Phase(name: $0.phase.rawValue, seconds: ($0.duration.seconds * 1000).rounded() / 1000) }
    contests = ContestAnswer.all(plan.manifest, result)
  }

  /// Says it to people, with the next step to type.
  func say(_ plan: ElectionPlan, _ result: ElectionResult, _ terminal: Terminal) {
    ResultTable(plan.manifest, result, terminal).say()
    terminal.say()
    terminal.say("The decrypted totals are the plain count of the ballots.")
    terminal.say()
    terminal.say("Record       \(record.printable)")
    terminal.say("Election id  \(electionId)")
    terminal.say()
    let advice =
      "Publish the record, and give the election id to the voters by another way. With both, anyone verifies that the result is right and "
      + "that they were shown the same election:"
    terminal.say(advice.wrapped(to: min(terminal.width, 80)))
    terminal.say()
    terminal.say("  \(Invocation.name) verify \(TextFormat.shellWord(record)) --election-id \(electionId)")
  }
}
