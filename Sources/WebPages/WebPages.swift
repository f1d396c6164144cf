import API
import HTTPServer
import VotingService

/// What pages need of the service.
public struct PageServices: Sendable {
  public var access: AccessService
  public var elections: ElectionStore
  public var rolls: RollStore
  public var life: LifeCycle
  public var boards: Boards
  public var ceremonies: Ceremonies
  public var archive: RecordArchive
  public var mails: MailStore
  public var passwords: PasswordMails
  public var people: PeopleServices
  /// Where the service is, without a slash at the end.
  public var address: String
  /// Whether one may sign in over connections that are not encrypted from other machines too.
  public var allowsPlainHTTP: Bool

  public init(
    access: AccessService, elections: ElectionStore, rolls: RollStore, life: LifeCycle, boards: Boards, ceremonies: Ceremonies,
    archive: RecordArchive, mails: MailStore, passwords: PasswordMails, people: PeopleServices, address: String,
    allowsPlainHTTP: Bool
  ) {
    self.access = access
    self.elections = elections
    self.rolls = rolls
    self.life = life
    self.boards = boards
    self.ceremonies = ceremonies
    self.archive = archive
    self.mails = mails
    self.passwords = passwords
    self.people = people
    self.address = address
    self.allowsPlainHTTP = allowsPlainHTTP
  }

  /// All pages.
  public var pages: [Page] {
    let groups = [
      StartPage().pages,
      SessionPages(access: access, allowsPlainHTTP: allowsPlainHTTP, sendsMails: mails.mode != .none).pages,
      RegistrationPages(access: access).pages,
      mails.mode == .none ? [] : ForgottenPasswordPages(passwords: passwords).pages,
      PublicPages(elections: PublicElections(elections), address: address).pages,
      OrganisePages(services: self).pages,
      OutboxPages(mails: mails, address: address).pages,
      people.pages(access: access, elections: elections, address: address),
    ]
    return groups.flatMap { $0 }
  }
}
