import Curve25519
import Testing

@testable import TransparencyLog

/// Receipts and witness requests, made from the files of a log.
struct ReceiptTests {
  struct Setting {
    let log = testSigner(1)
    let witness = testSigner(10, type: .cosignature)
    let policy: LogPolicy
    var content = TestLog()

    init(size: Int) throws {
      policy = try LogPolicy(logKey: log.key, witnesses: [witness.key], quorum: 1)
      for index in 0..<size { try content.append(testEntry(index)) }
      content.publish()
    }

    func checkpoint() throws -> Checkpoint {
      try Checkpoint(origin: log.key.name, size: content.builder.size, root: content.builder.root)
    }

    func receipt(index: UInt64, extra: [UInt8] = []) throws -> Receipt {
      let proof = try InclusionProof(index: index, size: content.builder.size) { content.files[$0] }
      return try Receipt(extra: extra, index: index, hashes: proof.hashes, checkpoint: log.sign(checkpoint()))
    }
  }

  @Test(arguments: [1, 2, 7, 256, 300])
  func everyReceipt(size: Int) throws {
    let setting = try Setting(size: size)
    for index in 0..<size where size < 10 || index % 37 == 0 {
      let receipt = try setting.receipt(index: UInt64(index), extra: Array(ascii("tracker").prefix(index)))
      #expect(try Receipt(parsing: receipt.bytes) == receipt)
      let leaf = MerkleTree.leafHash(testEntry(index))
      let verified = try receipt.verify(leafHash: leaf, policy: setting.policy)
      #expect(verified.checkpoint == (try setting.checkpoint()) && !verified.isWitnessed)
      #expect(throws: LogError.self) {
        try receipt.verify(leafHash: MerkleTree.leafHash(testEntry(index + 1)), policy: setting.policy)
      }
    }
  }

  @Test func layout() throws {
    let setting = try Setting(size: 2)
    let receipt = try setting.receipt(index: 1, extra: ascii("foo"))
    let sibling = String(decoding: Base64.encode(MerkleTree.leafHash(testEntry(0)).bytes), as: UTF8.self)
    #expect(receipt.bytes == ascii("c2sp.org/tlog-proof@v1\nextra Zm9v\nindex 1\n\(sibling)\n\n") + receipt.checkpoint.bytes)
  }

  @Test func malformedReceipts() throws {
    let setting = try Setting(size: 2)
    let checkpoint = String(decoding: try setting.receipt(index: 0).checkpoint.bytes, as: UTF8.self)
    let (header, hashLine) = ("c2sp.org/tlog-proof@v1\n", String(repeating: "A", count: 43) + "=\n")
    let faults: [(String, LogError)] = [
      ("", .receiptHeader), ("c2sp.org/tlog-proof@v2\n", .receiptHeader), ("c2sp.org/tlog-proof@v1", .receiptHeader),
      ("c2sp.org/tlog-proof@v1\r\nindex 0\n\n" + checkpoint, .receiptHeader), (header, .receiptIndex),
      (header + "\n", .receiptIndex),
      (header + "extra \nindex 0\n\n" + checkpoint, .receiptExtra),
      (header + "extra Zh==\nindex 0\n\n" + checkpoint, .receiptExtra),
      (header + "extra Zg==\n", .receiptIndex), (header + "extra Zg==\nextra Zg==\nindex 0\n\n" + checkpoint, .receiptIndex),
      (header + "index 00\n\n" + checkpoint, .receiptIndex), (header + "index  0\n\n" + checkpoint, .receiptIndex),
      (header + "index -1\n\n" + checkpoint, .receiptIndex), (header + "index 0", .receiptIndex),
      (header + "index 0\nextra Zg==\n\n" + checkpoint, .hashLine(index: 0)),
      (header + "index 0\n" + checkpoint, .hashLine(index: 0)),
      (header + "index 0\n" + hashLine + "x\n\n" + checkpoint, .hashLine(index: 1)),
      (header + "index 0\n" + hashLine, .hashLine(index: 1)),
      (header + "index 2\n\n" + checkpoint, .indexOutsideTree(index: 2, size: 2)),
      (header + "index 0\n\n\n" + checkpoint, .checkpointSize), (header + "index 0\n\n", .noteWithoutSignatures),
      (header + "index 0\n" + String(repeating: hashLine, count: 65) + "\n" + checkpoint, .tooManyHashes(limit: 64)),
    ]
    for (text, fault) in faults { #expect(throws: fault, "\(text)") { try Receipt(parsing: ascii(text)) } }
  }

  /// Whatever single bit is flipped outside the extra data, the receipt is refused when read or when verified.
  @Test func everyFlippedBit() throws {
    let setting = try Setting(size: 7)
    let receipt = try setting.receipt(index: 4)
    let leaf = MerkleTree.leafHash(testEntry(4))
    _ = try receipt.verify(leafHash: leaf, policy: setting.policy)
    forEachFlip(of: receipt.bytes) { altered in
      guard let other = try? Receipt(parsing: altered) else { return }
      #expect(other.bytes == altered)
      #expect(throws: LogError.self) { try other.verify(leafHash: leaf, policy: setting.policy) }
    }
  }

  /// A witness follows a log from nothing, checkpoint by checkpoint.
  @Test func witnessFollowsTheLog() throws {
    var setting = try Setting(size: 0)
    var last: Checkpoint?
    for size in [0, 1, 1, 2, 255, 256, 257, 600] {
      while setting.content.builder.size < size { try setting.content.append(testEntry(Int(setting.content.builder.size))) }
      setting.content.publish()
      let oldSize = last?.size ?? 0
      let proof = try ConsistencyProof(oldSize: oldSize, newSize: UInt64(size)) { setting.content.files[$0] }
      let request = try WitnessRequest(oldSize: oldSize, hashes: proof.hashes, checkpoint: setting.log.sign(setting.checkpoint()))
      let received = try WitnessRequest(parsing: request.bytes)
      #expect(received == request)
      let verified = try received.verify(policy: setting.policy, last: last)
      let answer = try setting.witness.cosign(verified.checkpoint, timestamp: 77).line
      var signed = request.checkpoint
      for line in try WitnessRequest.parseAnswer(answer) { signed = try signed.adding(line) }
      try setting.policy.verify(signed).requireQuorum()
      last = verified.checkpoint
    }
    // A log that forgets, forks or skips what the witness has seen.
    let forked = try Checkpoint(origin: setting.log.key.name, size: 600, root: flip(setting.content.builder.root, bit: 3))
    let request = try WitnessRequest(oldSize: 600, hashes: [], checkpoint: setting.log.sign(forked))
    #expect(throws: LogError.rootMismatch(size: 600, expected: forked.root, computed: setting.content.builder.root)) {
      try request.verify(policy: setting.policy, last: last)
    }
    let fresh = try WitnessRequest(oldSize: 0, hashes: [], checkpoint: setting.log.sign(setting.checkpoint()))
    #expect(throws: LogError.sizesReversed(old: 600, new: 0)) { try fresh.verify(policy: setting.policy, last: last) }
    let shorter = try setting.log.sign(Checkpoint(origin: setting.log.key.name, size: 599, root: .zero))
    #expect(throws: LogError.sizesReversed(old: 600, new: 599)) {
      try WitnessRequest(oldSize: 600, hashes: [], checkpoint: shorter)
    }
  }

  @Test func malformedRequests() throws {
    let checkpoint = String(decoding: try Setting(size: 2).receipt(index: 0).checkpoint.bytes, as: UTF8.self)
    let faults: [(String, LogError)] = [
      ("", .witnessOldSize), ("old 1", .witnessOldSize), ("old 01\n\n" + checkpoint, .witnessOldSize),
      ("Old 1\n\n" + checkpoint, .witnessOldSize),
      ("old 1\n" + checkpoint, .hashLine(index: 0)), ("old 1\nAAAA\n\n" + checkpoint, .hashLine(index: 0)),
      ("old 3\n\n" + checkpoint, .sizesReversed(old: 3, new: 2)), ("old 1\n\n", .noteWithoutSignatures),
    ]
    for (text, fault) in faults { #expect(throws: fault, "\(text)") { try WitnessRequest(parsing: ascii(text)) } }
    #expect(throws: LogError.noteWithoutSignatures) { try WitnessRequest.parseAnswer([]) }
    #expect(throws: LogError.signatureLine(index: 0)) { try WitnessRequest.parseAnswer(ascii("\n")) }
  }
}
