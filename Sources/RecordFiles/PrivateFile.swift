import Foundation

/// Why a private file cannot be used.
public enum PrivateFileError: Error, Equatable, Sendable {
  /// There is none.
  case missing(path: String)
  /// One is there that must not be.
  case exists(path: String)
  /// Another process holds it.
  case inUse(path: String)
  /// Others than its owner may read it.
  case readableByOthers(path: String)
  /// It cannot be read, or not written: the old content is still there.
  case failed(path: String, reason: String)
}

/// A small file of secrets that one process at a time holds, and that is never half written: a new content stands beside it, flushed, before it takes the
/// old one's name.
///
/// Readable by its owner only. Held by a lock on `<name>.lock` beside it, for the file itself is another one after each change.
public final class PrivateFile: Sendable {
  /// What writing does, in order. Tests stop between them.
  enum Step: CaseIterable {
    case create, write, synchronize, rename, synchronizeFolder
  }

  /// Where it stands.
  public let path: String
  private let lock: Int32
  private let before: @Sendable (Step) throws -> Void

  /// Takes the file for this process, whether or not it is there.
  ///
  /// - Throws: `inUse`, `failed` when its folder is not there or may not be written.
  public convenience init(path: String) throws(PrivateFileError) { try self.init(path: path) { _ in } }

  /// - Parameter before: called before each step of writing; what it throws ends the writing there.
  init(path: String, before: @escaping @Sendable (Step) throws -> Void) throws(PrivateFileError) {
    // A link is followed once: writing replaces what it leads to, not the link.
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    self.path = url.path
    self.before = before
    let descriptor = open(url.path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .failed(path: path, reason: SystemFile.Failure.last.reason) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let isHeld = errno == EWOULDBLOCK
      let reason = SystemFile.Failure.last.reason
      close(descriptor)
      throw isHeld ? .inUse(path: path) : .failed(path: path, reason: reason)
    }
    lock = descriptor
  }

  // Given back, not only closed: a process that is being started at this moment has a copy of the descriptor until it runs, and with it the lock.
  deinit {
    _ = flock(lock, LOCK_UN)
    close(lock)
  }

  /// Whether there is a file.
  public var exists: Bool { SystemFile.exists(path) }

  /// The content.
  ///
  /// - Throws: `missing`, `readableByOthers`, `failed`.
  public func read() throws(PrivateFileError) -> [UInt8] { try Self.read(path) }

  /// The content of a file that another process may hold: the old or the new one, whole.
  ///
  /// - Throws: `missing`, `readableByOthers`, `failed`.
  public static func read(_ path: String) throws(PrivateFileError) -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT ? .missing(path: path) : .failed(path: path, reason: SystemFile.Failure.last.reason)
    }
    guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(path: path) }
    guard let bytes = SystemFile.read(path) else { throw .failed(path: path, reason: "it cannot be read") }
    return bytes
  }

  /// Puts a new content in the old one's place. When this returns, a power cut brings back the new one; while it runs, the old or the new one.
  ///
  /// - Parameter overwritesOld: whether the old content is overwritten where it stood, once the new one is in its place and unless it has a second name. That
  ///   reaches the disk's blocks only on file systems that write in place; not on those that copy on write, nor what flash memory or snapshots still hold.
  /// - Throws: `failed`; the old content is there then, or, if only the last flush failed, perhaps the new one.
  public func replace(with bytes: [UInt8], overwritesOld: Bool = false) throws(PrivateFileError) {
    let next = path + ".new"
    let old = overwritesOld ? open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1
    defer { if old >= 0 { close(old) } }
    do {
      try before(.create)
      // What an earlier crash left: never the only copy of anything.
      unlink(next)
      let descriptor = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw SystemFile.Failure.last }
      do {
        defer { close(descriptor) }
        try before(.write)
        try SystemFile.write(bytes, to: descriptor)
        try before(.synchronize)
        guard fsync(descriptor) == 0 else { throw SystemFile.Failure.last }
      }
      try before(.rename)
      guard rename(next, path) == 0 else { throw SystemFile.Failure.last }
      try before(.synchronizeFolder)
      try SystemFile.synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
      if old >= 0 { Self.overwrite(old) }
    } catch let failure as SystemFile.Failure {
      unlink(next)
      throw .failed(path: path, reason: failure.reason)
    } catch {
      throw .failed(path: path, reason: "interrupted")
    }
  }

  /// Zeros in the place of a file that has no name any more. That it fails is no failure of what was to be written.
  private static func overwrite(_ descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_nlink == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    try? SystemFile.write([UInt8](repeating: 0, count: Int(status.st_size)), to: descriptor)
    fsync(descriptor)
  }
}
