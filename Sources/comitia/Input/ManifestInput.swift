import Elections
import ManifestJSON

extension ManifestFile {
  /// Reads a file.
  ///
  /// - Throws: `CommandFailure` that names file and key.
  static func read(_ path: String) throws(CommandFailure) -> ManifestFile {
    let bytes = try InputFile.read(path)
    do throws(ManifestFault) {
      return try ManifestFile(json: bytes)
    } catch let fault {
      let isEmpty = bytes.isEmpty
      throw CommandFailure("\(path.printable)\(isEmpty ? " " : ": ")\(fault.text.printable)")
    }
  }

  /// The definition of the election, with what the command line says besides.
  ///
  /// - Parameters:
  ///   - title: replaces the file's, if given.
  ///   - acknowledgesSmall: whether the caller knows what totals of few voters reveal, even if the file does not say so.
  func definition(title: Text?, acknowledgesSmall: Bool) throws(CommandFailure) -> Manifest {
    do throws(ManifestFault) {
      return try manifest(title: title, acknowledgesSmall: acknowledgesSmall)
    } catch let fault {
      throw CommandFailure(fault.text)
    }
  }
}
