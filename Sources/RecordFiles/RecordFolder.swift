import Foundation
import Verification

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
    SystemFile.read(self.path + "/" + String(decoding: path, as: UTF8.self))
  }
}
