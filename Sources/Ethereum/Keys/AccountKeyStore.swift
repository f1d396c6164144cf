import Glibc

extension AccountKeyFile {
  /// Writes the file where there is none yet, for its owner alone (mode 0600), and waits until it is on the disk.
  ///
  /// - Throws: `exists`, `system`. Where it fails half way, nothing is left.
  public func write(to path: String) throws(AccountKeyFileError) {
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw errno == EEXIST ? .exists : .system(errno) }
    var failure: Int32?
    // Whatever the process's mask leaves of it.
    if fchmod(file, 0o600) != 0 { failure = errno }
    var rest = encoded[...]
    while failure == nil, !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { failure = errno }
    }
    if failure == nil, fsync(file) != 0 { failure = errno }
    if close(file) != 0, failure == nil { failure = errno }
    guard let failure else { return }
    unlink(path)
    throw .system(failure)
  }

  /// Reads a file.
  ///
  /// - Throws: `system`, or what reading throws.
  public init(path: String) throws(AccountKeyFileError) {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system(errno) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: Self.sizeLimit + 1)
    var length = 0
    while length < bytes.count {
      let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress?.advanced(by: length), $0.count - length) }
      if count == 0 { break }
      if count > 0 { length += count } else if errno != EINTR { throw .system(errno) }
    }
    try self.init(Array(bytes[..<length]))
  }
}
