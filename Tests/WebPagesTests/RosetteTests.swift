import Foundation
import Testing
import WebPages

/// `Tests/Vectors/rosettes.json`: what every implementation draws; `Tests/ServiceTests/style.test.mjs` reads the same.
@Suite("Rosettes")
struct RosetteTests {
  struct Vector: Decodable, CustomTestStringConvertible {
    let id: String
    let path: String

    var testDescription: String { id }

    var bytes: [UInt8] {
      stride(from: 0, to: id.utf8.count, by: 2).compactMap { UInt8(id.dropFirst($0).prefix(2), radix: 16) }
    }
  }

  static let vectors: [Vector] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/rosettes.json")
    return (try? JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))) ?? []
  }()

  @Test("there are vectors") func complete() { #expect(Self.vectors.count == 10) }

  @Test("a rosette is drawn as everywhere", arguments: vectors)
  func drawn(vector: Vector) { #expect(Rosette.path(of: vector.bytes) == vector.path) }

  @Test("every byte of the id changes the rosette", arguments: 0..<32)
  func everyByte(index: Int) {
    var id = Self.vectors.first?.bytes ?? []
    let before = Rosette.path(of: id)
    id[index] ^= 1
    #expect(Rosette.path(of: id) != before)
  }

  @Test("the line never leaves its frame")
  func framed() {
    for value in UInt8.min...UInt8.max {
      let id = (0..<32).map { UInt8(truncatingIfNeeded: Int(value) &* ($0 < 8 ? 2 * $0 + 1 : 0)) }
      let extremes = Self.extremes(of: Rosette.path(of: id))
      #expect(extremes.allSatisfy { $0 <= 48 }, "\(value): \(extremes)")
    }
  }

  /// How far the points of a path's two bands lie from the middle.
  private static func extremes(of path: String) -> [Double] {
    path.split(separator: "M").prefix(2).map { band in
      let steps = band.split { "qt".contains($0) }
      let numbers = steps.map { $0.matches(of: #/-?(?:\d+\.?\d*|\.\d+)/#).compactMap { Double($0.output) } }
      guard numbers.count == 3, numbers[0].count == 2, numbers[1].count == 4 else { return .infinity }
      var (x, y, furthest) = (numbers[0][0] + numbers[1][2], numbers[0][1] + numbers[1][3], 0.0)
      for index in stride(from: 0, to: numbers[2].count - 1, by: 2) {
        x += numbers[2][index]
        y += numbers[2][index + 1]
        furthest = max(furthest, (x * x + y * y).squareRoot())
      }
      // The line ends where it began.
      return (x - numbers[0][0]).magnitude < 0.01 && (y - numbers[0][1]).magnitude < 0.01 ? furthest : .infinity
    }
  }
}
