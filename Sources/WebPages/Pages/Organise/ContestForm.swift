import BallotCryptography
import Curve25519
import Elections
import VotingService

/// A question as its form has it: texts that may be anything yet.
struct ContestForm: Sendable {
  struct Option: Sendable, Equatable {
    var name = ""
    var about = ""
    /// SHA-256 in lower-case hex; empty: none.
    var picture = ""

    var isEmpty: Bool { name.isEmpty && about.isEmpty && picture.isEmpty }
  }

  var title: String
  var description: String
  var kind: ContestKind
  /// Texts of numbers; empty: what is usual.
  var minimum: String
  var maximum: String
  var range: String
  var isBlankAllowed: Bool
  /// Whether voters see the options in an order that the trustees draw.
  var isDrawn = false
  var options: [Option]

  static let kinds: [(kind: ContestKind, word: String)] = [
    (.yesNo, "yes-no"), (.single, "single"), (.approval, "approval"), (.score, "score"),
  ]

  static func word(_ kind: ContestKind) -> String { kinds.first { $0.kind == kind }?.word ?? "" }

  /// A question of a kind to begin with; `nil` if there is no such kind.
  static func fresh(_ word: String, _ t: Texts) -> Contest? {
    guard let kind = kinds.first(where: { $0.word == word })?.kind else { return nil }
    let names = kind == .yesNo ? [t("organise.yes"), t("organise.no")] : (1...3).map { t("organise.optionName", ["number": $0]) }
    var form = ContestForm(
      title: t("organise.newQuestion"), description: "", kind: kind, minimum: "", maximum: "", range: "", isBlankAllowed: true,
      options: names.map { Option(name: $0) })
    if kind == .approval { form.maximum = "1" }
    return form.read(t).contest
  }

  // MARK: Form

  init(
    title: String, description: String, kind: ContestKind, minimum: String, maximum: String, range: String,
    isBlankAllowed: Bool, options: [Option]
  ) {
    self.title = title
    self.description = description
    self.kind = kind
    self.minimum = minimum
    self.maximum = maximum
    self.range = range
    self.isBlankAllowed = isBlankAllowed
    self.options = options
  }

  init(_ contest: Contest) {
    let rules = contest.rules
    self.init(
      title: contest.title.description, description: contest.description.description, kind: rules.kind,
      minimum: String(rules.minimum), maximum: String(rules.maximum), range: String(rules.range),
      isBlankAllowed: rules.minimum == 0,
      options: contest.options.map { option in
        Option(
          name: option.name.description, about: option.description.description,
          picture: option.picture.map { String(decoding: Hexadecimal.encode($0), as: UTF8.self) } ?? "")
      })
    isDrawn = contest.order == .drawn
  }

  /// What was sent; `nil` if the kind is none.
  init?(_ form: Form) {
    guard let kind = Self.kinds.first(where: { $0.word == form["kind"] })?.kind else { return nil }
    var options: [Option] = []
    while form.has("name-\(options.count)"), options.count < 2 * ContestRules.mostOptions {
      let index = options.count
      options.append(
        Option(
          name: form.trimmed("name-\(index)"), about: form.trimmed("about-\(index)"), picture: form.trimmed("picture-\(index)")))
    }
    self.init(
      title: form.trimmed("title"), description: form.trimmed("description"), kind: kind, minimum: form.trimmed("minimum"),
      maximum: form.trimmed("maximum"), range: form.trimmed("range"), isBlankAllowed: form.has("blank"), options: options)
    isDrawn = form.has("drawn")
  }

  /// As fields.
  var form: Form { Form(pairs: fields) }

  /// Names and values of the fields, in their order.
  var fields: [(String, String)] {
    var pairs = [
      ("title", title), ("description", description), ("kind", Self.word(kind)), ("minimum", minimum), ("maximum", maximum),
      ("range", range),
    ]
    if isBlankAllowed { pairs.append(("blank", "yes")) }
    if isDrawn { pairs.append(("drawn", "yes")) }
    for (index, option) in options.enumerated() {
      pairs += [("name-\(index)", option.name), ("about-\(index)", option.about), ("picture-\(index)", option.picture)]
    }
    return pairs
  }

  // MARK: Reading

  /// The question, or what is wrong with it by the names of the fields. Rows without anything are left out.
  func read(_ t: Texts) -> (contest: Contest?, faults: [Fault]) {
    var faults: [Fault] = []
    if let fault = FaultText.name(title, t) { faults.append(("title", fault)) }
    if let fault = FaultText.description(description, t) { faults.append(("description", fault)) }
    let filled = options.enumerated().filter { !$0.element.isEmpty }
    var names: Set<String> = []
    for (index, option) in filled {
      if let fault = FaultText.name(option.name, t) {
        faults.append(("name-\(index)", fault))
      } else if !names.insert(option.name).inserted {
        faults.append(("name-\(index)", t("organise.fault.twice")))
      }
      if let fault = FaultText.description(option.about, t) { faults.append(("about-\(index)", fault)) }
    }
    let rules = rules(filled.count, t, &faults)
    guard faults.isEmpty, let rules, let title = Text(title), let description = Text(description, lines: true) else {
      return (nil, faults)
    }
    let contest = Contest(
      title: title, description: description, rules: rules, options: filled.compactMap { Self.option($0.element) },
      order: isDrawn ? .drawn : .listed)
    return contest.map { ($0, []) } ?? (nil, [("", t("organise.fault.tooLarge"))])
  }

  private static func option(_ option: Option) -> ContestOption? {
    guard let name = Text(option.name), let about = Text(option.about, lines: true) else { return nil }
    return ContestOption(name: name, description: about, picture: Hexadecimal.decode(Array(option.picture.utf8)[...]))
  }

  private func rules(_ count: Int, _ t: Texts, _ faults: inout [Fault]) -> ContestRules? {
    let possible =
      switch kind {
      case .yesNo: 2...2
      case .single: 2...ContestRules.mostOptions
      case .approval, .score: 1...ContestRules.mostOptions
      }
    guard possible.contains(count) else {
      let text =
        kind == .yesNo
        ? t("organise.fault.two") : t("organise.fault.options", ["least": possible.lowerBound, "most": possible.upperBound])
      faults.append(("name-0", text))
      return nil
    }
    switch kind {
    case .yesNo: return .yesNo(blankAllowed: isBlankAllowed)
    case .single: return .single(options: count, blankAllowed: isBlankAllowed)
    case .approval:
      let most = Self.number(maximum, usual: count, 1...count, "maximum", t, &faults)
      let least = Self.number(minimum, usual: 0, 0...max(most ?? count, 1), "minimum", t, &faults)
      return most.flatMap { most in least.flatMap { .approval(options: count, minimum: $0, maximum: most) } }
    case .score:
      return Self.number(range, usual: 5, 2...ContestRules.largestRange, "range", t, &faults).flatMap {
        .score(options: count, range: $0, blankAllowed: isBlankAllowed)
      }
    }
  }

  private static func number(
    _ text: String, usual: Int, _ possible: ClosedRange<Int>, _ name: String, _ t: Texts, _ faults: inout [Fault]
  ) -> Int? {
    if text.isEmpty { return usual }
    if let number = Int(text), possible.contains(number) { return number }
    faults.append((name, t("organise.fault.number", ["least": possible.lowerBound, "most": possible.upperBound])))
    return nil
  }
}
