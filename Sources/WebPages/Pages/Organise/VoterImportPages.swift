import API
import VotingService

// A list of voters: looked at first, then taken.
extension OrganisePages {
  var voterImportPages: [Page] { [showImport, importVoters] }

  /// Bytes of the largest list: about two hundred thousand voters.
  private static let largestList = 24 << 20
  /// Faults that the page lists.
  private static let mostFaults = 100

  private var showImport: Page {
    .shows("/organise/{e}/voters/import", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      guard organised.isDraft else { return .redirect(organised.link.down("voters")) }
      return .page(importing(organised, context, Filled()))
    }
  }

  private var importVoters: Page {
    .does("/organise/{e}/voters/import", may: .permission(.manageRoll), bodyLimit: Self.largestList) { context in
      let organised = try await organised(context)
      let list = context.form.file("file") ?? Array(context.form["list"].utf8)
      guard !list.isEmpty else {
        let filled = Filled(context.form, faults: [("list", context.t("organise.fault.list"))])
        return .page(importing(organised, context, filled), status: 422)
      }
      let verb = context.form["do"]
      let isForReal = verb == "all" || verb == "good"
      var report: ImportReport?
      let found = try await faults(context.t) {
        report = try await services.rolls.importVoters(
          list, to: organised.reference, mode: verb == "all" ? .allOrNothing : .goodLines, dryRun: !isForReal,
          by: try context.organiser())
      }.map { (name: "list", text: $0.name.isEmpty ? $0.text : "\($0.name): \($0.text)") }
      guard found.isEmpty, let report else {
        return .page(importing(organised, context, Filled(context.form, faults: found)), status: 422)
      }
      if report.isDone { return .redirect(organised.link.down("voters").with(["done": "organise.imported"])) }
      return .page(self.report(report, list, organised, context), status: isForReal ? 422 : 200)
    }
  }

  private func importing(_ organised: Organised, _ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return document(t("organise.import"), .voters, organised, context) {
      div(.class("sheet stack")) {
        Field.faults(filled, t)
        paragraph { t("organise.import.text") }
        codeTag(.class("cmd")) { "voterId,name,email,weight\n1017,Ada Lovelace,ada@example.org,1\n1018,Blaise Pascal,,2" }
        SentForm.to(organised.link.down("voters", "import"), context, hasFiles: true, name: "form") {
          FileField.drop("file", t("organise.import.file"), filled, hint: t("organise.import.file.hint"), isPicture: false)
          Field.area("list", t("organise.import.list"), filled, rows: 8, hint: t("organise.import.list.hint"))
          div(.class("actions")) {
            button(.class("button button--primary"), .type("submit"), .name("do"), .value("check")) {
              t("organise.import.check")
            }
            anchor(.class("button button--plain"), .href(organised.link.down("voters"))) { t("organise.back") }
          }
        }
      }
    }
  }

  private func report(_ report: ImportReport, _ list: [UInt8], _ organised: Organised, _ context: PageContext) -> Document {
    let t = context.t
    let good = report.added
    return document(t("organise.report"), .voters, organised, context) {
      div(.class("col")) {
        Notice.saying(t("organise.report.nothing"), .wait)
        dl(.class("facts")) {
          for (word, count) in [("lines", report.lines), ("good", good), ("faulty", report.faulty)] {
            div {
              dt { t("organise.report.\(word)") }
              dd { NumberText.grouped(Int64(count), t.language) }
            }
          }
        }
        if !report.faults.isEmpty { faultTable(report, t) }
        // A list that is no text cannot be sent back: it is to be chosen again, mended.
        if good > 0, let text = String(validating: list, as: UTF8.self) {
          section(.class("sheet stack")) {
            h2 { t("organise.report.take") }
            SentForm.to(organised.link.down("voters", "import"), context) {
              input(.type("hidden"), .name("list"), .value(text))
              div(.class("actions")) {
                button(
                  .class("button button--primary"), .type("submit"), .name("do"), .value(report.faulty == 0 ? "all" : "good")
                ) {
                  report.faulty == 0 ? t("organise.report.all", ["count": good]) : t("organise.report.some", ["count": good])
                }
                anchor(.class("button button--plain"), .href(organised.link.down("voters", "import"))) {
                  t("organise.report.again")
                }
              }
            }
          }
        } else {
          paragraph {
            anchor(.class("button button--primary"), .href(organised.link.down("voters", "import"))) { t("organise.report.again") }
          }
        }
      }
    }
  }

  private func faultTable(_ report: ImportReport, _ t: Texts) -> HTML {
    section(.class("sheet stack")) {
      h2 { t("organise.report.faults", ["count": report.faulty]) }
      div(.class("scroll"), .tabindex(0), .role("region"), .aria("label", t("organise.report.table"))) {
        table {
          thead {
            tr {
              th(.scope("col"), .class("r")) { t("organise.report.line") }
              th(.scope("col")) { t("organise.report.column") }
              th(.scope("col")) { t("organise.report.reason") }
            }
          }
          tbody {
            for fault in report.faults.prefix(Self.mostFaults) {
              tr {
                td(.class("r")) { String(fault.line) }
                td { fault.column }
                td(.lang("en")) { fault.reason }
              }
            }
          }
        }
      }
      if report.faulty > Self.mostFaults {
        paragraph(.class("small quiet")) { t("organise.report.more", ["count": Self.mostFaults]) }
      }
    }
  }
}
