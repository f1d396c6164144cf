import Curve25519
import Testing

@testable import TransparencyLog

/// Paths, tiles and bundles against the definition in tlog-tiles.
struct TileTests {
  /// The examples of the specification, and the borders between its cases.
  @Test(
    arguments: [
      ("tile/0/000", 0, 0, 256), ("tile/0/x001/x234/067", 0, 1_234_067, 256), ("tile/0/273.p/112", 0, 273, 112),
      ("tile/1/000", 1, 0, 256), ("tile/1/001.p/17", 1, 1, 17), ("tile/2/000.p/1", 2, 0, 1), ("tile/0/999", 0, 999, 256),
      ("tile/0/x001/000", 0, 1000, 256), ("tile/63/x123/x456/789.p/255", 63, 123_456_789, 255),
      ("tile/entries/000", -1, 0, 256), ("tile/entries/x001/x234/067.p/1", -1, 1_234_067, 1),
      ("tile/0/x009/x223/x372/x036/x854/x775/807", 0, LogLimits.treeSize, 256),
    ] as [(String, Int, UInt64, Int)])
  func pathExamples(text: String, level: Int, index: UInt64, width: Int) throws {
    let path = TilePath(level < 0 ? .entries : .hashes(level: level), index: index, width: width)
    #expect(path.bytes == ascii(text))
    #expect(path.description == text)
    #expect(try TilePath(parsing: ascii(text)) == path)
    #expect(path.full.isPartial == false && path.full.index == index)
    #expect(path.byteCount == (level < 0 ? nil : width * 32))
  }

  @Test(arguments: [
    "", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/-01", "tile/0/+01", "tile/0/ 01",
    "tile/00/000", "tile/64/000", "tile/-1/000", "tile/data/000", "tile/8/0/000", "tile//000", "/tile/0/000", "tile/0/000/",
    "tile/0/x000", "tile/0/x000/001", "tile/0/001/067", "tile/0/x001x/067", "tile/0/X001/067", "tile/0/x001/x067", "Tile/0/000",
    "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/1/2", "tile/0/.p/1",
    "tile/0/000.P/1", "tile/0/000/.p/1", "tile/entries", "tile/entries/", "tile/entries/1", "tile/Entries/000", "tile/0/000\n",
    "tile/0/x009/x223/x372/x036/x854/x775/808", "tile/0/x999/x999/x999/x999/x999/x999/999",
    "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
    "tile/0/..", "tile/0/../000", "tile/.p/1", "tile/0/x001.p/1",
  ])
  func otherPathsAreRefused(text: String) {
    #expect(throws: LogError.tilePath) { try TilePath(parsing: ascii(text)) }
  }

  /// The examples of the specification: sizes 256 and 70 000.
  @Test func pathsOfALog() throws {
    #expect(try LogPaths(size: 0).map(\.description) == [])
    #expect(try LogPaths(size: 1).map(\.description) == ["tile/entries/000.p/1", "tile/0/000.p/1"])
    #expect(try LogPaths(size: 256).map(\.description) == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"])
    let paths = try LogPaths(size: 70_000).map(\.description)
    #expect(paths.count == 274 + 274 + 2 + 1)
    #expect(Set(paths).count == paths.count)
    #expect(paths[272...275] == ["tile/entries/272", "tile/entries/273.p/112", "tile/0/000", "tile/0/001"])
    #expect(paths.suffix(4) == ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"])
    #expect(throws: LogError.treeTooLarge(size: 1 << 63)) { try LogPaths(size: 1 << 63) }
    for size in [1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000, 1 << 24] as [UInt64] {
      let log = try LogPaths(size: size)
      #expect(log.partial == log.filter(\.isPartial))
    }
    #expect(try LogPaths(size: LogLimits.treeSize).partial.count == 9)
  }

  /// At every size up to a third tile and beyond: full tiles as they fill, partial ones on request, as the definition has them.
  @Test func builderAgreesWithTheDefinition() throws {
    let leaves = testLeaves(800)
    var builder = HashTileBuilder()
    var published: [TilePath: [UInt8]] = [:]
    for size in 0...leaves.count {
      if size < 3 || size > 509 || (250...260).contains(size) {
        var files = published
        for file in builder.partialTiles() { files[file.path] = file.bytes }
        let expected = try LogPaths(size: UInt64(size)).filter { $0.kind != .entries }
        #expect(Set(files.keys) == Set(expected))
        for path in expected { try #require(files[path] == naiveTile(path, leaves)) }
        #expect(builder.root == naiveRoot(leaves[..<size]))
        let resumed = try HashTileBuilder(resuming: UInt64(size), root: builder.root) { files[$0] }
        try #require(resumed.partialTiles() == builder.partialTiles() && resumed.root == builder.root)
      }
      guard size < leaves.count else { break }
      for file in try builder.append(leaves[size]) {
        #expect(!file.path.isPartial && published[file.path] == nil)
        published[file.path] = file.bytes
      }
    }
  }

  /// Around two full levels of tiles, hashes only; every inclusion and consistency proof shape at the edges, from the tiles.
  @Test func twoLevels() throws {
    let count = 65_537
    let leaves = testLeaves(count)
    var builder = HashTileBuilder()
    var published: [TilePath: [UInt8]] = [:]
    for size in 1...count {
      for file in try builder.append(leaves[size - 1]) { published[file.path] = file.bytes }
      guard [255, 256, 257, 511, 65_535, 65_536, 65_537].contains(size) else { continue }
      let root = naiveRoot(leaves[..<size])
      #expect(builder.root == root)
      var files = published
      for file in builder.partialTiles() { files[file.path] = file.bytes }
      let expected = try LogPaths(size: UInt64(size)).filter { $0.kind != .entries }
      #expect(Set(files.keys) == Set(expected))
      for path in expected { try #require(files[path] == naiveTile(path, leaves)) }
      for index in [0, 1, 254, 255, 256, 510, 65_279, 65_280, 65_534, 65_535, 65_536, size - 1] where index < size {
        let proof = try InclusionProof(index: UInt64(index), size: UInt64(size)) { files[$0] }
        #expect(proof.hashes == naivePath(index, leaves[..<size]))
        try proof.verify(leafHash: leaves[index], root: root)
        let consistency = try ConsistencyProof(oldSize: UInt64(index + 1), newSize: UInt64(size)) { files[$0] }
        #expect(consistency.hashes == naiveConsistency(index + 1, leaves[..<size]))
        try consistency.verify(oldRoot: naiveRoot(leaves[...index]), newRoot: root)
      }
    }
  }

  @Test func missingAndWrongTiles() throws {
    var builder = HashTileBuilder()
    var files: [TilePath: [UInt8]] = [:]
    for leaf in testLeaves(300) { for file in try builder.append(leaf) { files[file.path] = file.bytes } }
    for file in builder.partialTiles() { files[file.path] = file.bytes }
    let first = TilePath(.hashes(level: 0), index: 0)
    let short = files.merging([first: Array(repeating: 0, count: 8191)]) { $1 }
    #expect(throws: LogError.tileLength(first, expected: 8192, found: 8191)) {
      try InclusionProof(index: 3, size: 300) { short[$0] }
    }
    let absent = files.filter { $0.key != first }
    #expect(throws: LogError.missingTile(first)) { try InclusionProof(index: 3, size: 300) { absent[$0] } }
    let tiles = try TileHashes(size: 300)
    #expect(throws: LogError.missingTile(first)) { try tiles.hash(at: TreeNode(level: 0, index: 0)) }
    for node in [
      TreeNode(level: 0, index: 300), .init(level: 8, index: 1), .init(level: 9, index: 0), .init(level: 64, index: 0),
      .init(level: -1, index: 0),
    ] {
      #expect(throws: LogError.indexOutsideTree(index: node.index, size: 300)) { try tiles.hash(at: node) }
    }
    var altered = files
    let edge = TilePath(.hashes(level: 0), index: 1, width: 44)
    for position in 0..<44 {
      altered[edge]?[32 * position] ^= 1
      #expect(throws: LogError.self) { try HashTileBuilder(resuming: 300, root: builder.root) { altered[$0] } }
      altered[edge]?[32 * position] ^= 1
    }
  }
}

/// A tile as tlog-tiles defines it: MTH(D[(n · 256 + i) · 256^l : (n · 256 + i + 1) · 256^l]).
func naiveTile(_ path: TilePath, _ leaves: [Bytes32]) -> [UInt8]? {
  guard case .hashes(let level) = path.kind else { return nil }
  let span = 1 << (8 * level)
  return (0..<path.width).flatMap { position -> [UInt8] in
    let start = (Int(path.index) * 256 + position) * span
    return naiveRoot(leaves[start..<start + span]).bytes
  }
}
