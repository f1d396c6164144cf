import TransparencyLog

/// The name under which a trustee cosigns (`docs/spec/06-record.md`, 6.6).
public enum CosignerName {
  /// `<origin>/trustee/<number>`
  public static func of(trustee number: Int, origin: Text) -> [UInt8] {
    origin.utf8 + Array("/trustee/\(number)".utf8)
  }
}
