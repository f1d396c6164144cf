/// An address that mail can be sent to, and nothing else: it may stand in a header and in an SMTP command as it is.
public struct MailAddress: Sendable, Equatable {
  /// `local@domain`.
  public let text: String

  /// - Returns: `nil` unless it is a dot-atom, `@` and a host name (RFC 5322, 3.4.1; RFC 5321, 4.1.2), all ASCII, at most 254 bytes. Quoted
  ///   local parts and letters beyond ASCII are refused: many servers know neither.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    let (local, domain) = (bytes[..<at], bytes[(at + 1)...])
    guard local.count <= 64, Self.isDotted(local, by: Self.isAtom), Self.isDotted(domain, by: Self.isHostLetter),
      !domain.split(separator: UInt8(ascii: ".")).contains(where: { $0.first == 0x2d || $0.last == 0x2d || $0.count > 63 })
    else { return nil }
    self.text = text
  }

  /// Parts of one or more allowed letters, with single dots between them.
  static func isDotted(_ bytes: ArraySlice<UInt8>, by isAllowed: (UInt8) -> Bool) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAllowed) }
  }

  /// RFC 5322, 3.2.3: `atext`.
  static func isAtom(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte) }

  private static func isHostLetter(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || byte == 0x2d }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }
}

/// A name and an address, as they stand in `From`, `To` and `Reply-To`.
public struct Mailbox: Sendable, Equatable {
  /// May be empty.
  public let name: String
  public let address: MailAddress

  public init(name: String = "", address: MailAddress) {
    self.name = name
    self.address = address
  }

  /// Reads `address` or `Name <address>`; `nil` when it is neither.
  public init?(_ text: String) {
    guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
      guard let address = MailAddress(text) else { return nil }
      self.init(address: address)
      return
    }
    guard let address = MailAddress(String(text[text.index(after: open)...].dropLast())) else { return nil }
    var name = text[..<open]
    while name.last == " " { name.removeLast() }
    if name.count >= 2, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
    guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f || $0 == "\"" || $0 == "\\" }) else {
      return nil
    }
    self.init(name: String(name), address: address)
  }
}
