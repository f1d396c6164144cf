import API
import BallotCryptography
import Elections
import VotingService

// What is asked: title, and the list of questions.
extension OrganisePages {
  var questionPages: [Page] { [showQuestions, saveQuestions] }

  private var showQuestions: Page {
    .shows("/organise/{e}/questions", may: .permission(.readElections)) { context in
      let organised = try await organised(context)
      guard organised.isDraft else { return .redirect(organised.link.down("ballot")) }
      return .page(questions(organised, context))
    }
  }

  private var saveQuestions: Page {
    .does("/organise/{e}/questions", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      let t = context.t
      let (title, description) = (context.form.trimmed("title"), context.form.trimmed("description"))
      var found: [Fault] = []
      if let fault = FaultText.name(title, t) { found.append(("title", fault)) }
      if let fault = FaultText.description(description, t) { found.append(("description", fault)) }
      let (verb, place) = Self.command(context.form["do"])
      var contests = organised.manifest.contests
      switch verb {
      case "up" where contests.indices.contains(place) && place > 0: contests.swapAt(place, place - 1)
      case "down" where contests.indices.contains(place + 1) && place >= 0: contests.swapAt(place, place + 1)
      case "add":
        if let contest = ContestForm.fresh(context.form["kind"], t) {
          contests.append(contest)
        } else {
          found.append(("kind", t("organise.fault.kind")))
        }
      default: break
      }
      if found.isEmpty {
        let manifest = organised.manifest.changed(
          title: Text(title), description: Text(description, lines: true), contests: contests)
        if let manifest {
          found = try await save(manifest, organised, context)
        } else {
          found = [("", t("organise.fault.tooLarge"))]
        }
      }
      guard found.isEmpty else {
        let filled = Filled(context.form, faults: found)
        return .page(questions(try await self.organised(context), context, filled), status: 422)
      }
      let questions = organised.link.down("questions")
      switch verb {
      case "edit": return .redirect(questions.down(String(place + 1)))
      case "add": return .redirect(questions.down(String(contests.count)))
      case "up", "down": return .redirect(questions.at("questions"))
      default: return .redirect(organised.link.down("times"))
      }
    }
  }

  /// What a button asks for: a word, and behind a hyphen which row; −1 where there is none.
  static func command(_ text: String) -> (verb: String, place: Int) {
    let parts = text.split(separator: "-", maxSplits: 1)
    return (parts.first.map { String($0) } ?? "", parts.count > 1 ? Int(parts[1]) ?? -1 : -1)
  }

  /// The list as it is saved.
  func questions(
    _ organised: Organised, _ context: PageContext, faults: [Fault] = [], removed: RemovedContest? = nil
  ) -> Document {
    let saved = Form(["title": organised.title, "description": organised.manifest.description.description])
    return questions(organised, context, Filled(saved, faults: faults), removed: removed)
  }

  private func questions(
    _ organised: Organised, _ context: PageContext, _ filled: Filled, removed: RemovedContest? = nil
  ) -> Document {
    let t = context.t
    return document(t("organise.part.questions"), .questions, organised, context) {
      div(.class("col")) {
        Notice.done(context, among: ["organise.created", "organise.contestReturned"])
        Field.faults(filled, t)
        if let removed { undo(removed, organised, context) }
        SentForm.to(organised.link.down("questions"), context, name: "col") {
          OrganiseForm.defaultButton
          organised.version
          div(.class("sheet stack")) {
            Field.line("title", t("organise.field.title"), filled, hint: t("organise.field.title.hint"))
            Field.area("description", t("organise.field.description"), filled, hint: t("organise.field.description.hint"))
          }
          section(.class("sheet stack"), .id("questions")) {
            headerTag {
              h2 { t("organise.questions") }
              span(.class("small quiet")) { t("organise.questions.count", ["count": organised.manifest.contests.count]) }
            }
            ul(.class("rows")) {
              for (index, contest) in organised.manifest.contests.enumerated() {
                row(index, contest, organised.manifest.contests.count, t)
              }
            }
            room(organised, t)
            addition(filled, t)
          }
          OrganiseForm.actions(t("organise.saveAndGoOn")) {
            anchor(.class("button button--plain"), .href(organised.link.down("ballot"))) { t("organise.preview.do") }
          }
        }
      }
    }
  }

  /// How much more fits into a ballot, once it is half full.
  private func room(_ organised: Organised, _ t: Texts) -> HTML? {
    let taken = organised.manifest.layout.bits
    guard 2 * taken > BallotLayout.mostBits else { return nil }
    return paragraph(.class("small quiet")) { t("organise.questions.room", ["taken": taken, "most": BallotLayout.mostBits]) }
  }

  private func row(_ index: Int, _ contest: Contest, _ count: Int, _ t: Texts) -> HTML {
    let name = contest.title.description
    func way(_ verb: String, _ caption: String) -> HTML {
      button(
        .class("button button--small"), .type("submit"), .name("do"), .value("\(verb)-\(index)"),
        .aria("label", "\(caption): \(name)")
      ) { caption }
    }
    return li {
      span {
        bold { name }
        small { "\(ContestWords.kind(contest.rules, t)) · \(t("organise.options", ["count": contest.options.count]))" }
      }
      div(.class("actions")) {
        if index > 0 { way("up", t("organise.up")) }
        if index + 1 < count { way("down", t("organise.down")) }
        way("edit", t("organise.change"))
      }
    }
  }

  private func addition(_ filled: Filled, _ t: Texts) -> HTML {
    div(.class("fields")) {
      Field.choice(
        "kind", t("organise.addQuestion"), ContestForm.kinds.map { ($0.word, t("organise.kind.\($0.word)")) }, filled)
      button(.class("button"), .type("submit"), .name("do"), .value("add")) { t("organise.add") }
    }
  }
}

/// Rules of a question in words.
enum ContestWords {
  static func kind(_ rules: ContestRules, _ t: Texts) -> String { t("organise.kind.\(ContestForm.word(rules.kind))") }

  /// What a voter may do.
  static func rule(_ rules: ContestRules, _ t: Texts) -> String {
    switch rules.kind {
    case .yesNo, .single: t("organise.rule.one")
    case .approval where rules.minimum == rules.maximum: t("organise.rule.exactly", ["count": rules.maximum])
    case .approval where rules.minimum > 0: t("organise.rule.between", ["least": rules.minimum, "most": rules.maximum])
    case .approval: t("organise.rule.most", ["count": rules.maximum])
    case .score: t("organise.rule.score", ["count": rules.range])
    }
  }
}
