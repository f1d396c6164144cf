/// What a trustee's page can ask its module. The number is the first argument of the module's function.
///
/// Requests and answers use the codec of `docs/spec/02-primitives.md`, 2.4; `long := count u32 ‖ bytes`, `cost := passes u32 ‖ memory u64 ‖ salt[16]` (8.11). An answer is
/// `0 ‖ what stands below`, or `1 ‖ code counted ‖ detail counted ‖ 3 × u32`.
public enum BrowserCall: UInt8, CaseIterable, Sendable {
  /// () → version of these calls u16
  case version = 0
  /// (key file) → cost
  case readCost = 1
  /// (cost ‖ passphrase) → key b32. Takes as much memory as the cost says, for good: to be asked of an instance that is thrown away.
  case derive = 2
  /// (key b32 ‖ cost) → key file, with a fresh signing key
  case create = 3
  /// (key b32 ‖ key file) → status
  case open = 4
  /// () → status
  case status = 5
  /// (link) → service counted ‖ reference[20] ‖ known u8
  case readInvitation = 6
  /// (link counted ‖ name) → `0 ‖ number u8`, or an outcome of `step` that is a fault
  case join = 7
  /// (reference[20] ‖ wait u16 ‖ backed up u8) → outcome
  ///
  /// `outcome := kind u8` 0 waiting, 1 backup due, 2 ended; 3 ‖ unavailable 0, refused 1, malformed 2 u8 ‖ status u16 ‖ reason; 4 ‖ code counted ‖ detail counted ‖ check u8 ‖
  /// evidence u8 × (name counted ‖ long)
  case step = 8
  /// (key b32 ‖ cost) → key file; what is kept from now on is under this key
  case rekey = 9
  /// () → the key file as it was kept last
  case file = 10
  /// (newest u8) → key file. The open file is a copy that is gone on from: it follows the other trustees (8.12), unless a person vouches that nothing was done since.
  case restore = 11
  /// (reference[20] ‖ list b32) → outcome: the person has approved a list of new trustees
  case approve = 12
}

/// Why a call was not answered.
struct BrowserCallError: Error {
  let code: StaticString
  var detail: [UInt8] = []
}
