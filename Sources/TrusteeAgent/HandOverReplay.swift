import Curve25519
import Elections
import ThresholdCryptography

/// A hand-over as its log tells it, read from the first message on, and this trustee's part in it. Made anew in each process: everything follows from the
/// seed and the log.
struct HandOverReplay<Cipher: ShareCipher> {
  let id: Bytes32
  /// Whether this trustee deals: what was approved later makes another replay.
  let deals: Bool
  private(set) var party: HandOver<Cipher>
  /// Size and root of what was read.
  private(set) var root = CeremonyRoot()
  private var onLog: Set<Bytes32> = []
  /// What was read in an earlier life, to be found again.
  private let known: (size: UInt64, root: Bytes32)

  init(_ kept: TrusteeHandOver, _ party: HandOver<Cipher>, deals: Bool) {
    id = kept.id
    known = (kept.size, kept.root)
    self.party = party
    self.deals = deals
  }

  /// Reads what follows on the log.
  ///
  /// - Throws: `ceremonyLogRewritten`.
  mutating func read(_ page: HandOverPage) throws(TrusteeFault) {
    for message in page.messages {
      let hash = Bytes32(SHA256.hash(message).span)
      root.append(hash)
      onLog.insert(hash)
      if root.size == known.size, root.root != known.root { throw .alarm(.ceremonyLogRewritten(size: known.size)) }
      _ = party.receive(message)
    }
    if page.messages.isEmpty, root.size < known.size { throw .alarm(.ceremonyLogRewritten(size: known.size)) }
  }

  /// What this trustee has to say now that the log was read to its end.
  mutating func next() -> [UInt8]? { party.next() }

  func isOnLog(_ message: [UInt8]) -> Bool { onLog.contains(Bytes32(SHA256.hash(message).span)) }

  mutating func wipe() { party.wipe() }
}
