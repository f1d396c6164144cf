import Elections
import Foundation
import LocalElection
import ParallelWork
import RecordFiles
import Sealing
import ThresholdCryptography

/// `comitia election run`: holds a whole election on one machine and writes its record.
struct ElectionRunCommand: Command {
  private static let ballots = CommandOption(
    "ballots", "FILE", isRequired: true, help: "the ballots: CSV, or PrefLib's approval format .cat")
  private static let manifest = CommandOption(
    "manifest", "FILE", help: "what is voted on, in JSON; without it, the options in the ballot file make one approval contest")
  private static let out = CommandOption(
    "out", "DIR", isRequired: true, help: "the folder to write the record to; nothing may be there yet")
  private static let trustees = CommandOption(
    "trustees", "N", help: "how many trustees hold the key together, 1 to 50; 5 if not given")
  private static let threshold = CommandOption(
    "threshold", "T", help: "how many of them must join to decrypt: more than half; as few as that if not given")
  private static let decrypting = CommandOption(
    "decrypting", "LIST", help: "numbers of the trustees that decrypt, such as 1,3,5; all of them if not given")
  private static let trusteeNames = CommandOption(
    "trustee-names", "FILE", help: "a name in each line; Trustee 1, Trustee 2, … if not given")
  private static let title = CommandOption("title", "TEXT", help: "the election's title, instead of the manifest's")
  private static let acknowledgeSmall = CommandOption(
    "acknowledge-small", help: "hold it with fewer than ten voters of a weight, although totals may reveal votes")

  static let syntax = CommandSyntax(
    name: "comitia election run",
    summary: "Hold a whole election on this machine, from the keys to the result, and write its record.",
    options: [
      ballots, manifest, out, trustees, threshold, decrypting, trusteeNames, title, acknowledgeSmall, .cores, .json,
    ],
    notes: [
      "A CSV file names the options in its first line; each further line is a ballot of 0 and 1, or of points. A column named weight gives a "
        + "voter more than one vote.",
      "One machine plays every part here, so nothing is secret from whoever runs it. Do not hold a secret ballot with it.",
      "Exit code: 0 the record is written, 2 it is not, and nothing is left of it.",
    ],
    examples: [
      "comitia election run --ballots examples/committee.csv --out record",
      "comitia election run --ballots ballots.csv --manifest board.json --out record \\\n      --trustees 7 --threshold 4 --decrypting 1,2,5,7",
    ])

  private let ballots: String
  private let manifest: String?
  private let out: String
  private let title: Text?
  private let trustees: TrusteePlan
  private let acknowledgesSmall: Bool
  private let cores: Int
  private let answersJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    ballots = arguments.required(Self.ballots)
    out = arguments.required(Self.out)
    manifest = arguments.value(Self.manifest)
    title = try arguments.value(Self.title).map { (text) throws(UsageError) in
      guard let title = Text(text), title.utf8.count <= Text.longestName else {
        throw arguments.error("--title has control characters, or more than \(Text.longestName) bytes")
      }
      return title
    }
    trustees = try TrusteePlan(
      count: arguments.number(Self.trustees, in: 1...CeremonyParameters.maximumTrustees),
      threshold: arguments.number(Self.threshold, in: 1...CeremonyParameters.maximumTrustees),
      decrypting: arguments.value(Self.decrypting), names: arguments.value(Self.trusteeNames), arguments)
    acknowledgesSmall = arguments.has(Self.acknowledgeSmall)
    cores = try arguments.cores()
    answersJSON = arguments.has(.json)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let plan = try readPlan()
    let draft = try makeDraft()
    Interruption.onStop {
      let isGone = draft.discard()
      terminal.note("\ncomitia: stopped; " + (isGone ? "nothing was written\n" : "the record is complete\n"))
    }
    if !answersJSON { sayStart(plan, terminal) }
    do {
      let phases = PhaseReport(terminal, isSilent: answersJSON)
      var election = LocalElection(
        plan, cipher: AES256GCM.self, random: SystemRandom(), runner: DispatchRunner(width: cores), clock: BoardClock().now,
        progress: phases.report)
      let (id, result) = try election.run(into: draft)
      phases.finish()
      guard result.totals == plan.plainTotals else {
        throw CommandFailure(
          "the decrypted totals are not the plain count of the ballots; this is a fault of the program, please report it")
      }
      try draft.commit()
      let answer = ElectionRunAnswer(plan, result, electionID: id.hex, record: out, phases: phases.times)
      if answersJSON { terminal.say(JSONAnswer.text(answer)) } else { answer.say(plan, result, terminal) }
    } catch {
      draft.discard()
      throw ElectionFailureText.failure(error, out: out)
    }
    return .success
  }

  /// Reads all input before anything is made.
  private func readPlan() throws(CommandFailure) -> ElectionPlan {
    let names = try trustees.readNames()
    let input = try ElectionInput(ballots: ballots, manifest: manifest, title: title, acknowledgesSmall: acknowledgesSmall)
    var plan = ElectionPlan(
      manifest: input.manifest, trustees: names, threshold: trustees.threshold, ballots: input.ballots)
    plan.decrypting = trustees.decrypting
    return plan
  }

  private func makeDraft() throws(CommandFailure) -> RecordDraft {
    do throws(RecordFolderError) {
      return try RecordDraft(path: out)
    } catch let error {
      throw ElectionFailureText.failure(error, out: out)
    }
  }

  private func sayStart(_ plan: ElectionPlan, _ terminal: Terminal) {
    terminal.say(terminal.styled(plan.manifest.title.description.printable, .bold))
    terminal.say(TextFormat.count(plan.ballots.count, "ballot") + " from " + ballots.printable)
    let numbers = plan.decrypting.map { String($0) }.joined(separator: ", ")
    let present = plan.decrypting.isEmpty ? "all of them do" : "number \(numbers) do"
    terminal.say("\(TextFormat.count(plan.trustees.count, "trustee")): any \(plan.threshold) can decrypt, here \(present)")
    terminal.say()
  }
}
