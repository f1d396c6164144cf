/// The bounds of every size, count and loop of this module (`docs/spec/05-log.md`, "Limits").
///
/// Writers never exceed them and readers refuse what does, before spending memory on it.
public enum LogLimits {
  /// Most entries in a log: 2⁶³ − 1, what a signed 64-bit number holds in the other implementations of these formats.
  public static let treeSize: UInt64 = 0x7fff_ffff_ffff_ffff
  /// Most hashes in an inclusion or consistency proof: one for each level of the largest tree.
  public static let proofHashes = 64
  /// Hashes in a full tile and entries in a full bundle (tlog-tiles: height 8).
  public static let tileWidth = 256
  /// Most bytes in an entry: its length is a `u16` in its bundle (tlog-tiles, "Log entries").
  public static let entryBytes = 65_535
  /// Most bytes in an encoded signed note.
  public static let noteBytes = 1 << 20
  /// Most bytes in the text of a note, so most in the body of a checkpoint.
  public static let noteTextBytes = 1 << 16
  /// Most signatures on a note. The signed-note document asks for 16 at least.
  public static let noteSignatures = 64
  /// Most bytes in one signature, key ID excluded: room for the post-quantum ones we keep without understanding them.
  public static let signatureBytes = 6144
  /// Most bytes in a key name, so in the origin of our own logs.
  public static let keyNameBytes = 255
  /// Most bytes of extra data in a receipt.
  public static let receiptExtraBytes = 1 << 16
  /// Largest cosignature time: 2⁶³ − 1 (tlog-cosignature, "Format").
  public static let timestamp: UInt64 = 0x7fff_ffff_ffff_ffff
}
