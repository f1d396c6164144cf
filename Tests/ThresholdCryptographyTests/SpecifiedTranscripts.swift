import Curve25519
import Sealing

@testable import ThresholdCryptography

typealias Cipher = AES256GCM

/// The transcripts of `docs/spec/04-trustees.md`, written a second time from its text.
enum SpecifiedTranscripts {
  static func dealer(_ p: CeremonyParameters, index: Int, purpose: UInt64, _ commitments: [RistrettoPoint]) -> Transcript {
    var t = Transcript("dealer")
    t.absorb("ceremony", p.ceremony)
    t.absorb("trustees", UInt64(p.trustees))
    t.absorb("threshold", UInt64(p.threshold))
    t.absorb("index", UInt64(index))
    t.absorb("purpose", purpose)
    t.absorb("commitments", commitments.flatMap { $0.encoded.bytes })
    return t
  }

  static func commitment(_ p: CeremonyParameters, index: Int, _ reveal: Reveal) -> Bytes32 {
    var t = Transcript("dealer commitment")
    t.absorb("ceremony", p.ceremony)
    t.absorb("index", UInt64(index))
    let dealers = [reveal.dealing.commitments.election, reveal.dealing.commitments.beacon, reveal.dealing.commitments.signing]
    var dealing: [UInt8] = []
    for dealer in dealers {
      dealing += dealer.commitments.flatMap { $0.encoded.bytes }
      dealing += dealer.proof.commitment.encoded.bytes + dealer.proof.response.encoded.bytes
    }
    t.absorb("dealing", dealing + reveal.dealing.drawKey.bytes)
    t.absorb("transport", reveal.transport.encoded)
    return t.digest("commitment")
  }

  static func shareKey(
    _ ceremony: Bytes32, dealer: Int, recipient: Int, _ ephemeral: RistrettoPoint, _ transport: RistrettoPoint,
    shared: RistrettoPoint
  ) -> Bytes32 {
    var t = Transcript("share")
    t.absorb("ceremony", ceremony)
    t.absorb("dealer", UInt64(dealer))
    t.absorb("recipient", UInt64(recipient))
    t.absorb("ephemeral", ephemeral.encoded)
    t.absorb("transport", transport.encoded)
    t.absorb("shared", shared.encoded)
    return t.digest("key")
  }

  static func confirmation(_ p: CeremonyParameters, _ digests: [Bytes32]) -> Bytes32 {
    var t = Transcript("ceremony")
    t.absorb("ceremony", p.ceremony)
    t.absorb("trustees", UInt64(p.trustees))
    t.absorb("threshold", UInt64(p.threshold))
    for digest in digests { t.absorb("dealer", digest) }
    return t.digest("confirmation")
  }

  static func partialDecryption(
    _ statement: DecryptionStatement, trustee: Int, share: RistrettoPoint, _ partials: [RistrettoPoint]
  ) -> Transcript {
    var t = Transcript("partial decryption")
    t.absorb("election", statement.election)
    t.absorb("size", statement.size)
    t.absorb("root", statement.root)
    t.absorb("trustee", UInt64(trustee))
    t.absorb("share", share.encoded)
    t.absorb("ciphertexts", statement.totals.flatMap { $0.alpha.encoded.bytes + $0.beta.encoded.bytes })
    t.absorb("partials", partials.flatMap { $0.encoded.bytes })
    return t
  }
}
