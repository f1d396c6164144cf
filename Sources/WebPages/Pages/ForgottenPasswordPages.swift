import API
import VotingService

/// A link for a new password, by mail. What is answered is the same whether there is such an account or not.
struct ForgottenPasswordPages: Sendable {
  let passwords: PasswordMails

  var pages: [Page] { [show, ask] }

  private var show: Page { .shows("/password/forgotten") { context in .page(Self.document(context, Filled())) } }

  private var ask: Page {
    .does("/password/forgotten", limit: .login) { context in
      let address = context.form.trimmed("email")
      guard (3...254).contains(address.utf8.count), address.contains("@") else {
        let fault = (name: "email", text: context.t("password.forgotten.missing"))
        return .page(Self.document(context, Filled(context.form, faults: [fault])), status: 422)
      }
      try await passwords.request(address, MailLanguage(rawValue: context.t.language.rawValue) ?? .english)
      return .redirect(Link("/sign-in").with(["done": "passwordMail"]))
    }
  }

  private static func document(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("password.forgotten"), Frame(context)) {
      div(.class("page-head")) {
        div {
          h1 { t("password.forgotten") }
          paragraph(.class("quiet")) { t("password.forgotten.lead") }
        }
      }
      div(.class("sheet sheet--narrow stack")) {
        Field.faults(filled, t)
        SentForm.to(Link("/password/forgotten"), context) {
          Field.line("email", t("password.forgotten.address"), filled, kind: .email, autocomplete: "email")
          div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("password.forgotten.do") } }
        }
      }
    }
  }
}
