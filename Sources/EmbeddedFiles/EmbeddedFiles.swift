import CEmbeddedFiles

/// Files that are part of the program, so that an installed command needs no others: `CEmbeddedFiles` lists them.
public enum EmbeddedFiles {
  /// What a file has in it.
  ///
  /// - Parameter name: such as `catalogues/public-en.json`.
  /// - Precondition: there is such a file.
  public static func bytes(_ name: String) -> [UInt8] {
    let file = embedded_file(name)
    guard let first = file.first else { preconditionFailure("no file \(name) is part of the program") }
    return Array(UnsafeBufferPointer(start: first, count: file.count))
  }
}
