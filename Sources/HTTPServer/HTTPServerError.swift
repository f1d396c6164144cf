import CHTTPServer

/// Why a server does not start.
public enum HTTPServerError: Error, Equatable, CustomStringConvertible {
  /// Not a numeric address, or not one of this machine.
  case badAddress(String, reason: String)
  /// Another program listens there.
  case portInUse(UInt16)
  /// Ports below 1024 need a privilege.
  case portForbidden(UInt16)
  /// The chain is missing, or not PEM.
  case certificateUnreadable(file: String, reason: String)
  /// The key is missing, needs a passphrase, or is another certificate's.
  case keyUnreadable(file: String, reason: String)
  /// `start` was called before.
  case alreadyStarted
  /// What the system says.
  case system(String)

  public var description: String {
    switch self {
    case .badAddress(let address, let reason):
      "cannot listen on address '\(address)': \(reason); give a numeric address of this machine"
    case .portInUse(let port): "port \(port) is in use; stop the other program or choose another port"
    case .portForbidden(let port): "port \(port) needs a privilege; choose one from 1024, or grant CAP_NET_BIND_SERVICE"
    case .certificateUnreadable(let file, let reason): "cannot use the certificate chain in \(file): \(reason)"
    case .keyUnreadable(let file, let reason): "cannot use the private key in \(file): \(reason)"
    case .alreadyStarted: "the server was started before; make another one"
    case .system(let reason): "cannot listen: \(reason)"
    }
  }

  init(_ failure: comitia_http_failure, _ configuration: HTTPServerConfiguration) {
    let reason = withUnsafeBytes(of: failure.reason) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    switch failure.code {
    case COMITIA_HTTP_BAD_ADDRESS: self = .badAddress(configuration.address, reason: reason)
    case COMITIA_HTTP_PORT_IN_USE: self = .portInUse(configuration.port)
    case COMITIA_HTTP_PORT_FORBIDDEN: self = .portForbidden(configuration.port)
    case COMITIA_HTTP_BAD_CERTIFICATE:
      self = .certificateUnreadable(file: configuration.certificate?.chainFile ?? "", reason: reason)
    case COMITIA_HTTP_BAD_KEY: self = .keyUnreadable(file: configuration.certificate?.keyFile ?? "", reason: reason)
    default: self = .system(reason)
    }
  }
}
