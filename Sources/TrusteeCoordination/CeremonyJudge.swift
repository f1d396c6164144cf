import Curve25519
import Elections
import Sealing
import ThresholdCryptography

/// The log of one ceremony as far as it is known here, and what its messages prove. A plain value: what is judged in a transaction that is not
/// committed is forgotten with the copy.
public struct CeremonyJudge: Sendable {
  /// What the messages came to.
  public private(set) var log: CeremonyLog<AES256GCM>
  /// Size and root of the log (8.4).
  public private(set) var root = CeremonyRoot()
  private var hashes: Set<Bytes32> = []

  /// Messages on the log.
  public var size: UInt64 { root.size }

  /// An empty log.
  public init(_ configuration: CeremonyConfiguration) { log = CeremonyLog(configuration) }

  /// A message that joins the log.
  public struct NewMessage: Sendable {
    /// SHA-256 of its bytes.
    public let hash: Bytes32
    /// The whole message.
    public let bytes: [UInt8]
    /// Of a sealed share, whom it is for: nobody else gets the bytes.
    public let recipient: Int?
  }

  /// What new messages did.
  public struct Judgement: Sendable {
    /// Those that join the log, in order.
    public fileprivate(set) var messages: [NewMessage] = []
    /// Who confirmed.
    public fileprivate(set) var confirmed: [Int] = []
    /// What they prove; none while the ceremony goes on or is complete.
    public fileprivate(set) var failures: [CeremonyFailure] = []
    /// All that came out, when the ceremony is complete.
    public fileprivate(set) var dealings: [Dealing]?

    /// Nothing is new.
    public init() {}
  }

  /// Takes over a message that is on the log.
  public mutating func replay(_ bytes: [UInt8], hash: Bytes32) {
    _ = log.receive(bytes)
    hashes.insert(hash)
    root.append(hash)
  }

  /// Judges messages in their order, up to the one that ends the ceremony.
  ///
  /// - Throws: `refused` when one of them is no message of this ceremony: then none is taken.
  public mutating func take(_ batch: [[UInt8]]) throws(CoordinationError) -> Judgement {
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
      judgement.messages.append(NewMessage(hash: hash, bytes: bytes, recipient: recipient))
      if let message, case .confirmation = message.body { judgement.confirmed.append(message.sender) }
      judgement.failures = log.failures
      judgement.dealings = log.dealings
      if !judgement.failures.isEmpty || judgement.dealings != nil { break }
    }
    return judgement
  }

  /// - Throws: `refused` unless each is a message of this ceremony, signed by its sender. One that its sender should not have
  ///   signed is: it proves the fault.
  public static func require(_ batch: [[UInt8]], _ configuration: CeremonyConfiguration) throws(CoordinationError) {
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
    case .badSignature: "not signed by the trustee that it names, or for another threshold or other trustees"
    case .malformed: "not the encoding of a message"
    case .misaddressed: "about the sender itself, or about a trustee that there is not"
    }
  }
}

extension CeremonyFailure {
  /// Who is named. All trustees read one log here, so whoever confirms other commits than those on it is faulty (8.4).
  public var named: Int? {
    if case .disagreement(let trustee) = fault { return trustee }
    return culprit
  }
}
