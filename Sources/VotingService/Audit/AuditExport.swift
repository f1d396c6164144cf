import TransparencyLog

/// The audit log as of one moment. Entries are only ever added, so those below the size of the checkpoint may be read later.
public struct AuditExport: Sendable {
  /// Signed size and root.
  public let checkpoint: SignedCheckpoint
  let size: UInt64
  let read: @Sendable (UInt64) async throws -> [AuditEntry]

  /// Hands out the entries in order, each with a newline, in pieces.
  public func writeLines(_ write: (_ piece: [UInt8]) async throws -> Void) async throws {
    var position: UInt64 = 0
    while position < size {
      let entries = try await read(position).filter { $0.position < size }
      guard let last = entries.last else { return }
      try await write(entries.flatMap { $0.bytes + [0x0a] })
      position = last.position + 1
    }
  }
}
