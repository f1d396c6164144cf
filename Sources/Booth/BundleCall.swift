import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// Reads the board bundle by bundle, for a page that looks for a ballot: who reads all bundles has the root, and so knows that it saw every entry.
enum BundleCall {
  static func read(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    var joiner = EntryJoiner(bits: BallotLayout.mostBits)
    var open = 0
    let (size, hashes, pieces, bundle, count) = try reading { () throws(CodecError) in
      let size = try request.u64("size")
      let hashes = try request.hashes()
      var pieces: [[UInt8]] = []
      for _ in 0..<(try request.u8("number of pieces")) { pieces.append(try request.blob("piece")) }
      let bundle = try request.blob("bundle")
      let count = try request.count16("number of entries", in: 0...LogLimits.tileWidth)
      try request.finish()
      return (size, hashes, pieces, bundle, count)
    }
    for piece in pieces { _ = try? joiner.read(piece) }
    let (entries, leaves, frontier) = try checking { () throws(LogError) in
      var frontier = try MerkleFrontier(size: size, hashes: hashes)
      let entries = try EntryBundle.decode(bundle, count: count)
      let leaves = entries.map { MerkleTree.leafHash($0) }
      for leaf in leaves { try frontier.append(leaf) }
      return (entries, leaves, frontier)
    }
    var answer = ByteWriter.answer()
    answer.u8(UInt8(frontier.hashes.count))
    for hash in frontier.hashes { answer.b32(hash) }
    answer.b32(frontier.root)
    answer.u16(UInt16(entries.count))
    for (bytes, leaf) in zip(entries, leaves) {
      let (kind, time, names) = summary(of: bytes, &joiner)
      open = joiner.isWithinEntry ? open + 1 : 0
      answer.u8(kind)
      answer.u64(time)
      answer.b32(names.hash)
      answer.b32(names.credential)
      answer.b32(leaf)
    }
    answer.u8(UInt8(min(open, 255)))
    return answer
  }

  private typealias Names = (hash: Bytes32, credential: Bytes32)

  /// What the entry is that a leaf ends, and by which hashes it is found. Nothing is verified.
  private static func summary(of leaf: [UInt8], _ joiner: inout EntryJoiner) -> (kind: UInt8, time: UInt64, names: Names) {
    let nobody: Names = (.zero, .zero)
    let entry: BoardEntry
    do throws(EntryFormError) {
      guard let read = try joiner.read(leaf) else { return (LongEntry.pieceKind, 0, nobody) }
      entry = read
    } catch let error {
      guard case .unfinishedPieces(let next) = error else { return (0, 0, nobody) }
      entry = next
    }
    let names: Names? =
      switch entry.kind {
      case .cast: (try? CastBallot(entry.body)).map { ($0.tracker, $0.ballot.credential) }
      case .challenge: (try? BallotChallenge(entry.body)).map { ($0.ballotHash, $0.credential) }
      case .opened: (try? OpenedBallot(entry.body)).map { ($0.ballot.hash, $0.ballot.credential) }
      case .replacement: (try? CredentialReplacement(entry.body)).map { ($0.revoked, $0.voter.credential) }
      case .opening, .closing, .pause, .resume, .abort, .renewal: nil
      }
    return (entry.kind.rawValue, entry.time, names ?? nobody)
  }
}
