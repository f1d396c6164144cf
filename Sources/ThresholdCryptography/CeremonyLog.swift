import Curve25519

/// All that is public in a key ceremony: the messages received, in whatever order, and what they prove.
///
/// A plain value without input, output or clock. A coordinator or auditor uses it alone; `KeyCeremony` adds one trustee's secrets.
/// Everyone who has the same messages comes to the same end, and no trustee that keeps to the protocol is ever named.
/// Variable time: all of it is public.
public struct CeremonyLog<Cipher: ShareCipher>: Sendable {
  /// Parameters and signing keys.
  public let configuration: CeremonyConfiguration
  /// Why the ceremony has failed, one entry a culprit, in the order in which they were found.
  public internal(set) var failures: [CeremonyFailure] = []
  /// The reveals that have been checked and are good, of trustee *i* at position *i* − 1.
  var deals: [Reveal?]
  /// The public keys, once all reveals are good.
  var thresholdKeys: PerKey<ThresholdKey>?
  /// The first message of each kind by each trustee (to or about each other one).
  private var messages: [CeremonyMessage?]

  /// An empty log.
  public init(_ configuration: CeremonyConfiguration) {
    self.configuration = configuration
    let n = configuration.parameters.trustees
    deals = Array(repeating: nil, count: n)
    messages = Array(repeating: nil, count: n * (3 + 2 * n))
  }

  var parameters: CeremonyParameters { configuration.parameters }

  /// Takes one message.
  public mutating func receive(_ bytes: [UInt8]) -> CeremonyEvent {
    do throws(CeremonyMessageError) {
      return receive(try CeremonyMessage(bytes, configuration))
    } catch {
      guard let culprit = error.culprit else { return .refused(error) }
      return .failed(record(culprit, .malformedMessage, [bytes]))
    }
  }

  /// Takes one message that has been read and authenticated.
  mutating func receive(_ message: CeremonyMessage) -> CeremonyEvent {
    let before = failures.count
    let place = Self.place(of: message, parameters.trustees)
    if let earlier = messages[place] {
      if earlier.signedPart == message.signedPart { return .duplicate }
      return .failed(record(message.sender, .equivocation, [earlier.encoded, message.encoded]))
    }
    messages[place] = message
    judge(message)
    if failures.count > before { return .failed(failures[before]) }
    return isComplete ? .finished : .accepted
  }

  /// Records what is proved against a trustee; the first proof against each is kept.
  @discardableResult
  mutating func record(_ culprit: Int?, _ fault: CeremonyFault, _ evidence: [[UInt8]]) -> CeremonyFailure {
    if let earlier = failures.first(where: { $0.culprit == culprit && (culprit != nil || $0.fault == fault) }) { return earlier }
    let failure = CeremonyFailure(culprit: culprit, fault: fault, evidence: evidence)
    failures.append(failure)
    return failure
  }
}

// MARK: - What has been received

extension CeremonyLog {
  /// A message's place: three kinds with one message a trustee, two with one for each pair.
  private static func place(of message: CeremonyMessage, _ n: Int) -> Int {
    let sender = message.sender - 1
    return switch message.body {
    case .commit: sender
    case .reveal: n + sender
    case .confirmation: 2 * n + sender
    case .share(let share): 3 * n + sender * n + share.recipient - 1
    case .complaint(let complaint): 3 * n + n * n + sender * n + complaint.accused - 1
    }
  }

  func commit(of trustee: Int) -> CeremonyMessage? { messages[trustee - 1] }

  func reveal(of trustee: Int) -> CeremonyMessage? { messages[parameters.trustees + trustee - 1] }

  func confirmation(of trustee: Int) -> CeremonyMessage? { messages[2 * parameters.trustees + trustee - 1] }

  func share(from dealer: Int, to recipient: Int) -> CeremonyMessage? {
    let n = parameters.trustees
    return messages[3 * n + (dealer - 1) * n + recipient - 1]
  }

  func complaint(by accuser: Int, about accused: Int) -> CeremonyMessage? {
    let n = parameters.trustees
    return messages[3 * n + n * n + (accuser - 1) * n + accused - 1]
  }
}

// MARK: - How far it is

extension CeremonyLog {
  /// Where the ceremony stands.
  public var round: CeremonyRound {
    if !failures.isEmpty { return .failed }
    if !parameters.indices.allSatisfy({ commit(of: $0) != nil }) { return .commit }
    if thresholdKeys == nil { return .reveal }
    if isComplete { return .finished }
    return dealersWithoutShares.isEmpty ? .confirm : .share
  }

  /// The trustees whose message is awaited in this round, ascending.
  public var missing: [Int] {
    switch round {
    case .commit: parameters.indices.filter { commit(of: $0) == nil }
    case .reveal: parameters.indices.filter { reveal(of: $0) == nil }
    case .share: dealersWithoutShares
    case .confirm: parameters.indices.filter { confirmation(of: $0) == nil }
    case .finished, .failed: []
    }
  }

  /// Whether all reveals are good and all confirmations agree.
  var isComplete: Bool {
    thresholdKeys != nil && failures.isEmpty && parameters.indices.allSatisfy { confirmation(of: $0) != nil }
  }

  /// Dealers with a share outstanding to a trustee that has not confirmed; who has confirmed has its shares.
  private var dealersWithoutShares: [Int] {
    let waiting = parameters.indices.filter { confirmation(of: $0) == nil }
    return parameters.indices.filter { dealer in waiting.contains { $0 != dealer && share(from: dealer, to: $0) == nil } }
  }

  /// What all trustees dealt, of trustee *i* at position *i* − 1, once the ceremony is complete.
  public var dealings: [Dealing]? { isComplete ? deals.compactMap { $0?.dealing } : nil }

  /// The joint keys and the public shares, once the ceremony is complete.
  public var keys: PerKey<ThresholdKey>? { isComplete ? thresholdKeys : nil }

  /// What every trustee confirms, once all commits are there.
  public var confirmationDigest: Bytes32? {
    var transcript = Transcript("ceremony")
    transcript.absorb("ceremony", parameters.ceremony)
    transcript.absorb("trustees", UInt64(parameters.trustees))
    transcript.absorb("threshold", UInt64(parameters.threshold))
    for trustee in parameters.indices {
      guard case .commit(let digest) = commit(of: trustee)?.body else { return nil }
      transcript.absorb("dealer", digest)
    }
    return transcript.digest("confirmation")
  }
}
