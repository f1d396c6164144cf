import Foundation
import Verification

/// Why a folder cannot be written.
public enum RecordFolderError: Error, Equatable, Sendable {
  /// Something is there already.
  case exists(path: String)
  /// The folder it should lie in is not there, or may not be written.
  case cannotCreate(path: String, reason: String)
  /// A file cannot be written: the disk may be full.
  case cannotWrite(path: String, reason: String)
}

/// A record on disk.
public struct RecordFolder: RecordSource, Sendable {
  /// The folder.
  public let path: String

  /// A folder, which need not exist.
  public init(path: String) { self.path = path }

  /// Whether it exists and is a folder.
  public var exists: Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  public func read(_ path: [UInt8]) -> [UInt8]? {
    let full = self.path + "/" + String(decoding: path, as: UTF8.self)
    return FileManager.default.contents(atPath: full).map { Array($0) }
  }
}

/// A record that is being written. It stands in a hidden folder beside its place until it is complete, so that nobody ever sees half of one.
public struct RecordDraft: RecordSink, RecordSource, Sendable {
  private let place: String
  private let staging: RecordFolder

  /// Starts a record that will stand at `path`.
  ///
  /// - Throws: `RecordFolderError` when something is there already or the folder cannot be made.
  public init(path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else { throw RecordFolderError.exists(path: path) }
    let url = URL(fileURLWithPath: path)
    place = url.path
    let name = ".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).partial"
    staging = RecordFolder(path: url.deletingLastPathComponent().appendingPathComponent(name).path)
    do {
      try FileManager.default.createDirectory(atPath: staging.path, withIntermediateDirectories: false)
    } catch {
      throw RecordFolderError.cannotCreate(path: path, reason: error.localizedDescription)
    }
  }

  /// Where the draft stands while it is written.
  public var stagingPath: String { staging.path }

  public func write(_ bytes: [UInt8], to path: [UInt8]) throws(RecordFolderError) {
    let url = URL(fileURLWithPath: staging.path + "/" + String(decoding: path, as: UTF8.self))
    do {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
    } catch {
      throw RecordFolderError.cannotWrite(path: url.lastPathComponent, reason: error.localizedDescription)
    }
  }

  public func read(_ path: [UInt8]) -> [UInt8]? { staging.read(path) }

  /// Puts the complete record in its place, durably.
  public func commit() throws {
    do {
      try Self.synchronize(staging.path)
      try FileManager.default.moveItem(atPath: staging.path, toPath: place)
      try Self.synchronizeFolder(URL(fileURLWithPath: place).deletingLastPathComponent().path)
    } catch {
      throw RecordFolderError.cannotWrite(path: place, reason: error.localizedDescription)
    }
  }

  /// Removes the draft.
  public func discard() { try? FileManager.default.removeItem(atPath: staging.path) }

  /// Flushes every file and folder below `path` to the disk.
  private static func synchronize(_ path: String) throws {
    guard let items = FileManager.default.enumerator(atPath: path) else { return }
    try synchronizeFolder(path)
    for case let item as String in items { try synchronizeFolder(path + "/" + item) }
  }

  private static func synchronizeFolder(_ path: String) throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw POSIXError(.EIO) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }
}
