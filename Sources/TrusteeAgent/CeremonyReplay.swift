import Curve25519
import Elections
import ThresholdCryptography

/// A ceremony as its log tells it, read from the first message on, and what this trustee has to say to it.
///
/// Made anew in each process: everything follows from the seed and the log. Two views are kept apart: the public one has seen nothing but the log and alone says
/// when the ceremony is complete; the trustee's own has also its own messages that are not there yet.
struct CeremonyReplay<Cipher: ShareCipher> {
  /// The log alone.
  private(set) var log: CeremonyLog<Cipher>
  /// Size and root of what was read.
  private(set) var root = CeremonyRoot()
  /// The root over what was read as it was shown: whole, or as a hash. What this trustee says follows from that.
  private(set) var view = CeremonyRoot()
  /// Whether what was read in an earlier life is shown otherwise now. Another word could be a second one to what was said then: this trustee says nothing.
  private(set) var isShownOtherwise = false
  private var own: KeyCeremony<Cipher>
  private var outbox: [[UInt8]] = []
  private var onLog: Set<Bytes32> = []
  private var isStarted = false
  /// What was read in an earlier life, to be found again: the size, and the root over it as it was shown.
  private let known: (size: UInt64, view: Bytes32)

  /// - Throws: when the ceremony kept makes none, which its codec has refused already.
  init(of ceremony: TrusteeCeremony, seed: Bytes32, signingKey: Ed25519.PrivateKey) throws(TrusteeFault) {
    do throws(CeremonyParameterError) {
      let configuration = try ceremony.configuration
      log = CeremonyLog(configuration)
      own = try KeyCeremony(configuration, trustee: ceremony.number, signingKey: signingKey, seed: seed)
    } catch {
      throw .alarm(.unusableTrustees(error.text))
    }
    known = (ceremony.size, ceremony.root)
  }

  /// Reads what follows on the log.
  ///
  /// - Throws: `ceremonyLogGoesOn`.
  mutating func read(_ page: CeremonyPage) throws(TrusteeFault) {
    for entry in page.entries {
      guard log.round != .finished else { throw .alarm(.ceremonyLogGoesOn) }
      root.append(entry.hash)
      onLog.insert(entry.hash)
      view.append(entry.shown)
      if view.size == known.size, view.root != known.view { isShownOtherwise = true }
      guard case .message(let bytes) = entry else { continue }
      _ = log.receive(bytes)
      outbox += own.receive(bytes).messages
    }
  }

  /// To be called when the log was read to its end.
  ///
  /// - Throws: `ceremonyLogRewritten` when it is shorter than it was; `spokenElsewhere`.
  mutating func reachedEnd() throws(TrusteeFault) {
    guard root.size >= known.size else { throw .alarm(.ceremonyLogRewritten(size: known.size)) }
    if isStarted { return }
    // Everything else follows from what was committed to.
    guard !own.hasForeignCommit else { throw .alarm(.spokenElsewhere) }
    isStarted = true
    outbox += own.start()
  }

  /// What this trustee has said that is not on the log.
  var unsent: [[UInt8]] { isShownOtherwise ? [] : outbox.filter { !onLog.contains(Bytes32(SHA256.hash($0).span)) } }

  /// The shares, once all their parts are good.
  var shares: SecretShares? { own.secretShares }

  /// Everything found against anybody, by either view.
  var failures: [CeremonyFailure] { own.failures + log.failures.filter { !own.failures.contains($0) } }

  mutating func wipe() { own.wipe() }
}
