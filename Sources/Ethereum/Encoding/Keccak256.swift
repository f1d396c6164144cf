import CNettle
import Curve25519

/// Keccak-256 as Ethereum has it: SHA-3 before its padding was changed. The permutation is nettle's.
public enum Keccak256 {
  /// Bytes taken at a time.
  private static let rate = 136
  /// Bytes of the state: 25 words, of which each has its lowest byte first, as on every machine that Comitia runs on.
  private static let width = 200

  /// The hash of the bytes. Constant time but for their count; nothing of them is left in memory.
  public static func hash(_ bytes: [UInt8]) -> Bytes32 {
    var state = [UInt8](repeating: 0, count: width)
    defer { state.wipe() }
    var place = 0
    for byte in bytes {
      state[place] ^= byte
      place += 1
      if place == rate {
        permute(&state)
        place = 0
      }
    }
    state[place] ^= 0x01
    state[rate - 1] ^= 0x80
    permute(&state)
    return Bytes32(state.span)
  }

  private static func permute(_ state: inout [UInt8]) {
    state.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: sha3_state.self) { nettle_sha3_permute($0.baseAddress) }
    }
  }
}
