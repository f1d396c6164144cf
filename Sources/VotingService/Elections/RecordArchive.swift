import Curve25519
import Database
import Elections
import TransparencyLog

/// The record of an election as one tar file (POSIX ustar): the files of `docs/spec/06-record.md` under their paths, pictures beside them.
/// Whoever unpacks it has a folder that the verifier reads.
public struct RecordArchive: Sendable {
  private let environment: ElectionEnvironment

  public init(_ environment: ElectionEnvironment) { self.environment = environment }

  /// Writes the record as it is now. The board of an open election is written up to one checkpoint; its tally and result are not there yet.
  ///
  /// - Throws: `BoardError.unknownElection` before the board is opened; what `write` throws.
  public func write(_ reference: String, to write: (_ bytes: [UInt8]) async throws -> Void) async throws {
    let boards = environment.boards
    guard let checkpoint = try await boards.file("checkpoint", election: reference) else { throw BoardError.unknownElection }
    let size = try SignedCheckpoint(parsing: checkpoint.bytes).checkpoint.size
    try await Self.entry("checkpoint", checkpoint.bytes, write)
    for path in ["manifest", "trustees", "roll", "draw-opening", "tally", "result", "draw-closing", "certificate", "anchor-solana"]
    {
      if let file = try await boards.file(path, election: reference) { try await Self.entry(path, file.bytes, write) }
    }
    if let anchors = try await boards.anchorList(of: reference, upTo: size) {
      try await Self.entry("anchors", anchors.encoded, write)
    }
    let renewals = try await boards.state(of: reference).renewals.filter { $0 < size }.count
    for number in 0..<renewals {
      let path = Boards.renewalPath(number + 1)
      guard let file = try await boards.file(path, election: reference) else { throw BoardError.damaged("\(path) is missing") }
      try await Self.entry(path, file.bytes, write)
      // Not there yet, or never, where the election was given up.
      let checkpoint = Boards.renewalCheckpointPath(number + 1)
      if let file = try await boards.file(checkpoint, election: reference) { try await Self.entry(checkpoint, file.bytes, write) }
    }
    for path in try LogPaths(size: size) {
      let name = String(decoding: path.bytes, as: UTF8.self)
      guard let file = try await boards.file(name, election: reference) else { throw BoardError.damaged("\(name) is missing") }
      try await Self.entry(name, file.bytes, write)
    }
    for (name, bytes) in try await pictures(reference) { try await Self.entry("pictures/\(name)", bytes, write) }
    try await write([UInt8](repeating: 0, count: 1024))
  }

  private func pictures(_ reference: String) async throws -> [(String, [UInt8])] {
    let used = try await environment.boards.opening(of: reference).manifest.pictures
    return try await environment.database.read { session in
      try await session.query(
        "SELECT sha256, bytes FROM election_pictures WHERE election = $1 ORDER BY sha256", [.text(reference)]
      ).map { (try $0.text(0), try $0.bytes(1)) }.filter { used.contains($0.0) }
    }
  }

  /// Header, content, and zeros up to a multiple of 512 bytes.
  private static func entry(_ path: String, _ bytes: [UInt8], _ write: ([UInt8]) async throws -> Void) async throws {
    try await write(header(path, size: bytes.count) + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512))
  }

  /// A ustar header (POSIX.1-1988) of a file that everybody may read; no owner, no time: one record has one form.
  static func header(_ path: String, size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) { header.replaceSubrange(offset..<offset + text.utf8.count, with: Array(text.utf8)) }
    func octal(_ number: Int, _ digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    precondition(path.utf8.count <= 100 && size < 1 << 33, "ustar has no place for this")
    put(path, at: 0)
    put(octal(0o644, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(size, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        0", at: 148)
    put("ustar", at: 257)
    put("00", at: 263)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(octal(sum, 6), at: 148)
    header[154] = 0
    return header
  }
}
