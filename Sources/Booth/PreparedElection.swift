import BallotCryptography
import Curve25519
import Elections

/// The tables of an election's joint key, kept from one ballot to the next: making them takes longer than a ballot.
struct PreparedElection {
  private let election: Bytes32
  private let key: Bytes32
  private let manifest: [UInt8]
  let encryptor: BallotEncryptor

  /// Reads a frame and takes the tables of `last` if it is the same.
  init(from reader: inout ByteReader, last: PreparedElection?) throws(CodecError) {
    var again = reader
    let election = try reader.b32("election id")
    let key = try reader.b32("joint key")
    let manifest = try reader.blob("manifest")
    if let last, last.election == election, last.key == key, last.manifest == manifest {
      self = last
      return
    }
    self.election = election
    self.key = key
    self.manifest = manifest
    encryptor = BallotEncryptor(try again.frame())
  }
}
