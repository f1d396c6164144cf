import BallotCryptography
import Curve25519

/// A ballot taken apart (3.2), to be altered and put together again.
struct BallotParts {
  var election: Bytes32
  var credential: Bytes32
  var number: UInt32
  /// *N* × (α, β), *N* × (A, A′), B, B′.
  var points: [RistrettoPoint]
  /// *N* × f, *N* × z, z_B.
  var scalars: [Scalar]

  var bits: Int { (scalars.count - 1) / 2 }
  var alpha: [RistrettoPoint] { (0..<bits).map { points[2 * $0] } }
  var beta: [RistrettoPoint] { (0..<bits).map { points[2 * $0 + 1] } }
  var commitment: [RistrettoPoint] { (0..<bits).map { points[2 * (bits + $0)] } }
  var commitmentPrime: [RistrettoPoint] { (0..<bits).map { points[2 * (bits + $0) + 1] } }
  var product: RistrettoPoint { points[4 * bits] }
  var productPrime: RistrettoPoint { points[4 * bits + 1] }
  var f: [Scalar] { Array(scalars[..<bits]) }
  var z: [Scalar] { Array(scalars[bits..<2 * bits]) }
  var zB: Scalar { scalars[2 * bits] }

  init(election: Bytes32, credential: Bytes32, number: UInt32 = 1, points: [RistrettoPoint], scalars: [Scalar]) {
    self.election = election
    self.credential = credential
    self.number = number
    self.points = points
    self.scalars = scalars
  }

  init(_ ballot: EncryptedBallot) throws {
    var reader = ByteReader(ballot.encoded)
    election = try reader.b32("election")
    credential = try reader.b32("credential")
    number = try reader.u32("number")
    let bits = Int(try reader.u16("count"))
    points = []
    scalars = []
    for _ in 0..<4 * bits + 2 { points.append(try reader.point("point")) }
    for _ in 0..<2 * bits + 1 { scalars.append(try reader.scalar("scalar")) }
    try reader.finish()
  }

  var encoded: [UInt8] {
    var bytes = election.bytes + credential.bytes + bigEndian(Int(number), 4) + bigEndian(bits, 2)
    for point in points { bytes += point.encoded.bytes }
    for scalar in scalars { bytes += scalar.encoded.bytes }
    return bytes
  }

  var ballot: EncryptedBallot { get throws { try EncryptedBallot(encoded) } }
}
