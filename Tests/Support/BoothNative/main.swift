import Booth
import Glibc

// The requests that WebAssembly modules answer, answered by the same sources compiled for this machine, so that the two can be compared.
// Reads lines `booth NUMBER HEX` or `checker NUMBER HEX`; writes each answer as a line of hexadecimal digits.

var booth = Booth()

func bytes(_ hex: Substring) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = hex[...]
  while let byte = UInt8(rest.prefix(2), radix: 16) {
    bytes.append(byte)
    rest = rest.dropFirst(2)
  }
  return bytes
}

func hex(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

while let line = readLine() {
  let words = line.split(separator: " ", omittingEmptySubsequences: false)
  guard words.count == 3, let number = UInt8(words[1]) else { break }
  let request = bytes(words[2])
  print(hex(words[0] == "booth" ? booth.answer(number, request) : Checker.answer(number, request)))
  // Whoever asked waits for the line.
  fflush(nil)
}
