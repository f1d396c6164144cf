import Curve25519
import Foundation
import Sealing

/// The folder in which the service keeps what it has: nobody else may read it, and one process at a time works in it.
struct DataFolder {
  /// Where it is.
  let path: String
  /// Held as long as the process lives.
  private let lock: Int32

  /// Makes the folder if there is none, and locks it.
  init(_ path: String) throws(CommandFailure) {
    self.path = path
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure("the data folder \(path.printable) cannot be made: \(String(cString: strerror(errno)))")
    }
    lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else {
      throw CommandFailure("the data folder \(path.printable) cannot be written: \(String(cString: strerror(errno)))")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw CommandFailure("another comitia serve works in \(path.printable); stop it, or give this one another folder with --data")
    }
  }

  /// A file or folder in it.
  func file(_ name: String) -> String { path + "/" + name }

  /// Makes a folder in it.
  func folder(_ name: String) throws(CommandFailure) -> String {
    let place = file(name)
    guard mkdir(place, 0o700) == 0 || errno == EEXIST else {
      throw CommandFailure("\(place.printable) cannot be made: \(String(cString: strerror(errno)))")
    }
    return place
  }

  /// The key that seals secrets in the database; made at the first start, where the database is new too.
  ///
  /// - Parameter mayMake: whether there are no secrets in the database yet that another key would have sealed.
  static func masterKey(_ path: String, mayMake: Bool) throws(CommandFailure) -> Bytes32 {
    if FileManager.default.fileExists(atPath: path) {
      let text = String(decoding: try InputFile.read(path), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      guard let key = Bytes32(hex: text) else {
        throw CommandFailure("\(path.printable) is not a master key: 64 hexadecimal digits are needed; restore it from its backup")
      }
      return key
    }
    guard mayMake else {
      throw CommandFailure(
        "the master key \(path.printable) is missing, and the database holds secrets sealed by it; restore it from its backup")
    }
    guard let key = Bytes32(SystemRandom().bytes(32)) else { throw CommandFailure("no randomness") }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    let text = Array((key.bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() + "\n").utf8)
    guard descriptor >= 0, text.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == text.count,
      fsync(descriptor) == 0, close(descriptor) == 0
    else { throw CommandFailure("\(path.printable) cannot be written: \(String(cString: strerror(errno)))") }
    return key
  }
}
