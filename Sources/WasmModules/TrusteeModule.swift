import BrowserTrustee
import CWasmSupport

/// The worker around the module, which waits for the page where it must.
private struct Worker: TrusteeHost {
  func ask(_ question: HostQuestion, _ request: [UInt8]) -> [UInt8] {
    let count = request.withUnsafeBufferPointer { comitia_host_ask(question.rawValue, $0.baseAddress, Int32($0.count)) }
    guard count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
      comitia_host_read(buffer.baseAddress)
      filled = Int(count)
    }
  }

  func random(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      comitia_host_random(buffer.baseAddress, count)
      filled = count
    }
  }
}

// A module is used by one thread, one call at a time.
nonisolated(unsafe) private var trustee = BrowserTrustee(host: Worker())

/// `trustee.wasm`: answers the request of `count` bytes at `request`, whose `number` is that of a `BrowserCall`.
@_cdecl("comitia_trustee")
public func callTrustee(_ number: Int32, _ request: UnsafePointer<UInt8>?, _ count: Int32) -> UnsafeMutablePointer<UInt8> {
  respond(to: request, count) { trustee.answer(UInt8(exactly: number) ?? .max, $0) }
}
