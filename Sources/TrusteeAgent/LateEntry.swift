import Curve25519
import Elections
import ThresholdCryptography

// Becoming a trustee of an election that is open already (8.13).
extension TrusteeAgent {
  /// The roster of an election whose key ceremony was held without this trustee, from the board. It is kept only when the opening, which is checked as
  /// ever, has it; that it was these trustees, their signatures on what is handed over show.
  func lateCeremony(_ state: TrusteeState) throws(TrusteeFault) -> TrusteeCeremony {
    let file = try boardFile("trustees", limit: 1 << 20)
    guard let roster = try? TrusteeRoster(file), (try? roster.keys) != nil,
      roster.parameters.indices.contains(state.number), Self.isSound(roster)
    else { throw .alarm(.foreignOpening("trustees")) }
    // Who was in the ceremony has lost what it kept of it, and cannot come back under the same key.
    guard !roster.trustees.contains(where: { $0.signingKey == signingKey.publicKey }) else { throw .alarm(.ceremonyIncomplete) }
    var ceremony = TrusteeCeremony(
      id: roster.parameters.ceremony, number: state.number, threshold: roster.threshold,
      participants: roster.trustees.map { TrusteeCeremony.Participant(name: $0.name, signingKey: $0.signingKey) }, seed: nil)
    ceremony.roster = file
    // The draw at the opening tells of which log it was; the opening entry fixes it.
    let drawFile = try boardFile("draw-opening", limit: 1 << 16)
    guard let draw = try? DrawRecord(drawFile) else { throw .alarm(.foreignOpening("draw")) }
    (ceremony.size, ceremony.root) = (draw.size, draw.root)
    return ceremony
  }

  private static func isSound(_ roster: TrusteeRoster) -> Bool {
    for (index, trustee) in roster.trustees.enumerated() {
      guard (try? trustee.dealing.verify(trustee: index + 1, parameters: roster.parameters)) != nil else { return false }
    }
    return true
  }
}
