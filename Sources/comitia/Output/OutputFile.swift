import Foundation

/// A file that the caller wants written: all of it or nothing, and never over another.
enum OutputFile {
  /// - Parameters:
  ///   - isPrivate: whether only its owner may read it.
  ///   - otherwise: what to do where it cannot be written.
  static func write(
    _ bytes: [UInt8], to path: String, isPrivate: Bool = false, otherwise: String = "give another --out"
  ) throws(CommandFailure) {
    let name = path.printable
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw CommandFailure("\(name) is there already and was left as it is; \(otherwise)") }
      throw CommandFailure("\(name) cannot be written: \(String(cString: strerror(errno))); \(otherwise)")
    }
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    let reason = written == bytes.count ? nil : String(cString: strerror(written < 0 ? errno : ENOSPC))
    let isFlushed = fsync(descriptor) == 0
    guard close(descriptor) == 0, isFlushed, reason == nil else {
      unlink(path)
      throw CommandFailure(
        "\(name) cannot be written: \(reason ?? "input/output error"); nothing was left; make room, or \(otherwise)")
    }
  }
}
