import EmbeddedFiles

/// Trackers as words that people can read out, type and compare (docs/spec/03-ballots.md, 3.8).
///
/// Nothing here is secret: trackers are public, and nothing runs in constant time.
public enum TrackerWords {
  /// How many words stand for a tracker.
  public static let count = 12

  /// The 2048 words in alphabetical order, those of `tracker-words.txt`. No two have the same first four letters.
  public static let list: [String] = String(decoding: EmbeddedFiles.bytes("tracker-words.txt"), as: UTF8.self)
    .split(separator: "\n").map(String.init)

  /// The words of a tracker, or of another hash that is shown in words: its first 132 bits, 11 a word.
  ///
  /// - Parameter tracker: at least 17 bytes.
  public static func words(of tracker: [UInt8]) -> [String] {
    precondition(tracker.count >= 17, "a tracker has 32 bytes")
    return (0..<count).map { word in
      let bits = (word * bitsOfAWord..<(word + 1) * bitsOfAWord)
      return list[bits.reduce(0) { $0 << 1 | Int(tracker[$1 / 8] >> (7 - $1 % 8) & 1) }]
    }
  }

  /// Reads words as people type them: in any case, with numbers, commas or lines between them, and cut short after four letters.
  ///
  /// - Throws: `wrongCount`, `unknownWord`.
  public static func prefix(from text: String) throws(TrackerWordsError) -> TrackerPrefix {
    let typed = text.split { !$0.isLetter }.map { $0.lowercased() }
    guard typed.count == count else { throw .wrongCount(typed.count) }
    var numbers: [Int] = []
    for (index, word) in typed.enumerated() {
      guard let number = number(of: word) else { throw .unknownWord(word, position: index + 1) }
      numbers.append(number)
    }
    return TrackerPrefix(numbers)
  }

  /// The words that begin with some letters, in order: what a form proposes while somebody types.
  public static func words(beginning letters: String) -> ArraySlice<String> {
    let letters = letters.lowercased()
    let first = place { $0 < letters }
    return list[first...].prefix { $0.hasPrefix(letters) }
  }

  static let bitsOfAWord = 11

  /// The number of a word, which may have been cut or ended otherwise after its first four letters.
  private static func number(of word: String) -> Int? {
    let exact = place { $0 < word }
    if exact < list.count, list[exact] == word { return exact }
    guard word.count >= 4 else { return nil }
    let start = String(word.prefix(4))
    let near = place { $0 < start }
    return near < list.count && list[near].hasPrefix(start) ? near : nil
  }

  /// The first place of the list that no longer is before something.
  private static func place(_ isBefore: (String) -> Bool) -> Int {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(list[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The first 132 bits of a tracker: all that twelve words say of it.
public struct TrackerPrefix: Hashable, Sendable {
  /// 17 bytes; the last four bits are zero.
  public let bytes: [UInt8]

  init(_ numbers: [Int]) {
    var bytes = [UInt8](repeating: 0, count: 17)
    for (word, number) in numbers.enumerated() {
      for bit in 0..<TrackerWords.bitsOfAWord where number >> (TrackerWords.bitsOfAWord - 1 - bit) & 1 == 1 {
        let place = word * TrackerWords.bitsOfAWord + bit
        bytes[place / 8] |= 0x80 >> UInt8(place % 8)
      }
    }
    self.bytes = bytes
  }

  /// The smallest tracker, of 32 bytes, that begins so: with `highest`, the range to look for in a sorted list.
  public var lowest: [UInt8] { bytes + [UInt8](repeating: 0, count: 15) }

  /// The largest tracker that begins so.
  public var highest: [UInt8] { bytes.dropLast() + [bytes[16] | 0x0f] + [UInt8](repeating: 0xff, count: 15) }

  /// Whether a tracker begins so.
  public func matches(_ tracker: [UInt8]) -> Bool {
    tracker.count >= 17 && tracker.prefix(16).elementsEqual(bytes.prefix(16)) && tracker[16] & 0xf0 == bytes[16]
  }
}

/// Why words are not those of a tracker.
public enum TrackerWordsError: Error, Equatable {
  /// There are so many words and not twelve.
  case wrongCount(Int)
  /// A word that is not in the list, and which of the words it is, counted from 1.
  case unknownWord(String, position: Int)
}
