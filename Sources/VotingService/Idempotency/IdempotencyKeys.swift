import Curve25519
import Database
import Sealing

/// Remembers for 24 hours what was answered to a request with an idempotency key, so that whoever did not get the answer may ask again and nothing is done twice.
///
/// Answers may hold secrets that are shown once, such as a new token. They are stored encrypted under a key made of the idempotency key itself, of which only a hash is stored.
public struct IdempotencyKeys: Sendable {
  /// How long an answer is kept, in milliseconds.
  public static let lifetime: UInt64 = 24 * 3600 * 1000
  /// How long a request that has no answer yet is believed to be worked on, in milliseconds.
  public static let patience: UInt64 = 60 * 1000

  private let database: any Database
  private let clock: any Clock

  public init(database: any Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// A request with an idempotency key.
  public struct Request: Sendable {
    let name: [UInt8]
    let fingerprint: [UInt8]
    let sealingKey: [UInt8]

    /// - Parameters:
    ///   - key: as the client chose it.
    ///   - caller: whose key it is; different callers may choose one key.
    ///   - target: method and address.
    ///   - body: of the request.
    public init(key: String, caller: String, target: String, body: [UInt8]) {
      let owner = SHA256.hash(Array(caller.utf8)) + SHA256.hash(Array(key.utf8))
      name = SHA256.hash(Array("comitia idempotency name/v1".utf8) + owner)
      sealingKey = SHA256.hash(Array("comitia idempotency seal/v1".utf8) + owner)
      fingerprint = SHA256.hash(SHA256.hash(Array(target.utf8)) + SHA256.hash(body))
    }
  }

  /// What is known of a request.
  public enum State: Sendable, Equatable {
    /// It is to be done now, by this process.
    case new
    /// It is being done.
    case running
    /// The key was used for another request.
    case otherRequest
    /// It was done: the answer.
    case done([UInt8])
  }

  /// Takes a request on, or tells what became of it.
  public func begin(_ request: Request) async throws -> State {
    let now = clock.now()
    return try await database.transaction { session in
      try await session.execute("DELETE FROM idempotency_keys WHERE expires <= $1", [.integer(Int64(now))])
      let rows = try await session.query(
        "SELECT fingerprint, salt, answer FROM idempotency_keys WHERE name = $1", [.bytes(request.name)])
      guard let row = rows.first else {
        try await session.execute(
          "INSERT INTO idempotency_keys (name, fingerprint, expires) VALUES ($1, $2, $3)",
          [.bytes(request.name), .bytes(request.fingerprint), .integer(Int64(now + Self.patience))])
        return .new
      }
      guard try row.bytes(0) == request.fingerprint else { return .otherRequest }
      guard !row.isNull(2), let key = Self.key(request, salt: try row.bytes(1)) else { return .running }
      guard let answer = AES256GCM.open(key: key, sealed: try row.bytes(2)) else { return .otherRequest }
      return .done(answer)
    }
  }

  /// Keeps the answer.
  public func finish(_ request: Request, answer: [UInt8]) async throws {
    let salt = SystemRandom().bytes(32)
    guard let key = Self.key(request, salt: salt) else { return }
    let sealed = AES256GCM.seal(key: key, plaintext: answer)
    let expires = Int64(clock.now() + Self.lifetime)
    _ = try await database.transaction { session in
      try await session.execute(
        "UPDATE idempotency_keys SET salt = $2, answer = $3, expires = $4 WHERE name = $1",
        [.bytes(request.name), .bytes(salt), .bytes(sealed), .integer(expires)])
    }
  }

  /// Lets the request be tried again: nothing was done.
  public func abandon(_ request: Request) async throws {
    _ = try await database.transaction { session in
      try await session.execute("DELETE FROM idempotency_keys WHERE name = $1 AND answer IS NULL", [.bytes(request.name)])
    }
  }

  /// Each answer is sealed under a key of its own, as the cipher demands.
  private static func key(_ request: Request, salt: [UInt8]) -> Bytes32? { Bytes32(SHA256.hash(request.sealingKey + salt)) }
}
