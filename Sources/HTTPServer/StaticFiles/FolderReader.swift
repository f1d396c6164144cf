import CHTTPServer
import Glibc

/// Finds the files of a folder.
struct FolderReader {
  /// With every link resolved.
  private let root: String
  /// Path below the root, such as `/js/booth.mjs`, to the file's own.
  private var files: [String: String] = [:]

  /// The endings of compressed variants and their encodings, the better first.
  private static let variants = [(ending: ".br", encoding: "br"), (ending: ".gz", encoding: "gzip")]

  static func read(_ folder: String) throws(StaticFilesError) -> [String: StaticFile] {
    guard let root = resolved(folder) else { throw .unreadable(path: folder) }
    var reader = FolderReader(root: root)
    try reader.collect("")
    var index: [String: StaticFile] = [:]
    for (name, path) in reader.files where !reader.isVariant(name) {
      var compressed: [StaticFile.Variant] = []
      for (ending, encoding) in variants {
        if let path = reader.files[name + ending] { compressed.append(try variant(path, encoding)) }
      }
      let last = name.split(separator: "/").last.map(String.init) ?? name
      index[name] = StaticFile(
        type: StaticFile.type(of: last), isImmutable: StaticFile.isImmutable(last), plain: try variant(path, nil),
        compressed: compressed)
    }
    return index
  }

  private func isVariant(_ name: String) -> Bool {
    Self.variants.contains { name.hasSuffix($0.ending) && files[String(name.dropLast($0.ending.count))] != nil }
  }

  private mutating func collect(_ below: String) throws(StaticFilesError) {
    guard let names = Self.names(in: root + below) else { throw .unreadable(path: root + below) }
    for name in names where !name.hasPrefix(".") {
      let below = below + "/" + name
      guard let path = Self.resolved(root + below), path.hasPrefix(root + "/") else { continue }
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG: files[below] = path
      // Links to folders could make a circle.
      case S_IFDIR where path == root + below: try collect(below)
      default: continue
      }
    }
  }

  private static func variant(_ path: String, _ encoding: String?) throws(StaticFilesError) -> StaticFile.Variant {
    guard let file = OpenFile(path) else { throw .unreadable(path: path) }
    let bytes = file.read(at: 0, atMost: Int(file.size))
    var digest = [UInt8](repeating: 0, count: 32)
    comitia_http_sha256(bytes, bytes.count, &digest)
    let hex = digest.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return StaticFile.Variant(path: path, size: UInt64(bytes.count), tag: "\"\(hex)\"", encoding: encoding)
  }

  private static func names(in folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafePointer(to: &entry.pointee.d_name.0) { String(cString: $0) })
    }
    return names
  }

  private static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
