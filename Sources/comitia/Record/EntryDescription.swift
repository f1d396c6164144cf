import BallotCryptography
import Curve25519
import Elections
import Verification

/// One entry of a board in plain words.
struct EntryDescription {
  private let index: UInt64
  private let entry: BoardEntry
  private let manifest: Manifest
  private let threshold: Int
  private let roll: Roll

  init(_ index: UInt64, _ record: PublishedRecord) throws(CommandFailure) {
    self.index = index
    entry = try record.entry(index)
    manifest = try record.manifest()
    threshold = try record.roster().threshold
    roll = try record.roll()
  }

  /// In how many leaves of the log it stands.
  private var leaves: Int { entry.leaves.count }

  /// What the entry holds: names for people and for programs, values, and what it tells.
  private struct Content {
    var facts: [(label: String, key: String, value: String)] = []
    var learned = ""
  }

  private var content: Content {
    switch entry.kind {
    case .opening: opening
    case .cast: cast
    case .challenge: challenge
    case .opened: opened
    case .closing:
      Content(
        learned:
          "Voting has ended: nothing may follow this entry. The trustees cosign the board as it stands and decrypt the totals.")
    case .pause: reason("No ballot may follow before an entry that ends the pause.")
    case .resume: Content(learned: "Ballots may be cast again.")
    case .abort:
      reason("The election was given up: nothing may follow this entry, and nothing that was cast is ever decrypted.")
    case .replacement: replacement
    case .renewal: renewal
    }
  }

  private var renewal: Content {
    guard let renewal = try? RenewalEntry(entry.body) else { return malformed }
    return Content(
      facts: [("Renewal", "renewal", String(renewal.number)), ("Hash of its file", "renewalHash", renewal.hash.hex)],
      learned:
        "The trustees handed their shares over: from the next checkpoint on only those count that the file renewal-\(renewal.number) names. "
        + "The joint key is what it was.")
  }

  private var opening: Content {
    guard let opening = try? OpeningEntry(entry.body) else { return malformed }
    return Content(
      facts: [
        ("Election id", "electionId", entry.leafHash.hex), ("Log", "origin", opening.origin.description),
        ("Log key", "logKey", opening.logKey.hex), ("Joint key", "jointKey", opening.jointKey.hex),
        ("Voters", "voters", String(opening.rollCount)), ("Total weight", "totalWeight", String(opening.rollWeight)),
        ("Quorum", "quorum", String(opening.quorum)),
      ] + absent(opening),
      learned:
        "It fixes the contests, the trustees, their joint key and the roll, before any vote is cast. Whoever knows the election id knows that "
        + "none of these was changed since.")
  }

  private func absent(_ opening: OpeningEntry) -> [(label: String, key: String, value: String)] {
    if opening.absent.isEmpty { return [] }
    return [
      ("Absent", "absent", "trustees " + opening.absent.map { String($0) }.joined(separator: ", ") + " missed the fire drill")
    ]
  }

  private var cast: Content {
    guard let ballot = entry.castBallot else { return malformed }
    return Content(
      facts: credential(ballot.ballot.credential) + [
        ("Tracker", "tracker", ballot.tracker.hex), ("Ballot hash", "ballotHash", ballot.ballot.hash.hex),
        ("Number", "number", "\(ballot.ballot.number)"), ("Encrypted", "encryptedValues", "\(ballot.ballot.bits)"),
      ],
      learned:
        "It tells that the holder of this credential cast a ballot, and when. It does not tell the choices: they are encrypted, with proofs that "
        + "they keep the rules. Any \(threshold) trustees together could decrypt them; they are to decrypt the totals alone."
        + (manifest.revoting == .lastCounts ? " It counts unless the same credential has cast a later one." : ""))
  }

  private var challenge: Content {
    guard let challenge = try? BallotChallenge(entry.body) else { return malformed }
    return Content(
      facts: credential(challenge.credential) + [("Ballot hash", "ballotHash", challenge.ballotHash.hex)],
      learned:
        "The voter asks to see whether the device encrypted a ballot as it was told to. That ballot is opened and never counted.")
  }

  private var opened: Content {
    guard let opened = try? OpenedBallot(entry.body) else { return malformed }
    let values = manifest.layout.bits == opened.opening.bits.count ? manifest.layout.values(ofBits: opened.opening.bits) : []
    let choices = zip(manifest.contests, values).map { contest, values in
      let chosen = zip(contest.options, values).filter { $1 > 0 }
      let text = chosen.map { $0.name.description.printable + ($1 == 1 ? "" : " \($1)") }.joined(separator: ", ")
      return "\(contest.title.description.printable): " + (text.isEmpty ? "blank" : text)
    }
    return Content(
      facts: credential(opened.ballot.credential) + [
        ("Ballot hash", "ballotHash", opened.ballot.hash.hex), ("Choices", "choices", choices.joined(separator: "; ")),
      ],
      learned:
        "A challenged ballot, opened by its voter to test the device. It was never counted, and need not be what the voter voted.")
  }

  private func reason(_ learned: String) -> Content {
    guard let reason = try? PublicReason(entry.body) else { return malformed }
    return Content(facts: [("Reason", "reason", reason.text.description.printable)], learned: learned)
  }

  private var replacement: Content {
    guard let replacement = try? CredentialReplacement(entry.body) else { return malformed }
    return Content(
      facts: [
        ("Revoked", "revoked", replacement.revoked.hex), ("Credential", "credential", replacement.voter.credential.hex),
        ("Weight", "weight", String(replacement.voter.weight)), ("Identity", "identity", replacement.voter.identity.hex),
      ],
      learned:
        "A voter lost a credential before having cast any ballot, and was given another of the same weight. The identity shows the voter, and "
        + "nobody else, whom it stands for.")
  }

  private var malformed: Content {
    Content(learned: "Its content is malformed. comitia verify tells what else is wrong with the record.")
  }

  private func credential(_ key: Bytes32) -> [(label: String, key: String, value: String)] {
    let place =
      roll.index(of: key).map { "voter \($0 + 1) of \(roll.count), weight \(roll[$0].weight)" }
      ?? "not on the frozen roll; only a replacement can have added it"
    return [("Credential", "credential", key.hex), ("On the roll", "roll", place)]
  }

  /// Says it to people.
  func say(_ terminal: Terminal) {
    let list = FactList(terminal)
    terminal.say(terminal.styled("Entry \(TextFormat.count(index)): \(entry.kindText)", .bold))
    terminal.say()
    list.say("Time", TextFormat.time(entry.time))
    for fact in content.facts {
      list.say(fact.label, fact.key == "encryptedValues" ? "\(fact.value) values, each 0 or 1" : fact.value)
    }
    list.say("Length", TextFormat.count(entry.encoded.count, "byte"))
    if leaves > 1 { list.say("Leaves", "\(leaves): \(index - UInt64(leaves - 1)) to \(index), the hash is that of the last") }
    list.say("Leaf hash", entry.leafHash.hex)
    terminal.say()
    terminal.say(content.learned.wrapped(to: min(terminal.width, 80)))
  }

  /// For programs.
  var answer: Answer {
    Answer(
      entry: index, kind: entry.kindWord, time: TextFormat.isoTime(entry.time), milliseconds: entry.time,
      length: entry.encoded.count, leaves: leaves,
      leafHash: entry.leafHash.hex, content: Dictionary(content.facts.map { ($0.key, $0.value) }) { first, _ in first })
  }

  struct Answer: Encodable {
    let entry: UInt64
    let kind, time: String
    let milliseconds: UInt64
    let length, leaves: Int
    let leafHash: String
    let content: [String: String]
  }
}

extension BoardEntry {
  /// The kind as `docs/spec/06-record.md`, 6.3, names it.
  fileprivate var kindWord: String {
    switch kind {
    case .opening: "opening"
    case .cast: "cast"
    case .challenge: "challenge"
    case .opened: "opened"
    case .closing: "closing"
    case .pause: "pause"
    case .resume: "resume"
    case .abort: "abort"
    case .replacement: "replacement"
    case .renewal: "renewal"
    }
  }
}
