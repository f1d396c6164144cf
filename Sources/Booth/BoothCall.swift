/// What a booth can be asked. The number is the first argument of the module's `call`.
///
/// Requests and answers use the codec of `docs/spec/02-primitives.md`, 2.4, and `blob := count u32 ‖ bytes`. An answer is `0 ‖ what stands below`,
/// or a `BoothError`.
public enum BoothCall: UInt8, CaseIterable, Sendable {
  /// () → version of the specification u16
  case version = 0
  /// (election id b32, manifest blob, opening entry blob) → joint key b32, bits of a ballot u16, log key b32, origin counted,
  /// opening draw b32
  ///
  /// Checks that manifest and joint key are those that the election id stands for.
  case openElection = 1
  /// (seed 64 bytes) → secret b32, credential b32
  case makeCredential = 2
  /// (secret b32) → credential b32
  case readCredential = 3
  /// (frame, credential b32, number u32, seed 64 bytes, contests u8 × (options u16 × value u32)) → ballot hash b32, ballot blob, opening blob
  ///
  /// `frame := election id b32 ‖ joint key b32 ‖ manifest blob`. `number` is at least 1, one more than that of
  /// any ballot cast with this credential. The opening is the voter's secret until the ballot is challenged.
  case encrypt = 4
  /// (secret b32, seed 64 bytes, ballot blob) → tracker b32, cast ballot blob
  case cast = 5
  /// (secret b32, seed 64 bytes, ballot blob) → challenge blob
  case challenge = 6
  /// (secret b32, seed 64 bytes, ballot blob, opening blob) → opened ballot blob
  case publish = 7
  /// (frame, ballot blob, opening blob) → ballot hash b32, contests u8 × (options u16 × value u32)
  case checkOpening = 8
  /// (frame, cast ballot blob) → tracker b32, credential b32
  case verifyBallot = 9
  /// (frame, opened ballot blob) → as `checkOpening`
  case verifyOpened = 10
  /// (leaf hash b32, index u64, size u64, root b32, hashes u8 × b32) → nothing
  case verifyInclusion = 11
  /// (old size u64, old root b32, new size u64, new root b32, hashes u8 × b32) → nothing
  case verifyConsistency = 12
  /// (board, checkpoint blob) → size u64, root b32, quorum u8, cosigners u8 × (trustee u8, time u64)
  ///
  /// `board := election id b32 ‖ opening entry blob ‖ trustees blob ‖ renewals u8 × (position u64 ‖ entry blob ‖ file blob)`. Whose cosignatures count
  /// follows from the renewals before the checkpoint's end; that their entries stand on the board at those positions the caller has seen. Times are Unix seconds.
  case verifyCheckpoint = 13
  /// (board, receipt blob, entry blob) → index u64, kind u8, tracker b32, then as `verifyCheckpoint`
  ///
  /// The tracker is that of a cast entry, which the receipt must show; zeros for other kinds.
  case verifyReceipt = 14
  /// (public key b32, signature 64 bytes, hash 64 bytes) → nothing
  ///
  /// Ed25519: the signature of a log on a checkpoint's text. The hash is SHA-512(first half of the signature ‖ public key ‖ text): platforms have it.
  case verifySignature = 15
  /// (cast ballot, all of the request) → tracker b32
  case track = 16
  /// (size before u64, frontier u8 × b32, pieces u8 × blob, bundle blob, leaves in it u16) → frontier u8 × b32, root b32,
  /// leaves u16 × (kind u8, time u64, hash b32, credential b32, leaf hash b32), leaves of the bundle u8 that are pieces of an entry that does not end in it
  ///
  /// Goes on from the frontier of the leaves before; `pieces` are those of them that are pieces of an entry not ended. Of a leaf kind, hash and credential are
  /// those of the entry that it ends; a piece has kind 10. The hash is the tracker of a cast ballot, the ballot hash of a challenge or an opened ballot; zeros for
  /// other entries and for ballots that cannot be read, as is the credential. Of a replacement the two are the revoked and the new credential.
  case readBundle = 17
  /// (`BallotWork` as bytes) → `BallotOutcome` as bytes, for the step `add` of `RecordSteps`
  case verifyBatch = 18
  /// (secret b32, seed 64 bytes, election reference blob, account blob) → proof 64 bytes
  ///
  /// Shows that who registers a credential for an account has its secret (issuer *voter*).
  case proveCredential = 19
}
