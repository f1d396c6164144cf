import Elections
import VotingService

/// All that the pages of an election say of its present state.
struct ElectionFacts: Sendable {
  let roll: RollCounts
  let trustees: TrusteeOverview
  /// `nil`: the board is not open.
  let board: BoardStatus?
  /// As the public page draws it.
  let turnout: Turnout?
  /// How far trustees have cosigned the board.
  let cosigned: [Int: UInt64]
  /// Numbers of the trustees in the order of duty; none before the opening.
  let dutyOrder: [Int]
  /// The hand-over of the trustees' shares that goes on.
  let handOver: HandOverOverview?
  /// Renewals that voting cannot end without, and for whom they wait.
  let renewalsAwaited: [PendingRenewal]

  /// Whether so many trustees can decrypt that no half of them can.
  var fitsThreshold: Bool {
    let count = trustees.trustees.count
    return trustees.state.threshold <= count && 2 * trustees.state.threshold > count && trustees.state.quorum <= count
  }

  /// Names of the trustees that are waited for.
  var missing: String {
    trustees.trustees.filter { trustees.missing.contains($0.number) }.map { $0.name }.joined(separator: ", ")
  }

  /// Names of the trustees in the order of duty.
  var dutyNames: String {
    dutyOrder.compactMap { number in trustees.trustees.first { $0.number == number }?.name }.joined(separator: ", ")
  }
}

extension OrganisePages {
  func facts(_ organised: Organised, _ context: PageContext) async throws -> ElectionFacts {
    let reference = organised.reference
    let isOpened = organised.election.opened != nil
    let organiser = try context.organiser()
    let shown = isOpened ? try await PublicElections(services.elections).election(reference, for: organiser) : nil
    return ElectionFacts(
      roll: try await services.rolls.counts(of: reference, for: organiser),
      trustees: try await services.ceremonies.overview(of: reference),
      board: shown?.board?.status,
      turnout: shown.flatMap { shown in shown.board.map { Turnout(shown, $0) } },
      cosigned: isOpened ? try await services.ceremonies.cosigned(reference) : [:],
      dutyOrder: isOpened ? try await services.boards.dutyOrder(of: reference) : [],
      handOver: isOpened ? try await services.ceremonies.handOverOverview(of: reference) : nil,
      renewalsAwaited: isOpened ? try await services.boards.renewalsAwaited(of: reference) : [])
  }
}

/// What an organiser has to do next, or waits for.
struct NextStep: Sendable {
  let title: String
  let text: String
  /// Where it is done.
  var link: Link?
  var caption = ""

  private init(_ word: String, _ t: Texts, _ link: Link? = nil, _ values: KeyValuePairs<String, any TextValue> = [:]) {
    title = t("organise.next.\(word)", values)
    text = t("organise.next.text.\(word)", values)
    self.link = link
    if link != nil { caption = t("organise.next.do.\(word)") }
  }

  static func of(_ organised: Organised, _ facts: ElectionFacts, _ t: Texts) -> NextStep? {
    let manifest = organised.manifest
    switch organised.election.state {
    case .draft: return draft(organised, facts, t)
    case .active where !facts.renewalsAwaited.isEmpty:
      let awaited = facts.renewalsAwaited[0]
      return NextStep(
        "renewal", t, organised.link.down("trustees"), ["names": awaited.missing.joined(separator: ", "), "needed": awaited.needed])
    case .active where manifest.closes > 0:
      return NextStep("open", t, nil, ["time": TimeText.words(manifest.closes, t.language)])
    case .active: return NextStep("close", t, organised.link.down("close"))
    case .paused: return NextStep("paused", t)
    case .closed:
      switch facts.trustees.state.phase {
      case .closing: return NextStep("cosigning", t, nil, ["names": facts.missing])
      case .signing: return NextStep("signing", t, nil, ["names": facts.missing, "needed": facts.trustees.state.threshold])
      default: return NextStep("decrypting", t, nil, ["names": facts.missing, "needed": facts.trustees.state.threshold])
      }
    case .tallied: return NextStep("result", t, Link("/elections", organised.reference))
    case .archived, .aborted: return nil
    }
  }

  /// What a draft lacks, in the order in which it is done.
  private static func draft(_ organised: Organised, _ facts: ElectionFacts, _ t: Texts) -> NextStep {
    let voters = organised.link.down("voters")
    let trustees = organised.link.down("trustees")
    let state = facts.trustees.state
    // Who was lost is replaced, and all begins where it began.
    let phase = state.isGivenUp ? .gathering : state.phase
    let waited: KeyValuePairs<String, any TextValue> = ["count": facts.trustees.missing.count, "names": facts.missing]
    if facts.roll.voters == 0 { return NextStep("voters", t, voters) }
    if facts.trustees.trustees.isEmpty { return NextStep("trustees", t, trustees) }
    if phase == .failed { return NextStep("failed", t, trustees) }
    if phase == .gathering, !facts.fitsThreshold { return NextStep("threshold", t, trustees) }
    if phase == .gathering, !facts.trustees.missing.isEmpty { return NextStep("joining", t, trustees, waited) }
    if phase == .gathering { return NextStep("ceremony", t, trustees) }
    if facts.roll.credentials < facts.roll.eligible {
      let count = facts.roll.eligible - facts.roll.credentials
      switch organised.manifest.issuer {
      case .service: return NextStep("links", t, voters.down("links"), ["count": count])
      case .authority: return NextStep("authority", t, voters.down("links"), ["count": count])
      case .voter: return NextStep("devices", t, voters, ["count": count])
      }
    }
    if phase == .ceremony { return NextStep("running", t, nil, waited) }
    if phase == .drill { return NextStep("drill", t, trustees, waited) }
    return NextStep("ready", t, organised.link.down("check"))
  }
}
