import API
import VotingService

/// Registration, the first owner, and a new password by a code.
struct RegistrationPages: Sendable {
  let access: AccessService

  var pages: [Page] { [showRegistration, register, showSetup, setUp, showReset, reset] }

  // MARK: Registration

  private var showRegistration: Page {
    .shows("/register") { context in .page(registration(context, Filled(context.query))) }
  }

  private var register: Page {
    .does("/register", limit: .login) { context in
      do {
        try await access.register(Self.person(context.form))
        // The answer is the same whether address and voter id are known or not.
        return .redirect(Link("/sign-in").with(["done": "registered"]))
      } catch AccessError.invalid(let member, let reason) {
        return .page(registration(context, Self.refused(context, member, reason)), status: 422)
      } catch AccessError.registrationClosed {
        return .page(registration(context, Filled(context.form, faults: [("", context.t("register.closed"))])), status: 403)
      }
    }
  }

  private func registration(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("register.title"), Frame(context)) {
      div(.class("page-head")) {
        div {
          h1 { t("register.title") }; paragraph(.class("quiet")) { t("register.lead") }
        }
      }
      div(.class("sheet sheet--narrow stack")) {
        Field.faults(filled, t)
        SentForm.to(Link("/register"), context) {
          Self.fields(filled, t)
          Field.line("voterId", t("register.voterId"), filled, hint: t("register.voterId.hint"), isRequired: false)
          Field.line("password", t("register.password"), filled, kind: .password(isNew: true), hint: t("register.password.hint"))
          div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("register.do") } }
        }
      }
    }
  }

  private static func fields(_ filled: Filled, _ t: Texts) -> HTML {
    group {
      Field.line("name", t("register.name"), filled, autocomplete: "given-name")
      Field.line("surname", t("register.surname"), filled, autocomplete: "family-name")
      Field.line("email", t("register.email"), filled, kind: .email, autocomplete: "email")
    }
  }

  private static func person(_ form: Form) -> Registration {
    Registration(
      name: form.trimmed("name"), surname: form.trimmed("surname"), email: form.trimmed("email"),
      voterID: form.has("voterId") && !form.trimmed("voterId").isEmpty ? form.trimmed("voterId") : nil, password: form["password"])
  }

  /// What the service says of a field, under the field.
  private static func refused(_ context: PageContext, _ member: String, _ reason: String) -> Filled {
    Filled(context.form, faults: [(member == "voterID" ? "voterId" : member, reason)])
  }

  // MARK: First owner

  private var showSetup: Page { .shows("/setup") { context in .page(setup(context, Filled())) } }

  private var setUp: Page {
    .does("/setup", limit: .login) { context in
      do {
        _ = try await access.setUp(code: context.form.trimmed("code"), owner: Self.person(context.form))
        return .redirect(Link("/sign-in").with(["done": "setUp"]))
      } catch AccessError.invalid(let member, let reason) {
        return .page(setup(context, Self.refused(context, member, reason)), status: 422)
      } catch AccessError.invalidCode {
        return .page(setup(context, Filled(context.form, faults: [("code", context.t("setup.wrongCode"))])), status: 422)
      }
    }
  }

  private func setup(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("setup.title"), Frame(context), modules: ["code-of-link"]) {
      div(.class("page-head")) {
        div {
          h1 { t("setup.title") }; paragraph(.class("quiet")) { t("setup.lead") }
        }
      }
      div(.class("sheet sheet--narrow stack")) {
        Field.faults(filled, t)
        SentForm.to(Link("/setup"), context) {
          Field.line("code", t("setup.code"), filled, hint: t("setup.code.hint"))
          Self.fields(filled, t)
          Field.line("password", t("register.password"), filled, kind: .password(isNew: true), hint: t("register.password.hint"))
          div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("setup.do") } }
        }
      }
    }
  }

  // MARK: New password

  private var showReset: Page { .shows("/password") { context in .page(reset(context, Filled())) } }

  private var reset: Page {
    .does("/password", limit: .login) { context in
      do {
        try await access.resetPassword(code: context.form.trimmed("code"), password: context.form["password"])
        return .redirect(Link("/sign-in").with(["done": "passwordReset"]))
      } catch AccessError.invalid(let member, let reason) {
        return .page(reset(context, Self.refused(context, member, reason)), status: 422)
      } catch AccessError.invalidCode {
        return .page(reset(context, Filled(context.form, faults: [("code", context.t("password.wrongCode"))])), status: 422)
      }
    }
  }

  private func reset(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("password.title"), Frame(context), modules: ["code-of-link"]) {
      div(.class("page-head")) { h1 { t("password.title") } }
      div(.class("sheet sheet--narrow stack")) {
        Field.faults(filled, t)
        SentForm.to(Link("/password"), context) {
          Field.line("code", t("password.code"), filled, hint: t("password.code.hint"))
          Field.line("password", t("password.new"), filled, kind: .password(isNew: true), hint: t("register.password.hint"))
          div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("password.do") } }
        }
      }
    }
  }
}
