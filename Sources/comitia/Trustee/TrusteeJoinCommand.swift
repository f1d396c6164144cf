import Curve25519
import Elections
import Foundation
import HTTPClient
import TrusteeAgent

/// `comitia trustee join`: accepts an invitation.
struct TrusteeJoinCommand: Command {
  private static let name = CommandOption(
    "name", "TEXT", isRequired: true, help: "your name, as everybody will read it on the record")
  private static let yes = CommandOption("yes", help: "do not ask whether to join")

  static let syntax = CommandSyntax(
    name: "comitia trustee join",
    summary: "Join an election as one of its trustees, by an invitation link. Makes the key file if there is none.",
    operands: [Operand(name: "LINK", help: "the invitation link, in quotes; or - to read it from standard input")],
    options: [TrusteeOptions.key, name, PassphraseSource.option, yes, TrusteeOptions.authorities, TrusteeOptions.insecure],
    notes: [
      TrusteeOptions.note,
      "Afterwards comitia trustee run does all the rest. Tell the organiser your fingerprint by another way than the service, so that nobody can take your place.",
    ],
    examples: ["comitia trustee join 'https://vote.example/trustee#…' --key trustee.key --name 'Ada Lovelace'"])

  private let link: String
  private let path: String
  private let name: String
  private let passphrase: PassphraseSource
  private let isConfirmed: Bool
  private let client: HTTPClientConfiguration

  init(_ arguments: Arguments) throws(UsageError) {
    link = arguments.operands[0]
    path = arguments.required(TrusteeOptions.key)
    name = arguments.required(Self.name)
    passphrase = PassphraseSource(arguments)
    isConfirmed = arguments.has(Self.yes)
    client = TrusteeOptions.client(arguments)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    do {
      return try join(terminal)
    } catch let error as TrusteeInvitationError {
      throw CommandFailure(Self.text(error))
    } catch let error as TrusteeConnectionError {
      throw CommandFailure(TrusteeWords.text(error) + "; the same command may be given again")
    }
  }

  private func join(_ terminal: Terminal) throws -> ExitStatus {
    let invitation = try TrusteeInvitation(link: link == "-" ? readLine() ?? "" : link)
    let joining = try invitation.joining(as: name)
    // The key is on the disk before anybody hears of it.
    let file =
      FileManager.default.fileExists(atPath: path)
      ? try KeyFile.open(path, passphrase: passphrase.existing()) : try KeyFile.create(path, passphrase: passphrase.new())
    let keyring = file.keyring
    try keyring.check(invitation)
    let facts = FactList(terminal)
    facts.say("Service", invitation.service.description.printable)
    facts.say("Election", invitation.reference.description)
    facts.say("Your name", name.printable)
    facts.say("Fingerprint", keyring.signingKey.publicKey.hex)
    if !isConfirmed {
      guard let isWanted = TerminalInput.confirms("Join as a trustee?") else {
        throw CommandFailure("there is no terminal to ask; give --yes to join without being asked")
      }
      guard isWanted else { throw CommandFailure("not joined; the key file \(path.printable) stays for another time") }
    }
    let transport = TrusteeHTTP(service: invitation.service.description, client: HTTPClient(client))
    let service = TrusteeService(address: invitation.service, transport: transport, signingKey: keyring.signingKey)
    let answer = try service.join(joining)
    let election = try keyring.election(of: invitation, joining, answered: answer)
    try file.keep(election)
    terminal.say()
    terminal.say("\(terminal.mark(true)) You are trustee \(answer.number) of “\(answer.title.description.printable)”.")
    terminal.say("  Next: \(Invocation.name) trustee run --key \(TextFormat.shellWord(path))")
    return .success
  }

  private static func text(_ error: TrusteeInvitationError) -> String {
    switch error {
    case .notALink: "this is no invitation link; it looks like https://vote.example/trustee#… and must be given in quotes, whole"
    case .unusableName: "--name must be 1 to 200 bytes without control characters"
    case .otherElection: "the service answered about another election than the link's; ask the organiser for a new link"
    case .otherService(let service):
      "your key is a trustee's of this election at \(service.description.printable) already; two services cannot hold one election, so tell the organiser"
    case .tooManyElections: "this key file is full; take another one"
    }
  }
}
