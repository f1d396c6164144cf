import Curve25519

/// Hashes one a line in base64 up to an empty line, as receipts and witness requests hold their proofs.
enum HashLines {
  /// Appends the hashes and the empty line.
  static func append(_ hashes: [Bytes32], to text: inout [UInt8]) {
    for hash in hashes {
      text += Base64.encode(hash.bytes)
      text.append(newline)
    }
    text.append(newline)
  }

  /// Takes the hashes and the empty line.
  ///
  /// - Throws: `hashLine`, `tooManyHashes`.
  static func take(from lines: inout LineReader) throws(LogError) -> [Bytes32] {
    var hashes: [Bytes32] = []
    for index in 0...LogLimits.proofHashes {
      guard let line = lines.next() else { throw .hashLine(index: index) }
      if line.isEmpty { return hashes }
      guard index < LogLimits.proofHashes else { break }
      guard let hash = Base64.decodeHash(line) else { throw .hashLine(index: index) }
      hashes.append(hash)
    }
    throw .tooManyHashes(limit: LogLimits.proofHashes)
  }
}
