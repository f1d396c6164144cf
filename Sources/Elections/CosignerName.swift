import TransparencyLog

/// The name under which a trustee cosigns (`docs/spec/06-record.md`, 6.6).
public enum CosignerName {
  /// `<origin>/trustee/<number>`. Without strings: a browser module would have to carry their code.
  ///
  /// - Parameter number: 1 or more.
  public static func of(trustee number: Int, origin: Text) -> [UInt8] {
    let label: StaticString = "/trustee/"
    var digits: [UInt8] = []
    var rest = number
    while rest > 0 {
      digits.append(0x30 + UInt8(rest % 10))
      rest /= 10
    }
    return origin.utf8 + UnsafeBufferPointer(start: label.utf8Start, count: label.utf8CodeUnitCount) + digits.reversed()
  }
}
