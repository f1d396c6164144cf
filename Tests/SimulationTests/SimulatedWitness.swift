import Curve25519
import TransparencyLog
import TrusteeSupport

/// A witness outside: the product's judgement on a disk and a line that may fail.
final class SimulatedWitness {
  let index: Int
  private let signer: NoteSigner
  /// On its disk: the checkpoint that it cosigned last.
  private var kept: SignedCheckpoint?
  /// In its memory.
  private var last: SignedCheckpoint?
  /// The size that each face takes for its last one.
  private var known: [Int: UInt64] = [:]

  init(_ index: Int) {
    self.index = index
    let key = Ed25519.PrivateKey(seed: Bytes32([UInt8](repeating: UInt8(200 + index), count: 32).span))
    guard let signer = try? NoteSigner(name: Array("witness.example/\(index)".utf8), type: .cosignature, privateKey: key) else {
      preconditionFailure("a name")
    }
    self.signer = signer
  }

  /// A face asks it about its newest checkpoint.
  func serve(_ face: Int, _ world: World) {
    let old = known[face] ?? 0
    guard !world.happens(world.plan.lost), let board = world.faces[face].peek({ $0.board }), old <= board.size,
      let bytes = try? board.witnessRequest(old: old).bytes
    else { return }
    let sent = world.plan.service == .garbling && world.happens(40) ? world.flipped(bytes) : bytes
    guard let request = try? WitnessRequest(parsing: sent) else { return }
    switch WitnessVerdict(request, logKey: board.logKey, last: last?.checkpoint) {
    case .notSigned: if sent == bytes { world.violate("witness \(index) does not know the log's signature") }
    case .otherSize(let size): known[face] = size
    case .forked, .inconsistent: convict(request.checkpoint, face, world, isBroken: sent != bytes)
    case .cosign: cosign(request.checkpoint, face, world)
    }
  }

  private func cosign(_ checkpoint: SignedCheckpoint, _ face: Int, _ world: World) {
    // It is asked less often than trustees act.
    let crashing = 4 * world.plan.crashing
    if world.happens(crashing) { return fall(world) }
    last = checkpoint
    if world.mutation != .forgetsWitnessed { kept = checkpoint }
    guard (try? signer.cosign(checkpoint.checkpoint, timestamp: 1_700_000_100)) != nil else {
      return world.violate("witness \(index) cannot sign")
    }
    world.watcher.witnessed(checkpoint.checkpoint, of: face, by: index)
    if world.happens(crashing) { return fall(world) }
    known[face] = checkpoint.checkpoint.size
  }

  private func fall(_ world: World) {
    world.note("witness \(index) falls")
    last = kept
  }

  /// It has two checkpoints of which one does not continue the other.
  private func convict(_ shown: SignedCheckpoint, _ face: Int, _ world: World, isBroken: Bool) {
    world.note("witness \(index) is shown another log")
    guard !isBroken, let held = last else { return }
    world.watcher.convicted(held, shown)
  }
}
