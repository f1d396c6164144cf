import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// What a voter's device verifies of an election and its bulletin board.
enum BoardCalls {
  static func openElection(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let (id, manifestBytes, openingBytes) = try reading { () throws(CodecError) in
      let read = (try request.b32("election id"), try request.blob("manifest"), try request.blob("opening entry"))
      try request.finish()
      return read
    }
    let opening = try OpeningEntry(openingBytes, of: id)
    guard Bytes32(SHA256.hash(manifestBytes).span) == opening.manifestHash else {
      throw BoothError("otherElection", "manifest")
    }
    let manifest = try reading { () throws(CodecError) in try Manifest(manifestBytes) }
    var answer = ByteWriter.answer()
    answer.b32(opening.jointKey)
    answer.u16(UInt16(manifest.layout.bits))
    answer.b32(opening.logKey)
    answer.counted(opening.origin.utf8)
    answer.b32(opening.draw.output)
    return answer
  }

  static func verifySignature(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let (key, signature, hash) = try reading { () throws(CodecError) in
      let read = (try request.b32("public key"), try request.raw(64, "signature"), try request.raw(64, "hash"))
      try request.finish()
      return read
    }
    guard Ed25519.verify(signature: signature, hash: hash, publicKey: key) else { throw BoothError("badSignature") }
    return .answer()
  }

  static func verifyInclusion(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let (leaf, proof, root) = try reading { () throws(CodecError) in
      let leaf = try request.b32("leaf hash")
      let index = try request.u64("index")
      let size = try request.u64("size")
      let root = try request.b32("root")
      let proof = InclusionProof(index: index, size: size, hashes: try request.hashes())
      try request.finish()
      return (leaf, proof, root)
    }
    try checking { () throws(LogError) in try proof.verify(leafHash: leaf, root: root) }
    return .answer()
  }

  static func verifyConsistency(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let (oldRoot, proof, newRoot) = try reading { () throws(CodecError) in
      let oldSize = try request.u64("old size")
      let oldRoot = try request.b32("old root")
      let newSize = try request.u64("new size")
      let newRoot = try request.b32("new root")
      let proof = ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: try request.hashes())
      try request.finish()
      return (oldRoot, proof, newRoot)
    }
    try checking { () throws(LogError) in try proof.verify(oldRoot: oldRoot, newRoot: newRoot) }
    return .answer()
  }

  static func verifyCheckpoint(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let board = try Board(&request)
    let bytes = try reading { () throws(CodecError) in
      let bytes = try request.blob("checkpoint")
      try request.finish()
      return bytes
    }
    let verified = try checking { () throws(LogError) in
      let signed = try SignedCheckpoint(parsing: bytes)
      return try board.policy(at: signed.checkpoint.size).verify(signed)
    }
    var answer = ByteWriter.answer()
    answer.checkpoint(verified)
    return answer
  }

  static func verifyReceipt(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let board = try Board(&request)
    let (bytes, entry) = try reading { () throws(CodecError) in
      let bytes = try request.blob("receipt")
      let entry = try BoardEntry(try request.blob("entry"))
      try request.finish()
      return (bytes, entry)
    }
    let (receipt, verified) = try checking { () throws(LogError) in
      let receipt = try Receipt(parsing: bytes)
      let policy = try board.policy(at: receipt.checkpoint.checkpoint.size)
      return (receipt, try receipt.verify(leafHash: entry.leafHash, policy: policy))
    }
    var tracker = Bytes32.zero
    if entry.kind == .cast {
      let cast = try reading { () throws(CodecError) in try CastBallot(entry.body) }
      guard cast.ballot.election == board.id else { throw BoothError("otherElection", "ballot") }
      tracker = cast.tracker
      guard receipt.extra == tracker.bytes else { throw BoothError("wrongTracker", "receipt") }
    }
    var answer = ByteWriter.answer()
    answer.u64(receipt.index)
    answer.u8(entry.kind.rawValue)
    answer.b32(tracker)
    answer.checkpoint(verified)
    return answer
  }
}

/// The board of an election: whose signatures count is what its id stands for.
private struct Board {
  let id: Bytes32
  let opening: OpeningEntry
  private let roster: AmendedRoster

  init(_ request: inout ByteReader) throws(BoothError) {
    let (id, openingBytes, trusteesBytes) = try reading { () throws(CodecError) in
      (try request.b32("election id"), try request.blob("opening entry"), try request.blob("trustees"))
    }
    self.id = id
    opening = try OpeningEntry(openingBytes, of: id)
    guard Bytes32(SHA256.hash(trusteesBytes).span) == opening.trusteesHash else {
      throw BoothError("otherElection", "trustees")
    }
    let first = try reading { () throws(CodecError) in try TrusteeRoster(trusteesBytes) }
    guard var roster = try? AmendedRoster(first) else { throw BoothError("otherElection", "trustees") }
    for _ in 0..<(try reading { () throws(CodecError) in try request.u8("renewals") }) {
      try Self.renew(&roster, id, opening, &request)
    }
    self.roster = roster
  }

  private static func renew(
    _ roster: inout AmendedRoster, _ id: Bytes32, _ opening: OpeningEntry, _ request: inout ByteReader
  ) throws(BoothError) {
    let (position, entry, file) = try reading { () throws(CodecError) in
      (try request.u64("position"), try BoardEntry(try request.blob("entry")), try request.blob("renewal"))
    }
    guard entry.kind == .renewal else { throw BoothError("outOfRange", "entry kind") }
    let (hash, renewal) = try reading { () throws(CodecError) in (try RenewalEntry(entry.body).hash, try Renewal(file)) }
    guard Bytes32(SHA256.hash(file).span) == hash else { throw BoothError("otherElection", "renewal") }
    do throws(RenewalError) { try roster.renew(renewal, at: position, election: id, logKey: opening.logKey) } catch {
      throw BoothError("otherElection", "renewal")
    }
  }

  /// Whose signatures count on a checkpoint of a size.
  func policy(at size: UInt64) throws(LogError) -> LogPolicy { try LogPolicy(opening: opening, acting: roster.acting(at: size)) }
}

extension OpeningEntry {
  /// Reads the opening entry, as the board has it, of the election with an id.
  fileprivate init(_ bytes: [UInt8], of id: Bytes32) throws(BoothError) {
    guard MerkleTree.leafHash(bytes) == id else { throw BoothError("otherElection", "opening entry") }
    let entry = try reading { () throws(CodecError) in try BoardEntry(bytes) }
    guard entry.kind == .opening else { throw BoothError("outOfRange", "entry kind") }
    self = try reading { () throws(CodecError) in try OpeningEntry(entry.body) }
  }
}

extension ByteWriter {
  fileprivate mutating func checkpoint(_ verified: VerifiedCheckpoint) {
    u64(verified.checkpoint.size)
    b32(verified.checkpoint.root)
    u8(UInt8(verified.quorum))
    u8(UInt8(verified.cosigners.count))
    for cosigner in verified.cosigners {
      u8(UInt8(cosigner.witness + 1))
      u64(cosigner.timestamp)
    }
  }
}

/// Runs a step that verifies something of a log.
func checking<Value>(_ step: () throws(LogError) -> Value) throws(BoothError) -> Value {
  do throws(LogError) {
    return try step()
  } catch let error {
    throw BoothError(error)
  }
}
