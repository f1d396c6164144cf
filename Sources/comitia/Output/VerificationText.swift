import Elections
import Verification

/// What a verification found, for people.
struct VerificationText {
  private let report: VerificationReport
  private let facts: ElectionFacts?
  private let path: String
  /// What the caller gave from outside, in words.
  private let given: String
  /// How many ballots are drawn for an audit.
  private let sample: Int
  private let took: Duration
  private let terminal: Terminal

  init(
    _ report: VerificationReport, _ facts: ElectionFacts?, path: String, given: String, sample: Int, took: Duration,
    _ terminal: Terminal
  ) {
    self.report = report
    self.facts = facts
    self.path = path
    self.given = given
    self.sample = sample
    self.took = took
    self.terminal = terminal
  }

  /// Says it.
  func say() {
    terminal.say()
    for check in Check.allCases {
      if let outcome = report.outcomes.first(where: { $0.check == check }) {
        sayOutcome(outcome)
      } else {
        let why = check == .anchors && report.lacksAnchors ? ": the record does not say where its board is anchored" : ""
        terminal.say("  \("\(check.rawValue)".paddedLeft(to: 2))  –  \(check.name.padded(to: Self.nameWidth))  not run" + why)
      }
    }
    terminal.say()
    if let failure = report.firstFailure { return sayFailure(failure) }
    sayWithoutAnchors()
    if report.passed, let aborted = report.aborted { return sayAborted(aborted) }
    guard report.passed, let facts else {
      return paragraph("Not every check could run. Do not rely on this result.")
    }
    terminal.say(terminal.styled("All \(report.outcomes.count) checks passed", .bold, .good) + " in \(TextFormat.seconds(took)).")
    ResultTable(facts.manifest, facts.result, terminal).say()
    terminal.say()
    if facts.result.replaced > 0 {
      paragraph("\(TextFormat.count(Int(facts.result.replaced), "lost credential")) replaced after the roll was frozen.")
    }
    if !facts.absent.isEmpty {
      let names = facts.absent.map { $0.description.printable }.joined(separator: ", ")
      paragraph("Absent from the fire drill before the opening, as the organiser acknowledged: \(names).")
    }
    DrawsText(facts, sample: sample, terminal).say()
    terminal.say()
    TrusteeConductText(terminal: terminal).say(facts)
    terminal.say()
    sayOutside(facts.electionID.hex)
  }

  /// What only time can tell: whether the anchors are on their way.
  private func sayWithoutAnchors() {
    guard report.passed, report.lacksAnchors, let board = report.anchored else { return }
    paragraph(
      "The manifest names a public chain. A service tells where on it the board is when all of it is there, mostly within minutes after the end: get the record again "
        + "later. This board ended at \(TextFormat.time(board.ended)); if that was long ago, ask why.")
    terminal.say()
  }

  private func sayOutside(_ electionID: String) {
    terminal.say("Election id  \(electionID)")
    if report.selfConsistentOnly { saySelfConsistentOnly() } else { terminal.say("It agrees with what you gave: \(given).") }
  }

  private func sayAborted(_ reason: PublicReason) {
    terminal.say(
      terminal.styled("The election was ABORTED: \(reason.text.description.printable)".wrapped(to: terminal.width), .bold, .bad))
    paragraph(
      "It has no result, and nothing of it may ever be decrypted. The \(report.outcomes.count) checks of its board passed.")
    terminal.say()
    if let id = report.electionID { sayOutside(id.hex) }
  }

  private static let nameWidth = 24

  private func sayOutcome(_ outcome: CheckOutcome) {
    let number = "\(outcome.check.rawValue)".paddedLeft(to: 2)
    let indent = 11 + Self.nameWidth
    // The id has a line of its own further down, where it can be copied whole.
    let showsID = facts != nil && outcome.check == .manifest
    let detail = showsID ? "its election id is below" : outcome.detail.printable
    let text = terminal.isInteractive ? String(detail.wrapped(to: terminal.width, indent: indent).dropFirst(indent)) : detail
    let name = outcome.check.name.padded(to: Self.nameWidth)
    terminal.say("  \(number)  \(terminal.mark(outcome.passed))  \(outcome.passed ? name : terminal.styled(name, .bold))  \(text)")
  }

  private func sayFailure(_ failure: CheckOutcome) {
    let text = "Check \(failure.check.rawValue) failed: \(failure.detail.printable)."
    terminal.say(terminal.styled(text.wrapped(to: terminal.width), .bold, .bad))
    paragraph("Do not rely on this result; send this report to whoever held the election.")
  }

  private func saySelfConsistentOnly() {
    terminal.say()
    terminal.say(terminal.styled("Self-consistent only.", .bold))
    paragraph(
      "Nothing from outside the record was given, so a record forged as a whole would pass too. Verify again with the election id that the "
        + "organiser published elsewhere, with a checkpoint that somebody kept, or with a voter's receipt:")
    terminal.say()
    terminal.say("  \(Invocation.name) verify \(TextFormat.shellWord(path)) --election-id HEX")
  }

  private func paragraph(_ text: String) { terminal.say(text.wrapped(to: min(terminal.width, 80))) }
}
