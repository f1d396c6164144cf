import Elections
import Foundation
import HTTPServer
import TransparencyLog
import Verification

/// Options that the witness's commands share.
enum WitnessOptions {
  static let data = CommandOption("data", "DIR", help: "the witness's folder (comitia-witness)")

  static func folder(_ arguments: Arguments) -> WitnessFolder { WitnessFolder(path: arguments.value(data) ?? "comitia-witness") }

  /// What there is to know about the folder, for the help.
  static let note =
    "Copy witness.key to a safe place. Never put back an older copy of the folder logs: the witness would no longer know what it has signed. If that folder is "
    + "lost, make a witness with a new name."
}

/// `comitia witness create`: makes a witness's key.
struct WitnessCreateCommand: Command {
  private static let name = CommandOption(
    "name", "NAME", isRequired: true, help: "what it is called for ever, such as witness.example/w1: no spaces, no plus")

  static let syntax = CommandSyntax(
    name: "comitia witness create",
    summary: "Make the key of a witness, who cosigns what logs show, so that none shows one thing to some and another to others.",
    options: [name, WitnessOptions.data, PassphraseSource.option],
    notes: [
      "Prints the witness's public key, which is given to whoever runs the log; comitia witness add then names the log, comitia witness run does the work.",
      WitnessOptions.note,
    ], examples: ["comitia witness create --name witness.example/w1"])

  private let folder: WitnessFolder
  private let name: String
  private let passphrase: PassphraseSource

  init(_ arguments: Arguments) throws(UsageError) {
    folder = WitnessOptions.folder(arguments)
    name = arguments.required(Self.name)
    passphrase = PassphraseSource(arguments)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    terminal.say(try folder.create(name: name, passphrase: passphrase.new()).text)
    return .success
  }
}

/// `comitia witness key`: prints the public key.
struct WitnessKeyCommand: Command {
  static let syntax = CommandSyntax(
    name: "comitia witness key", summary: "Print the witness's public key (a vkey of C2SP signed-note).",
    options: [WitnessOptions.data])

  private let folder: WitnessFolder

  init(_ arguments: Arguments) throws(UsageError) { folder = WitnessOptions.folder(arguments) }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    terminal.say(try folder.publicKey().text)
    return .success
  }
}

/// `comitia witness add`: names a log.
struct WitnessAddCommand: Command {
  static let syntax = CommandSyntax(
    name: "comitia witness add", summary: "Witness a log from now on. comitia witness run need not be stopped for it.",
    operands: [Operand(name: "VKEY", help: "the log's public key, in quotes; or - to read keys from standard input, one a line")],
    options: [WitnessOptions.data],
    notes: [
      "The board of each election is a log of its own, and its key is at https://SERVICE/api/v1/elections/ELECTION/board/vkey. It is also in the record: compare "
        + "the two, for you vouch for the log with this key."
    ], examples: ["comitia witness add 'vote.example/a1b2+baf66ca9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4'"])

  private let folder: WitnessFolder
  private let key: String

  init(_ arguments: Arguments) throws(UsageError) {
    folder = WitnessOptions.folder(arguments)
    key = arguments.operands[0]
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    for text in key == "-" ? Self.lines() : [key] {
      let key: VerifierKey
      do throws(LogError) { key = try VerifierKey(parsing: Array(text.utf8)) } catch {
        throw CommandFailure("“\(text.printable)” is no public key of a log: \(error.text); copy it again, whole and in quotes")
      }
      try folder.add(key)
      terminal.say("\(terminal.mark(true)) \(String(decoding: key.name, as: UTF8.self).printable) is witnessed from now on.")
    }
    return .success
  }

  private static func lines() -> [String] {
    var lines: [String] = []
    while let line = readLine() { if !line.isEmpty { lines.append(line) } }
    return lines
  }
}

/// `comitia witness status`: what it has cosigned.
struct WitnessStatusCommand: Command {
  static let syntax = CommandSyntax(
    name: "comitia witness status", summary: "Say which logs are witnessed and how far each is. Asks nobody.",
    options: [WitnessOptions.data, .json], notes: [WitnessOptions.note])

  private let folder: WitnessFolder
  private let answersJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    folder = WitnessOptions.folder(arguments)
    answersJSON = arguments.has(.json)
  }

  private struct Answer: Encodable {
    struct Log: Encodable {
      let origin: String
      let key: String
      /// Not there while nothing was cosigned.
      let size: UInt64?
      let root: String?
    }
    let key: String
    let logs: [Log]
    /// Files that prove that a log showed two things.
    let evidence: [String]
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let logs = try folder.all().map { content in
      Answer.Log(
        origin: String(decoding: content.key.name, as: UTF8.self), key: content.key.text, size: content.cosigned?.checkpoint.size,
        root: content.cosigned?.checkpoint.root.hex)
    }
    let evidence = try EvidenceFolder(folder.evidence).files()
    let key = try folder.publicKey().text
    if answersJSON {
      terminal.say(JSONAnswer.text(Answer(key: key, logs: logs, evidence: evidence)))
      return .success
    }
    let facts = FactList(terminal)
    facts.say("Witness", key.printable)
    for log in logs {
      terminal.say()
      terminal.say(terminal.styled(log.origin.printable, .bold))
      facts.say("Cosigned", log.size.map { TextFormat.count(Int($0), "entry", "entries") } ?? "nothing yet")
      if let root = log.root { facts.say("Root", root) }
    }
    if logs.isEmpty { terminal.say("No logs yet; comitia witness add names one.") }
    EvidenceFolder.say(evidence, terminal)
    return .success
  }
}

/// `comitia witness passphrase`: changes the passphrase.
struct WitnessPassphraseCommand: Command {
  static let syntax = CommandSyntax(
    name: "comitia witness passphrase", summary: "Change the passphrase of the witness's key.",
    options: [WitnessOptions.data, PassphraseSource.option, PassphraseSource.newOption],
    notes: [
      "Copies of witness.key made before still open with the old passphrase. The old file is overwritten where it stood, which does not reach what backups, snapshots, flash "
        + "memory or file systems that copy on write still hold.",
      WitnessOptions.note,
    ])

  private let folder: WitnessFolder
  private let passphrase: PassphraseSource
  private let new: PassphraseSource

  init(_ arguments: Arguments) throws(UsageError) {
    folder = WitnessOptions.folder(arguments)
    passphrase = PassphraseSource(arguments)
    new = PassphraseSource(newFile: arguments.value(PassphraseSource.newOption))
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    try folder.changePassphrase(passphrase.existing(), to: new.new())
    terminal.say("\(terminal.mark(true)) The witness's key opens with the new passphrase only.")
    return .success
  }
}

/// `comitia witness run`: the witness at work.
struct WitnessRunCommand: Command {
  private static let address = CommandOption("address", "ADDRESS", help: "address to listen on (127.0.0.1)")
  private static let port = CommandOption("port", "N", help: "port to listen on (8090)")
  private static let certificate = CommandOption(
    "tls-certificate", "FILE", help: "certificate chain (PEM); with it, HTTPS is spoken")
  private static let key = CommandOption("tls-key", "FILE", help: "the certificate's key (PEM)")

  static let syntax = CommandSyntax(
    name: "comitia witness run",
    summary: "Cosign checkpoints of the logs that were added, each only if it continues the last one.",
    options: [WitnessOptions.data, PassphraseSource.option, port, address, certificate, key],
    notes: [
      "Answers POST /add-checkpoint (C2SP tlog-witness). The log goes to standard error, a JSON object a line. SIGTERM or Ctrl-C stops it; it may be stopped at "
        + "any moment. What proves that a log showed two things is kept in the folder evidence.",
      "Requests need no encryption: checkpoints are signed and public. A proxy in front may limit who asks how often.",
      WitnessOptions.note,
    ],
    examples: ["comitia witness run", "comitia witness run --address :: --port 443 --tls-certificate chain.pem --tls-key key.pem"])

  private let folder: WitnessFolder
  private let passphrase: PassphraseSource
  private let configuration: HTTPServerConfiguration

  init(_ arguments: Arguments) throws(UsageError) {
    folder = WitnessOptions.folder(arguments)
    passphrase = PassphraseSource(arguments)
    var configuration = HTTPServerConfiguration()
    configuration.address = arguments.value(Self.address) ?? configuration.address
    configuration.port = UInt16(try arguments.number(Self.port, in: 0...65_535) ?? 8090)
    switch (arguments.value(Self.certificate), arguments.value(Self.key)) {
    case (nil, nil): break
    case (let chain?, let key?): configuration.certificate = .init(chainFile: chain, keyFile: key)
    default: throw arguments.error("--tls-certificate and --tls-key belong together; give both or neither")
    }
    self.configuration = configuration
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let passphrase = try passphrase.existing()
    StopSignal.hold()
    let (signer, hold) = try folder.open(passphrase: passphrase)
    defer { withExtendedLifetime(hold) {} }
    let log = JSONLog(level: .info)
    let clock = SystemClock()
    let handler = WitnessHandler(folder, signer: signer, log: log) { clock.now() / 1000 }
    let server = HTTPServer(configuration: configuration, handler: handler)
    let port: UInt16
    do throws(HTTPServerError) { port = try server.start() } catch { throw CommandFailure(error.description) }
    let logs = folder.each()
    // The others are witnessed all the same.
    for case .failure(let error) in logs {
      log.write(.error, "storage", ["reason": .text((error as? CommandFailure)?.message ?? "\(error)")])
    }
    terminal.say("Witnessing \(TextFormat.count(logs.count, "log")) on port \(port) as \(signer.key.text.printable); Ctrl-C stops")
    try Blocking.run {
      await StopSignal.received()
      await server.drain(deadline: .seconds(5))
    }
    return .success
  }
}

extension VerifierKey {
  /// As text.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
