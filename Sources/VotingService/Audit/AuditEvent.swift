import StrictJSON

/// What was done; words that stay. Each part of the service adds its own.
public struct AuditAction: Sendable, Equatable, Hashable {
  /// Such as `account.approved`.
  public let word: String

  public init(_ word: String) { self.word = word }
}

/// Who did it.
public enum AuditActor: Sendable, Equatable {
  /// The service by itself, or its operator at the terminal.
  case service
  /// An account, by its session or by one of its tokens.
  case account(String, token: String?)
  /// A trustee by its key, lower-case hex.
  case trustee(String)

  /// Who asks; the service for requests of unknown people.
  public init(_ caller: Caller) {
    switch caller.proof {
    case .trustee(let key): self = .trustee(key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    case .token(let id): self = caller.account.map { .account($0, token: id) } ?? .service
    case .session, .none: self = caller.account.map { .account($0, token: nil) } ?? .service
    }
  }

  var json: JSONValue {
    switch self {
    case .service: ["kind": "service"]
    case .account(let id, let token):
      JSONValue.object([.init("kind", "account"), .init("id", .text(id))]).adding("token", token.map { .text($0) })
    case .trustee(let key): ["kind": "trustee", "key": .text(key)]
    }
  }
}

/// What an action was about.
public struct AuditSubject: Sendable, Equatable {
  /// Such as `account` or `election`.
  public let kind: String
  public let id: String

  public init(_ kind: String, _ id: String) {
    self.kind = kind
    self.id = id
  }
}

/// An action that is to be remembered. Never holds secrets, names of people, or anything of a vote.
public struct AuditEvent: Sendable, Equatable {
  public let actor: AuditActor
  public let action: AuditAction
  public let subject: AuditSubject?
  /// Further facts, by the action.
  public let details: [JSONValue.Member]

  public init(_ action: AuditAction, by actor: AuditActor, on subject: AuditSubject? = nil, details: [JSONValue.Member] = []) {
    self.actor = actor
    self.action = action
    self.subject = subject
    self.details = details
  }

  /// The bytes that are kept, hashed and exported: one line of JSON, members in this order.
  func entry(position: UInt64, time: UInt64) -> [UInt8] {
    let document: JSONValue = [
      "position": .integer(Int64(position)), "time": .text(JSONTime.text(time)), "actor": actor.json, "action": .text(action.word),
    ]
    return
      document
      .adding("subject", subject.map { ["kind": .text($0.kind), "id": .text($0.id)] })
      .adding("details", details.isEmpty ? nil : .object(details))
      .bytes
  }
}
