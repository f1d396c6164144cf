import Foundation
import Synchronization

/// A server of a few lines: hands each connection to a closure that reads and writes bytes as it likes.
public final class RawServer: Sendable {
  /// One client's connection.
  public struct Connection: Sendable {
    let socket: Int32

    /// All bytes up to the end of the header, and `body` bytes more.
    public func readRequest(body: Int = 0) -> String {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        if let end = String(decoding: bytes, as: UTF8.self).range(of: "\r\n\r\n") {
          let text = String(decoding: bytes, as: UTF8.self)
          if text[end.upperBound...].utf8.count >= body { return text }
        }
        let count = uninterrupted { recv(socket, &buffer, buffer.count, 0) }
        if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
      }
    }

    /// Header and body of a request, whose length the header says; `nil` when the client goes first.
    public func readBytes() -> (head: String, body: [UInt8])? {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      var head: String?
      var needed = 4
      while true {
        if head == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
          let text = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
          head = text
          let length = text.lowercased().firstMatch(of: #/content-length: *(\d+)/#).flatMap { Int($0.output.1) } ?? 0
          bytes.removeSubrange(..<end.upperBound)
          needed = length
        }
        if let head, bytes.count >= needed { return (head, bytes) }
        let count = uninterrupted { recv(socket, &buffer, buffer.count, 0) }
        if count <= 0 { return nil }
        bytes += buffer[..<count]
      }
    }

    public func write(_ text: String) { write(Array(text.utf8)) }

    /// Whether the client has taken all of it.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = uninterrupted { rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }

    /// Waits until the client has closed its side.
    public func waitForEnd() {
      var byte: UInt8 = 0
      while uninterrupted({ recv(socket, &byte, 1, 0) }) > 0 {}
    }
  }

  /// On 127.0.0.1.
  public let port: UInt16
  private let listener: Int32
  private let accepted = Atomic(0)

  /// Connections so far.
  public var connections: Int { accepted.load(ordering: .sequentiallyConsistent) }

  /// Listens from now on.
  public init(_ handle: @escaping @Sendable (Connection) -> Void) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        precondition(bind(listener, generic, length) == 0 && listen(listener, 16) == 0)
        getsockname(listener, generic, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    self.listener = listener
    Thread.detachNewThread { [self, listener] in
      while true {
        let client = Int32(uninterrupted { Int(accept(listener, nil, nil)) })
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        guard client >= 0 else { return }
        accepted.add(1, ordering: .sequentiallyConsistent)
        Thread.detachNewThread {
          handle(Connection(socket: client))
          close(client)
        }
      }
    }
  }

  /// The address of a path.
  public func address(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

  /// Takes no more connections.
  public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}
