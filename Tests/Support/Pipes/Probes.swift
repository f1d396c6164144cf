import Foundation

extension Process {
  /// Lets the process, once it runs, keep no profile of its coverage: one that is killed while it writes its own leaves a piece of a file, and of that all of
  /// `swift test` would fail.
  public func keepNoProfile() {
    environment = (environment ?? ProcessInfo.processInfo.environment).merging(["LLVM_PROFILE_FILE": "/dev/null"]) { $1 }
  }
}
