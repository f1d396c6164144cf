import Curve25519
import Elections
import Foundation
import Synchronization
import TrusteeAgent
import Verification

/// Where a running trustee says what it does: lines for people on standard output, or lines of JSON on standard error.
final class TrusteeLog: Sendable {
  private let terminal: Terminal
  private let json: JSONLog?
  /// When progress was last told.
  private let lastProgress = Mutex<ContinuousClock.Instant?>(nil)

  private static let progressInterval: Duration = .seconds(10)

  init(_ terminal: Terminal, isJSON: Bool) {
    self.terminal = terminal
    json = isJSON ? JSONLog(level: .info) : nil
  }

  /// Something happened in an election.
  func tell(_ event: TrusteeEvent, _ election: TrusteeElection) {
    switch event {
    case .mirroring(let done, let total): progress("fetching the board", done, total, event, election)
    case .verifying(let isProving, let done, let total):
      progress(isProving ? "verifying ballots" : "reading the board", done, total, event, election)
    default: if let text = TrusteeWords.text(event) { write(.info, TrusteeWords.name(event), text, election) }
    }
    if case .ceremonyBegins(let ceremony) = event {
      for (index, participant) in ceremony.participants.enumerated() {
        write(
          .info, "fingerprint", "  \(index + 1) \(participant.name.description.printable): \(participant.signingKey.hex)", election)
      }
      write(.info, "fingerprint", "compare these fingerprints with the other trustees by another way than this service", election)
    }
  }

  /// The person has approved a list of new trustees.
  func approved(_ list: Bytes32, _ election: TrusteeElection) {
    write(.info, "approved", "approved the list \(list.hex.prefix(16))…; start comitia trustee run again", election)
  }

  /// There may be a list to be approved, but not from this key file.
  func cannotApprove(_ election: TrusteeElection) {
    write(
      .warning, "restored",
      "your key file was restored from a copy, so it neither approves a hand-over nor deals in one; let your place be handed over to a new key of yours",
      election)
  }

  /// The service does not do what was asked; it will be tried again.
  func tell(_ error: TrusteeConnectionError, again: Duration, _ election: TrusteeElection) {
    write(.warning, "connection", TrusteeWords.text(error) + "; trying again in \(Int(again.seconds.rounded(.up))) s", election)
  }

  /// Something is wrong that a person must look at.
  func alarm(_ error: TrusteeAgentError, evidence: [String], _ election: TrusteeElection) {
    write(.error, "alarm", TrusteeWords.text(error), election)
    for path in evidence { write(.error, "evidence", "evidence is kept in \(path.printable)", election) }
  }

  private func progress(_ what: String, _ done: UInt64, _ total: UInt64, _ event: TrusteeEvent, _ election: TrusteeElection) {
    let now = ContinuousClock().now
    let isDue = lastProgress.withLock { last in
      // The first report says nothing yet.
      guard let before = last, before.duration(to: now) >= Self.progressInterval else {
        if last == nil { last = now }
        return false
      }
      last = now
      return true
    }
    if isDue { write(.info, TrusteeWords.name(event), "\(what): \(TextFormat.percent(done, of: Double(total)))", election) }
  }

  private func write(_ level: JSONLog.Level, _ event: String, _ text: String, _ election: TrusteeElection) {
    if let json {
      json.write(level, event, ["election": .text(election.reference.description), "message": .text(text)])
    } else {
      let time = TextFormat.time(UInt64(max(0, Date().timeIntervalSince1970 * 1000)))
      let line = "\(time)  \(election.title.description.printable): \(text)"
      if level == .error { terminal.note(terminal.styled(line, .bad) + "\n") } else { terminal.say(line) }
    }
  }
}
