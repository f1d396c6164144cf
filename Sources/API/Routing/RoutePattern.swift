/// The path of a route: `/elections/{e}/voters/{v}`; `{name*}` at the end takes all that follows, slashes too.
public struct RoutePattern: Sendable, Equatable {
  /// Part between slashes.
  enum Segment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
    case rest(String)
  }

  let segments: [Segment]

  package init(_ text: String) {
    segments = text.split(separator: "/").map { part in
      guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
      let name = part.dropFirst().dropLast()
      return name.hasSuffix("*") ? .rest(String(name.dropLast())) : .parameter(String(name))
    }
  }

  /// As in OpenAPI and in metrics.
  package var text: String { text(keepingRest: false) }

  /// The pattern as text; `keepingRest`: as it was given.
  func text(keepingRest: Bool) -> String {
    segments.reduce(into: "") { text, segment in
      switch segment {
      case .literal(let literal): text += "/" + literal
      case .parameter(let name): text += "/{\(name)}"
      case .rest(let name): text += keepingRest ? "/{\(name)*}" : "/{\(name)}"
      }
    }
  }

  /// The names of its parameters, in order.
  package var parameters: [String] {
    segments.compactMap { segment in
      switch segment {
      case .literal: nil
      case .parameter(let name), .rest(let name): name
      }
    }
  }
}

/// Percent-decoding (RFC 3986).
package enum PercentEncoding {
  /// The decoded text; `nil` when an escape is not whole, or the bytes are not UTF-8.
  package static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    guard text.utf8.contains(where: { $0 == 0x25 || $0 == 0x2b }) else { return String(text) }
    var bytes: [UInt8] = []
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      if byte == 0x2b, plusIsSpace {
        bytes.append(0x20)
      } else if byte == 0x25 {
        guard let high = digit(iterator.next()), let low = digit(iterator.next()) else { return nil }
        bytes.append(high << 4 | low)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Everything but unreserved characters escaped.
  package static func encode(_ text: String) -> String {
    text.utf8.reduce(into: "") { encoded, byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default: encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }

  private static func digit(_ byte: UInt8?) -> UInt8? {
    switch byte {
    case .some(let byte) where (0x30...0x39).contains(byte): byte - 0x30
    case .some(let byte) where (0x41...0x46).contains(byte): byte - 0x41 + 10
    case .some(let byte) where (0x61...0x66).contains(byte): byte - 0x61 + 10
    default: nil
    }
  }
}
