import API
import Curve25519
import Elections
import PictureFiles
import VotingService

// The picture of an option.
extension OrganisePages {
  var picturePages: [Page] { [showPicture, savePicture] }

  private static let path = "/organise/{e}/questions/{n}/options/{k}/picture"

  private func option(_ contest: Contest, _ context: PageContext) throws -> Int {
    guard let number = Int(context.value("k")), contest.options.indices.contains(number - 1) else {
      throw ElectionError.noSuch("option")
    }
    return number - 1
  }

  private var showPicture: Page {
    .shows(Self.path, may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      guard organised.isDraft else { return .redirect(organised.link.down("ballot")) }
      return .page(try picture(organised, context, Filled()))
    }
  }

  private var savePicture: Page {
    .does(Self.path, may: .permission(.manageElections), bodyLimit: PictureType.largest + 64 << 10) { context in
      let organised = try await changeable(context)
      let index = try place(organised, context)
      let contests = organised.manifest.contests
      let row = try option(contests[index], context)
      var found: [Fault] = []
      var hash: Bytes32?
      if context.form["do"] != "remove" {
        if let bytes = context.form.file("picture"), let type = PictureType(bytes: bytes) {
          let name = Bytes32(SHA256.hash(bytes).span)
          hash = name
          found = try await faults(context.t) {
            try await services.elections.putPicture(
              bytes, sha256: String(decoding: Hexadecimal.encode(name), as: UTF8.self), mediaType: type.rawValue,
              in: organised.reference, by: try context.organiser())
          }.map { (name: "picture", text: $0.text) }
        } else {
          found = [("picture", context.t("organise.fault.picture"))]
        }
      }
      if found.isEmpty { found = try await setPicture(hash, index, row, contests, context) }
      guard found.isEmpty else {
        return .page(
          try picture(try await self.organised(context), context, Filled(context.form, faults: found)), status: 422)
      }
      return .redirect(organised.link.down("questions", String(index + 1)).at("name-\(row)"))
    }
  }

  /// Names the picture in the definition as it is by now: the upload has changed its version.
  private func setPicture(
    _ hash: Bytes32?, _ index: Int, _ row: Int, _ contests: [Contest], _ context: PageContext
  ) async throws -> [Fault] {
    let now = try await organised(context)
    guard now.manifest.contests == contests else { return [("", context.t("organise.fault.otherVersion"))] }
    let seen = contests[index]
    var options = seen.options
    let old = options[row]
    options[row] = ContestOption(name: old.name, description: old.description, picture: hash)
    var changed = contests
    guard
      let contest = Contest(
        title: seen.title, description: seen.description, rules: seen.rules, options: options, order: seen.order)
    else {
      throw Problem(.badRequest)
    }
    changed[index] = contest
    guard let manifest = now.manifest.changed(contests: changed) else { throw Problem(.badRequest) }
    var definition = now.election.definition
    definition.manifest = manifest
    return try await faults(context.t) {
      _ = try await services.elections.update(
        now.reference, to: definition, version: now.election.version, by: try context.organiser())
    }
  }

  private func picture(_ organised: Organised, _ context: PageContext, _ filled: Filled) throws -> Document {
    let t = context.t
    let index = try place(organised, context)
    let contest = organised.manifest.contests[index]
    let row = try option(contest, context)
    let shown = ContestForm(contest).options[row]
    let back = organised.link.down("questions", String(index + 1))
    return document(t("organise.picture", ["name": shown.name]), .questions, organised, context) {
      div(.class("sheet stack")) {
        Field.faults(filled, t)
        if !shown.picture.isEmpty { OptionPicture.shown(shown.picture, organised) }
        SentForm.to(back.down("options", String(row + 1), "picture"), context, hasFiles: true, name: "form") {
          FileField.drop("picture", t("organise.picture.choose"), filled, hint: t("organise.picture.hint"), isPicture: true)
          OrganiseForm.actions(t("organise.picture.keep")) {
            if !shown.picture.isEmpty {
              button(.class("button"), .type("submit"), .name("do"), .value("remove")) { t("organise.picture.remove") }
            }
            anchor(.class("button button--plain"), .href(back)) { t("organise.back") }
          }
        }
      }
    }
  }
}

/// A field for a file.
enum FileField {
  static func drop(_ name: String, _ caption: String, _ filled: Filled, hint: String, isPicture: Bool) -> HTML {
    Field.frame(name, caption, filled, hint) { described in
      div(.class("drop")) {
        if isPicture {
          input(
            .type("file"), .id(name), .name(name), .accept("image/png,image/jpeg,image/webp"), described,
            Field.invalid(name, filled))
        } else {
          input(.type("file"), .id(name), .name(name), .accept(".csv,text/csv,text/plain"), described, Field.invalid(name, filled))
        }
      }
    }
  }
}
