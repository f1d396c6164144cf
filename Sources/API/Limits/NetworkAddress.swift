import Glibc

/// An address as far as limits look at it.
package enum NetworkAddress {
  /// An IPv4 address itself; of IPv6 the network of 64 bits, for one client has all of it. Other texts stay what they are.
  package static func limitKey(_ address: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard address.utf8.contains(UInt8(ascii: ":")), inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
    // IPv4 within IPv6 (RFC 4291, 2.5.5.2).
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
      return bytes[12...].map { String($0) }.joined(separator: ".")
    }
    return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// Whether it is this machine.
  package static func isLoopback(_ address: String) -> Bool {
    let key = limitKey(address)
    return key.hasPrefix("127.") || address == "::1"
  }
}
