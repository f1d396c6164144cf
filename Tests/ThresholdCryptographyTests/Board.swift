import Testing

@testable import ThresholdCryptography

/// A board that shows every message to all honest trustees and an auditor, until nobody has anything to say.
struct Board {
  var honest: [Trustee]
  var auditor: PublicLog
  private(set) var published: [[UInt8]] = []
  private(set) var events: [CeremonyEvent] = []

  /// All trustees but the scripted one, started.
  init(_ setting: Setting, without scripted: Int) throws {
    honest = try setting.parameters.indices.filter { $0 != scripted }.map { try setting.trustee($0) }
    auditor = PublicLog(setting.configuration)
    let first = honest.indices.flatMap { honest[$0].start() }
    for message in first { publish(message) }
  }

  mutating func publish(_ message: CeremonyMessage) { publish(message.encoded) }

  mutating func publish(_ bytes: [UInt8]) {
    var queue = [bytes]
    while !queue.isEmpty {
      let message = queue.removeFirst()
      published.append(message)
      events.append(auditor.receive(message))
      for index in honest.indices { queue += honest[index].receive(message).messages }
    }
  }

  /// The scripted trustee commits and reveals.
  mutating func publishDeal(of scripted: ScriptedTrustee) {
    publish(scripted.commit)
    publish(scripted.revealed)
  }

  /// The scripted trustee sends its shares.
  mutating func publishShares(of scripted: inout ScriptedTrustee, to recipients: [Int] = [1, 3, 4]) {
    for recipient in recipients { publish(scripted.share(to: recipient, in: auditor)) }
  }

  /// Everyone's view of why it failed.
  var verdicts: [[CeremonyFailure]] { honest.map { $0.failures } + [auditor.failures] }

  /// Everyone names the scripted trustee, number 2, and nobody else; the evidence convinces a stranger, and so do all messages in any order.
  func expectCulprit(_ fault: CeremonyFault, sourceLocation: SourceLocation = #_sourceLocation) {
    let configuration = auditor.configuration
    for failures in verdicts {
      #expect(failures.map { $0.culprit } == [2], sourceLocation: sourceLocation)
      #expect(failures.map { $0.fault } == [fault], sourceLocation: sourceLocation)
      var stranger = PublicLog(configuration)
      for message in failures.flatMap({ $0.evidence }) { _ = stranger.receive(message) }
      #expect(stranger.failures.map { $0.culprit } == [2], sourceLocation: sourceLocation)
      #expect(stranger.failures.map { $0.fault } == [fault], sourceLocation: sourceLocation)
    }
    for trustee in honest {
      #expect(trustee.round == .failed, sourceLocation: sourceLocation)
      #expect(trustee.result == nil, sourceLocation: sourceLocation)
      #expect(trustee.missing.isEmpty, sourceLocation: sourceLocation)
    }
    var random = seeded(5)
    for _ in 0..<20 {
      var log = PublicLog(configuration)
      for message in random.shuffled(published) { _ = log.receive(message) }
      #expect(log.failures.compactMap { $0.culprit } == [2], sourceLocation: sourceLocation)
    }
  }
}
