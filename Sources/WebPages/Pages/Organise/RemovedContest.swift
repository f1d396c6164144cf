import API
import Elections
import VotingService

// A question that was removed, and how it comes back. Nothing keeps it but the page that says so: its button sends the whole question again.
extension OrganisePages {
  /// A question as it was, and the number under which it stood.
  struct RemovedContest {
    let index: Int
    let form: ContestForm
  }

  var removedContestPages: [Page] { [returnContest] }

  private var returnContest: Page {
    .does("/organise/{e}/questions/{n}/return", may: .permission(.manageElections), bodyLimit: 4 << 20) { context in
      let organised = try await changeable(context)
      guard let number = Int(context.value("n")), number > 0, let form = ContestForm(context.form) else {
        throw Problem(.badRequest)
      }
      var contests = organised.manifest.contests
      let index = min(number - 1, contests.count)
      var (contest, found) = form.read(context.t)
      if let contest {
        contests.insert(contest, at: index)
        if let manifest = organised.manifest.changed(contests: contests) {
          found = try await save(manifest, organised, context)
        } else {
          found = [("", context.t("organise.fault.tooLarge"))]
        }
      }
      let questions = organised.link.down("questions")
      guard found.isEmpty else {
        // What stood in its way may have nothing to do with a field of this page.
        let faults = found.map { ("", $0.text) }
        return .page(
          self.questions(
            try await self.organised(context), context, faults: faults, removed: RemovedContest(index: number - 1, form: form)),
          status: 422)
      }
      return .redirect(questions.with(["done": "organise.contestReturned"]))
    }
  }

  /// Says that it is gone, with the button that brings it back.
  func undo(_ removed: RemovedContest, _ organised: Organised, _ context: PageContext) -> HTML {
    let t = context.t
    let link = organised.link.down("questions", String(removed.index + 1), "return")
    return div(.class("notice"), .role("status")) {
      Icon.named("tick")
      div(.class("stack-s")) {
        paragraph { t("organise.contestRemoved", ["title": removed.form.title]) }
        SentForm.to(link, context) {
          organised.version
          for (name, value) in removed.form.fields { input(.type("hidden"), .name(name), .value(value)) }
          button(.class("button button--small"), .type("submit")) { t("organise.contestRemoved.undo") }
        }
      }
    }
  }
}
