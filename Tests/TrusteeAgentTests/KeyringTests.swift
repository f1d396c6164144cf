import Curve25519
import Elections
import Testing
import TrusteeAgent
import TrusteeSupport

/// The content of a key file (8.10).
struct KeyringTests {
  /// Keyrings of every stage of an election.
  private func keyrings() throws -> [TrusteeKeyring] {
    let trustees = try Trustees(3, threshold: 2)
    var keyrings: [TrusteeKeyring] = []
    func note() { keyrings.append(trustees.vaults[0].keyring) }
    note()
    try trustees.service.beginCeremony(Bytes32([UInt8](repeating: 4, count: 32).span))
    _ = try trustees.agents[0].step()
    note()
    try trustees.service.beginCeremony(Bytes32([UInt8](repeating: 5, count: 32).span))
    try trustees.settle()
    note()
    try trustees.service.open()
    try trustees.service.cast(0..<3)
    try trustees.settle()
    note()
    try trustees.service.close()
    try trustees.settle()
    note()
    try trustees.service.finish()
    try trustees.settle()
    note()
    return keyrings
  }

  @Test func everyStageIsReadAsItWasWritten() throws {
    for keyring in try keyrings() {
      let encoded = keyring.encoded
      #expect(try TrusteeKeyring(encoded) == keyring)
      #expect(try TrusteeKeyring(encoded).encoded == encoded)
      for count in stride(from: 0, to: encoded.count, by: 7) { #expect((try? TrusteeKeyring(Array(encoded[..<count]))) == nil) }
      #expect((try? TrusteeKeyring(encoded + [0])) == nil)
    }
  }

  @Test func everyFlippedByteIsRefusedOrKept() throws {
    var refused = 0
    for keyring in try keyrings() {
      let encoded = keyring.encoded
      for index in encoded.indices {
        var bytes = encoded
        bytes[index] ^= 0x81
        guard let read = try? TrusteeKeyring(bytes) else {
          refused += 1
          continue
        }
        #expect(read.encoded == bytes)
      }
    }
    #expect(refused > 100)
  }

  @Test func oneReferenceStandsOnce() throws {
    let trustees = try Trustees(3, threshold: 2)
    var keyring = trustees.vaults[0].keyring
    keyring.elections += keyring.elections
    #expect(throws: CodecError.outOfRange(field: FieldName("election reference"))) { try TrusteeKeyring(keyring.encoded) }
  }

  @Test func secretsAreWipedAndNotShown() throws {
    var keyring = try keyrings()[3]
    #expect(!"\(keyring)".contains("Bytes32"))
    #expect(keyring.elections[0].ceremony?.shares != nil)
    keyring.wipe()
    #expect(keyring.signingSeed == .zero)
    #expect(keyring.elections[0].ceremony?.shares == nil)
  }
}
