import Curve25519
import Foundation
import RecordFiles
import Synchronization
import TransparencyLog

/// One log as its witness sees it: judges, stores, then signs. One request at a time, so that nothing comes between comparing and storing.
final class WitnessedLog: Sendable {
  /// What is answered, and what is told the operator.
  enum Answer: Equatable {
    /// The line of the cosignature.
    case cosigned(line: [UInt8], size: UInt64)
    case notSigned
    /// Where the evidence is, if the log signed two roots for this size.
    case conflict(size: UInt64, evidence: [String])
    case inconsistent(evidence: [String])
    /// It could not be stored: why.
    case notStored(String)
  }

  private struct State {
    var content: LogFileContent
    /// Pairs kept since the start.
    var evidence = 0
  }

  private let file: PrivateFile
  private let signer: NoteSigner
  private let evidenceFolder: String
  private let state: Mutex<State>

  /// Pairs kept of one log since the start: whoever sends bad proofs does not fill the disk.
  private static let mostEvidence = 50

  init(_ file: PrivateFile, _ content: LogFileContent, signer: NoteSigner, evidenceFolder: String) {
    self.file = file
    self.signer = signer
    self.evidenceFolder = evidenceFolder
    state = Mutex(State(content: content))
  }

  /// - Parameter time: Unix seconds.
  func answer(_ request: WitnessRequest, time: UInt64) -> Answer {
    state.withLock { state in
      let held = state.content.cosigned
      switch WitnessVerdict(request, logKey: state.content.key, last: held?.checkpoint) {
      case .notSigned: return .notSigned
      case .otherSize(let size): return .conflict(size: size, evidence: [])
      case .forked(let size): return .conflict(size: size, evidence: keep(request, &state))
      case .inconsistent: return .inconsistent(evidence: keep(request, &state))
      case .cosign: return cosign(request.checkpoint, time, &state)
      }
    }
  }

  private func cosign(_ checkpoint: SignedCheckpoint, _ time: UInt64, _ state: inout State) -> Answer {
    do {
      let logKey = state.content.key
      // Never earlier than the last one, wherever the clock was put.
      let line = try signer.cosign(checkpoint.checkpoint, timestamp: max(time, lastTime(state)))
      guard let signature = checkpoint.note.signature(by: logKey) else { return .notSigned }
      let note = try SignedNote(text: checkpoint.note.text, signatures: [signature, line])
      let content = LogFileContent(key: logKey, cosigned: try SignedCheckpoint(note: note))
      // Before anybody sees the signature.
      try file.replace(with: content.bytes)
      state.content = content
      return .cosigned(line: line.line, size: checkpoint.checkpoint.size)
    } catch {
      return .notStored("\(error)")
    }
  }

  private func lastTime(_ state: State) -> UInt64 {
    guard let line = state.content.cosigned?.note.signature(by: signer.key) else { return 0 }
    return (try? Cosignature(parsing: line.signature))?.timestamp ?? 0
  }

  /// Keeps both heads, each under its hash: the same pair is kept once.
  private func keep(_ request: WitnessRequest, _ state: inout State) -> [String] {
    guard let held = state.content.cosigned, state.evidence < Self.mostEvidence else { return [] }
    let id = Bytes32(SHA256.hash(request.checkpoint.note.text + held.note.text).span).hex.prefix(20)
    var paths: [String] = []
    for (name, bytes) in [("held", held.bytes), ("shown", request.bytes)] {
      let path = "\(evidenceFolder)/\(id)-\(name)"
      if SystemFileCheck.exists(path) || (try? OutputFile.write(bytes, to: path)) != nil { paths.append(path) }
    }
    state.evidence += 1
    return paths
  }
}
