import BallotCryptography
import Curve25519
import Elections
import TestSupport
import TransparencyLog
import Verification

// What a service with the log's key can do to the board; the trustees, where they cosign, did not look.
extension Attack {
  static let lifeCycle: [Attack] = [
    Attack("no closing entry", .board, "entry 3: a closing or an abort entry must be the last") {
      var forge = try begun(single())
      try forge.cast([[1, 0, 0]], by: 0)
      return Evidence(record: try forge.record())
    },
    Attack("record truncated before a ballot and its end", .board, "entry 2: a closing or an abort entry must be the last") {
      var forge = try closed(single())
      forge.entries.removeLast(2)
      return Evidence(record: try forge.record())
    },
    Attack("two closing entries", .board, "entry 3: a closing or an abort entry must be the last") {
      var forge = try begun(single())
      forge.close()
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("ballot after closing", .board, "entry 3: a closing or an abort entry must be the last") {
      var forge = try begun(single())
      forge.close()
      try forge.cast([[1, 0, 0]], by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("second opening entry", .board, "entry 3: the opening entry must be the first") {
      var forge = try begun(single())
      forge.append(.opening, forge.opening.encoded)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("board of one entry", .board, "entry 0: a closing or an abort entry must be the last") {
      Evidence(record: try Forge(single()).record())
    },
    Attack("first entry is no opening", .manifest, "entry 0 is not an opening entry") {
      var forge = try closed(single())
      forge.entries.removeFirst()
      return Evidence(record: try forge.record())
    },
    Attack("opening entry with a byte more", .manifest, "entry 0: 1 bytes too many") {
      var forge = try closed(single())
      forge.entries[0].append(0)
      return Evidence(record: try forge.record())
    },
    Attack("entry of an unknown kind", .board, "entry 3: entry kind is not an allowed value") {
      try withEntry { $0.entries.append([12] + [UInt8](repeating: 0, count: 8)) }
    },
    Attack("entry of kind 0", .board, "entry 3: entry kind is not an allowed value") {
      try withEntry { $0.entries.append([0] + [UInt8](repeating: 0, count: 8)) }
    },
    Attack("entry without a time", .board, "entry 3: ends inside time") { try withEntry { $0.entries.append([5, 0, 0]) } },
    Attack("empty entry", .board, "entry 3: ends inside entry kind") { try withEntry { $0.entries.append([]) } },
    Attack("closing entry with a body", .board, "entry 3: wrong length") {
      var forge = try begun(single())
      forge.append(.closing, [0])
      return Evidence(record: try forge.record())
    },
    Attack("challenge of a wrong length", .board, "entry 3: wrong length") {
      try withEntry { $0.append(.challenge, [UInt8](repeating: 0, count: 161)) }
    },
    Attack("time that falls", .board, "entry 3: its time is before that of the entry before") {
      try withEntry { forge in
        forge.time -= 5000
        try forge.cast([[1, 0, 0]], by: 0)
        forge.time += 5000
      }
    },
    Attack("ballots in another order", .board, "entry 2: its time is before") {
      var forge = try closed(single())
      forge.entries.swapAt(1, 2)
      return Evidence(record: try forge.record())
    },
    Attack("ballot before the election opens", .board, "entry 1: outside the opening hours") {
      try hours { $0.time = 1_800_000_000_000 - 1 }
    },
    Attack("ballot at the moment of closing", .board, "entry 1: outside the opening hours") {
      try hours { $0.time = 1_800_000_600_000 }
    },
    Attack("challenge after the hours", .board, "entry 1: outside the opening hours") {
      try hours { forge in
        forge.time = 1_800_000_600_001
        forge.challenge(try forge.encrypt([[1, 0, 0]], by: 1).ballot, by: 1)
      }
    },
    Attack("bundle altered, checkpoint of the altered entries", .board, "tile/0/000.p/5: not the hashes") {
      var forge = try closed(single())
      let tile = try forge.board()["tile/0/000.p/5"]
      forge.alterBody(3) { $0[$0.count - 1] ^= 1 }
      var record = try forge.record()
      record["tile/0/000.p/5"] = tile
      return Evidence(record: record)
    },
    Attack("tile altered, checkpoint of the altered tile", .board, "tile/0/000.p/5: not the hashes") {
      let forge = try closed(single())
      var record = try forge.record()
      record["tile/0/000.p/5"][40] ^= 1
      let root = treeRoot(record["tile/0/000.p/5"])
      record["checkpoint"] = try forge.cosigned(forge.checkpoint(root: root), by: [1, 2, 3]).bytes
      return Evidence(record: record)
    },
    Attack("bundle altered alone", .board, "not the hashes of the entries") {
      var record = try closed(single()).record()
      record["tile/entries/000.p/5"][600] ^= 1
      return Evidence(record: record)
    },
    Attack("bytes moved from one entry to the next", .board, "entry 1: wrong length") {
      // The same bytes in the bundle but for two lengths.
      var forge = try closed(single())
      forge.entries[2] = [try need(forge.entries[1].popLast())] + forge.entries[2]
      return Evidence(record: try forge.record())
    },
    Attack("two entries made one", .board, "wrong length") {
      var forge = try closed(single())
      forge.entries[1] += forge.entries.remove(at: 2)
      return Evidence(record: try forge.record())
    },
  ]

  private static func withEntry(_ append: (inout Forge) throws -> Void) throws -> Evidence {
    var forge = try begun(single())
    try append(&forge)
    forge.close()
    return Evidence(record: try forge.record())
  }

  private static func hours(_ act: (inout Forge) throws -> Void) throws -> Evidence {
    var setup = try single()
    (setup.opens, setup.closes) = (1_800_000_000_000, 1_800_000_600_000)
    var forge = try Forge(setup)
    forge.entries[0] = BoardEntry(.opening, time: 1_700_000_000_000, body: forge.opening.encoded).encoded
    try act(&forge)
    try forge.cast([[1, 0, 0]], by: 0)
    forge.close()
    return Evidence(record: try forge.record())
  }

  /// The RFC 6962 root over the five hashes of a tile.
  private static func treeRoot(_ tile: [UInt8]) -> Bytes32 {
    let leaves = (0..<5).map { Array(tile[32 * $0..<32 * $0 + 32]) }
    func node(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { SHA256.hash([1] + a + b) }
    let four = node(node(leaves[0], leaves[1]), node(leaves[2], leaves[3]))
    return Bytes32(node(four, leaves[4]).span)
  }

  // MARK: Signatures

  static let signatures: [Attack] = [
    Attack("quorum not reached", .board, "checkpoint: 1 cosignatures where 2 are needed") {
      let forge = try closed(single())
      return Evidence(record: try forge.record(cosigners: [1]))
    },
    Attack("cosignature by an outsider fills the quorum", .board, "checkpoint: 1 cosignatures where 2 are needed") {
      try signed { forge, signed in
        let outsider = try NoteSigner(
          name: Array("outsider".utf8), type: .cosignature, privateKey: Ed25519.PrivateKey(seed: .zero))
        return try forge.cosigned(signed, by: [1]).adding(outsider.cosign(signed.checkpoint, timestamp: 1)).bytes
      }
    },
    Attack("cosignature by an outsider beside the quorum", .board, "checkpoint: signature lines") {
      try signed { forge, signed in
        let outsider = try NoteSigner(
          name: Array("outsider".utf8), type: .cosignature, privateKey: Ed25519.PrivateKey(seed: .zero))
        return try forge.cosigned(signed, by: [1, 2]).adding(outsider.cosign(signed.checkpoint, timestamp: 1)).bytes
      }
    },
    Attack("outsider cosigns by a trustee's name", .board, "checkpoint: 1 cosignatures where 2 are needed") {
      try signed { forge, signed in
        let line = try forge.cosignature(of: 2, on: signed, by: Ed25519.PrivateKey(seed: .zero))
        return try forge.cosigned(signed, by: [1]).adding(line).bytes
      }
    },
    Attack("trustee's cosignature of another checkpoint", .board, "/trustee/2 does not hold") {
      try signed { forge, signed in
        let other = try forge.cosignature(of: 2, on: forge.checkpoint(size: 3))
        return try forge.cosigned(signed, by: [1]).adding(other).bytes
      }
    },
    Attack("one trustee cosigns twice", .board, "repeats a key") {
      try signed { forge, signed in
        let bytes = try forge.cosigned(signed, by: [1]).bytes
        return bytes + (try forge.cosignature(of: 1, on: signed).line)
      }
    },
    Attack("cosignatures out of order", .board, "checkpoint: signature lines") {
      try signed { forge, signed in try forge.cosigned(signed, by: [2, 1]).bytes }
    },
    Attack("log signature after a cosignature", .board, "checkpoint: signature lines") {
      try signed { forge, signed in
        let lines = try forge.cosigned(signed, by: [1, 2]).note.signatures
        return try SignedNote(text: signed.note.text, signatures: [lines[1], lines[0], lines[2]]).bytes
      }
    },
    Attack("not signed by the log", .board, "checkpoint: not signed by comitia.test") {
      try signed { forge, signed in
        let lines = try forge.cosigned(signed, by: [1, 2]).note.signatures
        return try SignedNote(text: signed.note.text, signatures: Array(lines.dropFirst())).bytes
      }
    },
    Attack("signed by another log key", .board, "checkpoint: not signed by comitia.test") {
      let forge = try closed(single())
      var record = try forge.record()
      let other = try forge.checkpoint(by: Ed25519.PrivateKey(seed: .zero))
      record["checkpoint"] = try forge.cosigned(other, by: [1, 2]).bytes
      return Evidence(record: record)
    },
    Attack("checkpoint of another log", .board, "checkpoint: of another log") {
      var forge = try closed(single())
      var record = try forge.record()
      forge.opening.origin = Array("comitia.test/other".utf8)
      record["checkpoint"] = try forge.cosigned(forge.checkpoint(), by: [1, 2]).bytes
      return Evidence(record: record)
    },
    Attack("log signature with S plus the group order", .board, "the signature of comitia.test") {
      try signed { forge, signed in
        let line = signed.note.signatures[0]
        let altered = line.signature.prefix(32) + BadEncoding.unreduced(Array(line.signature.suffix(32)))
        let note = try SignedNote(
          text: signed.note.text,
          signatures: [NoteSignature(keyName: line.keyName, keyID: line.keyID, signature: Array(altered))])
        return try forge.cosigned(SignedCheckpoint(note: note), by: [1, 2]).bytes
      }
    },
    Attack("trustee with a signing key of small order", .board, "/trustee/2 does not hold") {
      // Under the neutral key, R = S·B satisfies the equation for every message.
      try signed(smallKey: 2) { forge, signed in
        let key = try VerifierKey(
          name: forge.opening.origin + Array("/trustee/2".utf8), type: .cosignature, publicKey: neutralKey)
        let forged = try Cosignature(timestamp: 1, signature: neutralKey.bytes + [UInt8](repeating: 0, count: 32))
        return try forge.cosigned(signed, by: [1]).adding(forged.line(by: key)).bytes
      }
    },
    Attack("trustee with the log's key", .board, "distinct valid keys") {
      var forge = try Forge(single()) { forge in
        forge.trustees.signing[1] = forge.logKey
        forge.trusteesFile = forge.trustees.encoded
        forge.fixFiles()
      }
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("checkpoint of an empty log", .board, "checkpoint: the board is empty") {
      try signed { forge, _ in
        let empty = SHA256.digest([])
        return try forge.cosigned(forge.checkpoint(size: 0, root: empty), by: [1, 2]).bytes
      }
    },
    Attack("extension line in the checkpoint", .board, "checkpoint: lines after the root") {
      try signed { forge, signed in
        let signer = try NoteSigner(name: forge.opening.origin, type: .ed25519, privateKey: forge.logKey)
        let extended = try Checkpoint(
          origin: forge.opening.origin, size: signed.checkpoint.size, root: signed.checkpoint.root,
          extensionLines: [Array("and more".utf8)])
        return try forge.cosigned(signer.sign(extended), by: [1, 2]).bytes
      }
    },
  ]

  /// The neutral element of Ed25519.
  private static let neutralKey = Bytes32(([1] + [UInt8](repeating: 0, count: 31)).span)

  private static func signed(
    smallKey: Int? = nil, _ sign: (Forge, SignedCheckpoint) throws -> [UInt8]
  ) throws -> Evidence {
    var forge = try Forge(single()) { forge in
      guard let smallKey else { return }
      let key = try forge.trusteesFile.firstOffset(of: forge.trustees.signing[smallKey - 1].publicKey.bytes)
      forge.trusteesFile = forge.trusteesFile.replacing(key, with: neutralKey.bytes)
      forge.fixFiles()
    }
    for voter in 0..<3 { try forge.cast([[1, 0, 0]], by: voter) }
    forge.close()
    var record = try forge.record()
    record["checkpoint"] = try sign(forge, forge.checkpoint())
    return Evidence(record: record)
  }
}
