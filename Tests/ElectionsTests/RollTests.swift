import Curve25519
import Testing
import TransparencyLog

@testable import Elections

/// The roll (6.4) and what its size allows (6.5).
struct RollTests {
  @Test func isSortedAndFound() throws {
    var random = SeededRandom(seed: [1])
    for count in [0, 1, 2, 3, 10, 57] {
      let voters = voters(count, random: &random) { UInt32($0 + 1) }
      let roll = try Roll(voters)
      #expect(roll.count == count)
      #expect(roll.encoded.count == 14 + 68 * count)
      #expect(roll.totalWeight == UInt64(count * (count + 1) / 2))
      for voter in voters {
        let index = try #require(roll.index(of: voter.credential))
        #expect(roll[index] == voter)
      }
      for index in 0..<count { #expect(roll.index(of: roll[index].credential) == index) }
      let credentials = (0..<count).map { roll[$0].credential.bytes }
      for (one, next) in zip(credentials, credentials.dropFirst()) { #expect(one.lexicographicallyPrecedes(next)) }
      #expect(roll.index(of: .zero) == nil)
      #expect(roll.index(of: random.b32()) == nil)
      #expect(roll.index(of: try #require(Bytes32([UInt8](repeating: 0xff, count: 32)))) == nil)
      let again = try Roll(roll.encoded)
      #expect(again.encoded == roll.encoded)
      #expect(again.root == roll.root)
      #expect(try Roll(voters.reversed()).encoded == roll.encoded)
    }
  }

  /// The root is RFC 6962's over the 68-byte entries, by its recursive definition.
  @Test func rootIsTheDefinition() throws {
    func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
      if leaves.isEmpty { return SHA256.hash([]) }
      if leaves.count == 1 { return SHA256.hash([0] + leaves[leaves.startIndex]) }
      var split = 1
      while 2 * split < leaves.count { split *= 2 }
      let middle = leaves.startIndex + split
      return SHA256.hash([1] + root(leaves[..<middle]) + root(leaves[middle...]))
    }
    var random = SeededRandom(seed: [2])
    for count in 0...20 {
      let roll = try Roll(voters(count, random: &random))
      let leaves = (0..<count).map { Array(roll.encoded[14 + 68 * $0..<14 + 68 * ($0 + 1)]) }
      #expect(roll.root.bytes == root(leaves[...]))
    }
  }

  @Test func badVotersAreNamed() throws {
    var random = SeededRandom(seed: [3])
    let good = try Roll(voters(4, random: &random)).encoded
    func error(_ change: (inout [UInt8]) -> Void) -> RollError? {
      var bytes = good
      change(&bytes)
      do throws(RollError) {
        _ = try Roll(bytes)
        return nil
      } catch { return error }
    }
    func entry(_ index: Int) -> Range<Int> { 14 + 68 * index..<14 + 68 * (index + 1) }
    #expect(error { _ in } == nil)
    #expect(error { $0.replaceSubrange(entry(2), with: good[entry(1)]) } == .notAscending(index: 2))
    #expect(
      error {
        $0.replaceSubrange(entry(0), with: good[entry(1)])
        $0.replaceSubrange(entry(1), with: good[entry(0)])
      } == .notAscending(index: 1))
    for index in 0..<4 {
      #expect(error { bytes in for offset in 32..<36 { bytes[entry(index).lowerBound + offset] = 0 } } == .zeroWeight(index: index))
    }
    #expect(error { bytes in for offset in 0..<32 { bytes[entry(0).lowerBound + offset] = 0 } } == .invalidCredential(index: 0))
    #expect(error { bytes in for offset in 0..<32 { bytes[entry(3).lowerBound + offset] = 0xff } } == .invalidCredential(index: 3))
    #expect(error { $0[0] ^= 1 } == .malformed(.outOfRange(field: FieldName("file type"))))
    #expect(error { $0[9] = 2 } == .malformed(.outOfRange(field: FieldName("version"))))
    #expect(error { $0 = Array($0[..<13]) } == .malformed(.truncated(field: FieldName("number of voters"))))
    let count = RollError.malformed(.outOfRange(field: FieldName("number of voters")))
    #expect(error { $0[13] = 3 } == count)
    #expect(error { $0[13] = 5 } == count)
    #expect(error { $0.removeLast() } == count)
    #expect(error { $0.append(0) } == count)
    // Four thousand million voters in a short file.
    #expect(error { $0.replaceSubrange(10..<14, with: [0xff, 0xff, 0xff, 0xff]) } == count)

    var twice = voters(2, random: &random)
    twice.append(twice[0])
    #expect(throws: RollError.self) { try Roll(twice) }
    #expect(throws: RollError.invalidCredential(index: 0)) {
      try Roll([RollEntry(credential: RistrettoPoint.identity.encoded, weight: 1, identity: .zero)])
    }
  }

  @Test func mutationsAreRefusedOrKept() throws {
    var random = SeededRandom(seed: [4])
    let roll = try Roll(voters(3, random: &random))
    let read = expectMutationsRefusedOrKept(roll.encoded, rounds: 2000, random: &random) { (try? Roll($0))?.encoded }
    // Identities and weights may be anything.
    #expect(read > 100)
  }

  @Test func smallRollsAndGroupsMustBeAcknowledged() throws {
    var random = SeededRandom(seed: [5])
    let careless = try simpleManifest(small: false)
    let acknowledged = try simpleManifest()
    func error(_ count: Int, _ manifest: Manifest, _ weight: (Int) -> UInt32 = { _ in 1 }) throws -> RollError? {
      do throws(RollError) {
        try Roll(voters(count, random: &random, weight: weight)).checkSizes(manifest)
        return nil
      } catch { return error }
    }
    #expect(try error(10, careless) == nil)
    #expect(try error(9, careless) == .smallGroup(weight: 0, voters: 9))
    #expect(try error(0, careless) == .smallGroup(weight: 0, voters: 0))
    #expect(try error(9, acknowledged) == nil)
    #expect(try error(20, careless) { $0 < 10 ? 1 : 7 } == nil)
    #expect(try error(20, careless) { $0 < 11 ? 1 : 7 } == .smallGroup(weight: 7, voters: 9))
    #expect(try error(20, careless) { $0 < 9 ? 1 : 7 } == .smallGroup(weight: 1, voters: 9))
    #expect(try error(20, acknowledged) { UInt32($0 + 1) } == nil)
  }

  /// Σ weight × range ≤ 2⁴⁰, exactly.
  @Test func totalsMustBeFound() throws {
    var random = SeededRandom(seed: [6])
    let single = try simpleManifest()
    let score = try manifest([
      contest(.score(options: 2, range: 1000, blankAllowed: true)), contest(.yesNo(blankAllowed: true), title: "Other"),
    ])
    #expect(score.largestRange == 1000)
    #expect(single.largestRange == 1)
    // 256 · (2³² − 1) + 256 = 2⁴⁰.
    let heavy = try Roll(voters(257, random: &random) { $0 < 256 ? .max : 256 })
    #expect(heavy.totalWeight == Roll.largestTotal)
    #expect(throws: Never.self) { try heavy.checkSizes(single) }
    #expect(throws: RollError.tooHeavy) { try heavy.checkSizes(score) }
    let heavier = try Roll(voters(257, random: &random) { $0 < 256 ? .max : 257 })
    #expect(throws: RollError.tooHeavy) { try heavier.checkSizes(single) }
    let scored = try Roll([RollEntry(credential: random.point().encoded, weight: 1_099_511_627, identity: .zero)])
    #expect(throws: Never.self) { try scored.checkSizes(score) }
    let overscored = try Roll([RollEntry(credential: random.point().encoded, weight: 1_099_511_628, identity: .zero)])
    #expect(throws: RollError.tooHeavy) { try overscored.checkSizes(score) }
  }
}
