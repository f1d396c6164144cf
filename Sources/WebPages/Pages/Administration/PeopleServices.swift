import API
import VotingService

/// A setting as the service runs with it. Never a secret: secrets stand in files, and only where they are is shown.
public struct ShownSetting: Sendable, Equatable {
  public let name: String
  public let value: String
  /// Whether it was set, or is as it is without.
  public let isSet: Bool
  /// What it is for.
  public let help: String

  public init(name: String, value: String, isSet: Bool, help: String) {
    self.name = name
    self.value = value
    self.isSet = isSet
    self.help = help
  }
}

/// What the pages of administrators, of the support desk and of people's own affairs need.
public struct PeopleServices: Sendable {
  public var desk: SupportDesk
  public var feedback: FeedbackBox
  public var own: OwnElections
  public var jobs: JobAdministration
  public var health: ServiceHealth
  public var figures: BoardFigures
  public var steps: StepCounter
  /// What must be well for the service to take requests.
  public var checks: [any ReadinessCheck]
  public var settings: [ShownSetting]
  public var version: String
  /// Whether feedback is asked for.
  public var isPilot: Bool
  public var clock: any Clock
  /// `nil` where the service writes to no public chain.
  public var chain: ChainAdministration?

  public init(
    desk: SupportDesk, feedback: FeedbackBox, own: OwnElections, jobs: JobAdministration, health: ServiceHealth,
    figures: BoardFigures, steps: StepCounter,
    checks: [any ReadinessCheck], settings: [ShownSetting], version: String, isPilot: Bool, clock: any Clock,
    chain: ChainAdministration? = nil
  ) {
    self.desk = desk
    self.feedback = feedback
    self.own = own
    self.jobs = jobs
    self.health = health
    self.figures = figures
    self.steps = steps
    self.checks = checks
    self.settings = settings
    self.version = version
    self.isPilot = isPilot
    self.clock = clock
    self.chain = chain
  }

  func pages(access: AccessService, elections: ElectionStore, address: String) -> [Page] {
    let clock = clock
    return AdministrationStart(access: access, people: self).pages + AccountList(access: access).pages
      + AccountSheet(access: access, address: address).pages + AuditLogPages(access: access).pages
      + OperationPages(people: self).pages + ChainPages(chain: chain).pages
      + AnalyticsPages(elections: elections, figures: figures, steps: steps).pages
      + DeskPages(desk: desk, clock: { clock.now() }).pages + FeedbackListPages(box: feedback, isPilot: isPilot).pages
      + AccountPages(access: access).pages + MinePage(own: own).pages + HelpPages(desk: desk, address: address).pages
      + FeedbackPages(box: feedback, isPilot: isPilot).pages
  }
}
