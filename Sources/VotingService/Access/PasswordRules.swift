/// What a password must be: long enough and not one that everybody tries first. No rules on digits and signs: they make passwords worse (NIST SP 800-63B, 5.1.1.2).
public enum PasswordRules {
  /// Characters at least.
  public static let minimumLength = 10
  /// Bytes at most.
  public static let maximumBytes = 256

  /// Why a password is refused; `nil` when it is not.
  static func fault(_ password: String) -> String? {
    if password.unicodeScalars.count < minimumLength { return "at least \(minimumLength) characters are needed" }
    if password.utf8.count > maximumBytes { return "at most \(maximumBytes) bytes are possible" }
    let plain = password.lowercased()
    if common.contains(plain) || Set(plain).count <= 2 { return "is among those that are tried first" }
    return nil
  }

  /// Of the lists of leaked passwords, the commonest that are long enough.
  private static let common: Set<String> = [
    "1234567890", "0123456789", "0987654321", "12345678910", "123456789a", "a123456789", "1q2w3e4r5t", "1qaz2wsx3edc",
    "123123123123",
    "qwertyuiop", "qwerty1234", "qwerty12345", "qwerty123456", "asdfghjkl1", "password12", "password123", "password1234",
    "password12345",
    "passw0rd123", "password01", "p@ssw0rd123", "iloveyou12", "iloveyou123", "administrator", "admin12345", "admin123456",
    "welcome123",
    "welcome1234", "letmein123", "letmein1234", "changeme123", "football123", "baseball123", "superman123", "1111111111",
    "0000000000",
    "qazwsxedcrfv", "zaq12wsxcde3", "abcdefghij", "abcdefghijk", "abc1234567", "abcd123456", "unknown123", "princess123",
    "sunshine123",
    "dragon12345", "michael123", "computer123", "internet123", "basketball", "1029384756", "9876543210", "123qweasdzxc",
    "qwe123asd123",
    "comitia123", "voting1234", "election123", "passwortpasswort", "passwordpassword",
  ]
}
