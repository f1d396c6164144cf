import Booth
import CWasmSupport

@_expose(wasm, "probe")
@_cdecl("comitia_probe")
public func probe(_ p: UnsafePointer<UInt8>) -> Int32 {
  Int32(Booth.probe(Array(UnsafeBufferPointer(start: p, count: 64)), Array(UnsafeBufferPointer(start: p + 64, count: 32))).count)
}
