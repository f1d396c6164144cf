/// Why something about accounts was refused.
public enum AccessError: Error, Equatable, Sendable {
  /// There is no such account, session or token, or not for who asks.
  case notFound
  /// Who asks does not stand above the account or the role.
  case notAbove
  /// The last owner cannot go.
  case lastOwner
  /// Somebody who was approved has this e-mail address or voter id.
  case inUse(member: String)
  /// The account is not in the state that this needs.
  case wrongState(AccountState)
  /// Nobody can register here.
  case registrationClosed
  /// A member does not keep to its rule.
  case invalid(member: String, reason: String)
  /// Name or password is wrong.
  case wrongCredentials
  /// The password is right, but the registration waits for approval, or the account is suspended.
  case notActive(AccountState)
  /// Too many tries; seconds until the next one.
  case throttled(seconds: Int)
  /// The code was used, is too old or never was.
  case invalidCode
  /// More scopes than who asks has.
  case tooManyScopes
  /// Too many passwords wait to be hashed; to be tried again.
  case busy
  /// Too many tokens, or the like.
  case tooMany(String)
}
