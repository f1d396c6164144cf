import API
import BallotCryptography
import Curve25519
import Elections
import VotingService

// One question: its text, its rules, its options.
extension OrganisePages {
  var contestPages: [Page] { [showContest, saveContest] }

  /// The index of the question in the path.
  func place(_ organised: Organised, _ context: PageContext) throws -> Int {
    guard let number = Int(context.value("n")), organised.manifest.contests.indices.contains(number - 1) else {
      throw ElectionError.noSuch("question")
    }
    return number - 1
  }

  private var showContest: Page {
    .shows("/organise/{e}/questions/{n}", may: .permission(.readElections)) { context in
      let organised = try await organised(context)
      guard organised.isDraft else { return .redirect(organised.link.down("ballot")) }
      let index = try place(organised, context)
      let form = ContestForm(organised.manifest.contests[index])
      let more = min(max(Int(context.query["more"]) ?? 1, 0), 20)
      return .page(contest(index, form, more: more, organised, context, Filled(form.form)))
    }
  }

  private var saveContest: Page {
    .does("/organise/{e}/questions/{n}", may: .permission(.manageElections), bodyLimit: 4 << 20) { context in
      let organised = try await changeable(context)
      let index = try place(organised, context)
      guard var form = ContestForm(context.form) else { throw Problem(.badRequest) }
      let (verb, row) = Self.command(context.form["do"])
      if verb == "delete" { return try await removeContest(index, organised, context) }
      if verb == "remove", form.options.indices.contains(row) { form.options.remove(at: row) }
      var (contest, found) = form.read(context.t)
      if let contest {
        var contests = organised.manifest.contests
        contests[index] = contest
        if let manifest = organised.manifest.changed(contests: contests) {
          found = try await save(manifest, organised, context)
        } else {
          found = [("", context.t("organise.fault.tooLarge"))]
        }
      }
      guard found.isEmpty else {
        let filled = Filled(form.form, faults: found)
        let more = form.options.last?.isEmpty == true ? 0 : 1
        return .page(
          self.contest(index, form, more: more, try await self.organised(context), context, filled), status: 422)
      }
      let own = organised.link.down("questions", String(index + 1))
      switch verb {
      case "add": return .redirect(own.with(["more": "4"]).at("name-\(contest?.options.count ?? 0)"))
      case "remove", "kind": return .redirect(own.at("options"))
      case "picture":
        // Rows without anything were left out: count those before.
        let kept = form.options.prefix(max(row, 0)).count { !$0.isEmpty }
        return .redirect(own.down("options", String(kept + 1), "picture"))
      default: return .redirect(organised.link.down("questions"))
      }
    }
  }

  private func removeContest(_ index: Int, _ organised: Organised, _ context: PageContext) async throws -> PageAnswer {
    var contests = organised.manifest.contests
    contests.remove(at: index)
    guard let manifest = organised.manifest.changed(contests: contests) else {
      let form = ContestForm(organised.manifest.contests[index])
      let filled = Filled(form.form, faults: [("", context.t("organise.fault.lastQuestion"))])
      return .page(contest(index, form, more: 1, organised, context, filled), status: 422)
    }
    let found = try await save(manifest, organised, context)
    guard found.isEmpty else {
      let form = ContestForm(organised.manifest.contests[index])
      return .page(
        contest(index, form, more: 1, try await self.organised(context), context, Filled(form.form, faults: found)), status: 422)
    }
    let removed = RemovedContest(index: index, form: ContestForm(organised.manifest.contests[index]))
    return .page(questions(try await self.organised(context), context, removed: removed))
  }

  // MARK: View

  private func contest(
    _ index: Int, _ form: ContestForm, more: Int, _ organised: Organised, _ context: PageContext, _ filled: Filled
  ) -> Document {
    let t = context.t
    let title = t("organise.question", ["number": index + 1, "count": organised.manifest.contests.count])
    return document(title, .questions, organised, context) {
      div(.class("col")) {
        Field.faults(filled, t)
        SentForm.to(organised.link.down("questions", String(index + 1)), context, name: "col") {
          OrganiseForm.defaultButton
          organised.version
          div(.class("sheet stack")) {
            Field.line("title", t("organise.field.question"), filled)
            Field.area("description", t("organise.field.explanation"), filled, rows: 3)
            rules(form, filled, t)
          }
          section(.class("sheet stack"), .id("options")) {
            headerTag {
              h2 { t("organise.optionsTitle") }
              span(.class("small quiet")) { t("organise.optionsTitle.hint") }
            }
            Field.box("drawn", t("organise.drawn"), filled, hint: t("organise.drawn.hint"))
            for row in 0..<(form.options.count + rows(form, more)) { option(row, form, organised, filled, t) }
            if form.kind != .yesNo {
              div(.class("actions")) {
                button(.class("button"), .type("submit"), .name("do"), .value("add")) { t("organise.moreOptions") }
              }
            }
          }
          OrganiseForm.actions(t("organise.saveQuestion")) {
            anchor(.class("button button--plain"), .href(organised.link.down("questions"))) { t("organise.back") }
            if organised.manifest.contests.count > 1 {
              button(.class("button button--stop"), .type("submit"), .name("do"), .value("delete")) {
                t("organise.removeQuestion")
              }
            }
          }
        }
      }
    }
  }

  private func rows(_ form: ContestForm, _ more: Int) -> Int {
    form.kind == .yesNo ? max(0, 2 - form.options.count) : min(more, max(0, ContestRules.mostOptions - form.options.count))
  }

  private func rules(_ form: ContestForm, _ filled: Filled, _ t: Texts) -> HTML {
    group {
      div(.class("fields")) {
        Field.choice("kind", t("organise.kind"), ContestForm.kinds.map { ($0.word, t("organise.kind.\($0.word)")) }, filled)
        button(.class("button"), .type("submit"), .name("do"), .value("kind")) { t("organise.kind.set") }
      }
      switch form.kind {
      case .approval:
        div(.class("fields")) {
          Field.line(
            "minimum", t("organise.minimum"), filled, kind: .number(0...ContestRules.mostOptions), isRequired: false)
          Field.line(
            "maximum", t("organise.maximum"), filled, kind: .number(1...ContestRules.mostOptions), isRequired: false)
        }
        paragraph(.class("small quiet")) { t("organise.minimum.hint") }
      case .score:
        Field.line(
          "range", t("organise.range"), filled, kind: .number(2...ContestRules.largestRange), hint: t("organise.range.hint"),
          isRequired: false)
        Field.box("blank", t("organise.blank"), filled, hint: t("organise.blank.hint"))
      case .yesNo, .single: Field.box("blank", t("organise.blank"), filled, hint: t("organise.blank.hint"))
      }
    }
  }

  private func option(_ row: Int, _ form: ContestForm, _ organised: Organised, _ filled: Filled, _ t: Texts) -> HTML {
    let isThere = form.options.indices.contains(row)
    let option = isThere ? form.options[row] : ContestForm.Option()
    let name = option.name.isEmpty ? t("organise.optionName", ["number": row + 1]) : option.name
    func way(_ verb: String, _ caption: String) -> HTML {
      button(
        .class("button button--small"), .type("submit"), .name("do"), .value("\(verb)-\(row)"),
        .aria("label", "\(caption): \(name)")
      ) { caption }
    }
    return fieldset(.class("stack-s option-form")) {
      legend(.class("vh")) { t("organise.optionName", ["number": row + 1]) }
      Field.line("name-\(row)", t("organise.optionName", ["number": row + 1]), filled, isRequired: false)
      Field.area("about-\(row)", t("organise.about", ["number": row + 1]), filled, rows: 2)
      input(.type("hidden"), .name("picture-\(row)"), .value(option.picture))
      div(.class("actions")) {
        if !option.picture.isEmpty { OptionPicture.shown(option.picture, organised) }
        if isThere, !option.name.isEmpty {
          way("picture", option.picture.isEmpty ? t("organise.picture.add") : t("organise.picture.change"))
        }
        if isThere, form.options.count > 1, form.kind != .yesNo { way("remove", t("organise.remove")) }
      }
    }
  }
}

/// Pictures of options, which stand beside their names and say nothing that the names do not.
enum OptionPicture {
  static func shown(_ sha256: Bytes32, _ organised: Organised) -> HTML {
    shown(String(decoding: Hexadecimal.encode(sha256), as: UTF8.self), organised)
  }

  static func shown(_ sha256: String, _ organised: Organised) -> HTML {
    img(
      .class("portrait"), .alt(""),
      .src(Link("/api/v1/elections", organised.reference).down("pictures", sha256)))
  }
}
