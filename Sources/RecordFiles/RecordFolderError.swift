/// Why a folder cannot be written.
public enum RecordFolderError: Error, Equatable, Sendable {
  /// Something is there already.
  case exists(path: String)
  /// The folder it should lie in is not there, or may not be written.
  case cannotCreate(path: String, reason: String)
  /// A file cannot be written: the disk may be full.
  case cannotWrite(path: String, reason: String)
}
