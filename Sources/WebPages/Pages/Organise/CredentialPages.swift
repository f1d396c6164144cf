import API
import Elections
import HTTPServer
import VotingService

// Voting links, or what takes their place with a separate authority.
extension OrganisePages {
  var credentialPages: [Page] { [showLinks, makeLinks, votersFile, uploadCredentials] }

  private static let largestList = 24 << 20

  private var showLinks: Page {
    .shows("/organise/{e}/voters/links", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      guard organised.isDraft, organised.manifest.issuer != .voter else { return .redirect(organised.link.down("voters")) }
      return .page(try await links(organised, context, Filled()))
    }
  }

  private func links(_ organised: Organised, _ context: PageContext, _ filled: Filled) async throws -> Document {
    let counts = try await services.rolls.counts(of: organised.reference, for: try context.organiser())
    return organised.manifest.issuer == .service
      ? serviceLinks(organised, counts, context, filled) : authority(organised, counts, context, filled)
  }

  // MARK: By the service

  /// The answer is the file itself: the links are nowhere else.
  private var makeLinks: Page {
    .does("/organise/{e}/voters/links", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      let isRenewing = context.form["do"] == "renew"
      var found: [Fault] = []
      if isRenewing, let fault = OrganiseForm.confirmationFault(Self.renewal, context) { found.append(fault) }
      var made: [IssuedLink] = []
      if found.isEmpty {
        found = try await faults(context.t) {
          made = try await services.rolls.issueLinks(
            for: organised.reference, service: services.address, renewing: isRenewing, by: try context.organiser())
        }
      }
      if found.isEmpty, made.isEmpty { found = [("", context.t("organise.fault.noLinks"))] }
      guard found.isEmpty else {
        return .page(try await links(organised, context, Filled(context.form, faults: found)), status: 422)
      }
      return .response(Self.file(Self.csv(made), "voting-links-\(organised.reference).csv"))
    }
  }

  /// The word that is typed before links are replaced.
  private static let renewal = "RENEW"

  private static func csv(_ links: [IssuedLink]) -> [UInt8] {
    var text = "voterId,name,email,link\n"
    for link in links {
      let cells = [link.details.voterID, link.details.name, link.details.email, link.link]
      text += cells.map { ResultCSV.cell($0) }.joined(separator: ",") + "\n"
    }
    return Array(text.utf8)
  }

  /// An answer that browsers keep as a file, and nobody else keeps.
  private static func file(_ bytes: [UInt8], _ name: String) -> HTTPResponse {
    PageHeaders.added(
      to: HTTPResponse(
        headers: HTTPHeaders([
          ("Content-Type", "text/csv; charset=utf-8"), ("Content-Disposition", "attachment; filename=\"\(name)\""),
        ]), body: .bytes(bytes)))
  }

  private func serviceLinks(
    _ organised: Organised, _ counts: RollCounts, _ context: PageContext, _ filled: Filled
  ) -> Document {
    let t = context.t
    let missing = max(0, counts.eligible - counts.credentials)
    return document(t("organise.links.service"), .voters, organised, context) {
      div(.class("col")) {
        Field.faults(filled, t)
        if missing == 0 {
          Notice.saying(counts.eligible == 0 ? t("organise.voters.empty") : t("organise.links.none"))
        } else {
          section(.class("sheet stack")) {
            h2 { t("organise.links.missing", ["count": missing]) }
            Notice.saying(t("organise.links.warning"), .wait)
            paragraph { t("organise.links.once") }
            paragraph { t("organise.links.after") }
            SentForm.to(organised.link.down("voters", "links"), context) {
              div(.class("actions")) {
                button(.class("button button--primary"), .type("submit")) {
                  Icon.named("download")
                  t("organise.links.do", ["count": missing])
                }
              }
            }
          }
        }
        if counts.credentials > 0 {
          section(.class("sheet stack confirm")) {
            h2 { t("organise.links.renew") }
            paragraph { t("organise.links.renew.text", ["count": counts.credentials]) }
            SentForm.to(organised.link.down("voters", "links"), context, name: "form") {
              input(.type("hidden"), .name("do"), .value("renew"))
              OrganiseForm.confirmation(Self.renewal, filled, t)
              div(.class("actions")) {
                button(.class("button button--stop"), .type("submit")) { t("organise.links.renew") }
              }
            }
          }
        }
        paragraph { anchor(.href(organised.link.down("voters"))) { t("organise.toVoters") } }
      }
    }
  }

  // MARK: By a separate authority

  private var votersFile: Page {
    .does("/organise/{e}/voters/file", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      var list: [UInt8] = []
      let found = try await faults(context.t) {
        list = try await services.rolls.votersForAuthority(organised.reference, by: try context.organiser())
      }
      guard found.isEmpty else {
        return .page(try await links(organised, context, Filled(context.form, faults: found)), status: 422)
      }
      return .response(Self.file(list, "voters-\(organised.reference).csv"))
    }
  }

  private var uploadCredentials: Page {
    .does("/organise/{e}/voters/credentials", may: .permission(.manageRoll), bodyLimit: Self.largestList) { context in
      let organised = try await organised(context)
      var found: [Fault] = []
      if let list = context.form.file("file") {
        found = try await faults(context.t) {
          _ = try await services.rolls.uploadCredentials(list, for: organised.reference, by: try context.organiser())
        }.map { (name: "file", text: $0.name.isEmpty ? $0.text : "\($0.name): \($0.text)") }
      } else {
        found = [("file", context.t("organise.fault.list"))]
      }
      guard found.isEmpty else {
        return .page(try await links(organised, context, Filled(context.form, faults: found)), status: 422)
      }
      return .redirect(organised.link.down("voters").with(["done": "organise.imported"]))
    }
  }

  private func authority(_ organised: Organised, _ counts: RollCounts, _ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return document(t("organise.links.authority"), .voters, organised, context) {
      div(.class("col")) {
        Field.faults(filled, t)
        section(.class("sheet stack")) {
          h2 { t("organise.authority.give") }
          paragraph { t("organise.authority.give.text") }
          OrganiseForm.oneButton(
            t("organise.authority.give.do"), organised.link.down("voters", "file"), context, kind: "button button--primary")
        }
        section(.class("sheet stack")) {
          h2 { t("organise.authority.take") }
          paragraph { t("organise.authority.take.text", ["count": counts.credentials]) }
          SentForm.to(organised.link.down("voters", "credentials"), context, hasFiles: true, name: "form") {
            FileField.drop("file", t("organise.authority.file"), filled, hint: t("organise.authority.file.hint"), isPicture: false)
            div(.class("actions")) { button(.class("button"), .type("submit")) { t("organise.authority.take.do") } }
          }
        }
        paragraph { anchor(.href(organised.link.down("voters"))) { t("organise.toVoters") } }
      }
    }
  }
}
