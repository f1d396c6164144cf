import Foundation

/// Waits for SIGTERM or Ctrl-C in a process that ends in good order.
enum StopSignal {
  private static let signals = [SIGINT, SIGTERM]

  /// From now on the signals wait until `received` takes them. To be called before other threads start.
  static func hold() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Returns when the process is to stop.
  static func received() async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var set = set
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        continuation.resume()
        // A second one ends the process at once: somebody is impatient.
        while sigwait(&set, &number) != 0 {}
        signal(number, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
      }
    }
  }

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in signals { sigaddset(&set, number) }
    return set
  }
}
