/// One thing that can be set for `comitia serve`: in the configuration file by its name, in the environment as `COMITIA_…`; some also as an option of the command.
struct Setting: Sendable {
  /// In the file.
  let name: String
  /// Unless it is set; empty: nothing.
  let preset: String
  /// What it is for.
  let help: String

  /// In the environment: `publicURL` is `COMITIA_PUBLIC_URL`.
  var variable: String {
    var text = "COMITIA_"
    var previousIsLower = false
    for character in name {
      if character.isUppercase && previousIsLower { text += "_" }
      text += character.uppercased()
      previousIsLower = character.isLowercase
    }
    return text
  }

  init(_ name: String, _ preset: String = "", _ help: String) {
    self.name = name
    self.preset = preset
    self.help = help
  }

  /// All that can be set, in the order of the documentation.
  static let all =
    [
      data, address, port, publicURL, web, database, databasePasswordFile, masterKeyFile, tlsCertificate, tlsKey, trustedProxies,
      registration,
      smtp, smtpEncryption, smtpUser, smtpPasswordFile, smtpAuthorityFile, smtpTimeout, mailSender, mailReplyTo, mailsPerMinute,
      metricsTokenFile, threads, requestsPerMinute, attemptsPerMinute, castsPerMinute, webSocketsPerAddress, pilot, stepCounts,
      witnesses, logLevel,
    ] + chain + solana

  static let data = Setting("data", "comitia-data", "folder of the database, of keys and of what is needed to notice an old backup")
  static let address = Setting("address", "127.0.0.1", "address to listen on; beyond loopback TLS or a trusted proxy is required")
  static let port = Setting("port", "8080", "port to listen on; 0: any that is free")
  static let publicURL = Setting(
    "publicURL", "", "how people reach the service, such as https://vote.example.org; its host names the boards of new elections")
  static let web = Setting("web", "", "folder of the pages and modules for browsers; found beside the program if not given")
  static let database = Setting("database", "sqlite", "sqlite (in the data folder) or postgresql://user@host/name")
  static let databasePasswordFile = Setting("databasePasswordFile", "", "file that holds the password of the PostgreSQL user")
  static let masterKeyFile = Setting(
    "masterKeyFile", "", "file of the key that seals keys in the database; master.key in the data folder if not given")
  static let tlsCertificate = Setting("tlsCertificate", "", "file of the certificate chain (PEM)")
  static let tlsKey = Setting("tlsKey", "", "file of the certificate's key (PEM)")
  static let trustedProxies = Setting(
    "trustedProxies", "", "addresses or networks, by commas, whose X-Forwarded-For and X-Forwarded-Proto are believed")
  static let registration = Setting(
    "registration", "approval", "who may register: approval (an administrator approves), open, closed")
  static let smtp = Setting(
    "smtp", "", "mail server, such as mail.example.org:587; without one no mail is offered, or an outbox on loopback")
  static let smtpEncryption = Setting(
    "smtpEncryption", "starttls",
    "starttls, tls (from the first byte, usually port 465) or none, which is for a mail server on this machine")
  static let smtpUser = Setting("smtpUser", "", "name to sign in at the mail server with")
  static let smtpPasswordFile = Setting("smtpPasswordFile", "", "file that holds the password of smtpUser")
  static let smtpAuthorityFile = Setting(
    "smtpAuthorityFile", "", "file of the certificates (PEM) that the mail server's is checked against, instead of the system's")
  static let smtpTimeout = Setting("smtpTimeout", "30", "seconds until the mail server must have taken a mail over")
  static let mailSender = Setting("mailSender", "", "from whom mails are: an address, or Name <address>; needed with smtp")
  static let mailReplyTo = Setting("mailReplyTo", "", "to whom answers go, if not to the sender")
  static let mailsPerMinute = Setting("mailsPerMinute", "600", "mails sent in a minute by each server of the service")
  static let metricsTokenFile = Setting(
    "metricsTokenFile", "", "file of the token that reads /metrics from elsewhere than loopback")
  static let threads = Setting("threads", "", "threads for connections and for verifying ballots; the number of cores if not given")
  static let requestsPerMinute = Setting(
    "requestsPerMinute", "600",
    "requests without credentials taken from one address in a minute, and of one account; with credentials five times, of one token twice as many"
  )
  static let attemptsPerMinute = Setting(
    "attemptsPerMinute", "60", "registrations, passwords and one-time codes taken from one address in a minute")
  static let castsPerMinute = Setting(
    "castsPerMinute", "6000", "ballots taken from one address in a minute; a school or an office votes from behind one address")
  static let webSocketsPerAddress = Setting("webSocketsPerAddress", "200", "WebSockets open at once from one address")
  static let pilot = Setting("pilot", "no", "yes: every page asks how it went, and administrators read what was said")
  static let stepCounts = Setting(
    "stepCounts", "yes", "no: steps of voting that booths report are not counted (how many reached which, by election and day)")
  static let witnesses = Setting(
    "witnesses", "", "witnesses outside that are asked to cosign each board, by commas: each its public key, a space, its address")
  static let logLevel = Setting("logLevel", "info", "what is logged: error, warning, info or debug")
}
