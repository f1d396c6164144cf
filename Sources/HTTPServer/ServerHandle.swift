import CHTTPServer

/// The running server. Whoever may still call it holds this object, so that its loops run until the last has let go.
final class ServerHandle: @unchecked Sendable {
  // The C functions may be called on any thread.
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { comitia_http_destroy(pointer) }

  var statistics: HTTPServerStatistics {
    let counts = comitia_http_count(pointer)
    var statistics = HTTPServerStatistics(
      connections: counts.connections, webSockets: counts.sockets, accepted: counts.accepted, requests: counts.requests)
    withUnsafeBytes(of: counts.refused) { bytes in
      for (reason, count) in bytes.bindMemory(to: UInt64.self).enumerated() {
        let code = String(cString: comitia_http_refusal_code(comitia_http_refusal(UInt32(reason))))
        statistics.refused[code] = count
      }
    }
    return statistics
  }

  func answer(_ exchange: UInt64, status: Int, fields: [UInt8], body: [UInt8]) {
    withText(fields) { fields in
      withText(body) { body in comitia_http_answer(pointer, exchange, UInt16(status), fields, body) }
    }
  }

  func begin(_ exchange: UInt64, status: Int, fields: [UInt8], length: Int64) {
    withText(fields) { comitia_http_begin(pointer, exchange, UInt16(status), $0, length) }
  }

  func end(_ exchange: UInt64, complete: Bool) { comitia_http_end(pointer, exchange, complete) }

  func refuse(_ exchange: UInt64, _ refusal: comitia_http_refusal) { comitia_http_refuse(pointer, exchange, refusal) }

  /// Sends one text on many WebSockets.
  func send(_ text: String, to sockets: [UInt64]) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        let text = comitia_http_text(bytes: characters.baseAddress, count: characters.count)
        comitia_http_socket_send(pointer, sockets, sockets.count, text)
      }
    }
  }
}

/// Bytes as C takes them.
func withText<Result>(_ bytes: [UInt8], _ body: (comitia_http_text) -> Result) -> Result {
  bytes.withUnsafeBufferPointer { bytes in
    bytes.withMemoryRebound(to: CChar.self) { body(comitia_http_text(bytes: $0.baseAddress, count: $0.count)) }
  }
}

extension comitia_http_text {
  var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes, count: count) }
  var string: String { String(decoding: buffer, as: UTF8.self) }
}
