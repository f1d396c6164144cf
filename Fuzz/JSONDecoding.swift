import StrictJSON

/// JSON that is accepted has one form, and that form is read as the same value. What is refused is refused with a place within the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let value = try JSONParser.parse(bytes)
    guard try JSONParser.parse(value.bytes) == value else { fatalError("another value") }
    if let text = value.text, let time = JSONTime.parse(text) {
      guard JSONTime.parse(JSONTime.text(time)) == time else { fatalError("another time") }
    }
  } catch {
    guard (0...count).contains(error.offset) else { fatalError("a fault outside of the text") }
  }
  return 0
}
