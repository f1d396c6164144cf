import Curve25519
import ParallelWork
import RecordFiles
import Verification

/// The verification of the record in a folder, with a progress bar: how commands run it.
struct RecordVerification {
  /// What the election id shall be.
  static let electionID = CommandOption("election-id", "HEX", help: "the election id, as the organiser published it")

  private let folder: RecordFolder
  private let expectations: Expectations
  private let cores: Int
  private let terminal: Terminal
  private let isJSON: Bool

  /// - Parameter isJSON: whether standard output and error are read by a program: then no line of progress is written where there is no terminal.
  init(_ folder: RecordFolder, _ expectations: Expectations, cores: Int, _ terminal: Terminal, isJSON: Bool) {
    self.folder = folder
    self.expectations = expectations
    self.cores = cores
    self.terminal = terminal
    self.isJSON = isJSON
  }

  /// Runs it.
  ///
  /// - Parameter work: what of the verifier is asked.
  /// - Throws: `CommandFailure` where the folder has no whole record.
  func run<Output>(
    _ work: (RecordVerifier<RecordFolder, DispatchRunner>) throws(UnreadableRecord) -> Output
  ) throws(CommandFailure) -> Output {
    var bar: (stage: VerificationProgress.Stage, bar: ProgressBar)?
    defer { bar?.bar.clear() }
    let verifier = RecordVerifier(source: folder, expectations: expectations, runner: DispatchRunner(width: cores)) { step in
      if bar?.stage != step.stage {
        bar = (step.stage, ProgressBar(step.stage.label, terminal, writesLines: !isJSON))
      }
      bar?.bar.update(done: step.done, total: step.total)
    }
    do throws(UnreadableRecord) { return try work(verifier) } catch {
      switch error {
      case .missing(let file): throw PublishedRecord.missing(String(decoding: file, as: UTF8.self), in: folder)
      }
    }
  }
}

extension VerificationProgress.Stage {
  /// Of a progress bar.
  fileprivate var label: String { self == .reading ? "reading the board" : "proofs and signatures" }
}

extension Arguments {
  /// The election id that was given.
  func electionID() throws(UsageError) -> Bytes32? {
    guard let text = value(RecordVerification.electionID) else { return nil }
    guard let id = Bytes32(hex: text) else {
      throw error("--election-id is “\(text.printable)”; an election id has 64 hexadecimal digits")
    }
    return id
  }
}
