import CSodium
import Dispatch
import Synchronization

/// Why a password was not hashed or compared.
public enum PasswordHashError: Error, Equatable, Sendable {
  /// More wait than there is room for; to be tried again.
  case busy
  /// There is no memory for it.
  case noMemory
}

/// Hashes passwords by Argon2id (RFC 9106, through libsodium), on threads of its own: a hash holds a core and much memory for a while.
///
/// A hash is text that names its parameters and its salt. Passwords are copied into Swift strings before they come here and cannot be wiped.
public final class PasswordHasher: Sendable {
  /// What a hash costs.
  public struct Cost: Sendable, Equatable {
    /// Passes over the memory.
    public let passes: UInt64
    /// Bytes of memory.
    public let memory: Int

    public init(passes: UInt64, memory: Int) {
      self.passes = passes
      self.memory = memory
    }

    /// For logins: 64 MiB, three passes; one more than libsodium's `INTERACTIVE`.
    public static let ordinary = Cost(passes: 3, memory: 64 * 1024 * 1024)
    /// The least there is: for tests.
    public static let least = Cost(passes: 1, memory: 8192)
  }

  private let cost: Cost
  private let workers: [DispatchQueue]
  private let capacity: Int
  /// How many wait or run at each worker, and how many hashes were computed in all.
  private let load: Mutex<(waiting: [Int], computed: Int)>
  /// Compared with where there is no account, so that the time is the same.
  private let dummy: String

  /// - Parameters:
  ///   - width: hashes computed at once; each has `cost.memory`.
  ///   - capacity: hashes that may wait or run.
  public init(cost: Cost = .ordinary, width: Int = 2, capacity: Int = 128) {
    self.cost = cost
    self.capacity = capacity
    workers = (0..<max(1, width)).map { DispatchQueue(label: "comitia.password-hash.\($0)") }
    load = Mutex((Array(repeating: 0, count: max(1, width)), 0))
    guard let dummy = Self.compute(SystemRandom().bytes(32), cost) else { preconditionFailure("no memory for one password hash") }
    self.dummy = dummy
  }

  /// Hashes and comparisons so far: for metrics, and for tests that every login costs the same.
  public var computed: Int { load.withLock { $0.computed } }

  /// The hash of a password, with a new salt.
  ///
  /// - Throws: `PasswordHashError`.
  public func hash(_ password: String) async throws -> String {
    let cost = cost
    let hash = try await onWorker { Self.compute(Array(password.utf8), cost) }
    guard let hash else { throw PasswordHashError.noMemory }
    return hash
  }

  /// Whether the password is that of the hash. Without a hash the answer is no, and takes as long.
  ///
  /// - Throws: `PasswordHashError.busy`.
  public func matches(_ password: String, hash: String?) async throws -> Bool {
    let stored = hash ?? dummy
    let isSame = try await onWorker {
      let characters = password.utf8.map { CChar(bitPattern: $0) }
      return crypto_pwhash_str_verify(stored, characters, UInt64(characters.count)) == 0
    }
    return isSame && hash != nil
  }

  /// Whether a hash was made at another cost than that of today.
  public func isOutdated(_ hash: String) -> Bool { crypto_pwhash_str_needs_rehash(hash, cost.passes, cost.memory) != 0 }

  private static func compute(_ password: [UInt8], _ cost: Cost) -> String? {
    var output = [CChar](repeating: 0, count: Int(crypto_pwhash_argon2id_STRBYTES))
    let characters = password.map { CChar(bitPattern: $0) }
    guard crypto_pwhash_str(&output, characters, UInt64(characters.count), cost.passes, cost.memory) == 0 else { return nil }
    return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Runs work at the worker where least waits.
  private func onWorker<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws -> Result {
    let chosen: Int? = load.withLock { load in
      guard load.waiting.reduce(0, +) < capacity else { return nil }
      let least = load.waiting.indices.min { load.waiting[$0] < load.waiting[$1] } ?? 0
      load.waiting[least] += 1
      load.computed += 1
      return least
    }
    guard let chosen else { throw PasswordHashError.busy }
    return await withCheckedContinuation { continuation in
      workers[chosen].async {
        let result = work()
        self.load.withLock { $0.waiting[chosen] -= 1 }
        continuation.resume(returning: result)
      }
    }
  }
}
