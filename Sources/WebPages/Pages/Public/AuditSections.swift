import Elections
import VotingService

/// The board: its newest entries and its signed headings.
enum AuditBoard {
  static func entries(_ board: PublicBoard, _ audit: PublicAudit, _ t: Texts) -> HTML {
    section(.class("sheet"), .aria("labelledby", "board")) {
      headerTag {
        h2(.id("board")) { t("audit.board") }
        span(.class("small quiet")) { t("audit.board.size", ["count": board.status.entries]) }
      }
      let leaves = LongEntry.castLeaves(bits: board.manifest.layout.bits)
      if leaves > 1 { paragraph(.class("small quiet")) { t("audit.board.leaves", ["leaves": leaves]) } }
      table {
        caption { t("audit.board.newest") }
        thead {
          tr {
            th(.scope("col")) { t("audit.number") }
            th(.scope("col")) { t("audit.entry") }
            th(.scope("col")) { t("audit.time") }
          }
        }
        tbody {
          for entry in audit.entries {
            tr {
              th(.scope("row")) { NumberText.grouped(Int64(entry.position), t.language) }
              td { t("audit.kind.\(word(entry.kind))") }
              td { TimeText.short(entry.time, t.language) }
            }
          }
        }
      }
    }
  }

  private static func word(_ kind: EntryKind) -> String {
    switch kind {
    case .opening: "opening"
    case .cast: "cast"
    case .challenge: "challenge"
    case .opened: "opened"
    case .closing: "closing"
    case .pause: "pause"
    case .resume: "resume"
    case .abort: "abort"
    case .replacement: "replacement"
    case .renewal: "renewal"
    }
  }

  static func checkpoints(_ board: PublicBoard, _ audit: PublicAudit, _ t: Texts) -> HTML {
    let quorum = Int(board.opening.quorum)
    return section(.class("sheet"), .aria("labelledby", "checkpoints")) {
      headerTag {
        h2(.id("checkpoints")) { t("audit.checkpoints") }
        span(.class("small quiet")) { t("audit.checkpoints.what") }
      }
      if audit.checkpoints.isEmpty {
        div(.class("empty")) { paragraph { t("audit.checkpoints.none") } }
      } else {
        table {
          caption { t("audit.checkpoints.newest") }
          thead {
            tr {
              th(.scope("col")) { t("audit.size") }
              th(.scope("col")) { t("audit.lastEntry") }
              th(.scope("col")) { t("audit.signatures") }
            }
          }
          tbody {
            for checkpoint in audit.checkpoints {
              tr {
                th(.scope("row")) { NumberText.grouped(Int64(checkpoint.size), t.language) }
                td { TimeText.short(checkpoint.time, t.language) }
                td {
                  Chip.labelled(
                    t(
                      "audit.signatures.of", ["count": String(checkpoint.cosignatures), "all": String(board.roster.trustees.count)]),
                    checkpoint.cosignatures >= quorum ? .ok : .wait)
                }
              }
            }
          }
        }
      }
      paragraph(.class("small apart")) {
        anchor(.href(Link("/api/v1/elections", board.opening.origin.description.lastPart, "board", "checkpoint"))) {
          t("audit.checkpoints.file")
        }
      }
    }
  }
}

extension String {
  /// What stands behind the last slash: the reference in the name of a log.
  fileprivate var lastPart: String { split(separator: "/").last.map(String.init) ?? self }
}

/// The trustees: what they have signed, how their keys were made, how long each phase took them.
enum AuditTrustees {
  static func cosignatures(_ board: PublicBoard, _ audit: PublicAudit, _ t: Texts) -> HTML {
    section(.class("sheet"), .aria("labelledby", "cosignatures")) {
      headerTag {
        h2(.id("cosignatures")) { t("audit.cosignatures") }
        span(.class("small quiet")) {
          t("audit.cosignatures.quorum", ["quorum": String(board.opening.quorum), "count": board.roster.trustees.count])
        }
      }
      ul(.class("rows")) {
        for (index, name) in board.names.enumerated() {
          let signed = audit.cosignatures.first { $0.trustee == index + 1 }
          li {
            span {
              bold { name }
              small {
                if let signed {
                  t.html(
                    "audit.cosignatures.signed",
                    [
                      "size": HTML.text(NumberText.grouped(Int64(signed.size), t.language)),
                      "time": TimeText.short(signed.time, t.language),
                    ])
                } else {
                  t("audit.cosignatures.none")
                }
              }
            }
            if let signed {
              Chip.labelled(
                t(signed.size == board.status.size ? "audit.cosigned.all" : "audit.cosigned.earlier"),
                signed.size == board.status.size ? .ok : .wait)
            } else {
              Chip.labelled(t("audit.cosigned.not"), .plain)
            }
          }
        }
      }
    }
  }

  static func ceremonies(_ audit: PublicAudit, _ t: Texts) -> HTML {
    section(.class("sheet"), .aria("labelledby", "ceremonies")) {
      headerTag {
        h2(.id("ceremonies")) { t("audit.ceremonies") }
        span(.class("small quiet")) { t("audit.ceremonies.what") }
      }
      ul(.class("rows")) {
        for ceremony in audit.ceremonies {
          li {
            span {
              bold { TimeText.short(ceremony.started, t.language) }
              if let ended = ceremony.ended {
                small { t("audit.ceremonies.took", ["duration": DurationText.words(ended - min(ceremony.started, ended), t)]) }
              }
            }
            Chip.labelled(t("audit.ceremony.\(ceremony.state)"), ceremony.state == "complete" ? .ok : .wait)
          }
        }
      }
    }
  }

  static func latencies(_ board: PublicBoard, _ audit: PublicAudit, _ t: Texts) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "latencies")) {
      headerTag {
        h2(.id("latencies")) { t("audit.trustees") }
        span(.class("small quiet")) {
          t("audit.trustees.any", ["threshold": String(board.roster.threshold), "count": board.roster.trustees.count])
        }
      }
      div(.class("scroll"), .tabindex(0), .role("region"), .aria("label", t("audit.trustees.caption"))) {
        table {
          caption { t("audit.trustees.caption") }
          thead {
            tr {
              th(.scope("col")) { t("audit.trustee") }
              for phase in TrusteeLatency.allCases { th(.scope("col"), .class("r")) { t("audit.phase.\(phase.rawValue)") } }
            }
          }
          tbody {
            for trustee in audit.trustees {
              tr {
                th(.scope("row")) {
                  trustee.name
                  if trustee.isAbsent {
                    " "
                    Chip.labelled(t("audit.absent"), .wait)
                  }
                }
                for phase in TrusteeLatency.allCases {
                  td(.class("r nowrap")) { trustee.latencies[phase].map { DurationText.words($0, t) } ?? "–" }
                }
              }
            }
          }
        }
      }
      for draw in TrusteeDraw.allCases {
        if let time = TrusteeDraw.time(audit.trustees.compactMap { $0.latencies[draw.phase] }, threshold: board.roster.threshold) {
          paragraph(.class("small")) { t("audit.draw.\(draw.rawValue).known", ["duration": DurationText.words(time, t)]) }
        }
      }
      paragraph(.class("small quiet")) { t("audit.trustees.about") }
    }
  }
}
