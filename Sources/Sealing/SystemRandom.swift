import CSodium
import Curve25519

/// Random bytes of the operating system, through libsodium.
///
/// Where libsodium cannot be initialised or the system gives no randomness, the process ends: nothing may go on without.
public struct SystemRandom: RandomSource, Sendable {
  /// Once in a process; more than once is harmless.
  private static let isReady = sodium_init() >= 0

  /// Initialises libsodium if that has not been done.
  public init() { precondition(Self.isReady, "libsodium cannot be initialised") }

  public func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let address = buffer.baseAddress { randombytes_buf(address, count) }
      initialized = count
    }
  }
}
