import Curve25519
import Elections
import Foundation
import RecordFiles
import Verification

/// `comitia verify`: runs the numbered checks on a record.
struct VerifyCommand: Command {
  private static let checkpoint = CommandOption(
    "checkpoint", "FILE", isRepeatable: true, help: "a checkpoint of the board that somebody kept; may be repeated")
  private static let receipt = CommandOption(
    "receipt", "FILE", isRepeatable: true, help: "a receipt that a voter kept; may be repeated")

  private static let certificate = CommandOption(
    "certificate", "FILE",
    help: "a result certificate that somebody kept; by itself, without DIR, it shows what the trustees signed")
  private static let evidence = CommandOption(
    "evidence", "FILE", isRepeatable: true,
    help: "what is said to show that log or trustees cheated: a checkpoint, or the service's /conduct; may be repeated")
  private static let sample = CommandOption(
    "sample", "K", help: "how many ballots are drawn for an audit; \(VerifiedDraws.usualSample) if not given")

  static let syntax = CommandSyntax(
    name: "comitia verify",
    summary: "Verify an election record: every proof, every signature and the count.",
    operands: [Operand(name: "DIR", help: "the folder of the record", isOptional: true)],
    options: [RecordVerification.electionID, checkpoint, receipt, certificate, evidence, sample] + ChainQuestions.options + [
      .json, .cores,
    ],
    notes: [
      "A record alone shows that it is consistent with itself. Give something that did not come with it, and it is shown to be the election that "
        + "everybody else saw.",
      "Where the manifest names a public chain, check 15 compares the record’s anchors with the board. Whether they are on the chain it tells only with --rpc, and of Solana "
        + "with --solana-rpc: then everything must be there, and nothing else of this election.",
      "Exit code: 0 all checks passed, 1 a check failed, 2 not a record, or called wrongly.",
    ],
    examples: [
      "comitia verify record", "comitia verify record --election-id 3f0c… --receipt mine.receipt",
      "comitia verify record --rpc https://node.example.org --rpc https://other.example.net",
      "comitia verify --certificate certificate.json --election-id 3f0c…",
    ])

  /// `nil`: a certificate alone.
  private let path: String?
  private let electionID: Bytes32?
  private let checkpoints: [String]
  private let receipts: [String]
  private let certificate: String?
  private let evidence: [String]
  private let sample: Int
  private let chains: ChainQuestions
  private let cores: Int
  private let answersJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.operands.first
    certificate = arguments.value(Self.certificate)
    evidence = arguments.values(Self.evidence)
    if path == nil {
      guard certificate != nil else { throw arguments.error("DIR is missing: the folder of the record, or a --certificate") }
      for option in [Self.checkpoint, Self.receipt, Self.evidence] where arguments.has(option) {
        throw arguments.error("--\(option.name) can be compared with a record only: DIR is missing")
      }
    }
    electionID = try arguments.electionID()
    checkpoints = arguments.values(Self.checkpoint)
    receipts = arguments.values(Self.receipt)
    sample = try arguments.number(Self.sample, in: 0...Int(UInt32.max)) ?? VerifiedDraws.usualSample
    chains = try ChainQuestions(arguments)
    if path == nil, !chains.isEmpty { throw arguments.error("chains can be asked about a record only: DIR is missing") }
    cores = try arguments.cores()
    answersJSON = arguments.has(.json)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let certificateText = CertificateText(terminal: terminal, isJSON: answersJSON)
    let given: GivenCertificate?
    do { given = try certificate.map { try GivenCertificate($0) } } catch let error as GivenCertificate.Worthless {
      return certificateText.refuse(error.reason)
    }
    if let path { return try run(path, given, terminal) }
    guard let document = given?.document else {
      throw CommandFailure(
        "the file certificate of a record says nothing by itself, for the trustees' key is not in it; give the folder of the record, too, or what the service answers to /api/v1/elections/…/certificate"
      )
    }
    return certificateText.say(document, expected: electionID)
  }

  private func run(_ path: String, _ certificate: GivenCertificate?, _ terminal: Terminal) throws -> ExitStatus {
    let folder = try PublishedRecord.folder(path)
    var evidence = GivenEvidence()
    for file in self.evidence { try evidence.add(file) }
    var expectations = Expectations()
    expectations.electionID = electionID
    expectations.checkpoints = try checkpoints.map { try InputFile.read($0) } + evidence.checkpoints
    expectations.receipts = try receipts.map { try InputFile.read($0) }
    expectations.certificates = certificate.map { [$0.bytes] } ?? []
    if !answersJSON { terminal.say("Verifying \(path.printable)") }
    let clock = ContinuousClock()
    let start = clock.now
    let verification = RecordVerification(folder, expectations, cores: cores, terminal, isJSON: answersJSON)
    var (report, facts) = try verification.run { (verifier) throws(UnreadableRecord) in try verifier.verify() }
    let asked = try chains.ask(about: folder, &report)
    if !report.passed { facts = nil }
    let judged = report.passed ? evidence.judge(folder, facts) : []
    if answersJSON {
      terminal.say(json(report, facts, judged, asked))
    } else {
      VerificationText(
        report, facts, path: path, given: given, sample: sample, took: start.duration(to: clock.now), terminal
      ).say()
      asked?.say(terminal)
      TrusteeConductText(terminal: terminal).say(judged)
    }
    return report.passed ? .success : .checkFailed
  }

  /// The report, with what chains have answered and what was made of evidence as last members.
  private func json(
    _ report: VerificationReport, _ facts: ElectionFacts?, _ judged: [GivenEvidence.Judged], _ asked: ChainQuestions.Answer?
  ) -> String {
    var text = String(decoding: report.json(facts, sample: sample), as: UTF8.self)
    if let asked { text = text.dropLast() + ",\"chains\":" + JSONAnswer.text(asked) + "}" }
    return judged.isEmpty ? text : text.dropLast() + ",\"evidence\":" + JSONAnswer.text(judged) + "}"
  }

  /// What was given from outside, in words.
  private var given: String {
    let id = electionID == nil ? [] : ["the election id"]
    let files = [(checkpoints.count, "checkpoint"), (receipts.count, "receipt")].filter { $0.0 > 0 }
    return
      (id + files.map { TextFormat.count($0.0, $0.1) } + (certificate == nil ? [] : ["the certificate"])
      + (evidence.isEmpty ? [] : ["evidence"])).joined(separator: ", ")
  }
}

extension CommandOption {
  /// Most cores that can be asked for.
  static let mostCores = 256
}

extension Arguments {
  /// How many cores to use.
  func cores() throws(UsageError) -> Int {
    try number(.cores, in: 1...CommandOption.mostCores)
      ?? min(ProcessInfo.processInfo.activeProcessorCount, CommandOption.mostCores)
  }
}
