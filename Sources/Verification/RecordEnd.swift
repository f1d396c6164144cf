/// The files that a record has once the trustees have decrypted; none of an aborted election.
struct RecordEnd {
  var tally: [UInt8]?
  var result: [UInt8]?
  var draw: [UInt8]?
  /// Also missing while the trustees are still to sign.
  var certificate: [UInt8]?

  /// Those that are there, by name.
  var names: [StaticString] {
    var names: [StaticString] = []
    if tally != nil { names.append("tally") }
    if result != nil { names.append("result") }
    if draw != nil { names.append("draw-closing") }
    if certificate != nil { names.append("certificate") }
    return names
  }
}

extension RecordVerifier {
  /// Reads the files at the end: all, unless the election is aborted or not at its end.
  ///
  /// - Throws: `UnreadableRecord` when one is missing.
  func readEnd() throws(UnreadableRecord) -> RecordEnd {
    guard !isSoFar else { return RecordEnd() }
    // All files are asked for before anything is said about any of them.
    var end = RecordEnd(tally: try? file("tally"), result: try? file("result"), draw: try? file("draw-closing"))
    if !awaitsCertificate { end.certificate = try? file("certificate") }
    let due = awaitsCertificate ? 3 : 4
    guard end.names.count < due, !endsInAbort() else { return end }
    _ = try (file("tally"), file("result"), file("draw-closing"))
    if !awaitsCertificate { _ = try file("certificate") }
    return end
  }
}
