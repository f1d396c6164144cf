import Curve25519
import Elections
import Foundation
import SocketSupport
import StrictJSON
import Synchronization
import TransparencyLog
import TrusteeAgent
import TrusteeSupport

/// A test service that speaks HTTP, and is strict about who asks.
final class TrusteeWebService: Sendable {
  /// A request, read whole.
  private struct Request {
    let method: String
    let target: String
    let fields: [String: String]
    let body: [UInt8]

    init?(_ connection: RawServer.Connection) {
      guard let (head, body) = connection.readBytes() else { return nil }
      let lines = head.split(separator: "\r\n")
      let words = lines.first?.split(separator: " ") ?? []
      guard words.count == 3 else { return nil }
      (method, target) = (String(words[0]), String(words[1]))
      var fields: [String: String] = [:]
      for line in lines.dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2 { fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
      }
      self.fields = fields
      self.body = body
    }
  }

  private typealias Answer = (status: Int, body: [UInt8])

  let service: TestService
  /// How far its clock is ahead.
  let clockOffset: Int
  let tokens: [String]
  let refusals = Mutex<[Int]>([])
  /// How often each trustee has asked for the state, waiting.
  private let pollsByTrustee = Mutex<[Int: Int]>([:])
  private let server = Mutex<RawServer?>(nil)
  private let isAway = Mutex(false)

  init(trustees: Int, threshold: Int, clockOffset: Int = 0) {
    service = TestService(keys: Array(repeating: nil, count: trustees), threshold: threshold, quorum: threshold)
    self.clockOffset = clockOffset
    tokens = (0..<trustees).map { String(repeating: String($0), count: 43) }
    server.withLock { server in
      server = RawServer { [weak self] connection in
        guard let self, let request = Request(connection) else { return }
        if isAway.withLock({ $0 }) { return }
        let (status, body) = answer(request)
        if status >= 400 { refusals.withLock { $0.append(status) } }
        connection.write("HTTP/1.1 \(status) X\r\nDate: \(date())\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n")
        connection.write(body)
      }
    }
  }

  func stop() { server.withLock { $0?.stop() } }

  /// Whether connections are closed without an answer.
  func setAway(_ away: Bool) { isAway.withLock { $0 = away } }

  var address: String { server.withLock { $0?.address("") ?? "" } }

  func link(_ number: Int) -> String { "\(address)/trustee#\(service.reference).\(tokens[number - 1])" }

  func polls(_ trustee: Int) -> Int { pollsByTrustee.withLock { $0[trustee] ?? 0 } }

  private var now: Int { Int(Date().timeIntervalSince1970) + clockOffset }

  private func date() -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.string(from: Date(timeIntervalSince1970: Double(now)))
  }

  // MARK: Routes

  private func answer(_ request: Request) -> Answer {
    do {
      if request.target == "/api/v1/trustees/join" { return try join(request) }
      let prefix = "/api/v1/elections/\(service.reference)/"
      guard request.target.hasPrefix(prefix) else { return (404, []) }
      let parts = request.target.dropFirst(prefix.count).split(separator: "?", maxSplits: 1)
      let path = parts[0].split(separator: "/").map(String.init)
      let query = parts.count > 1 ? String(parts[1]) : ""
      if request.method == "GET", path[0] == "board", path[1] != "witness" {
        return (200, try service.file(Array(path.dropFirst().joined(separator: "/").utf8)))
      }
      guard let number = authenticated(request) else { return (401, []) }
      return try route(request, path, query, number)
    } catch TrusteeConnectionError.refused(let status, let reason) {
      return (status, (["type": "/problems/test", "title": .text(reason), "status": .integer(Int64(status))] as JSONValue).bytes)
    } catch {
      return (500, [])
    }
  }

  private func authenticated(_ request: Request) -> Int? {
    guard let field = request.fields["authorization"], let authorization = TrusteeAuthorization(field: Array(field.utf8)),
      authorization.isTimely(now: UInt64(now)),
      authorization.isValid(method: Array(request.method.utf8), target: Array(request.target.utf8), body: request.body)
    else { return nil }
    return service.state(of: 1).trustees.first { $0.signingKey == authorization.publicKey }?.number
  }

  private func number(_ name: String, _ query: String) -> UInt64 {
    let pair = query.split(separator: "&").first { $0.hasPrefix(name + "=") } ?? ""
    return UInt64(pair.dropFirst(name.count + 1)) ?? 0
  }

  /// The ceremony that a path names: `ceremonies/<id>/…`.
  private func ceremony(_ path: [String]) throws -> Bytes32 {
    guard path.count == 3 else { throw TrusteeConnectionError.refused(status: 404, "no such ceremony") }
    let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(path[1].dropFirst($0).prefix(2), radix: 16) }
    guard bytes.count == 32 else { throw TrusteeConnectionError.refused(status: 404, "no such ceremony") }
    return Bytes32(bytes.span)
  }

  private func route(_ request: Request, _ path: [String], _ query: String, _ trustee: Int) throws -> Answer {
    switch (request.method, path.first ?? "", path.last ?? "") {
    case ("GET", "trustees", "state"):
      let version = number("after", query)
      if query.contains("wait=25") { pollsByTrustee.withLock { $0[trustee, default: 0] += 1 } }
      // A long poll of a test is short.
      for _ in 0..<20 where service.version <= version && query.contains("wait=25") { usleep(10_000) }
      return (200, json(service.state(of: trustee)).bytes)
    case ("GET", "ceremonies", "messages"): return (200, service.page(for: trustee, after: UInt32(number("after", query))))
    case ("POST", "ceremonies", "messages"):
      try service.take(request.body, ceremony: ceremony(path))
      return (200, (["accepted": 0] as JSONValue).bytes)
    case ("POST", "ceremonies", "drill"): try service.takeDrill(request.body, ceremony: ceremony(path), from: trustee)
    case ("GET", "board", "witness"):
      guard case .request(let bytes) = try service.witness(old: number("old", query)) else { return (409, []) }
      return (200, bytes)
    case ("POST", "board", "cosignatures"):
      try service.takeCosignature(size: number("size", query), request.body, from: trustee)
    case ("POST", "board", "checkpoints"): service.takeShown(request.body)
    case ("GET", "signing", "signing"): return (200, try service.signingRequest(of: trustee))
    case ("POST", "signing", "signing"): try service.takeSigning(request.body, from: trustee)
    case ("GET", "marking", "marking"): return (200, try service.markingRequest(of: trustee))
    case ("POST", "marking", "marking"): try service.takeMarking(request.body, from: trustee)
    case ("POST", "partials", "partials"): try service.takePartial(request.body, from: trustee)
    default: return (404, [])
    }
    return (204, [])
  }

  private func join(_ request: Request) throws -> Answer {
    let value = try JSONParser.parse(request.body)
    guard let token = value["token"]?.text, let index = tokens.firstIndex(of: token),
      let name = value["name"]?.text.flatMap({ Text($0) }),
      let key = value["signingKey"]?.text.flatMap({ Hexadecimal.decode(Array($0.utf8)[...]) }),
      let signature = value["signature"]?.text.flatMap({ Base64.decode(Array($0.utf8)[...]) }),
      let joining = TrusteeJoining(token: Array(token.utf8), name: name), joining.isSigned(signature, by: key)
    else { return (404, (["title": "There is no such invitation"] as JSONValue).bytes) }
    let isTaken = service.with { state in
      if let known = state.keys[index], known != key { return true }
      state.keys[index] = key
      state.names[index] = name
      return false
    }
    if isTaken { return (409, (["title": "The invitation was used"] as JSONValue).bytes) }
    let answer: JSONValue = [
      "election": .text(service.reference.description), "origin": .text(service.origin.description),
      "title": .text(service.title.description), "number": .integer(Int64(index + 1)),
    ]
    return (200, answer.bytes)
  }

  private func json(_ state: TrusteeState) -> JSONValue {
    func hash(_ value: Bytes32?) -> JSONValue {
      value.map { .text(String(decoding: Hexadecimal.encode($0), as: UTF8.self)) } ?? .null
    }
    let trustees = state.trustees.map { member in
      ["number": .integer(Int64(member.number)), "name": .text(member.name.description), "signingKey": hash(member.signingKey)]
        as JSONValue
    }
    return [
      "version": .integer(Int64(state.version)), "phase": .text("\(state.phase)"), "origin": .text(state.origin.description),
      "title": .text(state.title.description), "electionId": hash(state.electionID), "threshold": .integer(Int64(state.threshold)),
      "quorum": .integer(Int64(state.quorum)), "trustees": .list(trustees), "number": .integer(Int64(state.number)),
      "ceremony": hash(state.ceremony), "messages": .integer(Int64(state.messages)),
      "drill": ["passed": .list(state.passed.map { .integer(Int64($0)) })], "boardSize": .integer(Int64(state.boardSize)),
      "renewals": .list(state.renewals.map { .integer(Int64($0)) }), "handOver": .null,
      "reason": .null, "time": "2026-12-01T08:00:00.000Z",
    ]
  }
}
