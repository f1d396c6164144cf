import Elections
import VotingService

/// Parts of an election that an organiser works on, in their order.
enum OrganisePart: String, CaseIterable, Sendable {
  case overview
  case questions
  case times
  case ballot
  case voters
  case mails
  case trustees
  case check

  /// Those that there are in a state: what is frozen has no form any more.
  static func all(of organised: Organised) -> [OrganisePart] {
    organised.isDraft
      ? [.overview, .questions, .times, .voters, .mails, .trustees, .check] : [.overview, .ballot, .voters, .mails, .trustees]
  }

  func link(_ organised: Organised) -> Link { self == .overview ? organised.link : organised.link.down(rawValue) }
}

extension OrganisePages {
  /// A page about an election, with the way between its parts above it.
  func document(
    _ title: String, _ part: OrganisePart, _ organised: Organised, _ context: PageContext, modules: [String] = [],
    @HTMLBuilder content: () -> HTML
  ) -> Document {
    let t = context.t
    return Document("\(title) · \(organised.title)", Frame(context, .elections), modules: modules) {
      div(.class("page-head")) {
        div {
          paragraph(.class("over")) {
            if part == .overview {
              anchor(.href(Link("/organise"))) { t("organise.title") }
            } else {
              anchor(.href(organised.link)) { organised.title }
            }
          }
          h1 { title }
          paragraph(.class("chips")) { StateChip.of(organised.election.state, t) }
        }
      }
      parts(part, organised, context)
      content()
    }
  }

  private func parts(_ part: OrganisePart, _ organised: Organised, _ context: PageContext) -> HTML {
    nav(.class("tabs"), .aria("label", context.t("organise.parts"))) {
      ul {
        for other in OrganisePart.all(of: organised) where isShown(other, context) {
          li {
            let text = context.t("organise.part.\(other.rawValue)")
            if other == part {
              anchor(.href(other.link(organised)), .aria("current", "page")) { text }
            } else {
              anchor(.href(other.link(organised))) { text }
            }
          }
        }
      }
    }
  }

  private func isShown(_ part: OrganisePart, _ context: PageContext) -> Bool {
    switch part {
    case .voters, .mails: context.caller.may(.readRoll)
    case .check: context.caller.may(.manageElections)
    default: true
    }
  }
}

/// Where an election stands, as a stamp.
enum StateChip {
  static func of(_ state: ElectionState, _ t: Texts) -> HTML {
    let kind: Chip.Kind =
      switch state {
      case .draft, .archived: .plain
      case .active: .live
      case .paused, .closed: .wait
      case .tallied: .ok
      case .aborted: .stop
      }
    return Chip.labelled(t("organise.state.\(state.rawValue)"), kind)
  }
}

/// Pieces that many forms of organisers have.
enum OrganiseForm {
  /// The button that goes on, and what else there is.
  static func actions(_ caption: String, @HTMLBuilder others: () -> HTML = { .empty }) -> HTML {
    div(.class("actions")) {
      button(.class("button button--primary"), .type("submit"), .name("do"), .value("save")) { caption }
      others()
    }
  }

  /// The first button of a form: what the enter key does.
  static var defaultButton: HTML {
    button(.class("vh"), .type("submit"), .name("do"), .value("save"), .tabindex(-1), .aria("hidden", "true")) { "↵" }
  }

  /// A form that is one button.
  static func oneButton(
    _ caption: String, _ link: Link, _ context: PageContext, kind: String = "button", fields: KeyValuePairs<String, String> = [:]
  ) -> HTML {
    SentForm.to(link, context, name: "") {
      for (name, value) in fields { input(.type("hidden"), .name(name), .value(value)) }
      button(.class(kind), .type("submit")) { caption }
    }
  }

  /// A word to be typed before something is done that cannot be undone.
  static func confirmation(_ word: String, _ filled: Filled, _ t: Texts) -> HTML {
    Field.line("confirm", t("organise.confirm", ["word": word]), filled)
  }

  /// What is wrong with the word that was typed; `nil`: nothing.
  static func confirmationFault(_ word: String, _ context: PageContext) -> Fault? {
    context.form.trimmed("confirm").uppercased() == word
      ? nil : ("confirm", context.t("organise.fault.confirm", ["word": word]))
  }

  /// One of several ways, each with what it means.
  static func cards(
    _ name: String, _ caption: String, _ options: [(value: String, title: String, text: String)], _ filled: Filled,
    hint: String? = nil, isTwo: Bool = false
  ) -> HTML {
    fieldset(.class("field"), .id(name)) {
      legend { caption }
      if let hint { paragraph(.class("field__hint fine quiet")) { hint } }
      if let fault = filled.fault(name) { paragraph(.class("field__fault")) { fault } }
      div(.class(isTwo ? "choices choices--cards choices--two" : "choices choices--cards")) {
        for option in options {
          label(.class("choice")) {
            input(.type("radio"), .name(name), .value(option.value), .checked(filled.values[name] == option.value))
            span {
              bold { option.title }
              small { option.text }
            }
          }
        }
      }
    }
  }
}
