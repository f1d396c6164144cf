import StrictJSON
import VotingService

extension MailSettings {
  static let json = JSONCodec<MailSettings>.object(
    "MailSettings",
    .defaulted("language", JSONCodec<MailLanguage>.word, .english, \.language),
    .defaulted("opening", JSONCodec<Bool>.boolean.described("Whether all voters are told when voting begins."), false, \.opening),
    .defaulted("result", JSONCodec<Bool>.boolean.described("Whether all voters are told of the result."), false, \.result),
    .defaulted(
      "confirmation", JSONCodec<Bool>.boolean.described("Whether who casts gets the tracker. " + confirmationMeaning), false,
      \.confirmation),
    make: { MailSettings(language: $0, opening: $1, result: $2, confirmation: $3) })
}

/// The text of a kind of mail, as it is written.
struct MailTextInput: Sendable {
  let subject: String
  let text: String

  static let subject = JSONCodec<String>.text(1...MailText.longestSubject)
  static let text = JSONCodec<String>.text(1...MailText.longestBody, .lines)
    .described("Plain text; places such as {name} are filled when a mail is made.")

  static let json = JSONCodec<MailTextInput>.object(
    "MailText", .required("subject", subject, \.subject), .required("text", text, \.text),
    make: { MailTextInput(subject: $0, text: $1) })

  func text(for kind: MailKind) throws(ElectionError) -> MailText { try MailText(subject: subject, body: text, for: kind) }
}

/// The text of a kind of mail, as it is read.
struct MailTextView: Sendable {
  let kind: MailKind
  let text: MailText
  let isPreset: Bool

  static let json = JSONCodec<MailTextView>.answer(
    "MailTextOfKind", .required("kind", .word, \.kind), .required("subject", .anyText, \.text.subject),
    .required("text", .anyText, \.text.body),
    .required("preset", JSONCodec<Bool>.boolean.described("Whether it is the usual one of the election's language."), \.isPreset),
    .required("places", .list(of: JSONCodec<MailPlace>.word, maximum: 20), \.kind.places))
}

struct MailTextList: Sendable {
  let items: [MailTextView]

  static let json = JSONCodec<MailTextList>.answer(
    "MailTexts", .required("items", .list(of: MailTextView.json, maximum: 20), \.items))
}

/// What is to be previewed: a text that is being written, or the election's.
struct MailPreviewInput: Sendable {
  let kind: MailKind
  let text: MailTextInput?

  static let json = JSONCodec<MailPreviewInput>.object(
    "MailPreviewRequest", .required("kind", JSONCodec<ElectionMailKind>.word, \.electionKind),
    .optional("text", MailTextInput.json, \.text), make: { MailPreviewInput(kind: $0.kind, text: $1) })

  private var electionKind: ElectionMailKind { ElectionMailKind(rawValue: kind.rawValue) ?? .invitation }
}

/// The kinds that elections send.
enum ElectionMailKind: String, CaseIterable, Sendable {
  case invitation, reminder, opening, confirmation, result

  var kind: MailKind { MailKind(rawValue: rawValue) ?? .invitation }
}

/// The kinds that everybody gets who may vote.
enum NoticeKind: String, CaseIterable, Sendable {
  case opening, result

  var kind: MailKind { self == .opening ? .opening : .result }
}

extension RenderedMail {
  static let json = JSONCodec<RenderedMail>.answer(
    "RenderedMail", .required("subject", .anyText, \.subject), .required("text", .anyText, \.text),
    .required("html", .anyText, \.html))
}

/// A mail, as far as who asks may see.
struct MailView: Sendable {
  let mail: ListedMail
  let withContact: Bool

  static let json = JSONCodec<MailView>.answer(
    "Mail", .required("id", .anyText, \.mail.id), .required("kind", .word, \.mail.kind), .required("state", .word, \.mail.state),
    .required("voter", .anyText, \.mail.voter), .required("voterId", .anyText, \.mail.details.voterID),
    .optional("name", .anyText, \.name), .optional("email", .anyText, \.email),
    .required("tries", .integer(0...1_000_000), \.mail.tries),
    .optional(
      "answer", JSONCodec<String>.anyText.described("What the mail server said last, or why it was given up."), \.mail.answer),
    .required("created", .time, \.mail.created), .required("changed", .time, \.mail.changed))

  private var name: String? { withContact ? mail.details.name : nil }
  private var email: String? { withContact ? mail.details.email : nil }
}

struct MailCounts: Sendable {
  let items: [MailCount]
  let mode: MailMode

  private static let count = JSONCodec<MailCount>.answer(
    "MailCount", .required("kind", .word, \.kind), .required("state", .word, \.state),
    .required("count", .integer(0...100_000_000), \.count))

  static let json = JSONCodec<MailCounts>.answer(
    "MailCounts", .required("items", .list(of: count, maximum: 100), \.items),
    .required(
      "sending", JSONCodec<String>.anyText.described("server, outbox (kept to be shown, sent to nobody) or none."), \.sending))

  private var sending: String {
    switch mode {
    case .server: "server"
    case .outbox: "outbox"
    case .none: "none"
    }
  }
}

struct InvitationInput: Sendable {
  let sends: Bool

  static let json = JSONCodec<InvitationInput>.object(
    "InvitationRequest",
    .defaulted(
      "send",
      JSONCodec<Bool>.boolean.described(
        "false: only make the links of a draft (issuer service) and keep them sealed; ask again after the opening."), true, \.sends),
    make: { InvitationInput(sends: $0) })
}

extension InvitationReport {
  private static let count = JSONCodec<Int>.integer(0...10_000_000)

  static let json = JSONCodec<InvitationReport>.answer(
    "InvitationReport", .required("links", count, \.links), .required("queued", count, \.queued),
    .required("withoutAddress", count, \.withoutAddress), .required("withoutLink", count, \.withoutLink))
}

struct ReminderInput: Sendable {
  let hours: Int

  static let json = JSONCodec<ReminderInput>.object(
    "ReminderRequest",
    .defaulted(
      "sparingHours", JSONCodec<Int>.integer(1...720).described("Who was reminded within so many hours is left out."), 24, \.hours),
    make: { ReminderInput(hours: $0) })
}

struct NoticeInput: Sendable {
  let kind: NoticeKind

  static let json = JSONCodec<NoticeInput>.object(
    "NoticeRequest", .required("kind", .word, \.kind), make: { NoticeInput(kind: $0) })
}

/// How many mails will be sent.
struct QueuedMails: Sendable {
  let queued: Int

  static let json = JSONCodec<QueuedMails>.answer("QueuedMails", .required("queued", .integer(0...10_000_000), \.queued))
}

struct PasswordMailInput: Sendable {
  let email: String
  let language: MailLanguage

  static let json = JSONCodec<PasswordMailInput>.object(
    "PasswordMailRequest", .required("email", .text(3...254), \.email), .defaulted("language", .word, .english, \.language),
    make: { PasswordMailInput(email: $0, language: $1) })
}
