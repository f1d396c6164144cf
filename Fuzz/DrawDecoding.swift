import Curve25519
import Elections
import ThresholdCryptography

/// Draws and the parts that trustees send: what is read is written as it was, and what is not as it was made gives no other output.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let good = GoodDraw.shared
  // Three in four inputs are a list of changes to good bytes.
  func bytes(_ example: [UInt8]) -> [UInt8] { input[0] & 12 == 0 ? Array(input.all.dropFirst()) : example.changed(as: input) }
  switch input[0] & 3 {
  case 0: good.readRecord(bytes(good.record))
  case 1: good.readPart(bytes(good.part))
  case 2: good.readClosing(bytes(good.closing))
  default: good.readDrill(bytes(good.drill))
  }
  return 0
}

/// Three trustees of whom any two act, and one draw of theirs.
struct GoodDraw: Sendable {
  static let shared = GoodDraw()

  private let keys: PerKey<ThresholdKey>
  private let drawKeys: [Bytes32]
  private let seed = DrawSeed.closing(election: .zero, size: 1, root: .zero)
  private let output: BeaconOutput
  private let totals: DecryptionStatement
  private let exercise: FireDrill
  let record: [UInt8]
  let part: [UInt8]
  let closing: [UInt8]
  let drill: [UInt8]

  private init() {
    var random = SeededRandom(seed: [1])
    // The line 5 + 3X for every purpose, dealt by the first trustee; the others deal G and 0.
    let schnorr = SchnorrProof(commitment: .generator, response: .one)
    let dealers = [[UInt64(4), 3], [1, 0], [0, 0]].map { pair in
      DealerCommitment(commitments: pair.map { .generatorMultiple(Scalar($0)) }, proof: schnorr)
    }
    guard let key = try? ThresholdKey(dealers: dealers) else { preconditionFailure("a good key") }
    keys = PerKey { _ in key }
    let secrets = (1...3).map { number in
      SecretShares(
        trustee: number, values: PerKey { _ in Scalar(UInt64(5 + 3 * number)) },
        drawSeed: Bytes32([UInt8](repeating: UInt8(number), count: 32).span))
    }
    drawKeys = secrets.map { ECVRF.PrivateKey(seed: $0.drawSeed).publicKey }
    let statement = BeaconStatement(seed: seed, key: key)
    let parts = secrets.prefix(2).map { DrawPart(in: statement, with: $0, using: &random) }
    let draw = DrawRecord(size: 1, root: .zero, parts: parts)
    guard let output = try? draw.output(at: seed, key: key, drawKeys: drawKeys) else { preconditionFailure("a good draw") }
    self.output = output
    record = draw.encoded
    part = parts[0].encoded
    totals = DecryptionStatement(
      election: .zero, size: 1, root: .zero,
      totals: (0..<2).map { _ in Ciphertext(alpha: .generatorMultiple(.random(using: &random)), beta: .generator) })
    closing =
      ClosingPart(
        decryption: PartialDecryption(of: totals, with: secrets[0][.election], using: &random), draw: parts[0]
      ).encoded
    exercise = FireDrill(ceremony: .zero, size: 1, root: .zero, keys: keys, drawKeys: drawKeys)
    drill = exercise.part(with: secrets[0], using: &random).encoded
    precondition((try? ClosingPart(closing, count: 2))?.isGood(totals, keys: keys, drawKeys: drawKeys) == true, "a good part")
  }

  func readRecord(_ bytes: [UInt8]) {
    guard let read = try? DrawRecord(bytes) else { return }
    precondition(read.encoded == bytes, "another encoding")
    if let found = try? read.output(at: seed, key: keys.beacon, drawKeys: drawKeys) {
      precondition(found == output, "another output")
    }
  }

  func readPart(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let read = try? DrawPart(from: &reader) else { return }
    precondition(read.encoded == Array(bytes.prefix(DrawPart.encodedLength)), "another encoding")
    _ = try? read.verify(BeaconStatement(seed: seed, key: keys.beacon), drawKeys: drawKeys)
  }

  func readClosing(_ bytes: [UInt8]) {
    guard let read = try? ClosingPart(bytes, count: 2) else { return }
    precondition(read.encoded == bytes, "another encoding")
    // Nobody else can prove it of other points.
    if read.isGood(totals, keys: keys, drawKeys: drawKeys) { precondition(bytes == closing, "another part is good") }
  }

  func readDrill(_ bytes: [UInt8]) {
    guard let read = try? FireDrillPart(bytes) else { return }
    precondition(read.encoded == bytes, "another encoding")
    if (try? exercise.verify(read)) != nil { precondition(bytes == drill, "another part is good") }
  }
}
