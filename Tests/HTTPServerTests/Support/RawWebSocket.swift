import Glibc

/// The client's end of a WebSocket, frame by frame (RFC 6455, 5.2).
struct RawWebSocket: Sendable {
  let client: RawClient

  struct Frame: Equatable {
    let opcode: UInt8
    let payload: [UInt8]
    var text: String { String(decoding: payload, as: UTF8.self) }
    /// Of a close frame.
    var code: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
  }

  static func request(_ path: String) -> String {
    "GET \(path) HTTP/1.1\r\nHost: test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
  }

  /// Opens; `nil` when the server answers otherwise.
  init?(port: UInt16, path: String = "/", receiveBuffer: Int? = nil) throws {
    client = try RawClient(port: port, receiveBuffer: receiveBuffer)
    client.send(Self.request(path))
    guard try client.readAnswer()?.status == 101 else { return nil }
  }

  init(client: RawClient) { self.client = client }

  static func frame(_ opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = [0x80 | opcode]
    switch payload.count {
    case ..<126: frame.append(0x80 | UInt8(payload.count))
    case ..<65536: frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    default:
      frame.append(0x80 | 127)
      frame += (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
    }
    let mask: [UInt8] = [1, 2, 3, 4]
    return frame + mask + payload.enumerated().map { $0.element ^ mask[$0.offset & 3] }
  }

  func send(_ text: String) { client.send(Self.frame(1, Array(text.utf8))) }

  /// The next frame; pings are answered and passed over. `nil` when the connection has ended.
  func read() throws -> Frame? {
    while true {
      let start = try client.read(2)
      guard start.count == 2 else { return nil }
      var length = Int(start[1] & 127)
      if length == 126 { length = try client.read(2).reduce(0) { $0 << 8 | Int($1) } }
      if length == 127 { length = try client.read(8).reduce(0) { $0 << 8 | Int($1) } }
      let payload = try client.read(length)
      guard payload.count == length else { return nil }
      let frame = Frame(opcode: start[0] & 15, payload: payload)
      if frame.opcode != 9 { return frame }
      client.send(Self.frame(10, payload))
    }
  }
}
