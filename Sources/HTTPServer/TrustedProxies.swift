import Glibc

/// Networks whose machines forward requests of others and say truly whose.
public struct TrustedProxies: Sendable {
  private var networks: [Network] = []

  /// None.
  public init() {}

  /// Networks such as `10.0.0.0/8`, `fd00::/8` or single addresses.
  ///
  /// - Returns: `nil` when one of them is not a network, or has bits beyond its prefix.
  public init?(_ texts: [String]) {
    for text in texts {
      guard let network = Network(text) else { return nil }
      networks.append(network)
    }
  }

  /// Whether a machine is one of them.
  public func contains(_ address: String) -> Bool {
    guard !networks.isEmpty, let bytes = Network.bytes(address) else { return false }
    return networks.contains { $0.contains(bytes) }
  }

  /// Who asks, and whether over TLS, when the request came from `peer`: the last address in `X-Forwarded-For` that is not a proxy's, for everything
  /// before it was written by that client. Of a peer that is not trusted the fields mean nothing.
  func origin(peer: String, isSecure: Bool, headers: HTTPHeaders) -> (address: String, isSecure: Bool) {
    guard contains(peer) else { return (peer, isSecure) }
    var address = peer
    let hops = headers.all("X-Forwarded-For").flatMap { $0.split(separator: ",") }
    for hop in hops.reversed() {
      let name = Self.withoutPort(hop)
      guard let bytes = Network.bytes(name) else { break }
      address = Network.text(bytes)
      if !contains(address) { break }
    }
    let scheme = headers.all("X-Forwarded-Proto").last?.split(separator: ",").last.map(Self.trimmed)
    return (address, scheme.map { $0.lowercased() == "https" } ?? isSecure)
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }

  /// Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`.
  private static func withoutPort(_ hop: Substring) -> String {
    let text = trimmed(hop)
    if text.first == "[", let end = text.firstIndex(of: "]") { return String(text[text.index(after: text.startIndex)..<end]) }
    if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") { return String(text[..<colon]) }
    return text
  }
}

/// Addresses that begin with the same bits. IPv4 is 4 bytes, IPv6 16; an IPv4 address in an IPv6 one is taken as IPv4.
private struct Network: Sendable {
  let prefix: [UInt8]
  let bits: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let bytes = Self.bytes(String(parts[0])) else { return nil }
    prefix = bytes
    if parts.count == 2 {
      guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(parts[1]), count <= bytes.count * 8 else {
        return nil
      }
      bits = count
    } else {
      bits = bytes.count * 8
    }
    guard (bits..<bytes.count * 8).allSatisfy({ !Self.bit($0, of: bytes) }) else { return nil }
  }

  func contains(_ address: [UInt8]) -> Bool {
    address.count == prefix.count && (0..<bits).allSatisfy { Self.bit($0, of: address) == Self.bit($0, of: prefix) }
  }

  private static func bit(_ index: Int, of bytes: [UInt8]) -> Bool { bytes[index / 8] >> UInt8(7 - index % 8) & 1 == 1 }

  static func bytes(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
    guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
    let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
    return isMapped ? Array(bytes.suffix(4)) : bytes
  }

  static func text(_ bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
