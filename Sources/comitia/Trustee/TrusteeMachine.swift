import Elections
import Foundation
import ParallelWork
import RecordFiles
import Sealing
import TrusteeAgent

/// The machine that this process runs on, as a trustee uses it for one election.
struct TrusteeMachine: TrusteePlatform {
  typealias Cipher = AES256GCM
  typealias Connection = TrusteeLine<TrusteeHTTP>
  typealias Vault = KeyFile

  let runner: DispatchRunner
  /// Beside the key file: copies of boards.
  let mirrors: String
  let http: TrusteeHTTP

  init(keyFile: String, cores: Int, http: TrusteeHTTP) {
    runner = DispatchRunner(width: cores)
    mirrors = keyFile + ".boards"
    self.http = http
  }

  var random: SystemRandom { SystemRandom() }

  func now() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970 * 1000)) }

  func mirror(of election: ElectionReference) -> TrusteeMirror {
    TrusteeMirror(folder: MirrorFolder(path: mirrors + "/\(election)"), election: election, http: http)
  }
}

/// The copy of a board in a folder, fetched as it is needed.
struct TrusteeMirror: BoardMirror {
  let folder: MirrorFolder
  let election: ElectionReference
  let http: TrusteeHTTP

  func read(_ path: [UInt8]) -> [UInt8]? { folder.read(path) }
  func contains(_ path: [UInt8]) -> Bool { folder.contains(path) }
  func setAside() { folder.setAside() }

  func fetch(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) {
    let file = try Self.keeping { () throws(RecordFolderError) in try folder.begin(path) }
    let address = "/elections/\(election)/board/" + String(decoding: path, as: UTF8.self)
    try http.read(address, limit: limit) { try file.write($0) }
    try Self.keeping { () throws(RecordFolderError) in try file.finish() }
  }

  private static func keeping<Result>(_ work: () throws(RecordFolderError) -> Result) throws(TrusteeConnectionError) -> Result {
    do throws(RecordFolderError) { return try work() } catch {
      throw .unavailable("a file of the board cannot be kept: \(error)")
    }
  }
}
