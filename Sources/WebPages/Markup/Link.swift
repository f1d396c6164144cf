import API

/// Where a link, a form or a redirection leads. There is none from a string as it came: a hostile one could carry a script or lead elsewhere.
public struct Link: Sendable, Equatable {
  let text: String

  /// A path of this service; parts that come from outside are escaped as segments.
  ///
  /// - Parameter path: as it is written in our source, beginning with a slash.
  public init(_ path: StaticString, _ segments: String...) {
    text = "\(path)" + segments.map { "/" + PercentEncoding.encode($0) }.joined()
  }

  private init(text: String) { self.text = text }

  /// Further down.
  public func down(_ segments: String...) -> Link { Link(text: text + segments.map { "/" + PercentEncoding.encode($0) }.joined()) }

  /// With a query; what is `nil` is left out.
  public func with(_ values: KeyValuePairs<StaticString, String?>) -> Link {
    let pairs = values.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.encode($0))" } }
    guard !pairs.isEmpty else { return self }
    return Link(text: text + (text.contains("?") ? "&" : "?") + pairs.joined(separator: "&"))
  }

  /// At a place of the page.
  public func at(_ id: String) -> Link { Link(text: text + "#" + PercentEncoding.encode(id)) }

  /// A place of this page.
  public static func here(_ id: String) -> Link { Link(text: "#" + PercentEncoding.encode(id)) }

  /// A path of this service that a request brought, such as where to go after signing in; `nil` for whatever could lead elsewhere.
  public static func own(_ path: String) -> Link? {
    let allowed = path.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || "/-._~%?=&".utf8.contains(byte)
    }
    guard allowed, path.hasPrefix("/"), !path.hasPrefix("//"), !path.hasPrefix("/api/") else { return nil }
    return Link(text: path)
  }

  /// A whole address of this service, as mails have them, what stands behind `#` included; `nil` for whatever leads elsewhere.
  ///
  /// - Parameter service: where the service is, without a slash at the end.
  static func own(_ address: String, of service: String) -> Link? {
    guard address.hasPrefix(service + "/") else { return nil }
    let sides = address.dropFirst(service.count).split(separator: "#", maxSplits: 1)
    guard let link = own(String(sides[0])) else { return nil }
    return sides.count == 2 ? link.at(String(sides[1])) : link
  }

  /// Another site, for texts of ours.
  public static func outside(_ address: StaticString) -> Link { Link(text: "\(address)") }

  /// A page of a block explorer, by an address that the operator's settings begin; `nil` for whatever is no plain web address.
  static func explorer(_ address: String) -> Link? {
    let isPlain = address.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || "/:-._~?=&%#".utf8.contains(byte)
    }
    return isPlain && (address.hasPrefix("https://") || address.hasPrefix("http://")) ? Link(text: address) : nil
  }

  /// An address for mail.
  public static func mail(_ address: String) -> Link { Link(text: "mailto:" + PercentEncoding.encode(address)) }
}
