import Glibc

/// Files by the operating system's own calls: each call's reason for failing is kept, and a file is read in one go.
enum SystemFile {
  /// Why a call failed, in the system's words.
  struct Failure: Error {
    let code: Int32
    var reason: String { String(cString: strerror(code)) }

    /// The failure of the last call.
    static var last: Failure { Failure(code: errno) }
  }

  /// Largest file that is read: more than the roll of ten million voters.
  static let longest = 1 << 30

  /// The content of a regular file; `nil` if there is none, it cannot be read, or it is too long to be one of ours.
  static func read(_ path: String) -> [UInt8]? {
    // Without blocking: a pipe in the place of a file would hold the reader up for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, (0...longest).contains(Int(status.st_size)) else {
      return nil
    }
    let size = Int(status.st_size)
    var isComplete = true
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let read = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if read < 0 && errno == EINTR { continue }
        guard read > 0 else {
          isComplete = read == 0
          return
        }
        count += read
      }
    }
    return isComplete ? bytes : nil
  }

  /// Writes a new file, or over one that is there.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw .last }
    do throws(Failure) {
      try write(bytes, to: descriptor)
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw .last }
  }

  /// Writes all bytes to an open file.
  static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .last }
      written += count
    }
  }

  /// Flushes a file or a folder to the disk.
  static func synchronize(_ path: String) throws(Failure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last }
  }

  /// Gives a folder its name, where nothing may stand. Should something appear there at the last moment, the system refuses, unless it is
  /// an empty folder.
  static func move(_ path: String, to place: String) throws(Failure) {
    guard !exists(place) else { throw Failure(code: EEXIST) }
    guard rename(path, place) == 0 else { throw .last }
  }

  /// Whether anything stands at a path, a link that leads nowhere included.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
