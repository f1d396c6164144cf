import Curve25519
import Testing

@testable import TransparencyLog

/// Checkpoints, cosignatures and the policy that verifies both.
struct CheckpointTests {
  /// The example of tlog-cosignature; the first three lines and the first signature are that of tlog-checkpoint.
  static let sofa = """
    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

    """

  @Test func examplesOfTheSpecifications() throws {
    let signed = try SignedCheckpoint(parsing: ascii(Self.sofa))
    #expect(signed.bytes == ascii(Self.sofa))
    #expect(signed.checkpoint.origin == ascii("example.com/behind-the-sofa"))
    #expect(signed.checkpoint.size == 20_852_163)
    #expect(signed.checkpoint.root == hash("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"))
    #expect(signed.checkpoint.body == signed.note.text)
    let cosignature = try Cosignature(parsing: signed.note.signatures[1].signature)
    #expect(cosignature.timestamp == 1_679_315_147)
    #expect(cosignature.bytes == signed.note.signatures[1].signature)
    #expect(
      try Cosignature.message(body: signed.checkpoint.body, timestamp: 1_679_315_147)
        == ascii(
          """
          cosignature/v1
          time 1679315147
          example.com/behind-the-sofa
          20852163
          CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

          """))
  }

  @Test func malformedBodies() throws {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    let faults: [(String, LogError)] = [
      ("", .checkpointOrigin), ("a", .checkpointOrigin), ("\n1\n\(root)\n", .checkpointOrigin), ("a\n", .checkpointSize),
      ("a\n\n\(root)\n", .checkpointSize), ("a\n01\n\(root)\n", .checkpointSize), ("a\n+1\n\(root)\n", .checkpointSize),
      ("a\n-1\n\(root)\n", .checkpointSize), ("a\n1 \n\(root)\n", .checkpointSize),
      ("a\n9223372036854775808\n\(root)\n", .checkpointSize),
      ("a\n1\n", .checkpointRoot), ("a\n1\n\(root)", .checkpointRoot), ("a\n1\n\(root) \n", .checkpointRoot),
      ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", .checkpointRoot),
      ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n", .checkpointRoot),
      ("a\n1\n\(root)\n\n", .checkpointExtension), ("a\n1\n\(root)\nx", .checkpointExtension),
      ("a\n1\n\(root)\nx\n\ny\n", .checkpointExtension),
      ("a\n0\n\(root)\n", .emptyTreeRoot(found: hash("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"))),
      ("a\u{1}\n1\n\(root)\n", .checkpointOrigin),
    ]
    for (text, fault) in faults { #expect(throws: fault, "\(text)") { try Checkpoint(parsing: ascii(text)) } }
    for text in [
      "a\n1\n\(root)\n", "a b+c\n1\n\(root)\nextension\nanother one\n", "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    ] {
      #expect(try Checkpoint(parsing: ascii(text)).body == ascii(text))
    }
    #expect(throws: LogError.checkpointOrigin) { try Checkpoint(origin: ascii("a\nb"), size: 1, root: .zero) }
    #expect(throws: LogError.checkpointExtension) { try Checkpoint(origin: [0x61], size: 1, root: .zero, extensionLines: [[]]) }
    #expect(throws: LogError.treeTooLarge(size: 1 << 63)) { try Checkpoint(origin: [0x61], size: 1 << 63, root: .zero) }
  }

  /// One log, five witnesses, three needed.
  struct Setting {
    let log = testSigner(1)
    let witnesses = (10..<15).map { testSigner($0, type: .cosignature) }
    let policy: LogPolicy
    let checkpoint: Checkpoint

    init() throws {
      policy = try LogPolicy(logKey: log.key, witnesses: witnesses.map(\.key), quorum: 3)
      checkpoint = try Checkpoint(origin: log.key.name, size: 8, root: ReferenceTree.roots[7])
    }
  }

  @Test func quorum() throws {
    let setting = try Setting()
    var signed = try setting.log.sign(setting.checkpoint)
    #expect(try setting.policy.verify(signed).cosigners.isEmpty)
    for (count, index) in [4, 0, 2, 1, 3].enumerated() {
      let verified = try setting.policy.verify(signed)
      #expect(verified.isWitnessed == (count >= 3))
      #expect(verified.cosigners.count == count)
      signed = try signed.adding(setting.witnesses[index].cosign(setting.checkpoint, timestamp: 1000 + UInt64(index)))
    }
    #expect(try setting.policy.verify(signed).cosigners == (0..<5).map { .init(witness: $0, timestamp: 1000 + UInt64($0)) })
    // A second cosignature by the same witness cannot be added, so it cannot be counted.
    #expect(throws: LogError.duplicateSignature(index: 6)) {
      try signed.adding(setting.witnesses[0].cosign(setting.checkpoint, timestamp: 2000))
    }
    // Every bit of every signature counts; known ones that fail reject the whole checkpoint.
    for index in 0..<6 {
      for position in 0..<signed.note.signatures[index].signature.count {
        var signatures = signed.note.signatures
        var bytes = signatures[index].signature
        bytes[position] ^= 1 << UInt8(position % 8)
        signatures[index] = try NoteSignature(keyName: signatures[index].keyName, keyID: signatures[index].keyID, signature: bytes)
        let altered = try SignedCheckpoint(note: SignedNote(text: signed.note.text, signatures: signatures))
        #expect(throws: LogError.badSignature(name: signatures[index].keyName, keyID: signatures[index].keyID)) {
          try setting.policy.verify(altered)
        }
      }
    }
  }

  @Test func policyRefusals() throws {
    let setting = try Setting()
    let (log, checkpoint) = (setting.log, setting.checkpoint)
    let cosigned = try setting.witnesses[0].cosign(checkpoint, timestamp: 5)
    let unsigned = try SignedCheckpoint(note: SignedNote(text: checkpoint.body, signatures: [cosigned]))
    #expect(throws: LogError.notSigned(name: log.key.name, keyID: log.key.keyID)) { try setting.policy.verify(unsigned) }
    let other = try testSigner(2).sign(Checkpoint(origin: testSigner(2).key.name, size: 8, root: checkpoint.root))
    #expect(throws: LogError.originMismatch(expected: log.key.name, found: testSigner(2).key.name)) {
      try setting.policy.verify(other)
    }
    let extended = try log.sign(Checkpoint(origin: log.key.name, size: 8, root: checkpoint.root, extensionLines: [ascii("x")]))
    #expect(throws: LogError.unexpectedExtension) { try setting.policy.verify(extended) }
    // The log's key as a cosigner's has another ID, so the log's own signature is missing.
    let asWitness = testSigner(1, type: .cosignature, name: "example.org/log1")
    let confused = try SignedCheckpoint(
      note: SignedNote(text: checkpoint.body, signatures: [asWitness.cosign(checkpoint, timestamp: 5)]))
    #expect(throws: LogError.notSigned(name: log.key.name, keyID: log.key.keyID)) { try setting.policy.verify(confused) }
    #expect(throws: LogError.signatureType(4)) { try asWitness.sign(checkpoint) }
    #expect(throws: LogError.signatureType(1)) { try log.cosign(checkpoint, timestamp: 5) }
  }

  @Test func policiesThatCountNobodyTwice() throws {
    let log = testSigner(1).key
    let (first, second) = (testSigner(10, type: .cosignature).key, testSigner(11, type: .cosignature).key)
    let renamed = try VerifierKey(name: ascii("other"), type: .cosignature, publicKey: first.publicKey)
    let rekeyed = try VerifierKey(name: first.name, type: .cosignature, publicKey: second.publicKey)
    for witnesses in [[first, first], [first, renamed], [first, rekeyed], [first, log]] {
      #expect(throws: LogError.policyKey(witness: 1)) { try LogPolicy(logKey: log, witnesses: witnesses, quorum: 1) }
    }
    let logAsWitness = try VerifierKey(name: ascii("other"), type: .cosignature, publicKey: log.publicKey)
    #expect(throws: LogError.policyKey(witness: 0)) { try LogPolicy(logKey: log, witnesses: [logAsWitness], quorum: 1) }
    #expect(throws: LogError.policyKey(witness: nil)) { try LogPolicy(logKey: first, witnesses: [], quorum: 0) }
    #expect(throws: LogError.policyQuorum(required: 3, witnesses: 2)) {
      try LogPolicy(logKey: log, witnesses: [first, second], quorum: 3)
    }
    #expect(throws: LogError.policyQuorum(required: -1, witnesses: 2)) {
      try LogPolicy(logKey: log, witnesses: [first, second], quorum: -1)
    }
  }

  @Test func cosignatureLimits() throws {
    let setting = try Setting()
    #expect(throws: LogError.timestamp(1 << 63)) { try setting.witnesses[0].cosign(setting.checkpoint, timestamp: 1 << 63) }
    #expect(throws: LogError.timestamp(1 << 63)) { try Cosignature(parsing: [0x80] + Array(repeating: 0, count: 71)) }
    #expect(throws: LogError.signatureLength(expected: 72, found: 71)) { try Cosignature(parsing: Array(repeating: 0, count: 71)) }
    #expect(throws: LogError.signatureLength(expected: 72, found: 73)) { try Cosignature(parsing: Array(repeating: 0, count: 73)) }
    #expect(throws: LogError.checkpointSize) { try Cosignature.message(body: ascii("not\na\ncheckpoint\n"), timestamp: 1) }
  }
}
