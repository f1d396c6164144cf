import BallotCryptography
import Booth
import Curve25519
import Elections
import Testing
import Verification

/// The calls of the WebAssembly modules, compiled natively. `Tests/WasmTests` compares the two, and asks much more.
struct BoothTests {
  private let seed = [UInt8](repeating: 7, count: 64)
  private let electionID = [UInt8](repeating: 9, count: 32)
  private let manifest: [UInt8]
  private var booth = Booth()

  init() throws {
    let names = ["Yes", "No"].compactMap { Text($0) }.map { ContestOption(name: $0) }
    let title = try #require(Text("Title"))
    let rules = try #require(ContestRules.yesNo(blankAllowed: true))
    let contest = try #require(Contest(title: title, rules: rules, options: names))
    manifest = try #require(Manifest(title: title, contests: [contest])).encoded
  }

  /// A fulfilled call's answer without its status.
  private func fulfilled(_ answer: [UInt8]) throws -> ByteReader {
    try #require(answer.first == 0, "\(String(decoding: answer, as: UTF8.self))")
    return ByteReader(answer, 1..<answer.count)
  }

  /// The code of a refusal.
  private func refusal(_ answer: [UInt8]) throws -> String {
    var reader = ByteReader(answer)
    #expect(try reader.u8("status") == 1)
    return String(decoding: try reader.counted("code"), as: UTF8.self)
  }

  private func blob(_ bytes: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.u32(UInt32(bytes.count))
    writer.raw(bytes)
    return writer.bytes
  }

  private mutating func call(_ call: BoothCall, _ request: [UInt8]) -> [UInt8] { booth.answer(call.rawValue, request) }

  private func blob(from reader: inout ByteReader) throws -> [UInt8] {
    let count = Int(try reader.u32("count"))
    return try reader.raw(count, "blob")
  }

  private func choices(_ values: [UInt32]) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(1)
    writer.u16(UInt16(values.count))
    for value in values { writer.u32(value) }
    return writer.bytes
  }

  @Test("a ballot is made, cast and verified; challenged, opened and verified")
  mutating func ballots() throws {
    var made = try fulfilled(call(.makeCredential, seed))
    let secret = try made.b32("secret").bytes
    let credential = try made.b32("credential").bytes
    #expect(try fulfilled(call(.readCredential, secret)).remaining == 32)
    let frame = electionID + credential + blob(manifest)

    var encrypted = try fulfilled(call(.encrypt, frame + credential + [0, 0, 0, 1] + seed + choices([0, 1])))
    let hash = try encrypted.b32("hash")
    let ballot = try blob(from: &encrypted)
    let opening = try blob(from: &encrypted)
    try encrypted.finish()

    var cast = try fulfilled(call(.cast, secret + seed + blob(ballot)))
    let tracker = try cast.b32("tracker")
    let castBallot = try blob(from: &cast)
    var verified = try fulfilled(Checker.answer(BoothCall.verifyBallot.rawValue, frame + blob(castBallot)))
    #expect(try verified.b32("tracker") == tracker)
    #expect(try verified.b32("credential").bytes == credential)
    #expect(try refusal(Checker.answer(BoothCall.verifyBallot.rawValue, frame + blob(ballot + opening.prefix(64)))) != "")

    var checked = try fulfilled(Checker.answer(BoothCall.checkOpening.rawValue, frame + blob(ballot) + blob(opening)))
    #expect(try checked.b32("hash") == hash)
    #expect(try checked.raw(checked.remaining, "choices") == choices([0, 1]))
    var challenged = try fulfilled(call(.challenge, secret + seed + blob(ballot)))
    #expect(try blob(from: &challenged).count == 160)
    var published = try fulfilled(call(.publish, secret + seed + blob(ballot) + blob(opening)))
    let opened = try blob(from: &published)
    #expect(try fulfilled(Checker.answer(BoothCall.verifyOpened.rawValue, frame + blob(opened))).remaining == 32 + 11)
  }

  @Test(
    "choices that break the rules are refused with the rule",
    arguments: [([1, 1], "overvote"), ([2, 0], "valueOutOfRange"), ([1], "wrongNumberOfOptions")])
  func brokenRules(values: [UInt32], code: String) throws {
    var booth = Booth()
    var made = try fulfilled(booth.answer(BoothCall.makeCredential.rawValue, seed))
    _ = try made.b32("secret")
    let credential = try made.b32("credential").bytes
    let request = electionID + credential + blob(manifest) + credential + [0, 0, 0, 1] + seed + choices(values)
    #expect(try refusal(booth.answer(BoothCall.encrypt.rawValue, request)) == code)
  }

  @Test("a ballot of number 0 is refused")
  mutating func numberZero() throws {
    var made = try fulfilled(call(.makeCredential, seed))
    _ = try made.b32("secret")
    let credential = try made.b32("credential").bytes
    let frame = electionID + credential + blob(manifest)
    #expect(try refusal(call(.encrypt, frame + credential + [0, 0, 0, 0] + seed + choices([0, 1]))) == "outOfRange")
  }

  @Test("calls that a module does not have, and requests that end too early, are refused")
  mutating func refusals() throws {
    #expect(try refusal(booth.answer(.max, [])) == "unknownCall")
    #expect(try refusal(call(.verifyBallot, [])) == "unknownCall")
    #expect(try refusal(Checker.answer(BoothCall.cast.rawValue, [])) == "unknownCall")
    for call in BoothCall.allCases where call != .version {
      let role = booth.answer(call.rawValue, [])
      #expect(try ["truncated", "unknownCall"].contains(refusal(role)))
      #expect(try ["truncated", "unknownCall"].contains(refusal(Checker.answer(call.rawValue, []))))
    }
    #expect(try fulfilled(call(.version, [])).remaining == 2)
    #expect(try refusal(call(.version, [0])) == "trailingBytes")
  }

  @Test("no bytes trap")
  mutating func randomBytes() {
    var random = SeededRandom(seed: seed)
    for round in 0..<3000 {
      let bytes = random.bytes(round % 400)
      let number = UInt8(round % 20)
      #expect(booth.answer(number, bytes).isEmpty == false)
      #expect(Checker.answer(number, bytes).isEmpty == false)
    }
  }

  @Test("a record that is not there is told by the file that is missing")
  func missingRecord() throws {
    struct Nothing: RecordSource {
      func read(_ path: [UInt8]) -> [UInt8]? { nil }
    }
    #expect(try refusal(RecordCall.verify([0, 0, 0, 0], source: Nothing()) { _ in }) == "notARecord")
    #expect(try refusal(RecordCall.verify([2], source: Nothing()) { _ in }) == "outOfRange")
    var steps = RecordSteps<Nothing>()
    #expect(try refusal(steps.next()) == "unknownCall")
    #expect(try refusal(steps.begin([0, 0, 0, 0], source: Nothing()) { _ in }) == "notARecord")
    #expect(try refusal(steps.add([])) == "unknownCall")
    #expect(try refusal(steps.finish()) == "unknownCall")
  }
}
