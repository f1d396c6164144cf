/// Quoted-printable (RFC 2045, 6.7): text in any letters as lines of at most 76 printable ASCII characters.
enum QuotedPrintable {
  /// Lines end in CRLF, whatever ended them before; NUL is left out.
  static func encode(_ text: String) -> String {
    let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\0", with: "")
      .split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { encode(line: Array($0.utf8)) }.joined(separator: "\r\n")
  }

  /// Rules 1 to 3 and 5: what is not printable is encoded, so is space at the end; long lines get soft breaks.
  private static func encode(line: [UInt8]) -> String {
    var result = ""
    var used = 0
    for (index, byte) in line.enumerated() {
      let isLast = index == line.count - 1
      let isPlain = (0x21...0x7e).contains(byte) && byte != 0x3d || (byte == 0x20 || byte == 0x09) && !isLast
      let piece = isPlain ? String(UnicodeScalar(byte)) : "=" + HeaderField.hexadecimal(byte)
      // One place is kept for the soft break's sign, but on the last piece none is needed.
      if used + piece.utf8.count > (isLast ? 76 : 75) {
        result += "=\r\n"
        used = 0
      }
      result += piece
      used += piece.utf8.count
    }
    return result
  }
}
