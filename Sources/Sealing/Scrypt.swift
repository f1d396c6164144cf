import CSodium
import Curve25519

/// Keys from passphrases by scrypt (RFC 7914), as others' key files have it; ours use Argon2id.
public enum Scrypt {
  /// How much work it is.
  public struct Cost: Equatable, Sendable {
    /// A power of two above 1: times `128 · blockSize` bytes of memory.
    public let rounds: UInt64
    /// Of 128 bytes each.
    public let blockSize: UInt32
    /// Times that all is done.
    public let parallelism: UInt32

    /// A cost.
    public init(rounds: UInt64, blockSize: UInt32 = 8, parallelism: UInt32 = 1) {
      self.rounds = rounds
      self.blockSize = blockSize
      self.parallelism = parallelism
    }

    /// What a file may ask for: no more than 1 GiB of memory, and 16 times that of work.
    public var isReasonable: Bool {
      guard 2...(1 << 30) ~= rounds, rounds & (rounds - 1) == 0, 1...1024 ~= blockSize, 1...1024 ~= parallelism else {
        return false
      }
      let (memory, overflow) = (128 * UInt64(blockSize)).multipliedReportingOverflow(by: rounds)
      return !overflow && memory <= 1 << 30 && UInt64(parallelism) * memory <= 16 << 30
    }
  }

  /// The key of a passphrase; `nil` where there is not enough memory.
  ///
  /// - Precondition: the cost is reasonable.
  public static func key(_ passphrase: [UInt8], salt: [UInt8], cost: Cost, length: Int) -> [UInt8]? {
    precondition(cost.isReasonable, "ask before what a file asks for is done")
    // Initialises the library.
    _ = SystemRandom()
    var key = [UInt8](repeating: 0, count: length)
    let status = crypto_pwhash_scryptsalsa208sha256_ll(
      passphrase, passphrase.count, salt, salt.count, cost.rounds, cost.blockSize, cost.parallelism, &key, length)
    return status == 0 ? key : nil
  }
}
