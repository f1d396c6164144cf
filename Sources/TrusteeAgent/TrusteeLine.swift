import Curve25519
import Elections
import TransparencyLog

/// A trustee's line to the service about one election, by HTTP (`docs/spec/08-trustee-network.md`).
public struct TrusteeLine<Transport: TrusteeTransport>: TrusteeConnection {
  private static var longestProblem: Int { 1 << 16 }

  private let service: TrusteeService<Transport>
  private let election: [UInt8]

  public init(_ service: TrusteeService<Transport>, election: ElectionReference) {
    self.service = service
    var path: [UInt8] = []
    path.append(ascii: "/elections/")
    self.election = path + election.ascii
  }

  public func state(after: UInt64, wait: Int) throws(TrusteeConnectionError) -> TrusteeState {
    var path = path("/trustees/state?after=")
    path.append(number: after)
    path.append(ascii: "&wait=")
    path.append(number: UInt64(wait))
    let answer = try service.signed("GET", path, limit: 1 << 16, timeout: wait + 30)
    return try service.transport.state(json: try service.accepted(answer))
  }

  public func messages(ceremony: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    var path = path(of: ceremony, "/messages?after=")
    path.append(number: UInt64(after))
    return try service.accepted(try service.signed("GET", path, limit: CeremonyPage.longest))
  }

  public func send(_ batch: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    try post(path(of: ceremony, "/messages"), batch)
  }

  public func sendDrill(_ part: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    try post(path(of: ceremony, "/drill"), part)
  }

  public func file(_ file: [UInt8], limit: Int) throws(TrusteeConnectionError) -> [UInt8] {
    try service.file(path(toBoardFile: file), limit: limit)
  }

  public func witnessRequest(old: UInt64) throws(TrusteeConnectionError) -> WitnessAnswer {
    var path = path("/board/witness?old=")
    path.append(number: old)
    let answer = try service.signed("GET", path, limit: 2 * LogLimits.noteBytes)
    if answer.status == 409 { return .behind }
    return .request(try service.accepted(answer))
  }

  public func cosign(size: UInt64, _ lines: [UInt8]) throws(TrusteeConnectionError) {
    var path = path("/board/cosignatures?size=")
    path.append(number: size)
    try post(path, lines, type: "text/plain; charset=utf-8")
  }

  public func show(_ checkpoint: [UInt8]) throws(TrusteeConnectionError) {
    try post(path("/board/checkpoints"), checkpoint, type: "text/plain; charset=utf-8")
  }

  public func approve(_ list: Bytes32) throws(TrusteeConnectionError) { try post(path("/handovers/approvals"), list.bytes) }

  public func messages(handOver: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    var path = path("/handovers/") + Hexadecimal.encode(handOver)
    path.append(ascii: "/messages?after=")
    path.append(number: UInt64(after))
    return try service.accepted(try service.signed("GET", path, limit: HandOverPage.longest))
  }

  public func send(_ message: [UInt8], handOver: Bytes32) throws(TrusteeConnectionError) {
    var path = path("/handovers/") + Hexadecimal.encode(handOver)
    path.append(ascii: "/messages")
    try post(path, message)
  }

  public func sendPartial(_ partial: [UInt8]) throws(TrusteeConnectionError) { try post(path("/partials"), partial) }

  public func signingRequest() throws(TrusteeConnectionError) -> [UInt8] {
    try service.accepted(try service.signed("GET", path("/signing"), limit: 1 << 16))
  }

  public func sendSigning(_ message: [UInt8]) throws(TrusteeConnectionError) { try post(path("/signing"), message) }

  public func markingRequest() throws(TrusteeConnectionError) -> [UInt8] {
    try service.accepted(try service.signed("GET", path("/marking"), limit: 1 << 16))
  }

  public func sendMarking(_ message: [UInt8]) throws(TrusteeConnectionError) { try post(path("/marking"), message) }

  /// Where a file of the board is, after `/api/v1`.
  public func path(toBoardFile file: [UInt8]) -> [UInt8] { path("/board/") + file }

  private func path(_ text: StaticString) -> [UInt8] {
    var path = election
    path.append(ascii: text)
    return path
  }

  private func path(of ceremony: Bytes32, _ text: StaticString) -> [UInt8] {
    var path = path("/ceremonies/") + Hexadecimal.encode(ceremony)
    path.append(ascii: text)
    return path
  }

  private func post(
    _ path: [UInt8], _ body: [UInt8], type: StaticString = "application/octet-stream"
  ) throws(TrusteeConnectionError) {
    _ = try service.accepted(
      try service.signed("POST", path, body: body, type: type, limit: Self.longestProblem))
  }
}
