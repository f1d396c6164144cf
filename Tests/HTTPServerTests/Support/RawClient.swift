import Foundation
import Glibc
import SocketSupport

/// A blocking socket that sends exactly the bytes it is told to. It gives up after five minutes of silence, so that no test hangs, however busy the machine is.
final class RawClient: @unchecked Sendable {
  // Each client is used by one thread at a time.
  let descriptor: CInt
  private var received: [UInt8] = []

  init(port: UInt16, receiveBuffer: Int? = nil) throws {
    descriptor  // Closed in programs that tests beside this one start: a connection is over when its last descriptor is.
    = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try check(descriptor)
    if var size = receiveBuffer.map({ CInt($0) }) {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let outcome = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    try check(outcome)
    var patience = timeval(tv_sec: 300, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  struct Failure: Error { let code: Int32 }
  private func check(_ outcome: CInt) throws { if outcome < 0 { throw Failure(code: errno) } }

  /// Returns whether all was taken: a server may close before.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = uninterrupted { rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) } }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// Says that nothing more will be sent.
  func finish() { shutdown(descriptor, CInt(SHUT_WR)) }

  /// More bytes, none at the end.
  private func receive() throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = uninterrupted { recv(descriptor, &buffer, buffer.count, 0) }
    if count < 0 && errno == ECONNRESET { return [] }
    try check(CInt(clamping: count))
    return Array(buffer.prefix(count))
  }

  /// Exactly so many bytes; fewer at the end.
  func read(_ count: Int) throws -> [UInt8] {
    while received.count < count {
      let more = try receive()
      if more.isEmpty { break }
      received += more
    }
    let taken = Array(received.prefix(count))
    received.removeFirst(taken.count)
    return taken
  }

  func readLine() throws -> String? {
    while true {
      if let end = received.firstIndex(of: 0x0a) {
        return String(decoding: try read(end + 1), as: UTF8.self).trimmingCharacters(in: .newlines)
      }
      let more = try receive()
      if more.isEmpty { return nil }
      received += more
    }
  }

  /// Everything until the server closes.
  func readToEnd() throws -> [UInt8] {
    while true {
      let more = try receive()
      if more.isEmpty { break }
      received += more
    }
    defer { received = [] }
    return received
  }

  /// Whether the server has closed the connection, and sent nothing more.
  func isClosed() throws -> Bool { try readToEnd().isEmpty }

  /// One answer; `nil` when the server closes before there is a whole one.
  func readAnswer(toHead: Bool = false) throws -> RawAnswer? {
    guard let statusLine = try readLine(), let status = Int(statusLine.split(separator: " ").dropFirst().first ?? "") else {
      return nil
    }
    var answer = RawAnswer(status: status)
    while let line = try readLine(), !line.isEmpty {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      answer.fields.append((parts[0].lowercased(), parts.count > 1 ? parts[1] : ""))
    }
    if toHead || status == 204 || status == 304 || status < 200 { return answer }
    if answer["transfer-encoding"] == "chunked" {
      while let line = try readLine(), let size = Int(line, radix: 16) {
        answer.body += try read(size)
        _ = try readLine()
        if size == 0 { return answer }
      }
      return nil
    }
    if let length = answer["content-length"].flatMap({ Int($0) }) {
      answer.body = try read(length)
      return answer.body.count == length ? answer : nil
    }
    answer.body = try readToEnd()
    return answer
  }
}

struct RawAnswer: Sendable {
  var status: Int
  var fields: [(name: String, value: String)] = []
  var body: [UInt8] = []

  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// Runs what blocks on a thread of its own: handlers need those of the pool.
func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try work() }) }
  }
}
