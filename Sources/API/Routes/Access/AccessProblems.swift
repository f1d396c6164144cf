import HTTPServer
import StrictJSON
import VotingService

extension Problem.Kind {
  static let wrongCredentials = Self(401, "wrong-credentials", "Name or password is wrong")
  static let accountPending = Self(403, "account-pending", "The registration waits for approval")
  static let accountSuspended = Self(403, "account-suspended", "The account is suspended")
  static let registrationClosed = Self(403, "registration-closed", "Nobody can register here")
  static let notAbove = Self(403, "not-above", "The account or role stands above yours")
  static let insecureConnection = Self(403, "insecure-connection", "Signing in needs an encrypted connection")
  static let invalidCode = Self(403, "invalid-code", "The code was used, is too old or never was")
  static let tooManyScopes = Self(403, "too-many-scopes", "A token cannot do more than who makes it")
  static let lastOwner = Self(409, "last-owner", "The last owner cannot go")
  static let inUse = Self(409, "in-use", "Somebody else has this already")
  static let wrongState = Self(409, "wrong-state", "The account is in another state")
  static let tooMany = Self(409, "too-many", "There are too many of these")
  static let throttled = Self(429, "throttled", "Too many tries")
}

extension AccessError: ProblemConvertible {
  /// What the client is told.
  public var problem: Problem {
    switch self {
    case .notFound: Problem(.notFound)
    case .notAbove: Problem(.notAbove)
    case .lastOwner: Problem(.lastOwner, detail: "Make somebody else an owner first.")
    case .inUse(let member): Problem(.inUse, members: [JSONValue.Member("member", .text(member))])
    case .wrongState(let state): Problem(.wrongState, detail: "It is \(state.rawValue).")
    case .registrationClosed: Problem(.registrationClosed)
    case .invalid(let member, let reason): .invalid(member, reason)
    case .wrongCredentials: Problem(.wrongCredentials)
    case .notActive(.suspended): Problem(.accountSuspended)
    case .notActive: Problem(.accountPending)
    case .throttled(let seconds):
      Problem(.throttled, detail: "Try again in \(seconds) seconds.", headers: HTTPHeaders([("Retry-After", String(seconds))]))
    case .invalidCode: Problem(.invalidCode, detail: "Ask for a new one.")
    case .tooManyScopes: Problem(.tooManyScopes)
    case .busy: .unavailable("Too many sign in at once.", retryAfter: 2)
    case .tooMany(let what): Problem(.tooMany, detail: "Delete some \(what) first.")
    }
  }
}
