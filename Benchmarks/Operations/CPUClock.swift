import Glibc

/// Processor time of this thread: it does not count while others have the processor.
enum CPUClock {
  /// Microseconds since some moment.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
  }

  /// Microseconds that `work` takes.
  static func time(_ work: () -> Void) -> Double {
    let start = now
    work()
    return now - start
  }
}
