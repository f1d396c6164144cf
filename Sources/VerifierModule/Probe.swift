import CWasmSupport
import Curve25519
import Verification

struct HostSource: RecordSource {
  func read(_ path: [UInt8]) -> [UInt8]? {
    let length = path.withUnsafeBufferPointer { comitia_host_open($0.baseAddress, Int32($0.count)) }
    guard length >= 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      comitia_host_read(buffer.baseAddress)
      count = Int(length)
    }
  }
}

@_expose(wasm, "verify")
@_cdecl("comitia_verify")
public func verify() -> Int32 {
  let verifier = RecordVerifier(source: HostSource(), runner: SequentialRunner())
  guard let (report, _) = try? verifier.verify() else { return 2 }
  return report.passed ? 0 : 1
}
