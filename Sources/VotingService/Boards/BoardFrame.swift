import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// What the opening entry of a board fixes, read once.
struct BoardFrame: Sendable {
  let reference: String
  let opening: OpeningEntry
  /// Entry 0, encoded.
  let openingEntry: [UInt8]
  let manifest: Manifest
  let roll: Roll
  let roster: TrusteeRoster
  let context: BallotContext
  /// Whose signatures checkpoints carry.
  let policy: LogPolicy
  let signer: NoteSigner
  /// The files `manifest`, `trustees`, `roll`.
  let files: [String: [UInt8]]

  var electionID: Bytes32 { context.election }

  /// - Throws: `damaged` when the stored parts do not fit together.
  init(reference: String, entry: [UInt8], files: [String: [UInt8]], logKey: [UInt8]) throws(BoardError) {
    guard let manifestBytes = files["manifest"], let trustees = files["trustees"], let rollBytes = files["roll"],
      let seed = Bytes32(logKey)
    else { throw .damaged("files of the board are missing") }
    do {
      let board = try BoardEntry(entry)
      let opening = try OpeningEntry(board.body)
      let manifest = try Manifest(manifestBytes)
      let roster = try TrusteeRoster(trustees)
      let signer = try NoteSigner(name: opening.origin.utf8, type: .ed25519, privateKey: Ed25519.PrivateKey(seed: seed))
      guard signer.key.publicKey == opening.logKey else { throw BoardError.damaged("the log's key is another one") }
      self.reference = reference
      self.opening = opening
      openingEntry = entry
      self.manifest = manifest
      self.roster = roster
      self.signer = signer
      self.files = files
      roll = try Roll(rollBytes)
      context = BallotContext(election: board.leafHash, jointKey: roster.jointKey(.election), layout: manifest.layout)
      policy = try LogPolicy(opening: opening, roster: roster)
    } catch let error as BoardError {
      throw error
    } catch {
      throw .damaged("the stored parts of the board are malformed")
    }
  }

  /// A checkpoint of a tree, signed by the log.
  func sign(size: UInt64, root: Bytes32) throws(LogError) -> SignedCheckpoint {
    try signer.sign(Checkpoint(origin: signer.key.name, size: size, root: root))
  }
}
