extension [UInt8] {
  /// The bytes with the changes that an input describes after its first byte, three bytes each: place, kind, value.
  func changed(as input: FuzzInput) -> [UInt8] {
    var bytes = self
    var next = 1
    while next + 2 < input.count, !bytes.isEmpty {
      let number = Int(input[next]) | Int(input[next + 1] & 3) << 8
      let place = number % bytes.count
      let value = input[next + 2]
      switch input[next + 1] >> 2 & 7 {
      case 0: bytes[place] = value
      case 1: bytes[place] ^= 1 << (value & 7)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(value, at: place)
      case 4: bytes.removeLast(Swift.min(bytes.count, Int(value)))
      case 5: bytes += [UInt8](repeating: value, count: number)
      case 6:
        // Another valid scalar or point may stand 32 bytes on.
        if place + 64 <= bytes.count { bytes.replaceSubrange(place..<place + 32, with: bytes[(place + 32)..<(place + 64)]) }
      default:
        for index in place..<Swift.min(place + 32, bytes.count) { bytes[index] = 0 }
      }
      next += 3
    }
    return bytes
  }
}
