import CMail
import Dispatch
import Synchronization

/// A server that takes mail.
public struct SMTPServer: Sendable {
  /// How the connection is encrypted.
  public enum Encryption: String, Sendable, CaseIterable {
    /// By `STARTTLS` before anything else is said; without it nothing is sent.
    case startTLS = "starttls"
    /// From the first byte.
    case implicit = "tls"
    /// Not at all: for a server on this machine.
    case none
  }

  public var host: String
  public var port: Int
  public var encryption: Encryption
  public var login: (user: String, password: String)?
  /// Certificates trusted instead of the system's (PEM); `nil`: the system's.
  public var authorityFile: String?
  /// Seconds until a connection stands.
  public var connectTimeout: Double
  /// Seconds until a message is taken over, connection included.
  public var timeout: Double

  public init(
    host: String, port: Int, encryption: Encryption, login: (user: String, password: String)? = nil, authorityFile: String? = nil,
    connectTimeout: Double = 20, timeout: Double = 60
  ) {
    self.host = host
    self.port = port
    self.encryption = encryption
    self.login = login
    self.authorityFile = authorityFile
    self.connectTimeout = connectTimeout
    self.timeout = timeout
  }
}

/// Hands messages in, one after the other, over a connection that is kept as long as the server likes.
public final class SMTPClient: Sendable {
  private let server: SMTPServer
  private let url: String
  private let connection = Connection()
  /// libcurl blocks while it works.
  private let queue = DispatchQueue(label: "mail")

  /// - Parameter name: what we greet with: the host name of the service.
  public init(_ server: SMTPServer, name: String) {
    self.server = server
    let host = server.host.contains(":") ? "[\(server.host)]" : server.host
    let greeting = name.utf8.filter { MailAddress.isLetterOrDigit($0) || $0 == 0x2d || $0 == 0x2e }
    url =
      "\(server.encryption == .implicit ? "smtps" : "smtp")://\(host):\(server.port)/\(String(decoding: greeting, as: UTF8.self))"
  }

  /// Hands a message in and waits for the answer. When the task is cancelled the transfer stops within about a second; whether the server has the
  /// message is then not known.
  public func send(_ message: MailMessage) async -> MailOutcome {
    let isCancelled = Flag()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { [self] in continuation.resume(returning: perform(message, isCancelled)) }
      }
    } onCancel: {
      isCancelled.raise()
    }
  }

  private func perform(_ message: MailMessage, _ isCancelled: Flag) -> MailOutcome {
    guard !isCancelled.isRaised, let handle = connection.handle else { return .away("cancelled") }
    var answer = comitia_mail_answer()
    let bytes = message.encoded
    bytes.withUnsafeBufferPointer { content in
      message.from.address.text.withCString { sender in
        message.to.address.text.withCString { recipient in
          withServer { server in
            var native = comitia_mail_message()
            native.sender = sender
            native.recipient = recipient
            native.bytes = content.baseAddress
            native.length = content.count
            native.context = Unmanaged.passUnretained(isCancelled).toOpaque()
            native.is_cancelled = { context in
              context.map { Unmanaged<Flag>.fromOpaque($0).takeUnretainedValue().isRaised } ?? false
            }
            comitia_mail_send(handle, server, &native, &answer)
          }
        }
      }
    }
    return Self.outcome(&answer)
  }

  private static func outcome(_ answer: inout comitia_mail_answer) -> MailOutcome {
    if answer.is_accepted { return .sent }
    if answer.is_cancelled { return .away("cancelled") }
    let step: SMTPReply.Step =
      switch answer.step {
      case COMITIA_MAIL_SENDER: .sender
      case COMITIA_MAIL_RECIPIENT: .recipient
      case COMITIA_MAIL_DATA: .data
      default: .greeting
      }
    let words = withUnsafeBytes(of: &answer.words) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let reason = withUnsafeBytes(of: &answer.reason) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return SMTPReply(step: step, code: Int(answer.code), words: words).failure(reason)
  }

  private func withServer(_ use: (UnsafePointer<comitia_mail_server>) -> Void) {
    func optional(_ text: String?, _ use: (UnsafePointer<CChar>?) -> Void) {
      if let text { text.withCString { use($0) } } else { use(nil) }
    }
    url.withCString { url in
      optional(server.login?.user) { user in
        optional(server.login?.password) { password in
          optional(server.authorityFile) { authorities in
            var native = comitia_mail_server()
            native.url = url
            native.requires_starttls = server.encryption == .startTLS
            native.user = user
            native.password = password
            native.ca_file = authorities
            native.connect_timeout_milliseconds = Int(server.connectTimeout * 1000)
            native.total_timeout_milliseconds = Int(server.timeout * 1000)
            use(&native)
          }
        }
      }
    }
  }
}

/// The library's connection; used on the client's queue alone.
private final class Connection: @unchecked Sendable {
  let handle = comitia_mail_handle_create()

  deinit { comitia_mail_handle_destroy(handle) }
}

/// Something that is said once, from any thread.
private final class Flag: Sendable {
  private let state = Atomic(false)

  var isRaised: Bool { state.load(ordering: .relaxed) }

  func raise() { state.store(true, ordering: .relaxed) }
}
