import API
import Elections
import VotingService

/// The pages of those who hold elections: from the first draft to the archive.
struct OrganisePages: Sendable {
  /// What these pages work with.
  struct Services: Sendable {
    let elections: ElectionStore
    let rolls: RollStore
    let life: LifeCycle
    let boards: Boards
    let ceremonies: Ceremonies
    let mails: MailStore
    /// Where the service is, without a slash at the end.
    let address: String
  }

  let services: Services

  init(services: Services) { self.services = services }

  init(services: PageServices) {
    self.init(
      services: Services(
        elections: services.elections, rolls: services.rolls, life: services.life, boards: services.boards,
        ceremonies: services.ceremonies, mails: services.mails, address: services.address))
  }

  var pages: [Page] {
    [dashboard, showNew, create, overview] + questionPages + contestPages + removedContestPages + picturePages
      + timesPages + voterPages
      + voterImportPages + voterListPages + credentialPages + trusteePages + checkPages + actionPages + mailPages + [ballotPreview]
  }

  /// The election that a page is about.
  ///
  /// - Throws: `ElectionError.notFound`, also for those who may not read it.
  func organised(_ context: PageContext) async throws -> Organised {
    let organiser = try context.organiser()
    let election = try await services.elections.election(context.value("e"), for: organiser)
    let owns = organiser.managesAll || organiser.account == election.organiser
    guard organiser.readsAll || owns else { throw ElectionError.notFound }
    return Organised(
      election: election, mayChange: owns && context.caller.may(.manageElections),
      mayChangeRoll: owns && context.caller.may(.manageRoll))
  }

  /// The same, for those alone who may change it.
  func changeable(_ context: PageContext) async throws -> Organised {
    let organised = try await organised(context)
    guard organised.mayChange else { throw ElectionError.notOrganiser }
    return organised
  }

  /// Saves another definition of a draft under the version that the form has seen.
  ///
  /// - Returns: what is wrong, by the members of the definition; empty: it is saved.
  func save(
    _ manifest: Manifest, _ organised: Organised, _ context: PageContext, threshold: Int? = nil, quorum: Int?? = nil
  ) async throws -> [Fault] {
    var definition = organised.election.definition
    definition.manifest = manifest
    if let threshold { definition.threshold = threshold }
    if let quorum { definition.quorum = quorum }
    return try await faults(context.t) {
      _ = try await services.elections.update(
        organised.reference, to: definition, version: Int64(context.form["version"]), by: try context.organiser())
    }
  }

  /// Does something, and says what stood in its way.
  func faults(_ t: Texts, _ act: () async throws -> Void) async throws -> [Fault] {
    do {
      try await act()
      return []
    } catch let error as ElectionError {
      return [try FaultText.of(error, t)]
    } catch let error as CeremonyError {
      return [try FaultText.of(error, t)]
    }
  }
}

/// An election as one of those sees it who look after it.
struct Organised: Sendable {
  let election: Election
  /// Whether who looks may change it.
  let mayChange: Bool
  /// Whether who looks may change its roll.
  let mayChangeRoll: Bool

  var reference: String { election.reference }
  var manifest: Manifest { election.manifest }
  var title: String { manifest.title.description }
  var isDraft: Bool { election.state == .draft }
  var link: Link { Link("/organise", reference) }

  /// What a form must bring so that nobody's change is lost unseen.
  var version: HTML { input(.type("hidden"), .name("version"), .value(String(election.version))) }
}
