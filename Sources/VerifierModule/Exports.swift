import Booth
import CWasmSupport
import Verification
import WasmModule

/// A record whose files the program around the module reads.
struct HostRecord: RecordSource {
  func read(_ path: [UInt8]) -> [UInt8]? {
    let count = path.withUnsafeBufferPointer { comitia_host_open($0.baseAddress, Int32($0.count)) }
    guard count >= 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
      comitia_host_read(buffer.baseAddress)
      filled = Int(count)
    }
  }
}

/// Answers the request of `count` bytes at `request`, whose `number` is that of a `BoothCall`.
@_expose(wasm, "call")
@_cdecl("comitia_call")
public func call(_ number: Int32, _ request: UnsafePointer<UInt8>?, _ count: Int32) -> UnsafeMutablePointer<UInt8> {
  respond(to: request, count) { Checker.answer(UInt8(exactly: number) ?? .max, $0) }
}

/// Verifies a record, as `RecordCall` says.
@_expose(wasm, "verify")
@_cdecl("comitia_verify")
public func verify(_ request: UnsafePointer<UInt8>?, _ count: Int32) -> UnsafeMutablePointer<UInt8> {
  respond(to: request, count) { bytes in
    RecordCall.verify(bytes, source: HostRecord()) { step in
      let stage: Int32 = if case .reading = step.stage { 0 } else { 1 }
      comitia_host_progress(stage, Double(step.done), Double(step.total))
    }
  }
}
