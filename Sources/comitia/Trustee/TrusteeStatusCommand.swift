import Elections
import TransparencyLog
import TrusteeAgent

/// `comitia trustee status`: what the key file holds.
struct TrusteeStatusCommand: Command {
  static let syntax = CommandSyntax(
    name: "comitia trustee status", summary: "Say which elections a key file is for, and how far each is. Asks no service.",
    options: [TrusteeOptions.key, PassphraseSource.option, .json], notes: [TrusteeOptions.note])

  private let path: String
  private let passphrase: PassphraseSource
  private let answersJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.required(TrusteeOptions.key)
    passphrase = PassphraseSource(arguments)
    answersJSON = arguments.has(.json)
  }

  private struct Answer: Encodable {
    struct Election: Encodable {
      let service: String
      let election: String
      let title: String
      let name: String
      let number: Int?
      let electionId: String?
      let stage: String
      let holdsShare: Bool
      /// Entries of the largest board that it has cosigned; not there while there is none.
      let cosignedSize: UInt64?
      /// Whether it was restored from a copy and follows the others.
      let isRestored: Bool
    }
    let fingerprint: String
    let elections: [Election]
    /// Files that prove what a service did.
    let evidence: [String]
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let keyring = try KeyFile.look(path, passphrase: passphrase.existing())
    let elections = keyring.elections.map { election in
      Answer.Election(
        service: election.service.description, election: election.reference.description, title: election.title.description,
        name: election.name.description, number: election.ceremony?.number, electionId: election.electionID?.hex,
        stage: Self.stage(election), holdsShare: election.ceremony?.shares != nil,
        cosignedSize: election.cosigned.flatMap { try? SignedCheckpoint(parsing: $0.note).checkpoint.size },
        isRestored: election.isRestored)
    }
    let fingerprint = keyring.signingKey.publicKey.hex
    let evidence = try EvidenceFolder(path + ".evidence").files()
    if answersJSON {
      terminal.say(JSONAnswer.text(Answer(fingerprint: fingerprint, elections: elections, evidence: evidence)))
      return .success
    }
    let facts = FactList(terminal)
    facts.say("Fingerprint", fingerprint)
    for election in elections {
      terminal.say()
      terminal.say(terminal.styled(election.title.printable, .bold))
      facts.say("Service", election.service.printable)
      facts.say("Election", election.electionId ?? election.election)
      facts.say("You", election.name.printable + (election.number.map { ", trustee \($0)" } ?? ""))
      facts.say("Stage", election.stage)
      facts.say("Share", election.holdsShare ? "kept in this file" : "none")
      if let size = election.cosignedSize { facts.say("Cosigned", TextFormat.count(Int(size), "entry", "entries")) }
      if election.isRestored { facts.say("Restored", "from a copy: it follows the other trustees") }
    }
    if elections.isEmpty { terminal.say("No elections yet.") }
    EvidenceFolder.say(evidence, terminal)
    return .success
  }

  private static func stage(_ election: TrusteeElection) -> String {
    switch election.ending {
    case .tallied: return "over: the record was verified, the share is wiped"
    case .aborted: return "aborted: the share is wiped"
    case .replaced: return "over: another is trustee in your place, the share is wiped"
    case .none: break
    }
    if election.decrypted != nil { return "your part of the tally was made; waiting for the result" }
    if election.opening != nil { return "open: you cosign the board" }
    guard let ceremony = election.ceremony else { return "joined; waiting for the key ceremony" }
    if ceremony.hasPassedDrill { return "ready; waiting for the election to open" }
    return ceremony.roster == nil ? "in the key ceremony" : "the key ceremony is complete; waiting for the fire drill"
  }
}
