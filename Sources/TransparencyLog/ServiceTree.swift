import Curve25519

/// The tree over all boards of a service, of which one root goes to a public chain (specification, 12.1).
///
/// Its leaves stand in ascending order of their elections' ids. So an election moves when one with a lower id joins, and whoever shows two neighbours with nothing
/// between them shows that an election is not there.
public struct ServiceTree: Equatable, Sendable {
  /// The state of one election's board.
  public struct Leaf: Equatable, Sendable {
    /// Bytes of an entry.
    public static let length = 72

    /// The election's id.
    public let election: Bytes32
    /// Entries of its board.
    public let size: UInt64
    /// The root of its board.
    public let root: Bytes32

    /// From its parts.
    public init(election: Bytes32, size: UInt64, root: Bytes32) {
      self.election = election
      self.size = size
      self.root = root
    }

    /// election id ‖ size ‖ root, 72 bytes.
    public var entry: [UInt8] {
      var bytes = election.bytes
      for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: size >> UInt64(shift))) }
      root.append(to: &bytes)
      return bytes
    }

    /// The hash of the entry.
    public var hash: Bytes32 { MerkleTree.leafHash(entry) }

    /// From the 72 bytes that start at `offset`.
    init(_ bytes: Span<UInt8>, at offset: Int) {
      election = Bytes32(bytes, at: offset)
      var size: UInt64 = 0
      for index in 32..<40 { size = size << 8 | UInt64(bytes[offset + index]) }
      self.size = size
      root = Bytes32(bytes, at: offset + 40)
    }
  }

  /// A leaf and the proof that it is in the tree.
  public struct Place: Equatable, Sendable {
    /// The leaf.
    public let leaf: Leaf
    /// Its place and path.
    public let proof: InclusionProof

    /// A place received from elsewhere; nothing is verified yet.
    public init(leaf: Leaf, proof: InclusionProof) {
      self.leaf = leaf
      self.proof = proof
    }
  }

  /// The leaves in their order.
  public let leaves: [Leaf]
  private let hashes: MerkleHashes

  /// The tree of these boards, in whatever order they are given.
  ///
  /// - Throws: `serviceTreeEmpty`, and `electionTwice`.
  public init(_ leaves: [Leaf]) throws(LogError) {
    try self.init(ordered: leaves.sorted { $0.election < $1.election })
  }

  /// Reads what `bytes` gives.
  ///
  /// - Throws: `serviceTreeLength`, `serviceTreeEmpty`, `serviceTreeOrder`, `electionTwice`.
  public init(bytes: [UInt8]) throws(LogError) {
    guard bytes.count.isMultiple(of: Leaf.length) else { throw .serviceTreeLength(count: bytes.count) }
    let span = bytes.span
    var leaves: [Leaf] = []
    for offset in stride(from: 0, to: bytes.count, by: Leaf.length) { leaves.append(Leaf(span, at: offset)) }
    try self.init(ordered: leaves)
  }

  private init(ordered leaves: [Leaf]) throws(LogError) {
    guard !leaves.isEmpty else { throw .serviceTreeEmpty }
    for index in leaves.indices.dropFirst() {
      let (earlier, later) = (leaves[index - 1].election, leaves[index].election)
      guard earlier != later else { throw .electionTwice(later) }
      guard earlier < later else { throw .serviceTreeOrder(index: UInt64(index)) }
    }
    self.leaves = leaves
    hashes = MerkleHashes(leafHashes: leaves.map { $0.hash })
  }

  /// The entries of all leaves, one after the other.
  public var bytes: [UInt8] { leaves.flatMap { $0.entry } }

  /// What is anchored, with the number of leaves.
  public var root: Bytes32 {
    guard let root = try? hashes.root(size: UInt64(leaves.count)) else { preconditionFailure("all leaves are there") }
    return root
  }

  /// An election's leaf and its proof; `nil` where the election is not there.
  public func place(of election: Bytes32) -> Place? {
    let index = indexOfFirst(from: election)
    return index < leaves.count && leaves[index].election == election ? place(index) : nil
  }

  /// The neighbours that an election would have; `nil` where it is there.
  public func absence(of election: Bytes32) -> ServiceTreeAbsence? {
    let index = indexOfFirst(from: election)
    guard index == leaves.count || leaves[index].election != election else { return nil }
    return ServiceTreeAbsence(
      lower: index > 0 ? place(index - 1) : nil, upper: index < leaves.count ? place(index) : nil)
  }

  private func place(_ index: Int) -> Place {
    guard let proof = try? hashes.inclusionProof(index: UInt64(index), size: UInt64(leaves.count)) else {
      preconditionFailure("all leaves are there")
    }
    return Place(leaf: leaves[index], proof: proof)
  }

  /// The number of leaves of lower elections.
  private func indexOfFirst(from election: Bytes32) -> Int {
    var (low, high) = (0, leaves.count)
    while low < high {
      let middle = (low + high) / 2
      if leaves[middle].election < election { low = middle + 1 } else { high = middle }
    }
    return low
  }

  public static func == (a: ServiceTree, b: ServiceTree) -> Bool { a.leaves == b.leaves }
}

extension ServiceTree.Place {
  /// Verifies that the leaf is under an anchor.
  ///
  /// - Parameter leaves: how many the anchor says that there are.
  /// - Throws: `serviceTreeSize`, and what `InclusionProof.verify` throws.
  public func verify(root: Bytes32, leaves: UInt64) throws(LogError) {
    guard proof.size == leaves else { throw .serviceTreeSize(expected: leaves, found: proof.size) }
    try proof.verify(leafHash: leaf.hash, root: root)
  }
}

/// Proof that an election is not under an anchor: the two leaves between which it would stand, next to each other.
///
/// It holds as far as the leaves are in their order, of which a root alone says nothing: who has all leaves sees it.
public struct ServiceTreeAbsence: Equatable, Sendable {
  /// The last leaf below; `nil` where there is none.
  public let lower: ServiceTree.Place?
  /// The first leaf above; `nil` where there is none.
  public let upper: ServiceTree.Place?

  /// A proof received from elsewhere; nothing is verified yet.
  public init(lower: ServiceTree.Place?, upper: ServiceTree.Place?) {
    self.lower = lower
    self.upper = upper
  }

  /// Verifies that an election is not under an anchor.
  ///
  /// - Throws: `noAbsence` where the neighbours leave room, or the election does not stand between them; what `ServiceTree.Place.verify` throws.
  public func verify(_ election: Bytes32, root: Bytes32, leaves: UInt64) throws(LogError) {
    var next: UInt64 = 0
    if let lower {
      try lower.verify(root: root, leaves: leaves)
      guard lower.leaf.election < election else { throw .noAbsence }
      next = lower.proof.index + 1
    }
    guard let upper else {
      guard lower != nil, next == leaves else { throw .noAbsence }
      return
    }
    try upper.verify(root: root, leaves: leaves)
    guard election < upper.leaf.election, upper.proof.index == next else { throw .noAbsence }
  }
}
