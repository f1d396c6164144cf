import StrictJSON
import VotingService

/// Mails to voters, and those by which people set a new password.
public struct MailRoutes: Sendable {
  private let mails: MailStore
  private let passwords: PasswordMails

  private static let e = CastingRoutes.election
  private static let voter = Parameter<String>.path("v", .text(1...64, .identifier), "The voter.")
  private static let kind = Parameter<ElectionMailKind>.path("kind", .word, "What the mail is for.")
  private static let ofKind = Parameter<ElectionMailKind?>.query(
    "kind", JSONCodec<ElectionMailKind>.word, "Only mails of this kind.")
  private static let state = Parameter<MailState?>.query("state", JSONCodec<MailState>.word, "Only mails in this state.")
  private static let ofVoter = Parameter<String?>.query(
    "voter", JSONCodec<String>.text(1...64, .identifier), "Only mails to this voter.")
  private static let search = Parameter<String?>.query(
    "search", JSONCodec<String>.text(1...100), "A part of voter id, name or address.")

  public init(mails: MailStore, passwords: PasswordMails) {
    self.mails = mails
    self.passwords = passwords
  }

  /// The routes.
  public var group: RouteGroup {
    RouteGroup(
      "Mails",
      [
        list, counts, settings, setSettings, texts, setText, resetText, preview, invite, resend, replace, remind, notify,
        passwordMail,
      ])
  }

  // MARK: How they fare

  private var list: Route {
    Route(
      "GET", "/elections/{e}/mails", "listMails",
      "Mails to voters, by id. Reminders and confirmations are only counted: a list of them would tell who has voted.",
      may: .permission(.readRoll),
      parameters: [
        Self.e.declaration, Self.ofKind.declaration, Self.state.declaration, Self.ofVoter.declaration, Self.search.declaration,
      ] + Pagination.parameters, answer: .page("MailPage", of: MailView.json), problems: [.notFound]
    ) { context in
      let limit = try context.value(Pagination.limit)
      let withContact = context.caller.may(.readContactData)
      let filter = MailFilter(
        kind: try context.value(Self.ofKind)?.kind, state: try context.value(Self.state), voter: try context.value(Self.ofVoter),
        search: try context.value(Self.search))
      let found = try await mails.mails(
        of: try context.value(Self.e), filter, for: try context.organiser(), searchesContact: withContact,
        after: try context.value(Pagination.after) ?? "", limit: limit + 1)
      return Page(
        items: found.prefix(limit).map { MailView(mail: $0, withContact: withContact) },
        next: found.count > limit ? found[limit - 1].id : nil)
    }
  }

  private var counts: Route {
    Route(
      "GET", "/elections/{e}/mails/counts", "countMails", "How many mails of each kind are in each state.",
      may: .permission(.readRoll), parameters: [Self.e.declaration], answer: .json(MailCounts.json), problems: [.notFound]
    ) { context in
      MailCounts(
        items: try await mails.counts(of: try context.value(Self.e), for: try context.organiser()), mode: mails.mode)
    }
  }

  // MARK: What they say

  private var settings: Route {
    Route(
      "GET", "/elections/{e}/mails/settings", "getMailSettings", "What the election mails by itself, and in which language.",
      may: .permission(.readRoll), parameters: [Self.e.declaration], answer: .json(MailSettings.json), problems: [.notFound]
    ) { context in try await mails.settings(of: try context.value(Self.e), for: try context.organiser()) }
  }

  private var setSettings: Route {
    Route(
      "PUT", "/elections/{e}/mails/settings", "setMailSettings", "Sets what the election mails by itself, and in which language.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration], body: .json(MailSettings.json), answer: .none(),
      problems: Problem.Kind.ofElections
    ) { context, settings in
      try await mails.set(settings, of: try context.value(Self.e), by: try context.organiser())
    }
  }

  private var texts: Route {
    Route(
      "GET", "/elections/{e}/mails/texts", "listMailTexts", "The texts of the election's mails.", may: .permission(.readRoll),
      parameters: [Self.e.declaration], answer: .json(MailTextList.json), problems: [.notFound]
    ) { context in
      var items: [MailTextView] = []
      for kind in MailKind.ofElections {
        let (text, isPreset) = try await mails.text(kind, of: try context.value(Self.e), for: try context.organiser())
        items.append(MailTextView(kind: kind, text: text, isPreset: isPreset))
      }
      return MailTextList(items: items)
    }
  }

  private var setText: Route {
    Route(
      "PUT", "/elections/{e}/mails/texts/{kind}", "setMailText", "Sets the text of a kind of mail; unknown places are refused.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration, Self.kind.declaration], body: .json(MailTextInput.json),
      answer: .none(), problems: Problem.Kind.ofElections
    ) { context, input in
      let kind = try context.value(Self.kind).kind
      try await mails.set(try input.text(for: kind), for: kind, of: try context.value(Self.e), by: try context.organiser())
    }
  }

  private var resetText: Route {
    Route(
      "DELETE", "/elections/{e}/mails/texts/{kind}", "resetMailText", "The usual text again.", may: .permission(.manageRoll),
      parameters: [Self.e.declaration, Self.kind.declaration], answer: .none(), problems: Problem.Kind.ofElections
    ) { context in
      try await mails.set(
        nil, for: try context.value(Self.kind).kind, of: try context.value(Self.e), by: try context.organiser())
    }
  }

  private var preview: Route {
    Route(
      "POST", "/elections/{e}/mails/preview", "previewMail", "A mail as an invented voter would get it.",
      may: .permission(.readRoll),
      parameters: [Self.e.declaration], body: .json(MailPreviewInput.json), answer: .json(RenderedMail.json),
      problems: [.notFound, .invalid]
    ) { context, input in
      try await mails.preview(
        input.kind, try input.text?.text(for: input.kind), of: try context.value(Self.e), for: try context.organiser())
    }
  }

  // MARK: Sending

  private var invite: Route {
    Route(
      "POST", "/elections/{e}/mails/invitations", "sendInvitations",
      "Invites all who may vote, have an address and have not been invited. With the issuer service voting links are made for those who have none, and kept sealed until voting ends.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration], body: .json(InvitationInput.json),
      answer: .json(InvitationReport.json), problems: Problem.Kind.ofMails
    ) { context, input in
      try await mails.invite(try context.value(Self.e), sends: input.sends, by: try context.organiser())
    }
  }

  private var resend: Route {
    Route(
      "POST", "/elections/{e}/voters/{v}/invitation", "resendInvitation",
      "Sends a voter the invitation again; nothing while one is on its way.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration, Self.voter.declaration], answer: .json(QueuedMails.json),
      problems: Problem.Kind.ofMails + [.noAddress, .noMailedLink]
    ) { context in
      let isQueued = try await mails.resend(
        to: try context.value(Self.voter), in: try context.value(Self.e), by: try context.organiser())
      return QueuedMails(queued: isQueued ? 1 : 0)
    }
  }

  private var replace: Route {
    Route(
      "POST", "/elections/{e}/voters/{v}/mailed-replacement", "replaceAndMail",
      "Replaces a voter's lost link by a public entry on the board (issuer service) and mails the new one; refused when anything was cast with the old one.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration, Self.voter.declaration], body: .json(ReplacementInput.json),
      answer: .json(QueuedMails.json), problems: Problem.Kind.ofMails + [.noAddress, .notReplaceable, .boardUnavailable]
    ) { context, input in
      let (reference, organiser) = (try context.value(Self.e), try context.organiser())
      let voter = try context.value(Self.voter)
      return try await answering {
        try await mails.replace(voter, reason: input.reason, in: reference, by: organiser)
        return QueuedMails(queued: 1)
      }
    }
  }

  private var remind: Route {
    Route(
      "POST", "/elections/{e}/mails/reminders", "sendReminders",
      "Reminds all who have an address and have not voted. Who they are is not told.", may: .permission(.manageRoll),
      parameters: [Self.e.declaration], body: .json(ReminderInput.json), answer: .json(QueuedMails.json),
      problems: Problem.Kind.ofMails
    ) { context, input in
      QueuedMails(
        queued: try await mails.remind(try context.value(Self.e), sparing: input.hours, by: try context.organiser()))
    }
  }

  private var notify: Route {
    Route(
      "POST", "/elections/{e}/mails/notices", "sendNotices",
      "Tells all who may vote that voting has begun, or that there is a result; everyone once.", may: .permission(.manageRoll),
      parameters: [Self.e.declaration], body: .json(NoticeInput.json), answer: .json(QueuedMails.json),
      problems: Problem.Kind.ofMails
    ) { context, input in
      QueuedMails(queued: try await mails.notify(input.kind.kind, of: try context.value(Self.e), by: try context.organiser()))
    }
  }

  private var passwordMail: Route {
    struct Taken: Sendable { let status: String }
    return Route(
      "POST", "/password-mails", "requestPasswordMail",
      "Mails a link by which a new password is set. The answer, and the time it takes, is the same whether there is such an account or not.",
      may: .anyone, limit: .login, body: .json(PasswordMailInput.json),
      answer: .json(JSONCodec<Taken>.answer("PasswordMailTaken", .required("status", .anyText, \.status)), status: 202, "Taken."),
      problems: [.mailNotOffered]
    ) { _, input in
      try await passwords.request(input.email, input.language)
      return Taken(status: "received")
    }
  }
}
