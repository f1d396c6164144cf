import BallotCryptography
import Curve25519
import Elections
import TransparencyLog
import Verification

/// A record as a whole, for people who want to know what it is about.
struct RecordOverview {
  private let manifest: Manifest
  private let roster: AmendedRoster
  private let roll: Roll
  private let opening: OpeningEntry
  private let electionID: Bytes32
  /// What an aborted election does not have.
  private let count: (tally: TallyRecord, result: ElectionResult)?
  private let aborted: PublicReason?
  private let checkpoint: SignedCheckpoint
  /// Where the board is anchored, if the record says it.
  private let anchors: AnchorList?
  private let entries: UInt64
  /// Times of the first and the last entry.
  private let times: (opened: UInt64, closed: UInt64)

  init(_ record: PublishedRecord) throws(CommandFailure) {
    manifest = try record.manifest()
    roster = try record.amendedRoster()
    roll = try record.roll()
    aborted = try record.aborted()
    count = aborted == nil ? (try record.tally(manifest), try record.result(manifest)) : nil
    checkpoint = record.checkpoint
    anchors = try record.anchors()
    entries = try record.entries(manifest)
    electionID = try record.electionID()
    opening = try record.opening()
    times = (try record.entry(0).time, try record.entry(record.size - 1).time)
  }

  /// Numbers and names of the trustees whose signature lines stand on the checkpoint.
  private var cosigners: [Int] {
    let names = checkpoint.note.signatures.map { $0.keyName }
    return acting.trustees.indices.map { $0 + 1 }.filter { names.contains(CosignerName.of(trustee: $0, origin: opening.origin)) }
  }

  /// Who acts after all renewals.
  private var acting: ActingTrustees { roster.current.acting }

  private func names(_ numbers: [Int], of trustees: ActingTrustees? = nil) -> String {
    let trustees = (trustees ?? acting).trustees
    return numbers.compactMap { trustees.indices.contains($0 - 1) ? trustees[$0 - 1].name.description.printable : nil }
      .joined(separator: ", ")
  }

  /// Who was replaced by whom, renewal by renewal.
  private var renewals: [String] {
    zip(roster.terms, roster.terms.dropFirst()).map { before, after in
      let changes = zip(before.acting.trustees, after.acting.trustees).filter { $0.signingKey != $1.signingKey }.map {
        "\($1.name.description.printable) in the place of \($0.name.description.printable)"
      }
      return changes.isEmpty ? "fresh shares, the same trustees" : changes.joined(separator: "; ")
    }
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
      "Trustees", "\(acting.trustees.count), any \(acting.threshold) can decrypt: " + names(Array(1...acting.trustees.count)))
    for renewal in renewals { list.say("Renewal", renewal) }
    let weight = roll.totalWeight == UInt64(roll.count) ? "" : ", total weight \(TextFormat.count(roll.totalWeight))"
    if !opening.absent.isEmpty {
      list.say("Absent", names(opening.absent, of: roster.terms[0].acting) + " missed the fire drill before the opening")
    }
    list.say("Roll", TextFormat.count(roll.count, "voter") + weight)
    list.say("Credentials", manifest.issuer.text)
    list.say("Second ballot", manifest.revoting == .refused ? "refused" : "replaces the first")
    if manifest.opens > 0 { list.say("Opens", TextFormat.time(manifest.opens)) }
    if manifest.closes > 0 { list.say("Closes", TextFormat.time(manifest.closes)) }
    list.say(
      "Board", "\(TextFormat.count(entries)) entries\(leaves), 0 to \(checkpoint.checkpoint.size - 1): " + boardText)
    list.say("Time", "\(TextFormat.time(times.opened)) to \(TextFormat.time(times.closed))")
    list.say("Checkpoint", "signed by the log \(opening.origin.description), cosigned by " + names(cosigners))
    list.say("Public chain", manifest.anchoring?.text ?? "none")
    if manifest.anchoring != nil { list.say("Anchors", anchors?.text(of: size) ?? "the record does not say where") }
    if let aborted { list.say("Aborted", aborted.text.description.printable) }
    if let count {
      list.say("Decrypted by", names(count.tally.partials.map { $0.trustee }))
      ResultTable(manifest, count.result, terminal).say()
    } else {
      terminal.say()
      terminal.say(terminal.styled("The election was aborted: it has no result, and nothing of it was decrypted.", .bold))
    }
    terminal.say()
    terminal.say("Nothing of this has been verified yet:")
    terminal.say()
    terminal.say("  \(Invocation.name) verify \(TextFormat.shellWord(path))")
  }

  private var size: UInt64 { checkpoint.checkpoint.size }

  private var leaves: String {
    entries == checkpoint.checkpoint.size ? "" : " in \(TextFormat.count(checkpoint.checkpoint.size)) leaves"
  }

  private var boardText: String {
    guard let result = count?.result else { return "the opening to the abort" }
    let others = [(result.challenged, "challenge"), (result.replaced, "replaced credential")].filter { $0.0 > 0 }
    let parts = ["the opening", TextFormat.count(Int(result.cast), "ballot")] + others.map { TextFormat.count(Int($0.0), $0.1) }
    return (parts + ["the closing"]).joined(separator: ", ")
  }

  /// For programs.
  var answer: Answer {
    Answer(
      electionId: electionID.hex, title: manifest.title.description, description: manifest.description.description,
      trustees: acting.trustees.map { $0.name.description }, threshold: acting.threshold,
      voters: roll.count, totalWeight: roll.totalWeight, opened: TextFormat.isoTime(times.opened),
      closed: TextFormat.isoTime(times.closed), entries: entries, size: size,
      root: checkpoint.checkpoint.root.hex,
      anchoring: manifest.anchoring.map { AnchoringAnswer($0, anchors) }, absent: opening.absent, cosigners: cosigners,
      aborted: aborted?.text.description,
      decryptedBy: count?.tally.partials.map { $0.trustee }, cast: count?.result.cast, counted: count?.result.counted,
      challenged: count?.result.challenged, replaced: count?.result.replaced,
      contests: count.map { ContestAnswer.all(manifest, $0.result) })
  }

  struct Answer: Encodable {
    let electionId, title, description: String
    let trustees: [String]
    let threshold, voters: Int
    let totalWeight: UInt64
    let opened, closed: String
    let entries, size: UInt64
    let root: String
    /// Left out where the manifest names no chain.
    let anchoring: AnchoringAnswer?
    let absent, cosigners: [Int]
    /// Why the election was aborted; what follows is left out then.
    let aborted: String?
    let decryptedBy: [Int]?
    let cast, counted, challenged, replaced: UInt32?
    let contests: [ContestAnswer]?
  }
}

/// On which chain the board is, and how many of its states.
struct AnchoringAnswer: Encodable {
  let mode: String
  let chain: UInt64
  let contract: String
  /// Left out where the record does not say.
  let anchors: Int?

  init(_ anchoring: ElectionAnchoring, _ list: AnchorList?) {
    mode = anchoring.mode.word
    chain = anchoring.chain
    contract = anchoring.contractText
    anchors = list?.anchors.count
  }
}

extension ElectionAnchoring.Mode {
  /// As manifests in JSON call it.
  var word: String {
    switch self {
    case .checkpoint: "checkpoint"
    case .batch: "batch"
    case .each: "each"
    }
  }
}

extension ElectionAnchoring {
  fileprivate var text: String { "chain \(chain), contract \(contractText), mode \(mode.word)" }
}

extension AnchorList {
  fileprivate func text(of size: UInt64) -> String {
    guard let first = anchors.first, let last = anchors.last else { return "none" }
    let covered = last.size == size ? "the whole board" : "\(last.size) of its \(size) leaves"
    return "\(anchors.count) in blocks \(first.block) to \(last.block), the last of \(covered)"
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
