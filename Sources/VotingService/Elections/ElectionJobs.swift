import Database

/// The jobs that elections ask for; each is about the election whose reference is its payload, and may be done more than once.
public enum ElectionJobs {
  /// To open or to close an election at its time.
  public static let times = "election"

  /// What the publication of a result brings about for the election: to be handed to `Ceremonies`.
  public static func tallied(clock: any Clock, audit: any ElectionAudit) -> Ceremonies.Tallied {
    { election, session in
      try await session.execute(
        "UPDATE elections SET state = 'tallied', tallied = $2, version = version + 1 WHERE reference = $1 AND state = 'closed'",
        [.text(election), .integer(Int64(clock.now()))])
      try await audit.record("election.tally", election: election, part: nil, by: .service, detail: "", in: session)
    }
  }

  /// Says who does these jobs, and the tally. Before the runner starts.
  public static func register(_ life: LifeCycle, with runner: JobRunner) async {
    await runner.register(times) { job in try await life.advance(String(decoding: job.payload, as: UTF8.self)) }
    await runner.register(Ceremonies.tallyJob) { job in try await life.ceremonies.perform(job) }
    await runner.register(Ceremonies.markJob, policy: Ceremonies.markPolicy) { job in try await life.ceremonies.performMark(job) }
  }
}
