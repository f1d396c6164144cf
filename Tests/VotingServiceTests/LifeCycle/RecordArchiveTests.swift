import Elections
import Foundation
import PipeSupport
import Synchronization
import TestDatabases
import TestSupport
import Testing
import Verification
import VotingService

@Suite("Records as tar")
struct RecordArchiveTests {
  @Test("what tar unpacks is a record that verifies", arguments: DatabaseKind.all)
  func unpacked(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let service = Service(field)
      var election = try await PreparedElection(service, voters: 2)
      try await election.reach(.tallied)
      let bytes = Mutex<[UInt8]>([])
      try await RecordArchive(field.environment).write(election.reference) { part in bytes.withLock { $0 += part } }
      let folder = FileManager.default.temporaryDirectory.appending(path: "record-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try Data(bytes.withLock { $0 }).write(to: folder.appending(path: "record.tar"))
      var tar = Child.Start()
      tar.arguments = ["tar", "-xf", folder.path + "/record.tar", "-C", folder.path]
      #expect(try Child(tar).wait().code == 0)
      let (report, _) = try RecordVerifier(source: UnpackedRecord(folder: folder), runner: SequentialRunner()).verify()
      #expect(report.passed, "\(report.firstFailure?.detail ?? "")")
    }
  }
}

/// Files of a folder.
private struct UnpackedRecord: RecordSource {
  let folder: URL

  func read(_ path: [UInt8]) -> [UInt8]? {
    (try? Data(contentsOf: folder.appending(path: String(decoding: path, as: UTF8.self)))).map { [UInt8]($0) }
  }
}
