import BallotCryptography
import Curve25519
import Testing

@testable import Elections

/// Entries of the board (6.3), the opening entry above all.
struct BoardEntryTests {
  private func opening(_ random: inout SeededRandom, software: Int = 0) throws -> OpeningEntry {
    var files: [SoftwareFile] = []
    for index in 0..<software { files.append(SoftwareFile(path: try text("/file\(index).js"), sha256: random.b32())) }
    return OpeningEntry(
      origin: try text("example.org/log"), logKey: random.b32(), manifest: try simpleManifest(),
      trustees: try roster(trustees: 3, threshold: 2, random: &random),
      roll: try Roll(voters(12, random: &random) { UInt32($0 + 1) }),
      quorum: 2, absent: software % 2 == 1 ? [3] : [],
      draw: OpeningDraw(hash: random.b32(), output: random.b32()), software: files)
  }

  @Test func openingFixesTheElection() throws {
    var random = SeededRandom(seed: [1])
    let trustees = try roster(trustees: 3, threshold: 2, random: &random)
    let roll = try Roll(voters(12, random: &random) { UInt32($0 + 1) })
    let manifest = try simpleManifest()
    let key = random.b32()
    let draw = OpeningDraw(hash: random.b32(), output: random.b32())
    let entry = OpeningEntry(
      origin: try text("example.org/log"), logKey: key, manifest: manifest, trustees: trustees, roll: roll, quorum: 3,
      absent: [2], draw: draw, software: [SoftwareFile(path: try text("/a"), sha256: .zero)])
    var expected: [UInt8] = [0, 1, 0, 15] + Array("example.org/log".utf8) + key.bytes + SHA256.hash(manifest.encoded)
    expected += SHA256.hash(trustees.encoded) + trustees.jointKey(.election).encoded.bytes + roll.root.bytes
    expected += bigEndian(12, 4) + bigEndian(78, 8) + [3, 1, 2] + draw.hash.bytes + draw.output.bytes
    expected += [0, 1, 0, 2] + Array("/a".utf8) + [UInt8](repeating: 0, count: 32)
    #expect(entry.encoded == expected)
    #expect(try OpeningEntry(expected) == entry)
    let board = BoardEntry(.opening, time: 0x0102_0304_0506_0708, body: expected)
    #expect(board.encoded == [1, 1, 2, 3, 4, 5, 6, 7, 8] + expected)
    #expect(board.leafHash.bytes == SHA256.hash([0] + board.encoded))
  }

  @Test func openingReadsWhatItWrites() throws {
    var random = SeededRandom(seed: [2])
    for software in [0, 1, 7, 1000] {
      let entry = try opening(&random, software: software)
      #expect(try OpeningEntry(entry.encoded) == entry)
    }
    let encoded = try opening(&random, software: 2).encoded
    let read = expectMutationsRefusedOrKept(encoded, rounds: 3000, random: &random) { (try? OpeningEntry($0))?.encoded }
    #expect(read > 100)
    for count in 0..<encoded.count { #expect((try? OpeningEntry(Array(encoded[..<count]))) == nil) }
    #expect(codecError { _ = try OpeningEntry(encoded + [0]) } == .trailingBytes(count: 1))
  }

  @Test func openingFieldsAreBounded() throws {
    var random = SeededRandom(seed: [3])
    let good = try opening(&random).encoded
    func error(_ offset: Int, _ bytes: [UInt8]) -> CodecError? {
      var altered = good
      altered.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      return codecError { _ = try OpeningEntry(altered) }
    }
    #expect(error(0, [0, 2]) == .outOfRange(field: FieldName("version")))
    for forbidden in [0x20, 0x2b, 0x7f, 0x0a, 0x1f, 0xc3] as [UInt8] {
      #expect(error(4, [forbidden]) == .invalidText(field: FieldName("origin")))
    }
    #expect(error(4, [0xc3, 0xa9]) == .invalidText(field: FieldName("origin")))
    #expect(error(2, [0, 201]) == .outOfRange(field: FieldName("origin")))
    #expect(error(4, [0x21]) == nil && error(4, [0x7e]) == nil)
    let joint = 4 + 15 + 96
    #expect(error(joint, [UInt8](repeating: 0xff, count: 32)) == .invalidEncoding(field: FieldName("joint key")))
    #expect(error(good.count - 2, [0x03, 0xe9]) == .outOfRange(field: FieldName("number of software files")))
    // A thousand files in a short entry.
    #expect(error(good.count - 2, [0x03, 0xe8]) == .truncated(field: FieldName("software path")))
  }

  @Test func entriesReadWhatTheyWrite() throws {
    var random = SeededRandom(seed: [4])
    for kind in EntryKind.allCases {
      for length in [0, 1, 160, 5000] {
        let entry = BoardEntry(kind, time: .max - 1, body: random.bytes(length))
        #expect(try BoardEntry(entry.encoded) == entry)
      }
    }
    for kind in UInt8.min...UInt8.max where !(1...9).contains(kind) && kind != 11 {
      #expect(
        codecError { _ = try BoardEntry([kind] + [UInt8](repeating: 0, count: 20)) } == .outOfRange(field: FieldName("entry kind")))
    }
    #expect(codecError { _ = try BoardEntry([]) } == .truncated(field: FieldName("entry kind")))
    #expect(codecError { _ = try BoardEntry([5, 0, 0, 0, 0, 0, 0, 0]) } == .truncated(field: FieldName("time")))
    #expect(try BoardEntry([5] + [UInt8](repeating: 0, count: 8)).body.isEmpty)
  }

  @Test func lengthsOfBodies() {
    func entry(_ kind: EntryKind, _ length: Int) -> BoardEntry {
      BoardEntry(kind, time: 0, body: [UInt8](repeating: 0, count: length))
    }
    for bits in [1, 7, 256] {
      let cast = 230 + 192 * bits
      #expect([cast - 1, cast, cast + 1].map { entry(.cast, $0).hasExpectedLength(bits: bits) } == [false, true, false])
    }
    #expect([159, 160, 161].map { entry(.challenge, $0).hasExpectedLength(bits: 3) } == [false, true, false])
    #expect([0, 1].map { entry(.closing, $0).hasExpectedLength(bits: 3) } == [true, false])
    #expect([0, 1].map { entry(.resume, $0).hasExpectedLength(bits: 3) } == [true, false])
    #expect([99, 100, 101].map { entry(.replacement, $0).hasExpectedLength(bits: 3) } == [false, true, false])
    #expect(entry(.pause, 5).hasExpectedLength(bits: 3) && entry(.abort, 5).hasExpectedLength(bits: 3))
    #expect(entry(.opening, 5).hasExpectedLength(bits: 3) && entry(.opened, 5).hasExpectedLength(bits: 3))
  }

  @Test func absentTrusteesLeaveTheThreshold() throws {
    var random = SeededRandom(seed: [6])
    let five = try roster(trustees: 5, threshold: 3, random: &random)
    for absent in [[], [1], [5], [1, 5], [2, 3]] as [[Int]] { #expect(OpeningEntry.allowsAbsent(absent, five)) }
    for absent in [[0], [6], [2, 2], [3, 2], [1, 2, 3]] as [[Int]] { #expect(!OpeningEntry.allowsAbsent(absent, five)) }
    #expect(OpeningEntry.allowsAbsent([], try roster(trustees: 1, threshold: 1, random: &random)))
    #expect(!OpeningEntry.allowsAbsent([1], try roster(trustees: 1, threshold: 1, random: &random)))
  }

  @Test func cosignersAreNamedAfterTheLog() throws {
    #expect(CosignerName.of(trustee: 12, origin: try text("example.org/log")) == Array("example.org/log/trustee/12".utf8))
  }
}
