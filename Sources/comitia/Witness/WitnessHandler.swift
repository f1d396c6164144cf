import Curve25519
import Dispatch
import HTTPServer
import Synchronization
import TransparencyLog

/// Answers `POST /add-checkpoint` as C2SP tlog-witness has it, and `GET /` with the witness's key.
final class WitnessHandler: HTTPHandler {
  private let folder: WitnessFolder
  private let signer: NoteSigner
  private let log: JSONLog
  private let time: @Sendable () -> UInt64
  private let logs = Mutex<[[UInt8]: WitnessedLog]>([:])
  /// Judging and storing block: not on the threads that everything shares.
  private let queue = DispatchQueue(label: "witness", attributes: .concurrent)

  /// A checkpoint has some hundred bytes; with the most signatures that are usual, some thousand.
  private static let longest = 128 << 10

  /// - Parameter time: Unix seconds.
  init(_ folder: WitnessFolder, signer: NoteSigner, log: JSONLog, time: @escaping @Sendable () -> UInt64) {
    self.folder = folder
    self.signer = signer
    self.log = log
    self.time = time
  }

  func bodyLimit(method: String, path: String) -> Int { method == "POST" && path == "/add-checkpoint" ? Self.longest : 0 }

  func respond(to request: HTTPRequest) async -> HTTPAnswer {
    switch (request.method, request.path) {
    case ("POST", "/add-checkpoint"):
      return await withCheckedContinuation { continuation in
        queue.async { [self] in continuation.resume(returning: .response(add(request.body))) }
      }
    case ("GET", "/"), ("HEAD", "/"): return .response(Self.text(200, String(decoding: signer.key.bytes, as: UTF8.self)))
    case (_, "/add-checkpoint"), (_, "/"):
      var response = Self.text(405, "this address takes other requests")
      response.headers["Allow"] = request.path == "/" ? "GET, HEAD" : "POST"
      return .response(response)
    default: return .response(Self.text(404, "there is only /add-checkpoint (https://c2sp.org/tlog-witness)"))
    }
  }

  private func add(_ body: [UInt8]) -> HTTPResponse {
    let request: WitnessRequest
    do throws(LogError) { request = try WitnessRequest(parsing: body) } catch {
      return Self.text(400, "not an add-checkpoint request: \(error.text)")
    }
    let origin = request.checkpoint.checkpoint.origin
    let known: WitnessedLog?
    do { known = try self.known(origin) } catch {
      let reason = (error as? CommandFailure)?.message ?? "\(error)"
      log.write(.error, "storage", ["origin": .text(Self.printable(origin)), "reason": .text(reason)])
      return Self.text(503, "the state of this log cannot be read")
    }
    guard let known else { return Self.text(404, "this log is not witnessed here") }
    let answer = known.answer(request, time: time())
    tell(answer, origin)
    return Self.response(answer)
  }

  /// The log of an origin, read when it is first asked for: logs may be added while we run.
  private func known(_ origin: [UInt8]) throws -> WitnessedLog? {
    try logs.withLock { logs in
      if let log = logs[origin] { return log }
      guard let (file, content) = try folder.take(origin: origin) else { return nil }
      let log = WitnessedLog(file, content, signer: signer, evidenceFolder: folder.evidence)
      logs[origin] = log
      return log
    }
  }

  private static func response(_ answer: WitnessedLog.Answer) -> HTTPResponse {
    switch answer {
    case .cosigned(let line, _):
      return HTTPResponse(headers: HTTPHeaders([("Content-Type", "text/plain; charset=utf-8")]), body: .bytes(line))
    case .notSigned: return text(403, "the log with this origin did not sign this checkpoint")
    case .conflict(let size, _):
      return HTTPResponse(
        status: 409, headers: HTTPHeaders([("Content-Type", "text/x.tlog.size")]), body: .bytes(Array("\(size)\n".utf8)))
    case .inconsistent: return text(422, "the proof does not lead from the checkpoint cosigned last to this one")
    case .notStored: return text(503, "the checkpoint cannot be stored")
    }
  }

  private func tell(_ answer: WitnessedLog.Answer, _ origin: [UInt8]) {
    let name = Self.printable(origin)
    switch answer {
    case .cosigned(_, let size): log.write(.info, "cosigned", ["origin": .text(name), "size": .number(Int64(size))])
    case .notSigned: log.write(.warning, "not-signed", ["origin": .text(name)])
    case .conflict(let size, let evidence) where evidence.isEmpty:
      log.write(.debug, "other-size", ["origin": .text(name), "size": .number(Int64(size))])
    case .conflict(let size, let evidence):
      log.write(
        .error, "forked",
        [
          "origin": .text(name), "size": .number(Int64(size)), "evidence": .text(evidence.joined(separator: " ")),
          "message": "the log signed two boards of one size: publish both files",
        ])
    case .inconsistent(let evidence):
      log.write(
        .error, "inconsistent",
        [
          "origin": .text(name), "evidence": .text(evidence.joined(separator: " ")),
          "message": "the log signed a checkpoint that was not shown to continue the last one: ask it for a proof between the two",
        ])
    case .notStored(let reason): log.write(.error, "storage", ["origin": .text(name), "reason": .text(reason)])
    }
  }

  private static func printable(_ origin: [UInt8]) -> String { String(decoding: origin, as: UTF8.self).printable }

  private static func text(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: HTTPHeaders([("Content-Type", "text/plain; charset=utf-8")]), body: .bytes(Array((text + "\n").utf8))
    )
  }
}
