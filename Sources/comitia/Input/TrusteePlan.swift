import Elections
import ThresholdCryptography

/// How many trustees there are, what they are called, how many of them are required and which decrypt.
struct TrusteePlan {
  /// How many are required.
  let threshold: Int
  /// Numbers of those that decrypt; all when empty.
  let decrypting: [Int]
  private let count: Int
  private let namesPath: String?

  private static let usualCount = 5

  /// Understands the options; what is not given has its usual value.
  ///
  /// - Parameters:
  ///   - count: from `--trustees`.
  ///   - threshold: from `--threshold`.
  ///   - decrypting: from `--decrypting`.
  ///   - names: the file of `--trustee-names`.
  init(count: Int?, threshold: Int?, decrypting: String?, names: String?, _ arguments: Arguments) throws(UsageError) {
    let count = count ?? Self.usualCount
    let least = count / 2 + 1
    let threshold = threshold ?? least
    guard (least...count).contains(threshold) else {
      let possible = least == count ? "\(count) is possible" : "\(least) to \(count) are possible"
      let why = threshold > count ? "there are only \(count)" : "two separate groups could each decrypt"
      throw arguments.error("--threshold \(threshold) of \(count) trustees: \(why); \(possible)")
    }
    self.count = count
    self.threshold = threshold
    namesPath = names
    self.decrypting =
      try decrypting.map { (text) throws(UsageError) in
        try Self.numbers(text, of: count, threshold: threshold, arguments)
      } ?? []
  }

  private static func numbers(
    _ text: String, of count: Int, threshold: Int, _ arguments: Arguments
  ) throws(UsageError) -> [Int] {
    var numbers: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let word = part.split(separator: " ").joined()
      guard let number = Int(word), (1...count).contains(number) else {
        throw arguments.error("--decrypting names trustee “\(word)”; they are numbered 1 to \(count), such as 1,2,3")
      }
      guard !numbers.contains(number) else { throw arguments.error("--decrypting names trustee \(number) twice; name each once") }
      numbers.append(number)
    }
    guard numbers.count >= threshold else {
      throw arguments.error(
        "--decrypting names \(numbers.count) of the trustees, but \(threshold) are needed; name at least \(threshold)")
    }
    return numbers.sorted()
  }

  /// The names, as many as there are trustees.
  func readNames() throws(CommandFailure) -> [Text] {
    guard let namesPath else { return (1...count).compactMap { Text("Trustee \($0)") } }
    let file = namesPath.printable
    var names: [Text] = []
    let lines = try InputFile.read(namesPath).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let bytes = Array(line.last == 0x0d ? line.dropLast() : line)
      if bytes.allSatisfy({ $0 == 0x20 }) { continue }
      guard let name = Text(utf8: bytes), bytes.count <= Text.longestName else {
        throw CommandFailure("\(file): line \(index + 1): not UTF-8 text of at most \(Text.longestName) bytes")
      }
      guard !names.contains(name) else {
        throw CommandFailure("\(file): line \(index + 1): “\(name)” stands there twice; names must differ")
      }
      names.append(name)
    }
    guard names.count == count else {
      throw CommandFailure(
        "\(file) has \(TextFormat.count(names.count, "name")) for \(count) trustees; write one name in each line")
    }
    return names
  }
}
