import Curve25519
import Elections
import Sealing
import ThresholdCryptography

/// The log of one ceremony as far as it is known here, and what its messages prove. A plain value: what is judged in a transaction that is not
/// committed is forgotten with the copy.
struct CeremonyJudge: Sendable {
  private(set) var log: CeremonyLog<AES256GCM>
  private(set) var root = CeremonyRoot()
  private var hashes: Set<Bytes32> = []

  var size: UInt64 { root.size }

  init(_ configuration: CeremonyConfiguration) { log = CeremonyLog(configuration) }

  /// What new messages did.
  struct Judgement: Sendable {
    var messages: [CeremonyStore.NewMessage] = []
    /// Who confirmed.
    var confirmed: [Int] = []
    var failures: [CeremonyFailure] = []
    /// All that came out, when the ceremony is complete.
    var dealings: [Dealing]?
  }

  /// Takes over a message that is on the log.
  mutating func replay(_ bytes: [UInt8], hash: Bytes32) {
    _ = log.receive(bytes)
    hashes.insert(hash)
    root.append(hash)
  }

  /// Judges messages in their order, up to the one that ends the ceremony.
  ///
  /// - Throws: `CeremonyError.refused` when one of them is no message of this ceremony: then none is taken.
  mutating func take(_ batch: [[UInt8]]) throws(CeremonyError) -> Judgement {
    try Self.require(batch, log.configuration)
    var judgement = Judgement()
    for bytes in batch {
      let hash = Bytes32(SHA256.hash(bytes).span)
      guard !hashes.contains(hash) else { continue }
      let event = log.receive(bytes)
      if case .duplicate = event { continue }
      hashes.insert(hash)
      root.append(hash)
      let message = try? CeremonyMessage(bytes, log.configuration)
      var recipient: Int?
      if case .share(let share) = message?.body { recipient = share.recipient }
      judgement.messages.append(CeremonyStore.NewMessage(hash: hash, bytes: bytes, recipient: recipient))
      if let message, case .confirmation = message.body { judgement.confirmed.append(message.sender) }
      judgement.failures = log.failures
      judgement.dealings = log.dealings
      if !judgement.failures.isEmpty || judgement.dealings != nil { break }
    }
    return judgement
  }

  /// - Throws: `CeremonyError.refused` unless each is a message of this ceremony, signed by its sender. One that its sender should not have
  ///   signed is: it proves the fault.
  static func require(_ batch: [[UInt8]], _ configuration: CeremonyConfiguration) throws(CeremonyError) {
    for (index, bytes) in batch.enumerated() {
      do throws(CeremonyMessageError) {
        _ = try CeremonyMessage(bytes, configuration)
      } catch  where error.culprit == nil {
        throw .refused("message \(index + 1): \(error.text)")
      } catch {}
    }
  }
}

extension CeremonyMessageError {
  /// What is wrong, in plain words.
  fileprivate var text: String {
    switch self {
    case .badLength: "too short or too long"
    case .otherCeremony: "of another ceremony"
    case .unknownSender: "there is no trustee with this number"
    case .badSignature: "not signed by the trustee that it names"
    case .malformed: "not the encoding of a message"
    case .misaddressed: "about the sender itself, or about a trustee that there is not"
    }
  }
}
