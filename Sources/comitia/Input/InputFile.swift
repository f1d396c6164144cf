import Foundation

/// A file that the caller names.
enum InputFile {
  /// Largest file that is read: ten million ballots.
  private static let longest = 1 << 30

  /// Its content.
  ///
  /// - Throws: `CommandFailure` that says why it cannot be read.
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    let name = path.printable
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw CommandFailure("\(name) cannot be read: \(String(cString: strerror(errno))); check the name of the file")
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw CommandFailure("\(name) is a folder; give a file") }
    guard status.st_size <= longest else { throw CommandFailure("\(name) is larger than 1 GiB; give a smaller file") }
    guard let file = fopen(path, "rb") else {
      throw CommandFailure("\(name) cannot be read: \(String(cString: strerror(errno))); check who may read it")
    }
    defer { fclose(file) }
    // Not by size: pipes have none, and `<(…)` of the shell is one.
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while content.count <= longest {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      content += buffer[..<count]
    }
    guard ferror(file) == 0 else { throw CommandFailure("\(name) cannot be read to its end; check the disk") }
    guard content.count <= longest else { throw CommandFailure("\(name) is larger than 1 GiB; give a smaller file") }
    return content
  }
}
