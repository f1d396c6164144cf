/// What a person has filled in, and what was wrong with it: a form is shown again as it was.
struct Filled: Sendable {
  let values: Form
  /// By the names of the fields, in the order in which they stand.
  var faults: [(name: String, text: String)]

  init(_ values: Form = Form(), faults: [(name: String, text: String)] = []) {
    self.values = values
    self.faults = faults
  }

  func fault(_ name: String) -> String? { faults.first { $0.name == name }?.text }
}

/// Fields of forms: label, hint and fault belong together, for ears too.
enum Field {
  enum Kind: Sendable {
    case text, email, password(isNew: Bool), number(ClosedRange<Int>), search
    /// A time as clocks show it, without a zone.
    case localTime
  }

  /// A line of text.
  static func line(
    _ name: String, _ caption: String, _ filled: Filled, kind: Kind = .text, hint: String? = nil, isRequired: Bool = true,
    autocomplete: StaticString = "off"
  ) -> HTML {
    frame(name, caption, filled, hint) { described in
      switch kind {
      case .text:
        input(
          .type("text"), .id(name), .name(name), .value(filled.values[name]), .autocomplete(autocomplete), .required(isRequired),
          described, invalid(name, filled))
      case .search:
        input(.type("search"), .id(name), .name(name), .value(filled.values[name]), described)
      case .localTime:
        input(
          .type("datetime-local"), .id(name), .name(name), .value(filled.values[name]), .required(isRequired), described,
          invalid(name, filled))
      case .email:
        input(
          .type("email"), .id(name), .name(name), .value(filled.values[name]), .autocomplete(autocomplete), .required(isRequired),
          described, invalid(name, filled))
      case .password(let isNew):
        // What was typed is never sent back.
        input(
          .type("password"), .id(name), .name(name), .autocomplete(isNew ? "new-password" : "current-password"),
          .required(isRequired), described, invalid(name, filled))
      case .number(let range):
        input(
          .type("number"), .id(name), .name(name), .value(filled.values[name]), .minimum(String(range.lowerBound)),
          .maximum(String(range.upperBound)), .inputmode("numeric"), .required(isRequired), described, invalid(name, filled))
      }
    }
  }

  /// Several lines of text.
  static func area(
    _ name: String, _ caption: String, _ filled: Filled, rows count: Int = 4, hint: String? = nil, isRequired: Bool = false
  ) -> HTML {
    frame(name, caption, filled, hint) { described in
      textarea(.id(name), .name(name), .rows(count), .required(isRequired), described, invalid(name, filled)) {
        filled.values[name]
      }
    }
  }

  /// One of several words.
  static func choice(
    _ name: String, _ caption: String, _ options: [(value: String, text: String)], _ filled: Filled, hint: String? = nil
  ) -> HTML {
    frame(name, caption, filled, hint) { described in
      selectTag(.id(name), .name(name), described, invalid(name, filled)) {
        for option in options { optionTag(.value(option.value), .selected(filled.values[name] == option.value)) { option.text } }
      }
    }
  }

  /// A box to tick.
  static func box(_ name: String, _ caption: String, _ filled: Filled, hint: String? = nil) -> HTML {
    div(.class("field field--box")) {
      input(.type("checkbox"), .id(name), .name(name), .value("yes"), .checked(filled.values.has(name)))
      label(.for(name)) { caption }
      if let hint { paragraph(.class("field__hint fine quiet"), .id("\(name)-hint")) { hint } }
    }
  }

  static func invalid(_ name: String, _ filled: Filled) -> Attribute {
    .aria("invalid", filled.fault(name) == nil ? "false" : "true")
  }

  /// What stands around a control: label, hint, fault.
  ///
  /// - Parameter control: takes what describes it.
  static func frame(
    _ name: String, _ caption: String, _ filled: Filled, _ hint: String?, _ control: (Attribute) -> HTML
  ) -> HTML {
    let fault = filled.fault(name)
    let described = [hint == nil ? nil : "\(name)-hint", fault == nil ? nil : "\(name)-fault"].compactMap { $0 }.joined(
      separator: " ")
    return div(.class(fault == nil ? "field" : "field field--fault")) {
      label(.for(name)) { caption }
      if let hint { paragraph(.class("field__hint fine quiet"), .id("\(name)-hint")) { hint } }
      if let fault {
        paragraph(.class("field__fault"), .id("\(name)-fault")) {
          Icon.named("warning")
          fault
        }
      }
      control(.aria("describedby", described))
    }
  }

  /// All faults of a form with links to their fields, above it.
  static func faults(_ filled: Filled, _ t: Texts) -> HTML? {
    guard !filled.faults.isEmpty else { return nil }
    return div(.class("notice notice--stop faults"), .role("alert"), .tabindex(-1)) {
      Icon.named("warning")
      div {
        h2 { t("form.faults", ["count": filled.faults.count]) }
        ul {
          for fault in filled.faults {
            li { fault.name.isEmpty ? HTML.text(fault.text) : anchor(.href(.here(fault.name))) { fault.text } }
          }
        }
      }
    }
  }
}

/// A form that is sent to this service.
enum SentForm {
  /// - Parameter context: brings the anti-forgery token.
  static func to(
    _ link: Link, _ context: PageContext, hasFiles: Bool = false, name: String = "stack", @HTMLBuilder content: () -> HTML
  ) -> HTML {
    let inside = group {
      if !context.antiForgery.isEmpty {
        input(.type("hidden"), .name(PageRouter.antiForgeryName), .value(context.antiForgery))
      }
      content()
    }
    return hasFiles
      ? form(.class(name), .method("post"), .action(link), .enctype("multipart/form-data"), .novalidate()) { inside }
      : form(.class(name), .method("post"), .action(link), .novalidate()) { inside }
  }
}
