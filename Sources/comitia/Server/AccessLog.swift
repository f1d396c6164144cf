import HTTPServer

extension JSONLog {
  /// A request. Of those in which a voter acts nothing is logged that would tell who it was: neither address, nor credential, nor tracker.
  func write(_ record: AccessRecord) {
    let logged = LoggedPath(record.path)
    write(
      .info, "request",
      [
        "id": .text(record.requestID), "method": .text(record.method), "path": .text(logged.path),
        "status": .number(Int64(record.status)),
        "in": .number(Int64(clamping: record.bytesIn)), "out": .number(Int64(clamping: record.bytesOut)),
        "microseconds": .number(Int64(clamping: record.duration)), "from": .text(logged.isVoters ? "" : record.remoteAddress),
      ])
  }
}

/// What the log keeps of a request's path.
struct LoggedPath: Equatable {
  let path: String
  /// Whether a voter acts.
  let isVoters: Bool

  /// Below an election, what voters' devices ask for.
  private static let voters: Set<Substring> = ["ballots", "challenges", "opened", "credentials", "receipts", "booth", "steps"]

  init(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    // "", "api", "v1", "elections", reference, what
    guard parts.count >= 6, parts[1] == "api", parts[3] == "elections", Self.voters.contains(parts[5]) else {
      self.path = path
      isVoters = path.hasPrefix("/vote/")
      return
    }
    self.path = parts[..<6].joined(separator: "/") + (parts.count > 6 ? "/…" : "")
    isVoters = true
  }
}
