import Foundation
import Synchronization
import Verification

/// A record that is being written. It stands in a hidden folder beside its place until it is complete, so that nobody ever sees half of one.
///
/// Any thread may discard it, while another writes: a signal's handler does.
public final class RecordDraft: RecordSink, RecordSource, Sendable {
  private enum State {
    case open
    case committed
    case discarded
  }

  private let place: String
  private let staging: RecordFolder
  /// Held while a file is written, so that nothing appears in a folder that is being removed.
  private let state = Mutex(State.open)
  private let folders = Mutex<Set<String>>([])
  /// Says to later drafts of the same record that this one is alive.
  private let lock: StagingLock

  /// Starts a record that will stand at `path`. What dead processes left of drafts of the same record is removed.
  ///
  /// - Throws: `RecordFolderError` when something is there already or the folder cannot be made.
  public init(path: String) throws(RecordFolderError) {
    let url = URL(fileURLWithPath: path)
    guard !SystemFile.exists(url.path) else { throw .exists(path: path) }
    place = url.path
    let parent = url.deletingLastPathComponent().path
    StagingLock.removeStale(of: url.lastPathComponent, in: parent)
    let name = StagingLock.name(of: url.lastPathComponent)
    staging = RecordFolder(path: parent + "/" + name)
    guard mkdir(staging.path, 0o777) == 0 else {
      throw .cannotCreate(path: path, reason: SystemFile.Failure.last.reason)
    }
    lock = StagingLock(folder: staging.path)
  }

  public func write(_ bytes: [UInt8], to path: [UInt8]) throws(RecordFolderError) {
    let name = String(decoding: path, as: UTF8.self)
    try state.withLock { (state) throws(RecordFolderError) in
      guard case .open = state else { throw .cannotWrite(path: name, reason: "the record is no longer being written") }
      do throws(SystemFile.Failure) {
        try makeFolders(of: name)
        try SystemFile.write(bytes, to: staging.path + "/" + name)
      } catch let failure {
        throw .cannotWrite(path: name, reason: failure.reason)
      }
    }
  }

  public func read(_ path: [UInt8]) -> [UInt8]? { staging.read(path) }

  /// Puts the complete record in its place, durably.
  public func commit() throws(RecordFolderError) {
    try state.withLock { (state) throws(RecordFolderError) in
      guard case .open = state else { throw .cannotWrite(path: place, reason: "the record is no longer being written") }
      do throws(SystemFile.Failure) {
        try synchronize()
        try SystemFile.move(staging.path, to: place)
        state = .committed
        try SystemFile.synchronize(URL(fileURLWithPath: place).deletingLastPathComponent().path)
      } catch let failure {
        throw failure.code == EEXIST ? .exists(path: place) : .cannotWrite(path: place, reason: failure.reason)
      }
    }
  }

  /// Removes the draft, unless it is complete and in its place. What is written later is refused.
  ///
  /// - Returns: whether there is nothing of it now.
  @discardableResult
  public func discard() -> Bool {
    state.withLock { state in
      if case .committed = state { return false }
      state = .discarded
      try? FileManager.default.removeItem(atPath: staging.path)
      return true
    }
  }

  /// Makes the folders that a file lies in, each once.
  private func makeFolders(of name: String) throws(SystemFile.Failure) {
    let parts = name.split(separator: "/").dropLast()
    for count in parts.indices.map({ $0 + 1 }) {
      let folder = parts.prefix(count).joined(separator: "/")
      let isNew = folders.withLock { $0.insert(folder).inserted }
      guard !isNew || mkdir(staging.path + "/" + folder, 0o777) == 0 || errno == EEXIST else { throw .last }
    }
  }

  /// Flushes every file and folder to the disk.
  private func synchronize() throws(SystemFile.Failure) {
    guard let items = FileManager.default.enumerator(atPath: staging.path) else { return }
    for case let item as String in items { try SystemFile.synchronize(staging.path + "/" + item) }
    try SystemFile.synchronize(staging.path)
  }
}
