import Foundation
import Synchronization

/// What happens on Ctrl-C: first something is cleaned up, then the process ends by the same signal, as whoever started it expects.
enum Interruption {
  private static let isStopping = Atomic(false)

  /// From now on, `cleanUp` runs before the process ends by SIGINT, SIGTERM or SIGHUP, on a thread of its own.
  ///
  /// To be called before other threads start: they inherit that the signals are not delivered to them.
  static func onStop(_ cleanUp: @escaping @Sendable () -> Void) {
    let signals = [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) }
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    Thread.detachNewThread { [set] in
      var set = set
      var received: Int32 = 0
      guard sigwait(&set, &received) == 0 else { return }
      isStopping.store(true, ordering: .sequentiallyConsistent)
      cleanUp()
      signal(received, SIG_DFL)
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      raise(received)
    }
  }

  /// Never returns when the process is being stopped: what fails then fails because it is.
  static func waitIfStopping() {
    while isStopping.load(ordering: .sequentiallyConsistent) { sleep(1) }
  }

  /// `nohup` and background jobs ignore signals on purpose.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
