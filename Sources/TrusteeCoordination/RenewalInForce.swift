import Elections
import TransparencyLog

/// The checkpoint by which the trustees before a renewal bring it into force (`docs/spec/06-record.md`, 6.12).
public struct RenewalInForce: Sendable {
  /// The first one that contains the renewal's entry, signed by the log alone.
  public let checkpoint: SignedCheckpoint
  private let policy: LogPolicy

  /// - Parameters:
  ///   - before: who acted before the renewal.
  ///   - checkpoint: signed by the log.
  public init(opening: OpeningEntry, before: ActingTrustees, checkpoint: SignedCheckpoint) throws(LogError) {
    self.checkpoint = checkpoint
    policy = try LogPolicy(opening: opening, before: before)
  }

  /// How many cosignatures it needs.
  public var threshold: Int { policy.quorum }

  /// Whose cosignature a line is; `nil` where it is nobody's of those before the renewal, or does not hold.
  public func cosigner(_ line: NoteSignature) -> Int? {
    policy.witnesses.firstIndex {
      $0.name == line.keyName && $0.keyID == line.keyID && $0.verifies(line.signature, text: checkpoint.checkpoint.body)
    }.map { $0 + 1 }
  }

  /// The file `renewal-k-checkpoint`, as soon as there are enough lines.
  ///
  /// - Parameter lines: by number.
  public func file(_ lines: [Int: NoteSignature]) throws(LogError) -> [UInt8]? {
    let good = lines.filter { cosigner($0.value) == $0.key }.sorted { $0.key < $1.key }
    guard good.count >= threshold else { return nil }
    var cosigned = checkpoint
    for (_, line) in good { cosigned = try cosigned.adding(line) }
    return cosigned.bytes
  }
}
