import BallotCryptography
import Curve25519
import Elections
import TransparencyLog
import Verification

/// A record as a whole, for people who want to know what it is about.
struct RecordOverview {
  private let manifest: Manifest
  private let roster: TrusteeRoster
  private let roll: Roll
  private let opening: OpeningEntry
  private let electionID: Bytes32
  private let tally: TallyRecord
  private let result: ElectionResult
  private let checkpoint: SignedCheckpoint
  /// Times of the first and the last entry.
  private let times: (opened: UInt64, closed: UInt64)

  init(_ record: PublishedRecord) throws(CommandFailure) {
    manifest = try record.manifest()
    roster = try record.roster()
    roll = try record.roll()
    tally = try record.tally(manifest)
    result = try record.result(manifest)
    checkpoint = record.checkpoint
    electionID = try record.electionID()
    opening = try record.opening()
    times = (try record.entry(0).time, try record.entry(record.size - 1).time)
  }

  /// Numbers and names of the trustees whose signature lines stand on the checkpoint.
  private var cosigners: [Int] {
    let names = checkpoint.note.signatures.map { $0.keyName }
    return roster.trustees.indices.map { $0 + 1 }.filter { names.contains(CosignerName.of(trustee: $0, origin: opening.origin)) }
  }

  private func names(_ numbers: [Int]) -> String {
    numbers.compactMap { roster.trustees.indices.contains($0 - 1) ? roster.trustees[$0 - 1].name.description.printable : nil }
      .joined(separator: ", ")
  }

  /// Says it to people.
  func say(_ path: String, _ terminal: Terminal) {
    let list = FactList(terminal)
    terminal.say(terminal.styled(manifest.title.description.printable, .bold))
    let lines = manifest.description.description.split(separator: "\n").map { String($0).printable }
    if !lines.isEmpty { terminal.say(lines.joined(separator: "\n").wrapped(to: terminal.width)) }
    terminal.say()
    list.say("Election id", electionID.hex)
    for contest in manifest.contests { list.say("Contest", "\(contest.title.description.printable): \(contest.rules.text)") }
    list.say(
      "Trustees", "\(roster.trustees.count), any \(roster.threshold) can decrypt: " + names(Array(1...roster.trustees.count)))
    let weight = roll.totalWeight == UInt64(roll.count) ? "" : ", total weight \(TextFormat.count(roll.totalWeight))"
    list.say("Roll", TextFormat.count(roll.count, "voter") + weight)
    list.say("Credentials", manifest.issuer.text)
    list.say("Second ballot", manifest.revoting == .refused ? "refused" : "replaces the first")
    if manifest.opens > 0 { list.say("Opens", TextFormat.time(manifest.opens)) }
    if manifest.closes > 0 { list.say("Closes", TextFormat.time(manifest.closes)) }
    list.say(
      "Board", "\(TextFormat.count(checkpoint.checkpoint.size)) entries, 0 to \(checkpoint.checkpoint.size - 1): " + boardText)
    list.say("Time", "\(TextFormat.time(times.opened)) to \(TextFormat.time(times.closed))")
    list.say("Checkpoint", "signed by the log \(opening.origin.description), cosigned by " + names(cosigners))
    list.say("Decrypted by", names(tally.partials.map { $0.trustee }))
    ResultTable(manifest, result, terminal).say()
    terminal.say()
    terminal.say("Nothing of this has been verified yet:")
    terminal.say()
    terminal.say("  \(Invocation.name) verify \(TextFormat.shellWord(path))")
  }

  private var boardText: String {
    "the opening, " + TextFormat.count(Int(result.cast), "ballot") + ", "
      + (result.challenged == 0 ? "" : TextFormat.count(Int(result.challenged), "challenge") + ", ") + "the closing"
  }

  /// For programs.
  var answer: Answer {
    Answer(
      electionId: electionID.hex, title: manifest.title.description, description: manifest.description.description,
      trustees: roster.trustees.map { $0.name.description }, threshold: roster.threshold,
      voters: roll.count, totalWeight: roll.totalWeight, opened: TextFormat.isoTime(times.opened),
      closed: TextFormat.isoTime(times.closed), entries: checkpoint.checkpoint.size, root: checkpoint.checkpoint.root.hex,
      cosigners: cosigners, decryptedBy: tally.partials.map { $0.trustee }, cast: result.cast, counted: result.counted,
      challenged: result.challenged, contests: ContestAnswer.all(manifest, result))
  }

  struct Answer: Encodable {
    let electionId, title, description: String
    let trustees: [String]
    let threshold, voters: Int
    let totalWeight: UInt64
    let opened, closed: String
    let entries: UInt64
    let root: String
    let cosigners, decryptedBy: [Int]
    let cast, counted, challenged: UInt32
    let contests: [ContestAnswer]
  }
}

extension CredentialIssuer {
  /// Who could vote in a voter's stead.
  fileprivate var text: String {
    switch self {
    case .service: "issued by the service, which could vote for those who abstain"
    case .authority: "issued by an authority apart from the service"
    case .voter: "made by each voter's own device"
    }
  }
}
