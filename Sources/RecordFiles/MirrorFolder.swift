import Foundation
import Verification

/// A copy of a board in a folder, fetched file by file. A file stands under its name only when it is whole, so that fetching goes on where it ended.
public final class MirrorFolder: RecordSource, Sendable {
  /// The folder.
  public let path: String
  private let folder: RecordFolder

  /// A folder, which need not be there.
  public init(path: String) {
    self.path = path
    folder = RecordFolder(path: path)
  }

  public func read(_ path: [UInt8]) -> [UInt8]? { folder.read(path) }

  /// Whether a file is there, whole.
  public func contains(_ path: [UInt8]) -> Bool { SystemFile.exists(place(of: path)) }

  /// Begins a file, in place of one that may be there.
  ///
  /// - Precondition: `path` is one of a record's.
  public func begin(_ path: [UInt8]) throws(RecordFolderError) -> MirrorFile { try MirrorFile(place: place(of: path)) }

  /// Gives the folder another name, `<folder>.refused`, in place of an older one.
  public func setAside() {
    let aside = path + ".refused"
    try? FileManager.default.removeItem(atPath: aside)
    rename(path, aside)
  }

  private func place(of path: [UInt8]) -> String { self.path + "/" + String(decoding: path, as: UTF8.self) }
}

/// A file of a mirror that is being written.
public final class MirrorFile: Sendable {
  private let place: String
  private let descriptor: Int32

  init(place: String) throws(RecordFolderError) {
    self.place = place
    let parent = URL(fileURLWithPath: place).deletingLastPathComponent().path
    try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    descriptor = open(place + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .cannotWrite(path: place, reason: SystemFile.Failure.last.reason) }
  }

  deinit { close(descriptor) }

  /// Adds a piece.
  public func write(_ bytes: [UInt8]) throws(RecordFolderError) {
    do throws(SystemFile.Failure) {
      try SystemFile.write(bytes, to: descriptor)
    } catch {
      throw .cannotWrite(path: place, reason: error.reason)
    }
  }

  /// Gives the file its name. What a power cut leaves of it is found when the mirror is verified.
  public func finish() throws(RecordFolderError) {
    guard rename(place + ".part", place) == 0 else {
      throw .cannotWrite(path: place, reason: SystemFile.Failure.last.reason)
    }
  }
}
