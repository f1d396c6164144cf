import CHTTPServer

/// The client is gone, or took too long to read.
public struct ClientGone: Error {}

/// Writes the pieces of one answer.
struct BodyWriter: HTTPBodyWriter {
  let handle: ServerHandle
  let exchange: UInt64

  func write(_ bytes: [UInt8]) async throws {
    let sent = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
      let piece = Unmanaged.passRetained(PieceInFlight(continuation)).toOpaque()
      withText(bytes) { comitia_http_write(handle.pointer, exchange, $0, piece) }
    }
    if !sent { throw ClientGone() }
  }
}

/// A piece that is on its way to the client.
final class PieceInFlight {
  let continuation: CheckedContinuation<Bool, Never>
  init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = continuation }
}
