import Foundation

/// SIGHUP asks the service to read its certificate again, as after a renewal.
enum ReloadSignal {
  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGHUP)
    return set
  }

  /// From now on the signal waits. To be called before other threads start.
  static func hold() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Does this each time the signal comes, on a thread of its own.
  static func onEach(_ action: @escaping @Sendable () -> Void) {
    Thread.detachNewThread {
      var set = set
      var number: Int32 = 0
      while true { if sigwait(&set, &number) == 0 { action() } }
    }
  }
}
