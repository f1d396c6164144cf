import Curve25519
import Database
import Elections
import ThresholdCryptography
import TransparencyLog

/// What each trustee and witness did in an election, and who did not keep to the protocol: for everybody to see.
public struct ElectionConduct: Sendable, Equatable {
  /// Where a trustee stands with one thing that it does. A stable word.
  public enum Standing: String, Sendable, CaseIterable {
    /// It is not time yet, or never will be.
    case later
    /// It is asked now.
    case awaited
    case done
    /// It was asked and gave nothing, or others were enough before.
    case none
    /// It missed the fire drill, as the organiser acknowledged.
    case absent
    /// It has had its place since a renewal only.
    case joined
    /// What it sent was wrong, and nothing good came after.
    case refused
  }

  /// One of the trustees.
  public struct Trustee: Sendable, Equatable {
    public let number: Int
    public let name: String
    public let standings: [ConductPhase: Standing]

    public init(number: Int, name: String, standings: [ConductPhase: Standing]) {
      self.number = number
      self.name = name
      self.standings = standings
    }
  }

  /// A key ceremony that failed, and what proves who is to blame.
  public struct FailedCeremony: Sendable, Equatable {
    public let ceremony: Bytes32
    /// Unix milliseconds.
    public let started: UInt64
    public let threshold: Int
    /// Of all who took part, by number.
    public let signingKeys: [Bytes32]
    /// Number and name of the culprit in that ceremony; `nil` when nobody is to blame.
    public let culprit: Int?
    public let name: String?
    /// What is proved; a stable word.
    public let fault: String
    /// The signed messages that prove it.
    public let messages: [[UInt8]]

    public init(
      ceremony: Bytes32, started: UInt64, threshold: Int, signingKeys: [Bytes32], culprit: Int?, name: String?, fault: String,
      messages: [[UInt8]]
    ) {
      self.ceremony = ceremony
      self.started = started
      self.threshold = threshold
      self.signingKeys = signingKeys
      self.culprit = culprit
      self.name = name
      self.fault = fault
      self.messages = messages
    }
  }

  /// A witness outside, by the newest checkpoint that it cosigned.
  public struct Witness: Sendable, Equatable {
    public let name: String
    public let size: UInt64
    /// Unix milliseconds, by its clock.
    public let time: UInt64
    /// Whether the board begins with what it cosigned.
    public let agrees: Bool

    public init(name: String, size: UInt64, time: UInt64, agrees: Bool) {
      self.name = name
      self.size = size
      self.time = time
      self.agrees = agrees
    }
  }

  /// A checkpoint that the log signed and that is no beginning of the board.
  public struct Fork: Sendable, Equatable {
    public let size: UInt64
    public let root: Bytes32
    /// The board's root at that size; `nil` where the board is shorter.
    public let boardRoot: Bytes32?
    /// The signed note.
    public let checkpoint: [UInt8]
  }

  public let trustees: [Trustee]
  public let refusals: [TrusteeRefusal]
  public let failures: [FailedCeremony]
  public let witnesses: [Witness]
  public let fork: Fork?
  /// What was to be signed, by which a wrong share can be judged.
  public let message: [UInt8]?

  public init(
    trustees: [Trustee], refusals: [TrusteeRefusal] = [], failures: [FailedCeremony] = [], witnesses: [Witness] = [],
    fork: Fork? = nil, message: [UInt8]? = nil
  ) {
    self.trustees = trustees
    self.refusals = refusals
    self.failures = failures
    self.witnesses = witnesses
    self.fork = fork
    self.message = message
  }

  /// Whether anything is there that should not be.
  public var hasFaults: Bool { !refusals.isEmpty || !failures.isEmpty || fork != nil || witnesses.contains { !$0.agrees } }
}

extension PublicElections {
  /// Everything about trustees and witnesses that is kept.
  ///
  /// - Throws: `BoardError.unknownElection` before the board is open.
  public func conduct(of reference: String) async throws -> ElectionConduct {
    let status = try await environment.boards.state(of: reference)
    let own = try await environment.ceremonies.conduct(
      of: reference, closed: status.phase == .voting || status.phase == .paused ? nil : status.size)
    return ElectionConduct(
      trustees: own.trustees, refusals: own.refusals, failures: own.failures,
      witnesses: try await witnesses(reference, status), fork: try await fork(reference, status), message: own.message)
  }

  private func witnesses(_ reference: String, _ status: BoardStatus) async throws -> [ElectionConduct.Witness] {
    let notes = try await environment.database.read { session in try await WitnessStore.notes(session, of: reference) }
    var found: [ElectionConduct.Witness] = []
    for (text, bytes) in notes {
      guard let key = try? VerifierKey(parsing: Array(text.utf8)), let signed = try? SignedCheckpoint(parsing: bytes),
        let line = signed.note.signature(by: key), let cosignature = try? Cosignature(parsing: line.signature)
      else { continue }
      let (size, root) = (signed.checkpoint.size, signed.checkpoint.root)
      let agrees = size <= status.size ? try await environment.boards.root(reference, size: size) == root : false
      found.append(
        .init(name: String(decoding: key.name, as: UTF8.self), size: size, time: cosignature.timestamp * 1000, agrees: agrees))
    }
    return found
  }

  private func fork(_ reference: String, _ status: BoardStatus) async throws -> ElectionConduct.Fork? {
    guard let bytes = try await environment.boards.evidence(of: reference), let signed = try? SignedCheckpoint(parsing: bytes)
    else {
      return nil
    }
    let (size, root) = (signed.checkpoint.size, signed.checkpoint.root)
    let here = size <= status.size ? try await environment.boards.root(reference, size: size) : nil
    // A board that had lost its end, and has it again, shows what was signed.
    return here == root ? nil : .init(size: size, root: root, boardRoot: here, checkpoint: bytes)
  }
}

extension Ceremonies {
  /// What is kept of the trustees.
  ///
  /// - Parameter closed: the size of the board, once it is.
  /// - Throws: `unknownElection`.
  public func conduct(of election: String, closed: UInt64?) async throws -> ElectionConduct {
    let overview = try await overview(of: election)
    let store = TrusteeStore(election: election)
    let (refusals, asked) = (try await refusals(of: election), try await askedSigners(election))
    return try await database.read { session in
      let group = try await store.group(session)
      let did = Did(
        phase: overview.state.phase, missing: overview.missing,
        newcomers: try await store.newcomers(session),
        cosigned: try await closed.asyncMap { try await store.cosigners(session, size: $0) },
        decrypted: try await store.decrypters(session), signed: try await self.signers(store, group, asked, session))
      let trustees = overview.trustees.map { trustee in
        ElectionConduct.Trustee(
          number: trustee.number, name: trustee.name,
          standings: did.standings(trustee, refusals.filter { $0.signingKey == trustee.signingKey }))
      }
      return ElectionConduct(
        trustees: trustees, refusals: group.certificate == nil ? refusals.map { $0.sealed } : refusals,
        failures: try await store.failedCeremonies(session, overview.failures),
        message: group.certificate)
    }
  }

  /// Who has done what, as far as tables tell.
  private struct Did {
    let phase: TrusteePhase
    let missing: [Int]
    /// Who has a place that was another's.
    let newcomers: Set<Int>
    /// `nil` before the closing.
    let cosigned: [Int]?
    let decrypted: [Int]
    let signed: [Int]

    func standings(
      _ trustee: TrusteeOverview.Trustee, _ refusals: [TrusteeRefusal]
    ) -> [ConductPhase: ElectionConduct.Standing] {
      var standings: [ConductPhase: ElectionConduct.Standing] = [:]
      for phase in ConductPhase.regular {
        let standing = standing(trustee, phase)
        let isRefused = standing != .done && standing != .absent && refusals.contains { $0.phase == phase }
        standings[phase] = isRefused ? .refused : standing
      }
      return standings
    }

    private var isOver: Bool { phase == .marking || phase == .tallied }

    private func standing(_ trustee: TrusteeOverview.Trustee, _ part: ConductPhase) -> ElectionConduct.Standing {
      let number = trustee.number
      if newcomers.contains(number), part == .ceremony || part == .drill { return .joined }
      switch part {
      case .ceremony:
        if phase == .ceremony { return missing.contains(number) ? .awaited : .done }
        return phase == .gathering || phase == .failed ? .later : .done
      case .drill:
        if trustee.passed { return .done }
        return trustee.isAbsent ? .absent : phase == .drill ? .awaited : .later
      case .approval, .mark: return .later
      case .cosignature:
        guard let cosigned else { return .later }
        return cosigned.contains(number) ? .done : isOver ? .none : .awaited
      case .decryption:
        if decrypted.contains(number) { return .done }
        return phase == .decrypting ? .awaited : phase == .signing || isOver ? .none : .later
      case .signature:
        if signed.contains(number) { return .done }
        return phase == .signing ? .awaited : isOver ? .none : .later
      }
    }
  }
}

extension TrusteeStore {
  /// What ended ceremonies, with what is needed to judge it.
  fileprivate func failedCeremonies(
    _ session: any SQLSession, _ failures: [CeremonyFailureRecord]
  ) async throws -> [ElectionConduct.FailedCeremony] {
    var found: [ElectionConduct.FailedCeremony] = []
    for failure in failures {
      let ceremony = CeremonyStore(id: failure.ceremony)
      let row = try await ceremony.row(session, election: election)
      let participants = try await ceremony.participants(session)
      found.append(
        .init(
          ceremony: failure.ceremony, started: row.started, threshold: row.threshold,
          signingKeys: participants.map { $0.signingKey },
          culprit: failure.culprit, name: participants.first { $0.number == failure.culprit }?.name, fault: failure.fault,
          messages: failure.evidence))
    }
    return found
  }
}

extension TrusteeRefusal {
  /// Without parts in the decryption: before the totals are published they would help to open them.
  fileprivate var sealed: TrusteeRefusal {
    TrusteeRefusal(
      phase: phase, reason: reason, signingKey: signingKey, number: number, name: name, first: first, last: last, count: count,
      evidence: evidence, request: nil)
  }
}

extension Optional {
  fileprivate func asyncMap<Output>(_ body: (Wrapped) async throws -> Output) async throws -> Output? {
    guard let self else { return nil }
    return try await body(self)
  }
}
