import Verification
import VotingService

/// Who of the trustees did what, as far as a record shows it and evidence given proves it.
struct TrusteeConductText {
  let terminal: Terminal

  /// What the record shows.
  func say(_ facts: ElectionFacts) {
    terminal.say(terminal.styled("Trustees", .bold))
    for trustee in facts.conduct {
      let line = "  \("\(trustee.number)".paddedLeft(to: 2))  \(trustee.name.description.printable)"
      terminal.say(line + ": " + (trustee.isWhole ? "took part in everything" : Self.missing(trustee)) + Self.since(trustee))
    }
    let text =
      "Any \(facts.trustees.threshold) decrypt and sign: who is missing may have been late only. Who of them signed the result, a joint signature does not show."
    terminal.say(text.wrapped(to: min(terminal.width, 80)))
  }

  private static func since(_ trustee: TrusteeConduct) -> String {
    trustee.since == 0 ? "" : " (trustee since renewal \(trustee.since))"
  }

  private static func missing(_ trustee: TrusteeConduct) -> String {
    let parts = [
      trustee.drilled != false ? nil : "missed the fire drill, and gave no part of the opening draw",
      trustee.cosigned ? nil : "did not cosign the closing checkpoint",
      trustee.decrypted ? nil : "no decryption and no part of the closing draw are by it",
    ]
    return parts.compactMap { $0 }.joined(separator: "; ")
  }

  /// What was given, and whether the record bears it out.
  func say(_ judged: [GivenEvidence.Judged]) {
    guard !judged.isEmpty else { return }
    terminal.say()
    for item in judged where item.kind == "refused" && !item.proved {
      let what = [item.phase, item.fault].compactMap { $0?.printable }.joined(separator: ", ")
      terminal.say(
        "The service says, and nothing proves: of trustee \(item.trustee), \(item.name?.printable ?? ""), it refused: \(what).")
    }
    for item in judged where item.kind != "refused" || item.proved {
      let who = "trustee \(item.trustee)" + (item.name.map { ", \($0.printable)" } ?? "")
      let what = Self.deed(item)
      terminal.say(
        (item.proved
          ? terminal.styled("Proved", .bold, .bad) + ": \(who), \(what); its own key signed it."
          : terminal.styled("Not proved", .bold) + ": that \(who), \(what).").wrapped(
            to: terminal.isInteractive ? terminal.width : Int.max))
    }
  }

  private static func deed(_ item: GivenEvidence.Judged) -> String {
    guard let fault = item.fault else { return "gave a wrong share of the joint signature" }
    if let phase = item.phase {
      let isFormer = fault == RefusalReason.formerTrustee.rawValue
      return (isFormer ? "used a key or share from before a renewal" : "sent a part that does not hold") + " (\(phase.printable))"
    }
    return "made a key ceremony fail (\(fault.printable))" + (item.key.map { "; key \($0)" } ?? "")
  }
}
