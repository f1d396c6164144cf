import CWasmSupport

// How a WebAssembly module and the program around it hand each other bytes. Exports are named where the modules are linked, in `scripts/build-wasm`.

/// Room for a request of `count` bytes; `nil` if it is too long.
@_cdecl("comitia_allocate")
public func allocate(_ count: Int32) -> UnsafeMutablePointer<UInt8>? {
  count >= 0 && count <= 1 << 26 ? .allocate(capacity: max(1, Int(count))) : nil
}

/// Gives back, wiped, what `comitia_allocate` or a call returned.
@_cdecl("comitia_release")
public func release(_ bytes: UnsafeMutablePointer<UInt8>?) { bytes?.deallocate() }

/// Answers the request of `count` bytes at `request` with `u32 count, little-endian ‖ answer`, for the caller to release; then wipes the stack.
func respond(
  to request: UnsafePointer<UInt8>?, _ count: Int32, _ answer: ([UInt8]) -> [UInt8]
) -> UnsafeMutablePointer<UInt8> {
  let result = respondOnStack(to: request, count, answer)
  comitia_wipe_stack()
  return result
}

@inline(never)
private func respondOnStack(
  to request: UnsafePointer<UInt8>?, _ count: Int32, _ answer: ([UInt8]) -> [UInt8]
) -> UnsafeMutablePointer<UInt8> {
  let bytes = answer(Array(UnsafeBufferPointer(start: request, count: request == nil ? 0 : max(0, Int(count)))))
  let result = UnsafeMutablePointer<UInt8>.allocate(capacity: 4 + bytes.count)
  for index in 0..<4 { result[index] = UInt8(truncatingIfNeeded: bytes.count >> (8 * index)) }
  for index in bytes.indices { result[4 + index] = bytes[index] }
  return result
}
