import Dispatch

/// Runs an actor on a serial queue of its own, so that a call into a database that blocks holds up that queue's thread and never the
/// threads that all other tasks share.
package final class QueueExecutor: SerialExecutor {
  /// The queue: sources that fire on it are within the actor.
  package let queue: DispatchQueue

  package init(label: String) { queue = DispatchQueue(label: label) }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
