import Booth
import WasmModule

// A module is used by one thread, one call at a time: a page or worker, or a Node.js program.
nonisolated(unsafe) private var booth = Booth()

/// Answers the request of `count` bytes at `request`, whose `number` is that of a `BoothCall`.
@_expose(wasm, "call")
@_cdecl("comitia_call")
public func call(_ number: Int32, _ request: UnsafePointer<UInt8>?, _ count: Int32) -> UnsafeMutablePointer<UInt8> {
  respond(to: request, count) { booth.answer(UInt8(exactly: number) ?? .max, $0) }
}
