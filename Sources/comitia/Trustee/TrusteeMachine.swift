import Elections
import Foundation
import ParallelWork
import RecordFiles
import Sealing
import TrusteeAgent

extension MirrorFolder: BoardMirror {
  public func file(_ path: [UInt8]) throws -> any BoardMirrorFile { try begin(path) }
}

extension MirrorFile: BoardMirrorFile {}

/// The machine that this process runs on, as a trustee uses it.
struct TrusteeMachine: TrusteePlatform {
  typealias Cipher = AES256GCM

  let runner: DispatchRunner
  /// Beside the key file: copies of boards.
  let mirrors: String

  init(keyFile: String, cores: Int) {
    runner = DispatchRunner(width: cores)
    mirrors = keyFile + ".boards"
  }

  var random: SystemRandom { SystemRandom() }

  func now() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970 * 1000)) }

  func mirror(of election: ElectionReference) -> MirrorFolder { MirrorFolder(path: mirrors + "/\(election)") }
}
