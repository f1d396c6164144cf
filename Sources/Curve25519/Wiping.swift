import CKernelSupport

extension Bytes32 {
  /// Overwrites the bytes with zeros in a way that the compiler may not remove. Copies made before remain.
  public mutating func wipe() { withUnsafeMutableBytes(of: &self) { comitia_wipe($0.baseAddress, $0.count) } }
}

extension [UInt8] {
  /// Overwrites the bytes with zeros in a way that the compiler may not remove. Copies made before remain.
  public mutating func wipe() { withUnsafeMutableBytes { comitia_wipe($0.baseAddress, $0.count) } }
}
