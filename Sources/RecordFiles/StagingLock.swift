import Foundation

/// Tells the drafts of living processes from those that a crash left behind: who writes a draft holds a lock on its folder.
struct StagingLock: Sendable {
  /// Kept open to the end of the process: the lock lasts as long.
  private let descriptor: Int32

  /// Locks the folder of a new draft. Where the file system has no locks, the name of the process must do.
  init(folder: String) {
    descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 { _ = flock(descriptor, LOCK_EX | LOCK_NB) }
  }

  /// The folder's name: that of the record and the number of the process.
  static func name(of record: String) -> String { ".\(record).\(getpid()).partial" }

  /// Removes drafts of a record whose process is gone.
  static func removeStale(of record: String, in folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(".\(record).") && name.hasSuffix(".partial") {
      let middle = name.dropFirst(record.count + 2).dropLast(8)
      guard let process = Int32(middle), process > 0, kill(process, 0) != 0, errno == ESRCH else { continue }
      removeIfUnlocked(folder + "/" + name)
    }
  }

  /// In another container a living process may have a number that is unknown here, so the lock is asked too.
  private static func removeIfUnlocked(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: path) }
  }
}
