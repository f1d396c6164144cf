import API
import Curve25519
import Foundation
import HTTPServer
import Mail
import ManifestJSON
import VotingService
import WebPages

/// What `comitia serve` was told: presets, then the configuration file, then the environment, then options. Checked before anything is started.
struct ServerSettings: Sendable {
  /// Where connections are taken.
  let address: String
  let port: UInt16
  /// How people reach the service, without a slash at the end; `nil`: as it listens.
  let publicURL: URL?
  let dataFolder: String
  let webFolder: String?
  let database: DatabaseSetting
  let masterKeyFile: String
  let tls: (certificate: String, key: String)?
  let trustedProxies: TrustedProxies
  let registration: AccessSettings.Registration
  /// `nil`: there is no mail server.
  let mail: MailServerSettings?
  let mailsPerMinute: Int
  /// Whether nobody elsewhere can reach the service, so that mails may be kept to be shown.
  let isLocal: Bool
  let metricsTokenFile: String?
  let threads: Int
  /// Requests that one address may send.
  let quotas: [RateClass: RateQuota]
  let liveLimits: LiveLimits
  /// Whether pages ask how it went.
  let isPilot: Bool
  /// Whether steps of voting are counted.
  let countsSteps: Bool
  /// Who is asked to cosign what boards show.
  let witnesses: [OutsideWitness]
  /// `nil`: the service writes to no public chain.
  let chain: ChainSettings?
  /// `nil`: results are not marked on Solana.
  let solana: SolanaSettings?
  let logLevel: JSONLog.Level
  /// All of it, for administrators. No setting holds a secret: those stand in files.
  let shown: [ShownSetting]

  enum YesOrNo: String, CaseIterable { case yes, no }

  enum DatabaseSetting: Sendable, Equatable {
    /// In the data folder.
    case sqlite
    case postgreSQL(url: String, passwordFile: String?)
  }

  /// - Parameters:
  ///   - file: the configuration file, if there is one.
  ///   - options: what the command line sets, by the names of the settings.
  /// - Throws: `CommandFailure` that names the setting and where it comes from.
  init(
    file: String?, environment: [String: String] = ProcessInfo.processInfo.environment, options: [String: String] = [:]
  ) throws(CommandFailure) {
    var values = try file.map { (path) throws(CommandFailure) in try Self.read(path) } ?? [:]
    try Self.checkEnvironment(environment)
    for setting in Setting.all {
      if let value = environment[setting.variable], !value.isEmpty { values[setting.name] = (value, "$" + setting.variable) }
      if let value = options[setting.name] { values[setting.name] = (value, "the command line") }
    }
    let reader = SettingReader(values: values)
    dataFolder = reader.text(.data)
    address = reader.text(.address)
    port = UInt16(try reader.number(.port, in: 0...65_535))
    publicURL = try reader.serviceURL(.publicURL)
    webFolder = reader.optional(.web) ?? Self.webBesideProgram
    database = try reader.database()
    masterKeyFile = reader.optional(.masterKeyFile) ?? dataFolder + "/master.key"
    tls = try reader.tls()
    let proxies = reader.list(.trustedProxies)
    trustedProxies = try reader.proxies(.trustedProxies)
    registration = try reader.choice(.registration)
    mail = try reader.mail()
    mailsPerMinute = try reader.number(.mailsPerMinute, in: 1...60_000)
    isLocal = Self.isLoopback(address) && proxies.isEmpty && publicURL.map { Self.isLoopback($0.host() ?? "") } ?? true
    metricsTokenFile = reader.optional(.metricsTokenFile)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    threads = reader.optional(.threads) == nil ? cores : try reader.number(.threads, in: 1...256)
    quotas = try reader.quotas()
    var limits = LiveLimits()
    limits.perAddress = try reader.number(.webSocketsPerAddress, in: 1...limits.connections)
    liveLimits = limits
    countsSteps = try reader.choice(.stepCounts) as YesOrNo == .yes
    isPilot = try reader.choice(.pilot) as YesOrNo == .yes
    witnesses = try reader.witnesses()
    chain = try reader.chain()
    solana = try reader.solana()
    logLevel = try reader.choice(.logLevel)
    shown = Setting.all.map { setting in
      ShownSetting(
        name: setting.name, value: reader.shown(setting), isSet: values[setting.name] != nil, help: setting.help)
    }
    try checkReach(hasProxies: !proxies.isEmpty)
  }

  /// The folder of the pages, where it is installed or built beside the program; `nil` where there is none.
  private static var webBesideProgram: String? {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let folder = URL(filePath: program).deletingLastPathComponent()
    return ["../share/comitia/web", "web", "../web", "../../web"].map { folder.appending(path: $0).standardized.path() }.first {
      FileManager.default.fileExists(atPath: $0 + "/vote/index.html")
    }
  }

  /// Passwords and sessions must not cross a network in the clear.
  private func checkReach(hasProxies: Bool) throws(CommandFailure) {
    guard Self.isLoopback(address) || tls != nil || hasProxies else {
      throw CommandFailure(
        "address \(address.printable) can be reached from elsewhere without encryption; set tlsCertificate and tlsKey, or trustedProxies if a proxy "
          + "in front does the encryption")
    }
  }

  private static func isLoopback(_ host: String) -> Bool {
    host.hasPrefix("127.") || ["::1", "[::1]", "localhost"].contains(host)
  }

  /// Whether and how mails leave the service.
  var mailMode: MailMode { mail != nil ? .server : isLocal ? .outbox : .none }

  /// Where the service is reached on this machine.
  func localAddress(port: UInt16) -> String {
    let host = address.contains(":") ? "[\(address)]" : address == "127.0.0.1" ? "localhost" : address
    return (tls == nil ? "http://" : "https://") + host + ":\(port)"
  }

  /// The address in links that the service gives out.
  var serviceAddress: String { publicURL?.absoluteString ?? localAddress(port: port) }

  /// What names the boards and logs of this service.
  var host: String { publicURL?.host() ?? "localhost" }

  /// SHA-256 of the token that opens the metrics.
  func operatorTokenHash() throws(CommandFailure) -> [UInt8]? {
    guard let metricsTokenFile else { return nil }
    let token = String(decoding: try InputFile.read(metricsTokenFile), as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines)
    guard token.utf8.count >= 16 else {
      throw CommandFailure("\(metricsTokenFile.printable) holds no token: at least 16 characters are needed")
    }
    return SHA256.hash(Array(token.utf8))
  }

  /// The members of the file's object, each with where it comes from.
  private static func read(_ path: String) throws(CommandFailure) -> [String: (value: String, origin: String)] {
    let bytes = try InputFile.read(path)
    guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
      throw CommandFailure("\(path.printable): \(JSONSyntax.fault(in: bytes))")
    }
    var values: [String: (value: String, origin: String)] = [:]
    for (name, value) in object {
      let names = Setting.all.map { $0.name }
      guard names.contains(name) else {
        throw CommandFailure(
          "\(path.printable): unknown setting “\(name.printable)”" + NearestName.suggestion(for: name, among: names))
      }
      values[name] = (try text(value, name, path), path)
    }
    return values
  }

  private static func text(_ value: Any, _ name: String, _ path: String) throws(CommandFailure) -> String {
    switch value {
    case let text as String: return text
    case let number as Int: return String(number)
    case let list as [String]: return list.joined(separator: ",")
    default: throw CommandFailure("\(path.printable): \(name): a text, a whole number or a list of texts is needed")
    }
  }

  /// A mistyped variable would be left out in silence.
  private static func checkEnvironment(_ environment: [String: String]) throws(CommandFailure) {
    let known = Setting.all.map { $0.variable }
    // Variables of the tests and of the trustee's command.
    let others = ["COMITIA_LONG", "COMITIA_TEST_", "COMITIA_PASSPHRASE_FILE", "COMITIA_CONFIGURATION"]
    for name in environment.keys.sorted() where name.hasPrefix("COMITIA_") {
      guard known.contains(name) || others.contains(where: { name.hasPrefix($0) }) else {
        throw CommandFailure(
          "unknown variable \(name.printable) in the environment" + NearestName.suggestion(for: name, among: known))
      }
    }
  }
}

/// Reads settings as what they are to be.
struct SettingReader {
  let values: [String: (value: String, origin: String)]

  func text(_ setting: Setting) -> String { values[setting.name]?.value ?? setting.preset }

  func optional(_ setting: Setting) -> String? {
    let text = text(setting)
    return text.isEmpty ? nil : text
  }

  func list(_ setting: Setting) -> [String] {
    text(setting).split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  func proxies(_ setting: Setting) throws(CommandFailure) -> TrustedProxies {
    guard let proxies = TrustedProxies(list(setting)) else {
      throw failure(setting, "addresses or networks such as 10.0.0.0/8 are needed, by commas")
    }
    return proxies
  }

  /// Whoever is named twice would be asked twice.
  func witnesses() throws(CommandFailure) -> [OutsideWitness] {
    var witnesses: [OutsideWitness] = []
    for text in list(.witnesses) {
      do throws(OutsideWitness.Malformed) { witnesses.append(try OutsideWitness(text)) } catch {
        throw failure(.witnesses, "“\(text.printable)”: \(error.reason)", showsValue: false)
      }
    }
    guard Set(witnesses.map { $0.key.name }).count == witnesses.count else {
      throw failure(.witnesses, "two of them have one name", showsValue: false)
    }
    return witnesses
  }

  func number(_ setting: Setting, in range: ClosedRange<Int>) throws(CommandFailure) -> Int {
    guard let number = Int(text(setting)), range.contains(number) else {
      throw failure(setting, "a whole number from \(range.lowerBound) to \(range.upperBound) is needed")
    }
    return number
  }

  func choice<Value: RawRepresentable & CaseIterable>(_ setting: Setting) throws(CommandFailure) -> Value
  where Value.RawValue == String {
    guard let value = Value(rawValue: text(setting)) else {
      throw failure(setting, "there are " + Value.allCases.map { $0.rawValue }.joined(separator: ", "))
    }
    return value
  }

  func quotas() throws(CommandFailure) -> [RateClass: RateQuota] {
    let perMinute = { (count: Int) in RateQuota(count: count, window: 60) }
    let requests = try number(.requestsPerMinute, in: 10...10_000_000)
    return [
      .anonymous: perMinute(requests), .address: perMinute(5 * requests), .session: perMinute(requests),
      .token: perMinute(2 * requests), .login: perMinute(try number(.attemptsPerMinute, in: 1...10_000_000)),
      .cast: perMinute(try number(.castsPerMinute, in: 1...10_000_000)),
    ]
  }

  func serviceURL(_ setting: Setting) throws(CommandFailure) -> URL? {
    guard var text = optional(setting) else { return nil }
    while text.hasSuffix("/") { text.removeLast() }
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil, url.path().isEmpty,
      url.query() == nil,
      url.user() == nil
    else { throw failure(setting, "an address such as https://vote.example.org is needed, without path") }
    return url
  }

  func database() throws(CommandFailure) -> ServerSettings.DatabaseSetting {
    let text = text(.database)
    if text == "sqlite" { return .sqlite }
    guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
      throw failure(.database, "sqlite or postgresql://user@host/name is needed", showsValue: false)
    }
    guard URLComponents(string: text)?.password == nil else {
      throw failure(
        .database, "a password does not belong here, where it is easily shown; put it into databasePasswordFile", showsValue: false)
    }
    return .postgreSQL(url: text, passwordFile: optional(.databasePasswordFile))
  }

  func tls() throws(CommandFailure) -> (certificate: String, key: String)? {
    switch (optional(.tlsCertificate), optional(.tlsKey)) {
    case (nil, nil): return nil
    case (let certificate?, let key?): return (certificate, key)
    case (nil, _): throw failure(.tlsCertificate, "tlsKey is set, so this is needed too")
    case (_, nil): throw failure(.tlsKey, "tlsCertificate is set, so this is needed too")
    }
  }

  func failure(_ setting: Setting, _ reason: String, showsValue: Bool = true) -> CommandFailure {
    let origin = values[setting.name].map { " (from \($0.origin.printable))" } ?? ""
    let value = text(setting)
    let shown = showsValue && !value.isEmpty ? " is “\(value.printable)”" : ""
    return CommandFailure("setting \(setting.name)\(shown)\(origin): \(reason)")
  }
}
