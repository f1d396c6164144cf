import API
import Foundation
import Testing

@testable import comitia

@Suite("Settings of the service")
struct ServerSettingsTests {
  private func settings(
    _ json: String? = nil, environment: [String: String] = [:], options: [String: String] = [:]
  ) throws -> ServerSettings {
    guard let json else { return try ServerSettings(file: nil, environment: environment, options: options) }
    let path = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString).json").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try json.write(toFile: path, atomically: true, encoding: .utf8)
    return try ServerSettings(file: path, environment: environment, options: options)
  }

  private func refusal(
    _ json: String? = nil, environment: [String: String] = [:], options: [String: String] = [:]
  ) -> String? {
    do {
      _ = try settings(json, environment: environment, options: options)
      return nil
    } catch { return (error as? CommandFailure)?.message }
  }

  @Test("without anything it is an embedded database on loopback")
  func presets() throws {
    let settings = try settings()
    #expect(settings.address == "127.0.0.1")
    #expect(settings.port == 8080)
    #expect(settings.database == .sqlite)
    #expect(settings.masterKeyFile == "comitia-data/master.key")
    #expect(settings.registration == .approval)
    #expect(settings.publicURL == nil)
  }

  @Test("options stand above the environment, the environment above the file")
  func order() throws {
    let file = #"{"port": 1001, "data": "a", "trustedProxies": ["10.0.0.0/8", "::1"]}"#
    #expect(try settings(file).port == 1001)
    #expect(try settings(file, environment: ["COMITIA_PORT": "1002"]).port == 1002)
    #expect(try settings(file, environment: ["COMITIA_PORT": "1002"], options: ["port": "1003"]).port == 1003)
    #expect(try settings(file, environment: ["COMITIA_DATA": ""]).dataFolder == "a")
  }

  @Test("results are marked on Solana where nodes and a key are named; addresses are shown to nobody")
  func solana() throws {
    #expect(try settings().solana == nil)
    let named = [
      "COMITIA_SOLANA_ENDPOINTS": "https://a.example/?key=geheim, http://localhost:8899", "COMITIA_SOLANA_KEY_FILE": "k.json",
    ]
    let made = try settings(environment: named)
    let solana = try #require(made.solana)
    #expect(solana.endpoints == ["https://a.example/?key=geheim", "http://localhost:8899"])
    #expect(solana.network == .mainnet && solana.keyFile == "k.json" && solana.highestPrice == 1_000_000)
    #expect(!made.shown.contains { $0.value.contains("geheim") })
    #expect(made.shown.contains { $0.name == "solanaEndpoints" && $0.isSet })
    #expect(refusal(environment: ["COMITIA_SOLANA_KEY_FILE": "k.json"])?.contains("solanaEndpoints") == true)
    #expect(refusal(environment: ["COMITIA_SOLANA_ENDPOINTS": "https://a.example"])?.contains("solanaKeyFile") == true)
    let plain = refusal(environment: ["COMITIA_SOLANA_ENDPOINTS": "http://a.example/geheim", "COMITIA_SOLANA_KEY_FILE": "k.json"])
    #expect(plain?.contains("http://") == true && plain?.contains("geheim") == false)
    #expect(refusal(environment: named.merging(["COMITIA_SOLANA_NETWORK": "moon"]) { $1 })?.contains("devnet") == true)
    #expect(refusal(environment: named.merging(["COMITIA_SOLANA_PRIORITY": "10000001"]) { $1 }) != nil)
  }

  @Test("limits follow from requests, attempts and casts; unset, they are the ordinary ones")
  func quotas() throws {
    #expect(try settings().quotas == TokenBuckets.ordinary.filter { $0.key != .message })
    let given = try settings(#"{"requestsPerMinute": 10, "attemptsPerMinute": 3, "castsPerMinute": 4}"#).quotas
    let counts: [RateClass: Int] = [.anonymous: 10, .address: 50, .session: 10, .token: 20, .login: 3, .cast: 4]
    #expect(given.mapValues { $0.count } == counts)
  }

  @Test("names of variables follow from those of the settings")
  func variables() {
    #expect(Setting.publicURL.variable == "COMITIA_PUBLIC_URL")
    #expect(Setting.databasePasswordFile.variable == "COMITIA_DATABASE_PASSWORD_FILE")
    #expect(Setting.data.variable == "COMITIA_DATA")
  }

  @Test(
    "what cannot be is refused by its name",
    arguments: [
      ("port", "70000", "port"), ("port", "x", "port"), ("publicURL", "ftp://x", "publicURL"),
      ("publicURL", "https://x/y", "publicURL"),
      ("database", "mysql://x", "database"), ("registration", "maybe", "registration"), ("logLevel", "loud", "logLevel"),
      ("tlsKey", "k.pem", "tlsCertificate"), ("tlsCertificate", "c.pem", "tlsKey"), ("threads", "0", "threads"),
      ("address", "0.0.0.0", "without encryption"),
    ])
  func refusals(name: String, value: String, word: String) {
    #expect(refusal(options: [name: value])?.contains(word) == true)
  }

  @Test("a mail server is named with all that belongs to it, and without encryption only on this machine")
  func mail() throws {
    let sender = #""smtp": "mail.example.org:587", "mailSender": "Wahlamt <a@example.org>""#
    let set = try settings("{\(sender)}")
    #expect(set.mail?.server.host == "mail.example.org" && set.mail?.server.port == 587 && set.mail?.sender.name == "Wahlamt")
    #expect(set.mailMode == .server && set.mail?.server.encryption == .startTLS)
    #expect(try settings(#"{"smtp": "[::1]:25", "mailSender": "a@b", "smtpEncryption": "none"}"#).mail?.server.host == "::1")
    for (json, word) in [
      (#"{"smtp": "mail.example.org:587"}"#, "mailSender"), (#"{"mailSender": "a@b"}"#, "mailSender"),
      (#"{"smtp": "mail.example.org", "mailSender": "a@b"}"#, "smtp"), (#"{"smtp": "a/b:25", "mailSender": "a@b"}"#, "smtp"),
      ("{\(sender), \"smtpEncryption\": \"none\"}", "smtpEncryption"), ("{\(sender), \"smtpUser\": \"a\"}", "smtpPasswordFile"),
      ("{\(sender), \"smtpPasswordFile\": \"a\"}", "smtpUser"), ("{\(sender), \"mailReplyTo\": \"a\"}", "mailReplyTo"),
      ("{\(sender), \"mailsPerMinute\": \"0\"}", "mailsPerMinute"),
    ] { #expect(refusal(json)?.contains(word) == true, "\(json)") }
  }

  @Test("without a mail server mails are kept to be shown only where nobody elsewhere reaches the service")
  func outbox() throws {
    #expect(try settings().mailMode == .outbox)
    #expect(try settings(#"{"publicURL": "http://localhost:9000"}"#).mailMode == .outbox)
    #expect(try settings(#"{"publicURL": "https://vote.example.org"}"#).mailMode == .none)
    #expect(try settings(#"{"trustedProxies": ["10.0.0.0/8"]}"#).mailMode == .none)
    #expect(try settings(#"{"address": "0.0.0.0", "tlsCertificate": "a", "tlsKey": "b"}"#).mailMode == .none)
  }

  @Test("a password in the database's address is refused and not repeated")
  func password() {
    let text = refusal(options: ["database": "postgresql://me:hunter2@host/x"])
    #expect(text?.contains("databasePasswordFile") == true)
    #expect(text?.contains("hunter2") == false)
  }

  @Test("a mistyped name is refused, in the file and in the environment")
  func mistyped() {
    #expect(refusal(#"{"prot": 1}"#)?.contains("port") == true)
    #expect(refusal(environment: ["COMITIA_PROT": "1"])?.contains("COMITIA_PORT") == true)
    #expect(refusal(#"{"port": [1]}"#)?.contains("port") == true)
    #expect(refusal("{")?.isEmpty == false)
  }

  @Test("of addresses of nodes, which may hold keys, hosts alone are shown")
  func nodes() throws {
    let nodes = "https://one.example.org/v2/geheim, https://u:geheim@two.example.org/?key=geheim"
    let settings = try settings(
      environment: [
        "COMITIA_CHAIN_NETWORK": "polygon", "COMITIA_CHAIN_ENDPOINTS": nodes, "COMITIA_CHAIN_KEY_FILE": "k",
        "COMITIA_CHAIN_PASSPHRASE_FILE": "p",
      ])
    #expect(settings.chain?.endpoints.count == 2 && settings.chain?.explorer == "https://polygonscan.com")
    #expect(settings.shown.first { $0.name == "chainEndpoints" }?.value == "one.example.org, two.example.org")
    #expect(!settings.shown.contains { $0.value.contains("geheim") })
  }

  @Test("every setting is in the documentation, with its variable and preset")
  func documentation() throws {
    let page = try String(
      contentsOf: URL(filePath: #filePath).appending(path: "../../../docs/admin/configuration.md").standardized, encoding: .utf8)
    for setting in Setting.all {
      let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(setting.name)` ") }
      #expect(row?.contains("`\(setting.variable)`") == true, "\(setting.name)")
      #expect(setting.preset.isEmpty || row?.contains("`\(setting.preset)`") == true, "\(setting.name)")
    }
  }
}
