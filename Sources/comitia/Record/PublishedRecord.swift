import BallotCryptography
import Curve25519
import Elections
import RecordFiles
import TransparencyLog
import Verification

/// A record to be looked into. Nothing of it is verified: that is `comitia verify`.
struct PublishedRecord {
  /// Where it lies.
  let folder: RecordFolder
  /// As published beside the log.
  let checkpoint: SignedCheckpoint

  /// Opens the record in a folder.
  ///
  /// - Throws: `CommandFailure` that says why it is none.
  init(_ path: String) throws(CommandFailure) {
    folder = try Self.folder(path)
    let bytes = try Self.file("checkpoint", in: folder)
    do throws(LogError) {
      checkpoint = try SignedCheckpoint(parsing: bytes)
    } catch let error {
      throw Self.malformed(path, "checkpoint", error.text)
    }
  }

  /// A folder that is there.
  static func folder(_ path: String) throws(CommandFailure) -> RecordFolder {
    let folder = RecordFolder(path: path)
    if folder.exists { return folder }
    throw CommandFailure("\(path.printable) is not a folder; give the folder of an election record")
  }

  /// Why a folder is not a record, when a file is missing.
  static func missing(_ file: String, in folder: RecordFolder) -> CommandFailure {
    CommandFailure(
      "\(folder.path.printable) is not a whole election record: \(file) is missing or cannot be read; get the record again, or give another folder"
    )
  }

  private static func malformed(_ path: String, _ file: String, _ reason: String) -> CommandFailure {
    CommandFailure(
      "\(path.printable)/\(file) is malformed: \(reason.printable); comitia verify tells what else is wrong with the record")
  }

  private static func file(_ name: String, in folder: RecordFolder) throws(CommandFailure) -> [UInt8] {
    guard let bytes = folder.read(Array(name.utf8)) else { throw missing(name, in: folder) }
    return bytes
  }

  /// Reads a file that consists of one value.
  private func decoded<Value, Failure: Error>(
    _ name: String, _ decode: ([UInt8]) throws(Failure) -> Value, _ text: (Failure) -> String
  ) throws(CommandFailure) -> Value {
    let bytes = try Self.file(name, in: folder)
    do throws(Failure) {
      return try decode(bytes)
    } catch let error {
      throw Self.malformed(folder.path, name, text(error))
    }
  }

  /// Number of leaves: entries, and pieces of long ones.
  var size: UInt64 { checkpoint.checkpoint.size }

  func manifest() throws(CommandFailure) -> Manifest {
    try decoded("manifest", { (bytes) throws(CodecError) in try Manifest(bytes) }, \.text)
  }

  func roster() throws(CommandFailure) -> TrusteeRoster {
    try decoded("trustees", { (bytes) throws(CodecError) in try TrusteeRoster(bytes) }, \.text)
  }

  /// The roster as the renewals beside it amend it, in turn, as far as they hold.
  func amendedRoster() throws(CommandFailure) -> AmendedRoster {
    let (election, opening, first) = (try electionID(), try opening(), try roster())
    guard var roster = try? AmendedRoster(first) else {
      throw Self.malformed(folder.path, "trustees", "it gives no keys")
    }
    for number in 1...RenewalEntry.most {
      // Nothing here is verified.
      guard let bytes = folder.read(RenewalEntry.path(number)), let renewal = try? Renewal(bytes),
        (try? roster.renew(renewal, at: UInt64(number), election: election, logKey: opening.logKey)) != nil
      else { break }
    }
    return roster
  }

  /// Where the board is anchored; `nil` where the record does not say.
  func anchors() throws(CommandFailure) -> AnchorList? {
    guard folder.read(AnchorList.path) != nil else { return nil }
    return try decoded("anchors", { (bytes) throws(CodecError) in try AnchorList(bytes) }, \.text)
  }

  func roll() throws(CommandFailure) -> Roll {
    try decoded("roll", { (bytes) throws(RollError) in try Roll(bytes) }, \.text)
  }

  func tally(_ manifest: Manifest) throws(CommandFailure) -> TallyRecord {
    let options = manifest.layout.optionCount
    return try decoded("tally", { (bytes) throws(CodecError) in try TallyRecord(bytes, options: options) }, \.text)
  }

  func result(_ manifest: Manifest) throws(CommandFailure) -> ElectionResult {
    let options = manifest.layout.optionCount
    return try decoded("result", { (bytes) throws(CodecError) in try ElectionResult(bytes, options: options) }, \.text)
  }

  /// Number of entries.
  func entries(_ manifest: Manifest) throws(CommandFailure) -> UInt64 {
    if LongEntry.mostPieces(bits: manifest.layout.bits) == 0 { return size }
    var pieces: UInt64 = 0
    for number in 0..<bundles { pieces += UInt64(try bundle(number).count { $0.first == LongEntry.pieceKind }) }
    return size - pieces
  }

  /// The bytes of a leaf.
  private func leaf(_ index: UInt64) throws(CommandFailure) -> [UInt8] {
    guard index < size else {
      let range = size == 0 ? "the board is empty" : "the board has \(size) entries, 0 to \(size - 1)"
      throw CommandFailure("there is no entry \(index); \(range)")
    }
    return try bundle(index / UInt64(LogLimits.tileWidth))[Int(index % UInt64(LogLimits.tileWidth))]
  }

  /// The entry at an index.
  func entry(_ index: UInt64) throws(CommandFailure) -> BoardEntry {
    let leaves = try leaves(of: index)
    var joiner = EntryJoiner(bits: BallotLayout.mostBits)
    do throws(EntryFormError) {
      for leaf in leaves { if let entry = try joiner.read(leaf) { return entry } }
    } catch let error {
      throw CommandFailure("entry \(index) is malformed: \(error.text); comitia verify tells what else is wrong with the record")
    }
    throw CommandFailure("entry \(index) is a piece of a longer one; give the number of that")
  }

  /// The leaves in which the entry with a number stands.
  private func leaves(of index: UInt64) throws(CommandFailure) -> [[UInt8]] {
    var leaves = [try leaf(index)]
    while leaves.count <= LongEntry.mostPieces(bits: BallotLayout.mostBits), index >= leaves.count {
      let before = try leaf(index - UInt64(leaves.count))
      guard before.first == LongEntry.pieceKind else { break }
      leaves.insert(before, at: 0)
    }
    return leaves
  }

  /// The election id: the leaf hash of entry 0.
  func electionID() throws(CommandFailure) -> Bytes32 { MerkleTree.leafHash(try leaf(0)) }

  /// What the opening entry fixes.
  func opening() throws(CommandFailure) -> OpeningEntry {
    let entry = try entry(0)
    guard entry.kind == .opening, let opening = try? OpeningEntry(entry.body) else {
      throw CommandFailure("entry 0 is not an opening entry; comitia verify tells what else is wrong with the record")
    }
    return opening
  }

  /// Why the election was aborted; `nil` if the last entry does not abort it.
  func aborted() throws(CommandFailure) -> PublicReason? {
    let last = try entry(size - 1)
    guard last.kind == .abort else { return nil }
    guard let reason = try? PublicReason(last.body) else {
      throw CommandFailure(
        "entry \(size - 1) aborts the election, but its reason is malformed; comitia verify tells what else is wrong")
    }
    return reason
  }

  /// The cast ballots whose tracker begins with these hexadecimal digits: their entries, at most `limit` of them.
  func entries(trackerPrefix prefix: String, limit: Int) throws(CommandFailure) -> [UInt64] {
    var found: [UInt64] = []
    var joiner = EntryJoiner(bits: BallotLayout.mostBits)
    for number in 0..<bundles {
      for (offset, leaf) in try bundle(number).enumerated() {
        guard let ballot = (try? joiner.read(leaf))?.castBallot, ballot.tracker.hex.hasPrefix(prefix) else { continue }
        found.append(number * UInt64(LogLimits.tileWidth) + UInt64(offset))
        if found.count == limit { return found }
      }
    }
    return found
  }

  private var bundles: UInt64 { (size + UInt64(LogLimits.tileWidth) - 1) / UInt64(LogLimits.tileWidth) }

  /// The leaves of a bundle.
  private func bundle(_ number: UInt64) throws(CommandFailure) -> [[UInt8]] {
    let width = UInt64(LogLimits.tileWidth)
    let path = TilePath(.entries, index: number, width: Int(min(width, size - number * width)))
    let name = String(decoding: path.bytes, as: UTF8.self)
    return try decoded(name, { (bytes) throws(LogError) in try EntryBundle.decode(bytes, count: path.width) }, \.text)
  }

  /// The proof that an entry is in the log.
  func inclusionProof(_ index: UInt64) throws(CommandFailure) -> InclusionProof {
    do throws(LogError) {
      return try InclusionProof(index: index, size: size) { folder.read($0.bytes) }
    } catch let error {
      throw CommandFailure("the record holds no proof of entry \(index): \(error.text); get the record again")
    }
  }
}

extension BoardEntry {
  /// The ballot of a cast entry.
  var castBallot: CastBallot? { kind == .cast ? try? CastBallot(body) : nil }

  /// The kind in plain words.
  var kindText: String {
    switch kind {
    case .opening: "the opening of the election"
    case .cast: "a cast ballot"
    case .challenge: "a challenge"
    case .opened: "an opened ballot"
    case .closing: "the end of voting"
    case .pause: "a pause of voting"
    case .resume: "the end of a pause"
    case .abort: "the abort of the election"
    case .replacement: "a replaced credential"
    case .renewal: "a renewal of the trustees' shares"
    }
  }
}
