import Curve25519
import Elections
import TrusteeAgent

/// The network as the page has it.
struct HostTransport<Host: TrusteeHost>: TrusteeTransport {
  let host: Host

  func send(_ call: TrusteeCall) throws(TrusteeConnectionError) -> TrusteeCallAnswer {
    var writer = ByteWriter()
    writer.counted(Self.ascii(call.method))
    writer.counted(call.target)
    writer.counted(call.authorization ?? [])
    writer.counted(call.type.map { Self.ascii($0) } ?? [])
    writer.bool(call.body != nil)
    writer.u32(UInt32(call.limit))
    writer.u32(UInt32(call.timeout))
    writer.raw(call.body ?? [])
    let answer = host.ask(.send, writer.bytes)
    guard answer.count >= 12, answer[0] == 0 else { throw Self.fault(answer) }
    var date: UInt64 = 0
    for index in 4..<12 { date = date << 8 | UInt64(answer[index]) }
    return TrusteeCallAnswer(
      status: Int(answer[1]) << 8 | Int(answer[2]), date: answer[3] == 1 ? date : nil, body: Array(answer.dropFirst(12)))
  }

  func state(json: [UInt8]) throws(TrusteeConnectionError) -> TrusteeState {
    let answer = host.ask(.readState, json)
    guard answer.first == 0 else { throw Self.fault(answer) }
    do throws(CodecError) {
      var reader = ByteReader(Array(answer.dropFirst()))
      let state = try reader.trusteeState()
      try reader.finish()
      return state
    } catch {
      throw .malformed("the state")
    }
  }

  func joined(json: [UInt8]) throws(TrusteeConnectionError) -> TrusteeJoined {
    let answer = host.ask(.readJoined, json)
    guard answer.first == 0 else { throw Self.fault(answer) }
    do throws(CodecError) {
      var reader = ByteReader(Array(answer.dropFirst()))
      let election = try reader.counted("election", maximum: 100)
      let origin = try reader.label("origin")
      let title = try reader.label("title")
      let number = Int(try reader.u8("number"))
      try reader.finish()
      return TrusteeJoined(election: election, origin: origin, title: title, number: number)
    } catch {
      throw .malformed("the answer to joining")
    }
  }

  func problem(json: [UInt8]) -> String { String(decoding: host.ask(.readProblem, json), as: UTF8.self) }

  func time() -> UInt64 { milliseconds() / 1000 }

  func milliseconds() -> UInt64 { host.ask(.now, []).prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

  static func fault(_ answer: [UInt8]) -> TrusteeConnectionError {
    let reason = String(decoding: answer.dropFirst(), as: UTF8.self)
    return answer.first == 1 ? .unavailable(reason) : .malformed(reason)
  }

  private static func ascii(_ text: StaticString) -> [UInt8] {
    Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}

/// What the page has read of the service's JSON: `TrusteeAnswerCodec`.
///
/// ```
/// state := version u64 ‖ phase u8 ‖ origin counted ‖ title counted ‖ bool [election id b32] ‖ threshold u8 ‖ quorum u8
///          ‖ u8 count × (number u8 ‖ name counted ‖ bool [signing key b32]) ‖ number u8 ‖ bool [ceremony b32] ‖ messages u64
///          ‖ u8 count × passed u8 ‖ board size u64 ‖ bool [reason counted] ‖ u8 count × renewal u64
///          ‖ bool [u8 count × (number u8 ‖ name counted ‖ bool [signing key b32]) ‖ bool [id b32] ‖ u8 count × dealer u8]
/// ```
extension ByteReader {
  fileprivate mutating func trusteeState() throws(CodecError) -> TrusteeState {
    let version = try u64("version")
    guard let phase = TrusteePhase(rawValue: try u8("phase")) else { throw .outOfRange(field: FieldName("phase")) }
    let origin = try label("origin")
    let title = try label("title")
    let electionID = try optional("election id")
    let threshold = Int(try u8("threshold"))
    let quorum = Int(try u8("quorum"))
    let members = try members()
    let number = Int(try u8("number"))
    let ceremony = try optional("ceremony")
    let messages = try u64("messages")
    var passed: [Int] = []
    for _ in 0..<(try u8("passed")) { passed.append(Int(try u8("passed"))) }
    let boardSize = try u64("board size")
    let reason: String? = try bool("reason") ? String(decoding: try counted("reason", maximum: 4000), as: UTF8.self) : nil
    var renewals: [UInt64] = []
    for _ in 0..<(try u8("renewals")) { renewals.append(try u64("renewal")) }
    var handOver: TrusteeState.HandOver?
    if try bool("hand-over") {
      var wanted = TrusteeState.HandOver(members: try self.members(), id: try optional("id"))
      for _ in 0..<(try u8("dealers")) { wanted.dealers.append(Int(try u8("dealer"))) }
      handOver = wanted
    }
    var state = TrusteeState(
      version: version, phase: phase, origin: origin, title: title, electionID: electionID, threshold: threshold, quorum: quorum,
      trustees: members, number: number, ceremony: ceremony, messages: messages, passed: passed, boardSize: boardSize,
      reason: reason)
    (state.renewals, state.handOver) = (renewals, handOver)
    return state
  }

  private mutating func members() throws(CodecError) -> [TrusteeState.Member] {
    var members: [TrusteeState.Member] = []
    for _ in 0..<(try u8("trustees")) {
      let number = Int(try u8("number"))
      let bytes = try counted("name", maximum: Text.longestName)
      guard let name = Text(utf8: bytes) else { throw .invalidText(field: FieldName("name")) }
      members.append(TrusteeState.Member(number: number, name: name, signingKey: try optional("signing key")))
    }
    return members
  }

  fileprivate mutating func label(_ field: StaticString) throws(CodecError) -> Text {
    guard let text = Text(utf8: try counted(field, maximum: Text.longestName)), text.isName else {
      throw .invalidText(field: FieldName(field))
    }
    return text
  }

  fileprivate mutating func optional(_ field: StaticString) throws(CodecError) -> Bytes32? {
    try bool(field) ? try b32(field) : nil
  }
}
