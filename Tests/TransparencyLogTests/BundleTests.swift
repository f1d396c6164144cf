import Curve25519
import Testing

@testable import TransparencyLog

/// Entry bundles, whole logs and their replay.
struct BundleTests {
  @Test func wireFormat() throws {
    #expect(try EntryBundle.encode([ascii("a"), [], ascii("bc")]) == [0, 1, 0x61, 0, 0, 0, 2, 0x62, 0x63])
    #expect(try EntryBundle.encode([]) == [])
    let longest = Array(repeating: UInt8(7), count: 65_535)
    #expect(try EntryBundle.decode(EntryBundle.encode([longest]), count: 1) == [longest])
    #expect(throws: LogError.entryTooLong(count: 65_536)) { try EntryBundle.encode([longest + [7]]) }
  }

  /// Every truncation, extension and other count is refused; every flipped bit is refused or decodes to something that encodes to it.
  @Test func decoderIsStrict() throws {
    let entries = [ascii("first"), [], ascii("a longer entry"), [0, 0, 0]]
    let bundle = try EntryBundle.encode(entries)
    #expect(try EntryBundle.decode(bundle, count: 4) == entries)
    for length in 0..<bundle.count {
      #expect(throws: LogError.self) { try EntryBundle.decode(Array(bundle[..<length]), count: 4) }
    }
    for count in [0, 1, 2, 3, 5, 256] { #expect(throws: LogError.self) { try EntryBundle.decode(bundle, count: count) } }
    #expect(throws: LogError.bundleTrailingBytes(count: 1)) { try EntryBundle.decode(bundle + [0], count: 4) }
    #expect(throws: LogError.bundleTruncated(position: 2)) { try EntryBundle.decode(Array(bundle[..<12]), count: 4) }
    forEachFlip(of: bundle) { altered in
      guard let decoded = try? EntryBundle.decode(altered, count: 4) else { return }
      #expect((try? EntryBundle.encode(decoded)) == altered)
    }
  }

  /// Builds a log with checkpoints on the way, resumes it from its files at each, and replays it.
  @Test(arguments: [0, 1, 2, 255, 256, 257, 511, 512, 700])
  func buildResumeReplay(size: Int) throws {
    var log = TestLog()
    for index in 0..<size {
      try log.append(testEntry(index))
      guard index % 100 == 99 || (250...260).contains(index) else { continue }
      log.publish()
      let resumed = try TileBuilder(resuming: log.builder.size, root: log.builder.root) { log.files[$0] }
      #expect(resumed == log.builder)
    }
    log.publish()
    let needed = try Array(LogPaths(size: UInt64(size)))
    #expect(Set(needed).isSubset(of: log.files.keys))

    let earlier = [0, 1, 2, 254, 255, 256, 300, size].filter { $0 <= size }
    var replay = try LogReplay(size: UInt64(size), earlierSizes: earlier.map { UInt64($0) })
    var compared: Set<TilePath> = []
    var index = 0
    while let path = replay.nextBundle {
      let step = try replay.replay(try #require(log.files[path]))
      compared.insert(path)
      #expect(step.firstIndex == UInt64(index))
      for entry in step.entries {
        #expect(entry == testEntry(index))
        index += 1
      }
      for tile in step.tiles {
        try tile.verify(published: try #require(log.files[tile.path]))
        compared.insert(tile.path)
      }
    }
    #expect(compared == Set(needed))
    try replay.verify(root: log.builder.root)
    let leaves = (0..<size).map { MerkleTree.leafHash(testEntry($0)) }
    for size in earlier { #expect(replay.root(at: UInt64(size)) == naiveRoot(leaves[..<size])) }
    #expect(replay.root(at: 253) == nil)
    #expect(throws: LogError.replayFinished) { try replay.replay([]) }
  }

  @Test func replayFindsWhatIsWrong() throws {
    var log = TestLog()
    for index in 0..<300 { try log.append(testEntry(index)) }
    log.publish()
    var replay = try LogReplay(size: 300)
    let first = TilePath(.entries, index: 0)
    #expect(throws: LogError.missingTile(first)) { try replay.verify(root: log.builder.root) }
    #expect(throws: LogError.bundleTrailingBytes(count: 2)) { try replay.replay(try #require(log.files[first]) + [0, 0]) }
    #expect(replay.replayed == 0)
    var altered = try #require(log.files[first])
    altered[5] ^= 1
    let step = try replay.replay(altered)
    let tile = try #require(step.tiles.first)
    #expect(throws: LogError.tileMismatch(tile.path)) { try tile.verify(published: try #require(log.files[tile.path])) }
    _ = try replay.replay(try #require(log.files[TilePath(.entries, index: 1, width: 44)]))
    #expect(throws: LogError.self) { try replay.verify(root: log.builder.root) }
    #expect(throws: LogError.sizesReversed(old: 301, new: 300)) { try LogReplay(size: 300, earlierSizes: [301]) }
  }

  @Test func resumeRefusesOtherFiles() throws {
    var log = TestLog()
    for index in 0..<300 { try log.append(testEntry(index)) }
    log.publish()
    let (size, root, files) = (log.builder.size, log.builder.root, log.files)
    #expect(throws: LogError.rootMismatch(size: 300, expected: .zero, computed: root)) {
      try TileBuilder(resuming: size, root: .zero) { files[$0] }
    }
    let bundle = TilePath(.entries, index: 1, width: 44)
    for path in try LogPaths(size: 300).partial {
      #expect(throws: LogError.missingTile(path)) { try TileBuilder(resuming: size, root: root) { $0 == path ? nil : files[$0] } }
    }
    var altered = try #require(files[bundle])
    altered[3] ^= 1
    #expect(throws: LogError.leafMismatch(index: 256)) {
      try TileBuilder(resuming: size, root: root) { $0 == bundle ? altered : files[$0] }
    }
  }

  @Test func tooLongAnEntryChangesNothing() throws {
    var builder = TileBuilder()
    _ = try builder.append([1])
    let before = builder
    #expect(throws: LogError.entryTooLong(count: 65_536)) { try builder.append(Array(repeating: 0, count: 65_536)) }
    #expect(builder == before)
  }
}

/// A log with its published files.
struct TestLog {
  var builder = TileBuilder()
  var files: [TilePath: [UInt8]] = [:]

  mutating func append(_ entry: [UInt8]) throws { for file in try builder.append(entry) { files[file.path] = file.bytes } }

  /// Stores what a checkpoint of the present size needs.
  mutating func publish() { for file in builder.partialFiles() { files[file.path] = file.bytes } }
}

/// Entries of 0 to 96 bytes.
func testEntry(_ index: Int) -> [UInt8] {
  Array(repeating: UInt8(index & 0xff), count: index % 89) + ascii("\(index)").prefix(index % 5 * 2)
}

/// Calls `body` with every single-bit change of `bytes`.
func forEachFlip(of bytes: [UInt8], _ body: ([UInt8]) throws -> Void) rethrows {
  for bit in 0..<bytes.count * 8 {
    var altered = bytes
    altered[bit / 8] ^= 1 << UInt8(bit % 8)
    try body(altered)
  }
}
