import Booth
import CWasmSupport
import Verification

/// A record whose files the program around the module reads.
private struct HostRecord: RecordSource {
  func read(_ path: [UInt8]) -> [UInt8]? {
    let count = path.withUnsafeBufferPointer { comitia_host_open($0.baseAddress, Int32($0.count)) }
    guard count >= 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
      comitia_host_read(buffer.baseAddress)
      filled = Int(count)
    }
  }
}

/// `verifier.wasm`: answers the request of `count` bytes at `request`, whose `number` is that of a `BoothCall` for checkers.
@_cdecl("comitia_checker")
public func callChecker(_ number: Int32, _ request: UnsafePointer<UInt8>?, _ count: Int32) -> UnsafeMutablePointer<UInt8> {
  respond(to: request, count) { Checker.answer(UInt8(exactly: number) ?? .max, $0) }
}

/// `verifier.wasm`: verifies a record, as `RecordCall` says.
@_cdecl("comitia_verify")
public func verifyRecord(_ request: UnsafePointer<UInt8>?, _ count: Int32) -> UnsafeMutablePointer<UInt8> {
  respond(to: request, count) { bytes in
    RecordCall.verify(bytes, source: HostRecord(), progress: tellProgress)
  }
}

// A module is used by one worker, one call at a time.
nonisolated(unsafe) private var steps = RecordSteps<HostRecord>()

/// `verifier.wasm`: verifies a record in steps, as `RecordSteps` says. `step`: 0 begin, 1 next, 2 add, 3 finish.
@_cdecl("comitia_verify_step")
public func verifyRecordStep(_ step: Int32, _ request: UnsafePointer<UInt8>?, _ count: Int32) -> UnsafeMutablePointer<UInt8> {
  respond(to: request, count) { bytes in
    switch step {
    case 0: steps.begin(bytes, source: HostRecord(), progress: tellProgress)
    case 1: steps.next()
    case 2: steps.add(bytes)
    default: steps.finish()
    }
  }
}

private func tellProgress(_ step: VerificationProgress) {
  let stage: Int32 = if case .reading = step.stage { 0 } else { 1 }
  comitia_host_progress(stage, Double(step.done), Double(step.total))
}
