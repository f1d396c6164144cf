import Glibc

/// Makes a system call again while a signal comes in between. A test bundle gets many, and a socket with a time limit is not taken up again by itself.
public func uninterrupted(_ call: () -> Int) -> Int {
  while true {
    let outcome = call()
    if outcome >= 0 || errno != EINTR { return outcome }
  }
}
