/// What a contract says when it refuses a call.
public enum RevertReason: Equatable, Sendable {
  /// Nothing.
  case none
  /// `Error(string)`: the text that its source has.
  case message(String)
  /// `Panic(uint256)`: a check of the compiler, by its number.
  case panic(UInt256)
  /// An error of the contract's own, or something that is none of these: all bytes.
  case custom([UInt8])

  private static let error = ABIFunction(name: "Error", parameters: [.string])
  private static let panic = ABIFunction(name: "Panic", parameters: [.uint(256)])

  /// From the bytes that the call returned.
  public init(_ data: [UInt8]) {
    if data.isEmpty {
      self = .none
    } else if case .string(let text)? = try? Self.error.arguments(of: data).first {
      self = .message(text)
    } else if case .uint(let code)? = try? Self.panic.arguments(of: data).first {
      self = .panic(code)
    } else {
      self = .custom(data)
    }
  }

  /// The arguments of an error of the contract's own; `nil` where this is another.
  public func arguments(of error: ABIFunction) -> [ABIValue]? {
    guard case .custom(let data) = self else { return nil }
    return try? error.arguments(of: data)
  }
}

extension RevertReason: CustomStringConvertible {
  /// For people. Of a text only what is printable and short: whoever made the contract wrote it.
  public var description: String {
    switch self {
    case .none: return "no reason given"
    case .message(let text):
      return String(
        String.UnicodeScalarView(text.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
    case .panic(let code): return "panic \(Hexadecimal.quantity(code))" + (Self.panics[code].map { ": \($0)" } ?? "")
    case .custom(let data): return "error \(Hexadecimal.text(data.prefix(4)))"
    }
  }

  private static let panics: [UInt256: String] = [
    0x01: "a condition that always holds", 0x11: "a number too large or below zero", 0x12: "division by zero", 0x21: "no such case",
    0x31: "an empty list", 0x32: "beyond the end of a list", 0x41: "too much memory",
  ]
}
