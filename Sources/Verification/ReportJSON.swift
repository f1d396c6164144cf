import Curve25519
import Elections

extension VerificationReport {
  /// The report as JSON (`docs/spec/07-verification.md`, 7.3): UTF-8, one line. Written by hand: a browser module has no encoder.
  ///
  /// - Parameters:
  ///   - facts: what the verifier returned with the report.
  ///   - sample: how many ballots are drawn for an audit.
  public func json(_ facts: ElectionFacts?, sample: Int = VerifiedDraws.usualSample) -> [UInt8] {
    var json = JSONText()
    json.raw("{\"ok\":")
    json.bool(passed)
    json.raw(",\"electionId\":")
    if let electionID { json.string(electionID.hex) } else { json.raw("null") }
    json.raw(",\"selfConsistentOnly\":")
    json.bool(selfConsistentOnly)
    if isSoFar { json.raw(",\"soFar\":true") }
    json.raw(",\"aborted\":")
    if let aborted { json.string(aborted.text.utf8) } else { json.raw("null") }
    json.raw(",\"checks\":")
    json.list(outcomes) { outcome, json in
      json.raw("{\"id\":")
      json.number(UInt64(outcome.check.rawValue))
      json.raw(",\"name\":")
      json.string(outcome.check.name)
      json.raw(",\"ok\":")
      json.bool(outcome.passed)
      json.raw(",\"detail\":")
      json.string(outcome.detail)
      json.raw("}")
    }
    json.raw(",\"notRun\":")
    json.list(notRun) { check, json in json.number(UInt64(check.rawValue)) }
    if let facts, passed {
      json.raw(",\"contests\":")
      json.contests(facts)
      json.raw(",\"trustees\":")
      json.trustees(facts)
      json.raw(",\"draws\":")
      json.draws(facts.draws, sample: sample)
    }
    json.raw("}")
    return json.bytes
  }
}

/// JSON being written.
private struct JSONText {
  private(set) var bytes: [UInt8] = []

  /// Appends what already is JSON.
  mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func bool(_ value: Bool) { value ? raw("true") : raw("false") }

  mutating func number(_ value: UInt64) { bytes.append(contentsOf: "\(value)".utf8) }

  mutating func string(_ text: String) { string(Array(text.utf8)) }

  /// Appends a string; of its UTF-8 only quotes, backslashes and control characters need another form.
  mutating func string(_ utf8: [UInt8]) {
    raw("\"")
    for byte in utf8 {
      switch byte {
      case 0x22: raw("\\\"")
      case 0x5c: raw("\\\\")
      case 0x0a: raw("\\n")
      case 0x00..<0x20:
        raw("\\u00")
        for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
      default: bytes.append(byte)
      }
    }
    raw("\"")
  }

  mutating func list<Item>(_ items: [Item], _ write: (Item, inout JSONText) -> Void) {
    raw("[")
    for (index, item) in items.enumerated() {
      if index > 0 { raw(",") }
      write(item, &self)
    }
    raw("]")
  }

  mutating func numbers(_ items: [Int]) { list(items) { item, json in json.number(UInt64(item)) } }

  mutating func draws(_ draws: VerifiedDraws, sample: Int) {
    raw("{\"opening\":")
    source(draws.opening)
    raw(",\"closing\":")
    source(draws.closing)
    raw(",\"optionOrders\":")
    list(draws.optionOrders) { order, json in
      json.raw("{\"contest\":")
      json.number(UInt64(order.contest))
      json.raw(",\"options\":")
      json.numbers(order.options)
      json.raw("}")
    }
    raw(",\"dutyOrder\":")
    numbers(draws.dutyOrder)
    raw(",\"lots\":")
    list(draws.lots) { lot, json in
      json.raw("{\"contest\":")
      json.number(UInt64(lot.contest))
      json.raw(",\"votes\":")
      json.number(lot.votes)
      json.raw(",\"options\":")
      json.numbers(lot.options)
      json.raw("}")
    }
    raw(",\"sample\":")
    list(draws.sample(sample)) { entry, json in json.number(entry) }
    raw("}")
  }

  private mutating func source(_ source: VerifiedDraws.Source) {
    raw("{\"seed\":")
    string(source.seed.hex)
    raw(",\"output\":")
    string(source.output.hex)
    raw("}")
  }

  mutating func contests(_ facts: ElectionFacts) {
    let votes = facts.result.byContest(facts.manifest)
    list(Array(zip(facts.manifest.contests, votes))) { pair, json in
      json.raw("{\"title\":")
      json.string(pair.0.title.utf8)
      json.raw(",\"options\":")
      json.list(Array(zip(pair.0.options, pair.1))) { option, json in
        json.raw("{\"name\":")
        json.string(option.0.name.utf8)
        json.raw(",\"votes\":")
        json.number(option.1)
        json.raw("}")
      }
      json.raw("}")
    }
  }

  mutating func trustees(_ facts: ElectionFacts) {
    list(facts.conduct) { trustee, json in
      json.raw("{\"number\":")
      json.number(UInt64(trustee.number))
      json.raw(",\"name\":")
      json.string(trustee.name.utf8)
      json.raw(",\"since\":")
      json.number(UInt64(trustee.since))
      json.raw(",\"drill\":")
      if let drilled = trustee.drilled { json.bool(drilled) } else { json.raw("null") }
      json.raw(",\"cosigned\":")
      json.bool(trustee.cosigned)
      json.raw(",\"decrypted\":")
      json.bool(trustee.decrypted)
      json.raw("}")
    }
  }
}
