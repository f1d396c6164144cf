import Booth

// A module is used by one thread, one call at a time: a page or worker, or a Node.js program.
nonisolated(unsafe) private var booth = Booth()

/// `booth.wasm`: answers the request of `count` bytes at `request`, whose `number` is that of a `BoothCall` for voters.
@_cdecl("comitia_booth")
public func callBooth(_ number: Int32, _ request: UnsafePointer<UInt8>?, _ count: Int32) -> UnsafeMutablePointer<UInt8> {
  respond(to: request, count) { booth.answer(UInt8(exactly: number) ?? .max, $0) }
}
