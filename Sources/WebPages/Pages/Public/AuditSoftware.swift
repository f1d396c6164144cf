import Elections

/// The booth's files: as the opening entry fixes them, held against what is served now.
struct AuditSoftware: Sendable {
  enum Verdict: String, Sendable {
    case same, differs, missing
  }

  let fixed: [SoftwareFile]
  let served: [SoftwareFile]

  var verdicts: [(file: SoftwareFile, verdict: Verdict)] {
    let now = Dictionary(served.map { ($0.path.description, $0.sha256) }) { first, _ in first }
    return fixed.map { file in
      guard let hash = now[file.path.description] else { return (file, .missing) }
      return (file, hash == file.sha256 ? .same : .differs)
    }
  }

  func markup(_ t: Texts) -> HTML {
    let verdicts = verdicts
    let changed = verdicts.count { $0.verdict != .same }
    return section(.class("sheet stack"), .id("software"), .aria("labelledby", "software-title")) {
      h2(.id("software-title")) { t("audit.software") }
      if fixed.isEmpty {
        div(.class("empty")) { paragraph { t("audit.software.none") } }
      } else {
        paragraph { t("audit.software.text", ["count": fixed.count]) }
        Notice.saying(
          changed == 0 ? t("audit.software.same") : t("audit.software.differ", ["count": changed]), changed == 0 ? .good : .stop)
        details {
          summary { t("audit.software.list", ["count": fixed.count]) }
          table {
            caption { t("audit.software.caption") }
            thead {
              tr {
                th(.scope("col")) { t("audit.software.file") }
                th(.scope("col")) { t("audit.software.now") }
              }
            }
            tbody { for (file, verdict) in verdicts { row(file, verdict, t) } }
          }
        }
      }
    }
  }

  private func row(_ file: SoftwareFile, _ verdict: Verdict, _ t: Texts) -> HTML {
    tr {
      th(.scope("row")) {
        span(.class("mono")) { file.path.description }
        div(.class("hash quiet")) { file.sha256.hexadecimal }
      }
      td { verdict == .same ? HTML.text(t("audit.file.same")) : Chip.labelled(t("audit.file.\(verdict.rawValue)"), .stop) }
    }
  }
}
