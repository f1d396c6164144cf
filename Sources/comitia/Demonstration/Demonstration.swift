import BallotCryptography
import Curve25519
import Elections
import Foundation
import Sealing
import StrictJSON
import TransparencyLog
import VotingService

/// A service, three trustees and an election of twelve invented voters, all on this machine, each trustee a process with a key file of its own.
///
/// Everything is in one folder. Begun again with the same folder, it goes on where it stopped.
struct Demonstration {
  private let folder: String
  private let port: Int
  private let web: String?
  private let chains: DemonstrationChains
  private let terminal: Terminal
  private let session: ServiceSession

  private static let trustees = 3
  private static let threshold = 2
  private static let voters = 12

  init(folder: String, port: Int, web: String?, chains: DemonstrationChains, _ terminal: Terminal) {
    self.folder = folder
    self.port = port
    self.web = web
    self.chains = chains
    self.terminal = terminal
    session = ServiceSession("http://localhost:\(port)")
  }

  /// Where the service is.
  var address: String { "http://localhost:\(port)" }

  /// What is remembered of a demonstration, in a file that its owner alone reads: secrets of an election of invented people.
  private struct Memory: Codable {
    var password: String
    var reference: String?
    var links: [String] = []
  }

  /// The election that it holds.
  struct Election {
    var reference: String
    var links: [String]
    /// The owner's, of this service of invented people.
    var password: String
  }

  /// The e-mail address of the service's owner.
  static let owner = "owner@example.org"

  /// The file of what is remembered.
  var memoryPath: String { folder + "/demonstration.json" }

  private func remember(_ memory: Memory) throws {
    let data = try JSONEncoder().encode(memory)
    guard FileManager.default.createFile(atPath: memoryPath, contents: data, attributes: [.posixPermissions: 0o600]) else {
      throw CommandFailure("\(memoryPath.printable) cannot be written")
    }
  }

  // MARK: Running

  /// Starts everything; an election is open, or over, when this returns.
  ///
  /// - Returns: what runs, its service first; the election.
  func start() async throws -> (running: [ChildProcess], election: Election) {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    var words = ["serve", "--data", folder + "/service", "--port", String(port)]
    if let web { words += ["--web", web] }
    if chains.isThere {
      step("Contracts are deployed on test chains of this machine, whose coins are worth nothing.")
      words += ["--config", try configuration(try await chains.prepare())]
    }
    let service = try ChildProcess(words, output: folder + "/service.log")
    var running = [service]
    do {
      try await waitForService(service)
      var memory = try await signIn(service)
      if memory.reference == nil {
        step("An election is drafted, with \(Self.voters) invented voters on its roll.")
        memory.reference = try await draft()
        try remember(memory)
      }
      guard let reference = memory.reference else { throw CommandFailure("no election") }
      try await gather(reference)
      step("\(Self.trustees) trustees, each a process with its own key file, hold the key ceremony and the fire drill.")
      for number in 1...Self.trustees { running.append(try trustee(number)) }
      try await open(reference, &memory)
      return (running, Election(reference: reference, links: memory.links, password: memory.password))
    } catch {
      for process in running.reversed() { process.stop() }
      throw error
    }
  }

  /// The service's configuration file.
  private func configuration(_ settings: [String: String]) throws -> String {
    let path = folder + "/service.json"
    let data = try JSONEncoder().encode(settings)
    guard FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o600]) else {
      throw CommandFailure("\(path.printable) cannot be written")
    }
    return path
  }

  private func step(_ text: String) { terminal.say("  " + text) }

  private func waitForService(_ service: ChildProcess) async throws {
    for _ in 0..<600 {
      guard service.isRunning else {
        let last = service.output.split(separator: "\n").last.map(String.init) ?? "it said nothing"
        throw CommandFailure("the service does not start: \(last.printable)")
      }
      if (try? await session.send("GET", "/health")) != nil { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw CommandFailure("the service does not answer; its log is \(service.outputPath.printable)")
  }

  /// Makes the first owner, or signs in as the one of before.
  private func signIn(_ service: ChildProcess) async throws -> Memory {
    let name = Self.owner
    if let data = FileManager.default.contents(atPath: memoryPath), let memory = try? JSONDecoder().decode(Memory.self, from: data)
    {
      try await session.signIn(name, password: memory.password)
      return memory
    }
    let code = try await setupCode(service)
    let memory = Memory(password: Base64URL.encode(SystemRandom().bytes(18)))
    try remember(memory)
    try await session.send(
      "POST", "/setup",
      [
        "code": .text(code), "name": "Olga", "surname": "Owner", "email": .text(name), "password": .text(memory.password),
      ])
    try await session.signIn(name, password: memory.password)
    return memory
  }

  /// The code that makes the first account. The service answers before it has shown it.
  private func setupCode(_ service: ChildProcess) async throws -> String {
    for _ in 0..<100 {
      let lines = service.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      if let code = lines.first(where: { $0.utf8.count == 43 && !$0.contains(" ") }) { return code }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw CommandFailure("the service has an owner already; give another folder with --data")
  }

  private func draft() async throws -> String {
    let manifest: JSONValue = [
      "title": "Board of the Riverside Garden Association",
      "description": "A demonstration: the people and the voters are invented.", "revoting": "last-counts",
      "smallAcknowledged": true,
      "contests": [
        [
          "title": "Who is to chair the board?", "kind": "single",
          "options": [
            ["name": "Amina Okafor", "description": "Keeps the accounts since 2021"],
            ["name": "Bertrand Lenoir", "description": "Runs the tool library"],
            ["name": "Chiara Fontana", "description": "Organises the summer market"],
          ],
        ],
        [
          "title": "Which projects do you approve of?", "kind": "approval", "maximum": 2,
          "options": ["A second well", "Bees", "A bench by the river"],
        ],
      ],
    ]
    let election = try await session.send(
      "POST", "/elections", ["manifest": manifest, "threshold": .integer(Int64(Self.threshold))])
    guard let reference = election["reference"]?.text else { throw CommandFailure("the service made no election") }
    let lines = ["voterId,name,email,weight"] + (1...Self.voters).map { "member-\($0),Member \($0),member\($0)@example.org,1" }
    try await session.send(
      "POST", "/elections/\(reference)/voters/import", bytes: Array(lines.joined(separator: "\n").utf8), type: "text/csv")
    return reference
  }

  // MARK: Trustees

  private func keyFile(_ number: Int) -> (key: String, passphrase: String) {
    (folder + "/trustee-\(number).key", folder + "/trustee-\(number).passphrase")
  }

  /// Invites the trustees that have no key file yet, and lets them join.
  private func gather(_ reference: String) async throws {
    for number in 1...Self.trustees where !FileManager.default.fileExists(atPath: keyFile(number).key) {
      let files = keyFile(number)
      let passphrase = Array((Base64URL.encode(SystemRandom().bytes(18)) + "\n").utf8)
      guard
        FileManager.default.createFile(atPath: files.passphrase, contents: Data(passphrase), attributes: [.posixPermissions: 0o600])
      else { throw CommandFailure("\(files.passphrase.printable) cannot be written") }
      let name = "Trustee \(number)"
      let invitation = try await session.send("POST", "/elections/\(reference)/trustees", ["name": .text(name)])
      guard let link = invitation["link"]?.text else { throw CommandFailure("the service gave no invitation") }
      let joining = try ChildProcess(
        [
          "trustee", "join", link.hasPrefix("/") ? address + link : link, "--key", files.key, "--passphrase-file", files.passphrase,
          "--name",
          name, "--yes",
        ], output: folder + "/trustee-\(number).log")
      guard joining.finished() == 0 else { throw CommandFailure("\(name) cannot join: \(joining.output.printable)") }
    }
    let phase = try await phase(reference)
    if phase == "gathering" { try await session.send("POST", "/elections/\(reference)/ceremony", [:]) }
  }

  private func trustee(_ number: Int) throws -> ChildProcess {
    let files = keyFile(number)
    return try ChildProcess(
      ["trustee", "run", "--key", files.key, "--passphrase-file", files.passphrase], output: folder + "/trustee-\(number).log")
  }

  private func phase(_ reference: String) async throws -> String {
    try await session.send("GET", "/elections/\(reference)/trustees")["phase"]?.text ?? ""
  }

  private func open(_ reference: String, _ memory: inout Memory) async throws {
    guard try await state(reference) == "draft" else { return }
    for _ in 0..<240 where try await phase(reference) != "ready" { try await Task.sleep(for: .milliseconds(500)) }
    let links = try await session.send("POST", "/elections/\(reference)/roll/links", ["renew": true])
    guard case .list(let items) = links["items"] else { throw CommandFailure("the service made no voting links") }
    memory.links = items.compactMap { $0["link"]?.text }
    try remember(memory)
    try await session.send("POST", "/elections/\(reference)/opening", [:])
    step("Voting is open.")
  }

  /// Whether voting has ended.
  func isOver(_ election: Election) async throws -> Bool {
    try await !["draft", "active", "paused"].contains(state(election.reference))
  }

  private func state(_ reference: String) async throws -> String {
    try await session.send("GET", "/elections/\(reference)")["state"]?.text ?? ""
  }

  // MARK: To the end

  /// Casts a ballot for each link that has none yet: what the voters of a demonstration would do that nobody watches.
  func voteForAll(_ election: Election) async throws {
    let reference = election.reference
    let booth = try await session.send("GET", "/elections/\(reference)/booth")
    let entry = try BoardEntry(try base64(booth, "openingEntry"))
    let opening = try OpeningEntry(entry.body)
    let manifest = try Manifest(try base64(booth, "manifest"))
    guard let jointKey = RistrettoPoint(opening.jointKey) else { throw CommandFailure("the joint key is not valid") }
    let encryptor = BallotEncryptor(BallotContext(election: entry.leafHash, jointKey: jointKey, layout: manifest.layout))
    var random = SystemRandom()
    let preferences = [0, 1, 0, 2, 0, 1, 0, 0, 2, 1, 0, 1]
    for (index, link) in election.links.enumerated() {
      guard let fragment = link.split(separator: "#").last, let bytes = Base64URL.decode(String(fragment)),
        let secret = Bytes32(bytes),
        let credential = Credential(secret: secret)
      else { throw CommandFailure("a voting link is damaged") }
      let preferred = preferences[index % preferences.count]
      let values: [[UInt32]] = [
        (0..<3).map { $0 == preferred ? 1 : 0 }, (0..<3).map { $0 == index % 2 || $0 == preferred ? 1 : 0 },
      ]
      let (ballot, _) = try encryptor.encrypt(values, credential: credential.publicKey, number: 1, random: &random)
      let cast = CastBallot(ballot, credential: credential, random: &random)
      try await session.send("POST", "/elections/\(reference)/ballots", bytes: cast.encoded, type: "application/octet-stream")
    }
  }

  private func base64(_ object: JSONValue, _ name: String) throws -> [UInt8] {
    guard let text = object[name]?.text, let data = Data(base64Encoded: text) else {
      throw CommandFailure("the service's answer lacks \(name)")
    }
    return [UInt8](data)
  }

  /// Ends voting, waits for the trustees and keeps the record.
  ///
  /// - Returns: the file of the record, a tar, and the election id, which did not come with it.
  func close(_ election: Election) async throws -> (archive: String, electionID: String) {
    let reference = election.reference
    if try await ["active", "paused"].contains(state(reference)) {
      try await session.send("POST", "/elections/\(reference)/closing", [:])
    }
    step("Voting is closed. The trustees cosign the board, verify it and decrypt the totals.")
    for _ in 0..<240 {
      if try await ["tallied", "archived", "aborted"].contains(state(reference)) {
        try await waitForChains(reference)
        let path = folder + "/record.tar"
        let bytes = try await session.read("/elections/\(reference)/record.tar")
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
          throw CommandFailure("\(path.printable) cannot be written")
        }
        let election = try await session.send("GET", "/elections/\(reference)")
        return (path, election["board"]?["electionId"]?.text ?? "")
      }
      try await Task.sleep(for: .milliseconds(500))
    }
    throw CommandFailure("the trustees have not decrypted within two minutes; their logs are in \(folder.printable)")
  }

  /// Waits until the board's end is under an anchor, and the result marked: so the record that is kept says so. It is good without, too.
  private func waitForChains(_ reference: String) async throws {
    guard chains.isThere, try await state(reference) != "aborted" else { return }
    step("The board's end and the result go to the test chains.")
    let size = try await session.send("GET", "/elections/\(reference)")["board"]?["size"]?.integer ?? 0
    for _ in 0..<120 {
      let isAnchored = if chains.ethereum == nil { true } else { try await covered(reference) >= size }
      let isMarked = if chains.solana == nil { true } else { try await file("anchor-solana", reference) != nil }
      if isAnchored && isMarked { return }
      try await Task.sleep(for: .milliseconds(500))
    }
    step("They have not answered within a minute; the record is kept without.")
  }

  /// The largest size of the board that an anchor covers.
  private func covered(_ reference: String) async throws -> Int64 {
    guard let bytes = try await file("anchors", reference), let last = try AnchorList(bytes).anchors.last else { return 0 }
    return Int64(last.size)
  }

  private func file(_ path: String, _ reference: String) async throws -> [UInt8]? {
    try? await session.read("/elections/\(reference)/board/\(path)")
  }
}
