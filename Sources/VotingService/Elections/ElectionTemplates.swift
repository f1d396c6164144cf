import BallotCryptography
import Elections

/// A definition to begin with: sensible texts and rules, to be changed.
public struct ElectionTemplate: Sendable {
  /// A stable word.
  public let name: String
  /// What it is for.
  public let summary: String
  public let manifest: Manifest

  /// All there are.
  public static let all: [ElectionTemplate] = [
    make(
      "yes-no", "One question, answered with yes or no.", title: "Vote on a motion", question: "Do you approve the motion?",
      "Write here what a yes brings about, and what a no.", .yesNo(blankAllowed: true), ["Yes", "No"]),
    make(
      "single", "One of several options is chosen; the one with most votes wins.", title: "Election of the chair",
      question: "Who is to be chair?", "Choose one. A ballot without a choice is an abstention.",
      .single(options: 3, blankAllowed: true), ["Candidate A", "Candidate B", "Candidate C"], order: .drawn),
    make(
      "approval", "Up to m of n options are approved; the m with most votes win.", title: "Election of the board",
      question: "Who is to sit on the board?", "There are three seats: approve up to three.",
      .approval(options: 5, minimum: 0, maximum: 3), ["Candidate A", "Candidate B", "Candidate C", "Candidate D", "Candidate E"],
      order: .drawn),
    make(
      "score", "Each option gets points; the one with most points wins.", title: "Ranking of proposals",
      question: "What is each proposal worth to you?", "Give each proposal 0 to 5 points.",
      .score(options: 3, range: 5, blankAllowed: true), ["Proposal A", "Proposal B", "Proposal C"]),
  ]

  private static func make(
    _ name: String, _ summary: String, title: String, question: String, _ explanation: String, _ rules: ContestRules?,
    _ options: [String], order: OptionOrder = .listed
  ) -> ElectionTemplate {
    func text(_ string: String) -> Text { Text(string) ?? .empty }
    guard let rules,
      let contest = Contest(
        title: text(question), description: text(explanation), rules: rules, options: options.map { ContestOption(name: text($0)) },
        order: order),
      let manifest = Manifest(title: text(title), contests: [contest])
    else { preconditionFailure("the template \(name) is no election") }
    return ElectionTemplate(name: name, summary: summary, manifest: manifest)
  }
}
