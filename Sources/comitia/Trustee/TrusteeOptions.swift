import Foundation
import HTTPClient

/// Options that the trustee's commands share.
enum TrusteeOptions {
  static let key = CommandOption("key", "FILE", isRequired: true, help: "your key file")
  static let authorities = CommandOption("ca-file", "FILE", help: "certificates (PEM) to trust beside the system's")
  static let insecure = CommandOption(
    "insecure-http", help: "allow http:// to other machines: whoever is on the way can hold everything up. For tests only")

  /// What there is to know about key files, for the help.
  static let note =
    "The key file holds your signing key and your shares, encrypted under your passphrase. To move to another machine, stop comitia trustee run and move the "
    + "file; comitia trustee key export makes a copy for emergencies, and another after the key ceremony. Never run from two."

  /// A client as these options say.
  static func client(_ arguments: Arguments, elections: Int = 1) -> HTTPClientConfiguration {
    var configuration = HTTPClientConfiguration()
    configuration.authorityFile = arguments.value(authorities)
    configuration.allowsUnencrypted = arguments.has(insecure)
    configuration.userAgent = "comitia/\(Invocation.version)"
    return configuration
  }
}
