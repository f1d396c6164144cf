import StrictJSON
import VotingService

/// The forms of what goes in and out about accounts.
enum AccessFields {
  static let name = JSONCodec<String>.text(1...200)
  static let email = JSONCodec<String>.text(
    3...254,
    JSONTextRule(pattern: "^[!-?A-~]+@[!-?A-~]+$", reason: "must be an e-mail address") {
      EmailAddress.normalised($0) != nil && $0.utf8.allSatisfy { 0x21...0x7e ~= $0 }
    }
  ).example("ada@example.org")
  static let voterID = JSONCodec<String>.text(
    1...64,
    JSONTextRule(pattern: "^[A-Za-z0-9._/-]+$", reason: "must consist of letters, digits and . _ / -") { text in
      !text.isEmpty
        && text.utf8.allSatisfy { byte in
          (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || ".-_/".utf8.contains(byte)
        }
    })
  static let newPassword = JSONCodec<String>.text(PasswordRules.minimumLength...PasswordRules.maximumBytes, .secret)
    .described("At least 10 characters, at most 256 bytes; the very commonest are refused.")
  static let password = JSONCodec<String>.text(1...PasswordRules.maximumBytes, .secret)
  static let code = JSONCodec<String>.text(43...43, .identifier)
  static let reference = JSONCodec<String>.text(20...20, .identifier)
}

extension Registration: JSONConvertible {
  /// `POST /accounts`.
  public static let json = JSONCodec<Registration>.object(
    "Registration", .required("name", AccessFields.name, \.name), .required("surname", AccessFields.name, \.surname),
    .required("email", AccessFields.email, \.email), .optional("voterId", AccessFields.voterID, \.voterID),
    .required("password", AccessFields.newPassword, \.password),
    make: { Registration(name: $0, surname: $1, email: $2, voterID: $3, password: $4) })
}

/// What is said to everybody who registers.
struct RegistrationAnswer: Sendable {
  let status: String
  static let json = JSONCodec<RegistrationAnswer>.object(
    "RegistrationAnswer", .required("status", .anyText, \.status), make: { RegistrationAnswer(status: $0) })
}

/// An account, as far as who asks may see it.
struct AccountView: Sendable {
  let id: String
  let role: Role
  let state: AccountState
  let created: UInt64
  let name: String?
  let surname: String?
  let email: String?
  let voterID: String?
  let clash: String?

  init(_ account: Account, clash: String? = nil, withContact: Bool) {
    self.init(
      id: account.id, role: account.role, state: account.state, created: account.created, name: withContact ? account.name : nil,
      surname: withContact ? account.surname : nil, email: withContact ? account.email : nil,
      voterID: withContact ? account.voterID : nil, clash: clash)
  }

  private init(
    id: String, role: Role, state: AccountState, created: UInt64, name: String?, surname: String?, email: String?, voterID: String?,
    clash: String?
  ) {
    self.id = id
    self.role = role
    self.state = state
    self.created = created
    self.name = name
    self.surname = surname
    self.email = email
    self.voterID = voterID
    self.clash = clash
  }

  static let json = JSONCodec<AccountView>.object(
    "Account", .required("id", .anyText, \.id), .required("role", .word, \.role), .required("state", .word, \.state),
    .required("created", .time, \.created), .optional("name", .anyText, \.name), .optional("surname", .anyText, \.surname),
    .optional("email", .anyText, \.email), .optional("voterId", .anyText, \.voterID),
    .optional("clash", JSONCodec<String>.anyText.described("What an approved account has already: `email` or `voterId`."), \.clash),
    make: {
      AccountView(id: $0, role: $1, state: $2, created: $3, name: $4, surname: $5, email: $6, voterID: $7, clash: $8)
    })
}

/// Whether somebody may sign in.
enum AccountStanding: String, Sendable, CaseIterable {
  case active
  case suspended
}

/// `PATCH /accounts/{id}`.
struct AccountPatch: Sendable {
  let name: String?
  let surname: String?
  let role: Role?
  let state: AccountStanding?
  static let json = JSONCodec<AccountPatch>.object(
    "AccountChange", .optional("name", AccessFields.name, \.name), .optional("surname", AccessFields.name, \.surname),
    .optional("role", .word, \.role), .optional("state", .word, \.state),
    make: { AccountPatch(name: $0, surname: $1, role: $2, state: $3) })
}

/// A code that works once.
struct CodeView: Sendable {
  let code: String
  let expires: UInt64
  static let json = JSONCodec<CodeView>.object(
    "OneTimeCode", .required("code", .anyText, \.code), .required("expires", .time, \.expires),
    make: { CodeView(code: $0, expires: $1) })
}

/// `POST /setup`.
struct SetupInput: Sendable {
  let code: String
  let name: String
  let surname: String
  let email: String
  let password: String
  static let json = JSONCodec<SetupInput>.object(
    "Setup", .required("code", AccessFields.code, \.code), .required("name", AccessFields.name, \.name),
    .required("surname", AccessFields.name, \.surname), .required("email", AccessFields.email, \.email),
    .required("password", AccessFields.newPassword, \.password),
    make: { SetupInput(code: $0, name: $1, surname: $2, email: $3, password: $4) })
}

/// `POST /password-resets`.
struct PasswordResetInput: Sendable {
  let code: String
  let password: String
  static let json = JSONCodec<PasswordResetInput>.object(
    "PasswordReset", .required("code", AccessFields.code, \.code), .required("password", AccessFields.newPassword, \.password),
    make: { PasswordResetInput(code: $0, password: $1) })
}

/// `POST /session`.
struct SignIn: Sendable {
  let name: String
  let password: String
  static let json = JSONCodec<SignIn>.object(
    "SignIn", .required("name", JSONCodec<String>.text(1...254).described("E-mail address or voter id."), \.name),
    .required("password", AccessFields.password, \.password), make: { SignIn(name: $0, password: $1) })
}

/// `PUT /session/password`.
struct PasswordChange: Sendable {
  let present: String
  let next: String
  static let json = JSONCodec<PasswordChange>.object(
    "PasswordChange", .required("present", AccessFields.password, \.present), .required("next", AccessFields.newPassword, \.next),
    make: { PasswordChange(present: $0, next: $1) })
}

/// A session in a list.
struct SessionItem: Sendable {
  let id: String
  let client: String
  let created: UInt64
  let used: UInt64
  let ends: UInt64
  let isThis: Bool
  static let json = JSONCodec<SessionItem>.object(
    "Session", .required("id", .anyText, \.id), .required("client", .anyText, \.client), .required("created", .time, \.created),
    .required("used", .time, \.used), .required("ends", .time, \.ends), .required("current", .boolean, \.isThis),
    make: { SessionItem(id: $0, client: $1, created: $2, used: $3, ends: $4, isThis: $5) })

  init(_ session: SessionInformation, isThis: Bool) {
    self.init(
      id: session.id, client: session.client, created: session.created, used: session.used, ends: session.ends, isThis: isThis)
  }

  private init(id: String, client: String, created: UInt64, used: UInt64, ends: UInt64, isThis: Bool) {
    self.id = id
    self.client = client
    self.created = created
    self.used = used
    self.ends = ends
    self.isThis = isThis
  }
}

/// The session that asks, with all that a page needs to know.
struct SessionView: Sendable {
  let account: AccountView
  let permissions: [Permission]
  let antiForgery: String
  let ends: UInt64
  static let json = JSONCodec<SessionView>.object(
    "CurrentSession", .required("account", AccountView.json, \.account),
    .required("permissions", .list(of: .word, maximum: 50), \.permissions), .required("csrf", .anyText, \.antiForgery),
    .required("ends", .time, \.ends), make: { SessionView(account: $0, permissions: $1, antiForgery: $2, ends: $3) })
}

/// `POST /tokens`.
struct TokenInput: Sendable {
  let name: String
  let scopes: [Permission]
  let expires: UInt64
  static let json = JSONCodec<TokenInput>.object(
    "NewToken", .required("name", AccessFields.name, \.name),
    .required("scopes", .list(of: .word, minimum: 1, maximum: 50), \.scopes),
    .required("expires", .time, \.expires), make: { TokenInput(name: $0, scopes: $1, expires: $2) })
}

/// A token in a list; with the secret only when it was made just now.
struct TokenView: Sendable {
  let id: String
  let name: String
  let scopes: [Permission]
  let created: UInt64
  let expires: UInt64
  let used: UInt64?
  let token: String?
  static let json = JSONCodec<TokenView>.object(
    "Token", .required("id", .anyText, \.id), .required("name", .anyText, \.name),
    .required("scopes", .list(of: .word, maximum: 50), \.scopes), .required("created", .time, \.created),
    .required("expires", .time, \.expires), .optional("used", .time, \.used),
    .optional("token", JSONCodec<String>.anyText.described("The secret; shown only once."), \.token),
    make: { TokenView(id: $0, name: $1, scopes: $2, created: $3, expires: $4, used: $5, token: $6) })

  init(_ token: AccessToken, secret: String? = nil) {
    self.init(
      id: token.id, name: token.name, scopes: token.scopes.sorted { $0.rawValue < $1.rawValue }, created: token.created,
      expires: token.expires, used: token.used, token: secret)
  }

  private init(id: String, name: String, scopes: [Permission], created: UInt64, expires: UInt64, used: UInt64?, token: String?) {
    self.id = id
    self.name = name
    self.scopes = scopes
    self.created = created
    self.expires = expires
    self.used = used
    self.token = token
  }
}
