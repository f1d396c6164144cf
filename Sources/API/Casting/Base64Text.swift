import FoundationEssentials

/// Base64 (RFC 4648, 4), with padding.
enum Base64Text {
  /// The text of bytes.
  static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

/// The largest whole number that JavaScript's numbers hold exactly: bound of counts and sizes in JSON.
let largestNumber: UInt64 = (1 << 53) - 1
