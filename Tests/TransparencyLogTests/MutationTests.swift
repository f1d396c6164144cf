import Curve25519
import Testing

@testable import TransparencyLog

/// Every text is read in one way: however a valid one is cut, joined and altered, a parser refuses it or gives back its bytes. The same
/// changes in every run.
struct MutationTests {
  @Test func parsersAcceptOnlyTheirOwnWriting() throws {
    let setting = try ReceiptTests.Setting(size: 7)
    let receipt = try setting.receipt(index: 4, extra: ascii("tracker"))
    let request = try WitnessRequest(oldSize: 3, hashes: receipt.hashes, checkpoint: receipt.checkpoint)
    let samples = [
      ascii(NoteTests.quasimodo), ascii(CheckpointTests.sofa), receipt.bytes, request.bytes, setting.log.key.bytes,
      receipt.checkpoint.checkpoint.body, TilePath(.entries, index: 1_234_067, width: 9).bytes,
    ]
    var random = SeededRandom(seed: Array(repeating: 5, count: 32))
    var accepted = 0
    for sample in samples {
      for _ in 0..<3000 {
        let altered = mutate(sample, with: samples, &random)
        for written in rewritings(of: altered) {
          accepted += 1
          if written != altered { Issue.record("\(altered)") }
        }
      }
    }
    // Some changes leave a valid text: the property is not empty.
    #expect(accepted > 100)
  }

  /// What each parser that accepts `text` writes for it.
  private func rewritings(of text: [UInt8]) -> [[UInt8]] {
    [
      (try? SignedNote(parsing: text))?.bytes, (try? SignedCheckpoint(parsing: text))?.bytes,
      (try? Checkpoint(parsing: text))?.body,
      (try? Receipt(parsing: text))?.bytes, (try? WitnessRequest(parsing: text))?.bytes, (try? VerifierKey(parsing: text))?.bytes,
      (try? TilePath(parsing: text))?.bytes, (try? WitnessRequest.parseAnswer(text))?.flatMap(\.line),
    ].compactMap(\.self)
  }

  /// One to three changes: a byte replaced, inserted, removed; a stretch removed, doubled, or taken from another sample.
  private func mutate(_ sample: [UInt8], with others: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
    var text = sample
    func number(below bound: Int) -> Int {
      let bytes = random.bytes(4)
      return Int(bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }) % max(bound, 1)
    }
    let telling: [UInt8] = [0x0a, 0x20, 0x2b, 0x2f, 0x30, 0x31, 0x3d, 0x41, 0x78, 0x00, 0x0d, 0xe2, 0xff]
    for _ in 0...number(below: 3) {
      let start = number(below: text.count)
      let end = min(text.count, start + 1 + number(below: 60))
      switch number(below: 6) {
      case 0 where !text.isEmpty: text[start] = telling[number(below: telling.count)]
      case 1: text.insert(telling[number(below: telling.count)], at: start)
      case 2 where !text.isEmpty: text.remove(at: start)
      case 3: text.removeSubrange(start..<end)
      case 4: text.insert(contentsOf: text[start..<end], at: end)
      default:
        let other = others[number(below: others.count)]
        let from = number(below: other.count)
        text.insert(contentsOf: other[from..<min(other.count, from + 80)], at: start)
      }
    }
    return text
  }
}
