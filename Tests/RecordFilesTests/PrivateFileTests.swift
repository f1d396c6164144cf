import Foundation
import Testing

@testable import RecordFiles

/// Files of secrets: whole, private, held once.
struct PrivateFileTests {
  private struct PowerCut: Error {}

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("comitia-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test func whatWasWrittenIsRead() throws {
    try inFolder { folder in
      let path = folder + "/key"
      let file = try PrivateFile(path: path)
      #expect(!file.exists)
      #expect(throws: PrivateFileError.missing(path: file.path)) { try file.read() }
      for content in [[1, 2, 3], [], [UInt8](repeating: 9, count: 100_000)] as [[UInt8]] {
        try file.replace(with: content)
        #expect(try file.read() == content)
      }
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["key", "key.lock"])
    }
  }

  @Test func oneProcessHoldsIt() throws {
    try inFolder { folder in
      var file: PrivateFile? = try PrivateFile(path: folder + "/key")
      let path = try #require(file?.path)
      #expect(throws: PrivateFileError.inUse(path: path)) { try PrivateFile(path: path) }
      // By another name, too.
      symlink(path, folder + "/link")
      try file?.replace(with: [1])
      #expect(throws: PrivateFileError.self) { try PrivateFile(path: folder + "/link") }
      file = nil
      let again = try PrivateFile(path: folder + "/link")
      try again.replace(with: [2])
      #expect(SystemFile.read(path) == [2])
    }
  }

  /// As a process has that is being started: a copy of every descriptor until it runs.
  @Test func itIsGivenBackThoughADescriptorIsCopied() throws {
    try inFolder { folder in
      var file: PrivateFile? = try PrivateFile(path: folder + "/key")
      let place = try #require(file?.path) + ".lock"
      let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }.first {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == place
      }
      let copy = dup(try #require(held))
      defer { close(copy) }
      file = nil
      _ = try PrivateFile(path: folder + "/key")
    }
  }

  @Test func othersMustNotReadIt() throws {
    try inFolder { folder in
      let file = try PrivateFile(path: folder + "/key")
      try file.replace(with: [1])
      chmod(file.path, 0o640)
      #expect(throws: PrivateFileError.readableByOthers(path: file.path)) { try file.read() }
    }
  }

  /// Whenever the process ends, the old or the new content is there, and the next writing does its work.
  @Test(arguments: PrivateFile.Step.allCases) func itIsNeverHalfWritten(step: PrivateFile.Step) throws {
    try inFolder { folder in
      let path = folder + "/key"
      let old = [UInt8](repeating: 1, count: 5000)
      let new = [UInt8](repeating: 2, count: 7000)
      try PrivateFile(path: path).replace(with: old)
      do {
        let dying = try PrivateFile(path: path) { if $0 == step { throw PowerCut() } }
        #expect(throws: PrivateFileError.failed(path: dying.path, reason: "interrupted")) { try dying.replace(with: new) }
      }
      let next = try PrivateFile(path: path)
      #expect(try next.read() == (step == .synchronizeFolder ? new : old))
      try next.replace(with: [3])
      #expect(try next.read() == [3])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["key", "key.lock"])
    }
  }

  /// Where the old content stood there are zeros, unless the file has a second name, which somebody gave it.
  @Test(arguments: [(false, false), (true, false), (true, true)]) func theOldContentIsOverwritten(
    isAsked: Bool, isLinked: Bool
  ) throws {
    try inFolder { folder in
      let file = try PrivateFile(path: folder + "/key")
      let old = [UInt8](repeating: 7, count: 5000)
      try file.replace(with: old)
      if isLinked { #expect(link(file.path, folder + "/second") == 0) }
      let descriptor = open(file.path, O_RDONLY)
      defer { close(descriptor) }
      try file.replace(with: [1, 2, 3], overwritesOld: isAsked)
      var bytes = [UInt8](repeating: 9, count: 6000)
      let count = read(descriptor, &bytes, bytes.count)
      #expect(Array(bytes[..<count]) == (isAsked && !isLinked ? [UInt8](repeating: 0, count: 5000) : old))
      #expect(try file.read() == [1, 2, 3])
    }
  }

  @Test func aFullDiskLeavesTheOldContent() throws {
    try inFolder { folder in
      let path = folder + "/key"
      try PrivateFile(path: path).replace(with: [1])
      let file = try PrivateFile(path: path) { if $0 == .write { throw SystemFile.Failure(code: ENOSPC) } }
      #expect(throws: PrivateFileError.failed(path: file.path, reason: "No space left on device")) { try file.replace(with: [2]) }
      #expect(try file.read() == [1])
      #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }
  }

  @Test func aFolderThatIsNotThere() {
    #expect(throws: PrivateFileError.self) { try PrivateFile(path: "/nonexistent/folder/key") }
  }
}
