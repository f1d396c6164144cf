import VotingService

extension JSONLog {
  /// What the background work has to say.
  func write(_ event: JobRunner.Event) {
    switch event {
    case .done(let job): write(.debug, "job-done", ["kind": .text(job.kind), "job": .text(job.id)])
    case .failed(let job, let error, let next):
      write(
        next == nil ? .error : .warning, "job-failed",
        [
          "kind": .text(job.kind), "job": .text(job.id), "attempt": .number(Int64(job.attempt)),
          "reason": .text(String(describing: error)),
          "again": .text(next == nil ? "never" : "yes"),
        ])
    case .released(let job): write(.info, "job-released", ["kind": .text(job.kind), "job": .text(job.id)])
    case .lost(let job): write(.warning, "job-lost", ["kind": .text(job.kind), "job": .text(job.id)])
    case .troubled(let error): write(.error, "jobs", ["reason": .text(String(describing: error))])
    }
  }
}
