/// How a server listens, and what it bears.
public struct HTTPServerConfiguration: Sendable {
  /// Numeric, IPv4 or IPv6; `::` takes both.
  public var address = "127.0.0.1"
  /// 0: any that is free.
  public var port: UInt16 = 0
  /// Loops, one thread each.
  public var threads = 2
  /// `nil`: connections in plain.
  public var certificate: Certificate?
  /// Bytes of a request's target; beyond, 414.
  public var targetBytes = 8 * 1024
  /// Bytes of a request's head; beyond, 431.
  public var headerBytes = 16 * 1024
  /// Fields of a request's header; beyond, 431.
  public var headerFields = 100
  /// For the whole head, from its first byte; of a connection's first request, from the connection on.
  public var headerTime = Duration.seconds(10)
  /// For the whole body.
  public var bodyTime = Duration.seconds(30)
  /// How long a connection is kept open for the next request.
  public var idleTime = Duration.seconds(75)
  /// For the client to take the next 64 KiB of an answer, or a message.
  public var writeTime = Duration.seconds(30)
  /// Open at the same time, WebSockets included; further ones are closed at once. 0: as many as there are descriptors.
  public var connections = 0
  /// The same from one address; 0: no bound.
  public var connectionsPerAddress = 0
  /// Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
  public var trustedProxies = TrustedProxies()
  /// Bytes of a WebSocket message that comes in; beyond, it is closed with 1009.
  public var messageBytes = 64 * 1024
  /// Bytes that wait to be sent on a WebSocket; beyond, it is cut.
  public var queueBytes = 256 * 1024
  /// Bytes of all bodies above a megabyte that are being read or worked on at one time; further ones are refused with 503. At least the longest body of any route.
  public var longBodiesBytes = 256 * 1024 * 1024
  /// A silent WebSocket is pinged after this time, and cut after another such time without an answer.
  public var pingTime = Duration.seconds(30)

  /// Plain, on a free port of the loopback.
  public init() {}

  /// Files in PEM form.
  public struct Certificate: Sendable, Equatable {
    /// The certificate and those up to its authority.
    public var chainFile: String
    /// Without passphrase.
    public var keyFile: String

    /// Files that are read when the server starts, and when it is told to read them again.
    public init(chainFile: String, keyFile: String) {
      self.chainFile = chainFile
      self.keyFile = keyFile
    }
  }
}
