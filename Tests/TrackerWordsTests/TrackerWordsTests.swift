import Testing
import TrackerWords

struct TrackerWordsTests {
  /// Bytes that count up, from one that differs for each number.
  private func tracker(_ number: Int) -> [UInt8] { (0..<32).map { UInt8(truncatingIfNeeded: number &* 37 &+ $0 &* (number | 1)) } }

  @Test("the list has 2048 words in order, of three to six letters, each known by its first four")
  func list() {
    let list = TrackerWords.list
    #expect(list.count == 2048)
    #expect(list == list.sorted())
    #expect(list.allSatisfy { (3...6).contains($0.count) && $0.allSatisfy { ("a"..."z").contains($0) } })
    #expect(Set(list.map { $0.prefix(4) }).count == 2048)
    for (word, next) in zip(list, list.dropFirst()) { #expect(!next.hasPrefix(word), "\(word) begins \(next)") }
  }

  @Test("words are the first 132 bits, 11 each")
  func bits() throws {
    let (first, last) = (try #require(TrackerWords.list.first), try #require(TrackerWords.list.last))
    #expect(TrackerWords.words(of: [UInt8](repeating: 0, count: 32)) == [String](repeating: first, count: 12))
    #expect(TrackerWords.words(of: [UInt8](repeating: 0xff, count: 17)) == [String](repeating: last, count: 12))
    let one = [0, 0b0010_0000] + [UInt8](repeating: 0, count: 30)
    #expect(TrackerWords.words(of: one) == [TrackerWords.list[1]] + [String](repeating: first, count: 11))
    // Only the first four bits of byte 16 are said.
    let (low, high) = ([UInt8](repeating: 7, count: 16) + [0x50], [UInt8](repeating: 7, count: 16) + [0x5f])
    #expect(TrackerWords.words(of: low) == TrackerWords.words(of: high))
  }

  @Test("the words of the specification's example")
  func example() {
    #expect(TrackerWords.words(of: (0..<32).map { $0 * 8 }).joined(separator: " ") == Self.exampleWords)
  }

  private static let exampleWords = "abacus dilute align digit lent blue accept anvil foment aerial blown unison"

  @Test("what words say is the beginning of the tracker", arguments: 0..<64)
  func roundTrip(number: Int) throws {
    let tracker = tracker(number)
    let prefix = try TrackerWords.prefix(from: TrackerWords.words(of: tracker).joined(separator: " "))
    #expect(prefix.matches(tracker))
    #expect(prefix.bytes.prefix(16).elementsEqual(tracker.prefix(16)))
    #expect(prefix.bytes[16] == tracker[16] & 0xf0)
    for byte in 0..<17 {
      var other = tracker
      other[byte] ^= 0x10
      #expect(!prefix.matches(other), "byte \(byte)")
    }
    #expect(prefix.lowest.lexicographicallyPrecedes(tracker) || prefix.lowest == tracker)
    #expect(tracker.lexicographicallyPrecedes(prefix.highest) || prefix.highest == tracker)
    #expect(prefix.matches(prefix.lowest) && prefix.matches(prefix.highest))
  }

  @Test("words are read as people type them")
  func forgiving() throws {
    let words = TrackerWords.words(of: tracker(5))
    let wanted = try TrackerWords.prefix(from: words.joined(separator: " "))
    let typed = [
      words.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n"), words.joined(separator: ", ").uppercased(),
      words.map { String($0.prefix(4)) }.joined(separator: "-"),
      words.map { $0.count >= 4 ? $0 + "s" : $0 }.joined(separator: "  "),
      "  " + words.joined(separator: "\t") + " .\r\n",
    ]
    for text in typed { #expect(try TrackerWords.prefix(from: text) == wanted, "\(text)") }
  }

  @Test("what is not a tracker's words is refused, and says where")
  func refused() {
    let words = TrackerWords.words(of: tracker(1))
    #expect(throws: TrackerWordsError.wrongCount(11)) { try TrackerWords.prefix(from: words.dropLast().joined(separator: " ")) }
    #expect(throws: TrackerWordsError.wrongCount(0)) { try TrackerWords.prefix(from: "1 2 3 — 4") }
    let unknown = words.prefix(4) + ["qqqqq"] + words.suffix(7)
    #expect(throws: TrackerWordsError.unknownWord("qqqqq", position: 5)) {
      try TrackerWords.prefix(from: unknown.joined(separator: " "))
    }
    let short = words.prefix(11) + ["zz"]
    #expect(throws: TrackerWordsError.unknownWord("zz", position: 12)) {
      try TrackerWords.prefix(from: short.joined(separator: " "))
    }
  }

  @Test("words are proposed by their first letters")
  func proposals() {
    #expect(TrackerWords.words(beginning: "").count == 2048)
    #expect(TrackerWords.words(beginning: "qqq").isEmpty)
    for word in TrackerWords.list {
      #expect(TrackerWords.words(beginning: String(word.prefix(4)).uppercased()).elementsEqual([word]))
    }
    #expect(TrackerWords.words(beginning: "can").allSatisfy { $0.hasPrefix("can") })
  }
}
