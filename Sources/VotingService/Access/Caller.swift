/// Who asks, as far as it has been proven.
public struct Caller: Sendable, Equatable {
  /// By what it is proven.
  public enum Proof: Sendable, Equatable {
    case none
    /// The cookie of a session. The anti-forgery token goes with it.
    case session(id: String, antiForgery: String)
    /// An API token.
    case token(id: String)
    /// A trustee's signature over the request; its Ed25519 key, 32 bytes.
    case trustee(key: [UInt8])
  }

  /// By what it is proven.
  public let proof: Proof
  /// The account, where there is one.
  public let account: String?
  /// The account's role.
  public let role: Role?
  /// What may be done by this proof: of a token, its scopes as far as the account has them.
  public let permissions: Set<Permission>

  public init(proof: Proof, account: String? = nil, role: Role? = nil, permissions: Set<Permission> = []) {
    self.proof = proof
    self.account = account
    self.role = role
    self.permissions = permissions
  }

  /// Somebody, of whom nothing is known.
  public static let anonymous = Caller(proof: .none)

  /// Whether this permission is there.
  public func may(_ permission: Permission) -> Bool { permissions.contains(permission) }
}
