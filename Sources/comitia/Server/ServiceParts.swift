import API
import Curve25519
import Database
import Dispatch
import Foundation
import HTTPServer
import ParallelWork
import Sealing
import VotingService
import WebPages

/// The parts of a service, each knowing only those that it needs.
struct ServiceParts: Sendable {
  let access: AccessService
  let handler: any HTTPHandler
  private let metrics: MetricsRegistry
  private let jobs: JobRunner
  private let life: LifeCycle
  private let live: LiveEvents
  private let tables: TableMetrics
  private let events: EventHub
  private let mails: MailSender?
  private let steps: StepCounter
  private let witnesses: OutsideWitnesses
  private let anchors: Anchors?

  /// - Parameter chain: the public chain; `nil`: none.
  init(
    _ settings: ServerSettings, folder: DataFolder, database: any Database, log: JSONLog, isRestored: Bool, chain: ChainService?
  ) async throws {
    let clock = SystemClock()
    let hasSecrets = try await database.read { session in
      try await !session.query("SELECT election FROM boards LIMIT 1").isEmpty
    }
    let master = try DataFolder.masterKey(settings.masterKeyFile, mayMake: !hasSecrets)
    let sealing = MasterKey(master)
    metrics = MetricsRegistry()
    events = EventHub()
    live = LiveEvents(hub: events, limits: settings.liveLimits)
    let workers = Self.workers(settings.threads)
    let boards = Boards(
      database: database, clock: clock, sealing: sealing, workers: workers,
      highWater: HighWaterFiles(folder: folder.file("high-water")), events: events, metrics: metrics, restored: isRestored
    ) { election, error in
      log.write(.error, "board", ["election": .text(election), "reason": .text(String(describing: error))])
    }
    let audit = try AuditLog(origin: settings.host + "/audit-log", privateKey: Self.serviceKey(master), clock: clock)
    access = AccessService(
      database: database, clock: clock, hasher: PasswordHasher(), audit: audit,
      settings: AccessSettings(registration: settings.registration), metrics: metrics)
    let queue = JobQueue(clock: clock)
    jobs = JobRunner(database: database, queue: queue, clock: clock) { event in log.write(event) }
    tables = TableMetrics(database: database, clock: clock, queue: queue, registry: metrics)
    let notices = MailNotices(jobs: queue, clock: clock, isOffered: settings.mailMode != .none)
    let tallied = ElectionJobs.tallied(clock: clock, audit: audit)
    let ledger = try await settings.solana?.ledger(log)
    let ceremonies = Ceremonies(
      database: database, clock: clock, boards: boards, jobs: queue, audit: audit, workers: workers,
      runner: DispatchRunner(width: settings.threads), metrics: metrics, preferredTime: Self.preferredTime,
      ledger: ledger,
      tallied: { election, session in
        try await tallied(election, session)
        try await notices.tallied(election, in: session)
      })
    witnesses = OutsideWitnesses(
      settings.witnesses, database: database, clock: clock, boards: boards,
      transport: WitnessHTTP(witnesses: settings.witnesses.count), metrics: metrics
    ) { witness, election, trouble in
      log.write(.warning, "witness", ["witness": .text(witness), "election": .text(election), "reason": .text(trouble.text)])
    }
    anchors = chain?.anchors(database, boards, metrics: metrics) { log.write($0) }
    let administration = chain.map { [anchors] in
      ChainAdministration(
        place: $0.place, settings: $0.settings, account: $0.account, database: database, clock: clock, audit: audit,
        wake: { anchors?.wake() })
    }
    let site = try settings.webFolder.map { try SitePages(folder: $0) }
    let surroundings = ElectionEnvironment(
      database: database, clock: clock, ceremonies: ceremonies, boards: boards, jobs: queue, workers: workers, audit: audit,
      host: settings.host, software: try site?.software() ?? [], notices: notices, chain: chain?.place)
    let elections = ElectionStore(surroundings)
    let rolls = RollStore(elections)
    life = LifeCycle(rolls)
    let archive = RecordArchive(surroundings)
    let mailStore = MailStore(rolls: rolls, sealing: sealing, service: settings.serviceAddress, mode: settings.mailMode)
    let passwords = PasswordMails(store: mailStore, access: access)
    mails = Self.mailSender(settings, mailStore, passwords, database, metrics, log)

    let report: @Sendable (String, any Error) -> Void = { id, error in
      log.write(.error, "failure", ["request": .text(id), "reason": .text(String(describing: error))])
    }
    steps = StepCounter(database: database, clock: clock, isOn: settings.countsSteps)
    let environment = RouterEnvironment(
      authenticator: AccessAuthenticator(access: access), trustees: TrusteeSignatures(ceremonies, clock: clock),
      limiter: TokenBuckets(quotas: settings.quotas, clock: clock), idempotency: IdempotencyKeys(database: database, clock: clock),
      metrics: metrics, operatorTokenHash: try settings.operatorTokenHash(), report: report)
    let groups =
      [AccountRoutes(access: access).group, SessionRoutes(access: access).group, AuditRoutes(access: access).group]
      + ElectionRoutes(elections: elections, life: life, boards: boards, archive: archive).groups
      + RollRoutes(rolls: rolls, access: access, service: settings.serviceAddress).groups
      + [
        CeremonyRoutes(ceremonies, elections: elections).group, TrusteeRoutes(ceremonies, clock: clock).group,
        CastingRoutes(boards, isPilot: settings.isPilot).group, PilotRoutes(isPilot: settings.isPilot).group,
        BoardRoutes(boards).group, TrustRoutes(PublicElections(elections)).group, StepRoutes(counter: steps).group,
        EventRoutes(live).group, AnchorRoutes(PublicElections(elections), boards).group, ChainRoutes(administration).group,
        MailRoutes(mails: mailStore, passwords: passwords).group,
      ]
    let checks: [any ReadinessCheck] = [DatabaseReadiness(database: database), DiskReadiness(folder: folder.path)]
    let service = ServiceRoutes(checks: checks, metrics: metrics, report: report)
    let people = PeopleServices(
      desk: SupportDesk(database: database, clock: clock, audit: audit, mails: notices),
      feedback: FeedbackBox(database: database, clock: clock, audit: audit),
      own: OwnElections(database: database, clock: clock),
      jobs: JobAdministration(database: database, queue: queue, audit: audit) { [jobs] in await jobs.wake() },
      health: ServiceHealth(database: database, clock: clock, boards: boards),
      figures: BoardFigures(database: database, boards: boards), steps: steps, checks: checks, settings: settings.shown,
      version: Invocation.version, isPilot: settings.isPilot, clock: clock, chain: administration)
    let services = PageServices(
      access: access, elections: elections, rolls: rolls, life: life, boards: boards, ceremonies: ceremonies, archive: archive,
      mails: mailStore, passwords: passwords, people: people, address: settings.serviceAddress, allowsPlainHTTP: false)
    let pages = site.map {
      PageRouter(services.pages, environment: environment, files: $0, isPilot: settings.isPilot)
    }
    handler = Router(service.groups(describing: groups), environment: environment, fallback: pages)
  }

  /// For so many milliseconds a result is signed by those who come first in the order of duty; then by whoever is there.
  private static let preferredTime: UInt64 = 2000

  /// Who sends mails; `nil` where none are sent.
  private static func mailSender(
    _ settings: ServerSettings, _ store: MailStore, _ passwords: PasswordMails, _ database: any Database,
    _ metrics: MetricsRegistry, _ log: JSONLog
  ) -> MailSender? {
    let transport: (any MailTransport)? =
      switch settings.mailMode {
      case .server: settings.mail.map { SMTPTransport($0, name: settings.host) }
      case .outbox: OutboxTransport(database: database, clock: SystemClock())
      case .none: nil
      }
    return transport.map { transport in
      MailSender(
        store: store, passwords: passwords, transport: transport, perMinute: settings.mailsPerMinute, metrics: metrics
      ) { reason in log.write(.warning, "mail", ["reason": .text(reason)]) }
    }
  }

  private static func workers(_ threads: Int) -> Workers {
    let queue = DispatchQueue(label: "ballots", attributes: .concurrent)
    return Workers(width: threads) { work in queue.async(execute: work) }
  }

  /// The service's own signing key, from the master key: there is nothing more to be kept.
  private static func serviceKey(_ master: Bytes32) -> Ed25519.PrivateKey {
    var transcript = Transcript("service key")
    transcript.absorb("master", master)
    return Ed25519.PrivateKey(seed: transcript.digest("seed"))
  }

  /// Numbers that the server knows.
  func registerServer(_ server: HTTPServer) {
    metrics.gauge("comitia_http_connections", help: "Connections open now, WebSockets included.") {
      Double(server.statistics.connections)
    }
    metrics.gauge("comitia_websockets", help: "WebSockets open now.") { Double(server.statistics.webSockets) }
  }

  /// Starts what runs in the background.
  func start() async -> Task<Void, Never> {
    await ElectionJobs.register(life, with: jobs)
    await mails?.register(with: jobs)
    await jobs.start()
    return Task { [live, tables, mails, steps, witnesses, anchors, jobs, events] in
      async let telling: Void = live.run()
      async let waking: Void = jobs.follow(events)
      async let mail: Void? = mails?.run(every: 5, waking: jobs)
      async let counting: Void = steps.run(every: 60)
      async let asking: Void = witnesses.run()
      async let anchoring: Void? = anchors?.run()
      await tables.run(every: 15)
      _ = await (telling, waking, mail, counting, asking, anchoring)
    }
  }

  /// Sends away those who wait for news, so that they do not hold up the end.
  func endWaiting() { events.close() }

  /// Stops it.
  func stop(_ background: Task<Void, Never>) async {
    background.cancel()
    await jobs.stop()
  }
}

extension OutsideWitnesses.Trouble {
  /// For the log.
  fileprivate var text: String {
    switch self {
    case .refused(let reason): reason
    case .sawAnother(let size):
      "it has cosigned another board of \(size) entries: this one was restored from an old backup, or there are two; compare what it holds"
    }
  }
}
