import Curve25519
import Elections
import StrictJSON
import TransparencyLog
import VotingService

/// Forms that trustees' requests have in common.
enum TrusteeFields {
  static let key = JSONCodec<[UInt8]>.hexadecimal(bytes: 32).converted(
    { Bytes32($0) }, reason: "must be 32 bytes", back: { $0.bytes })
  static let number = JSONCodec<Int>.integer(1...50)
  static let numbers = JSONCodec<[Int]>.list(of: number, maximum: 50)
  static let name = JSONCodec<String>.text(1...200)
  static let size = JSONCodec<UInt64>.integer(0...9_007_199_254_740_991)
  static let phase = JSONCodec<String>(
    schema: JSONSchema(["type": "string", "enum": .list(TrusteePhase.allCases.map { .text("\($0.name)") })]),
    read: { json, path, faults in
      if let text = json.text, TrusteePhase(name: Array(text.utf8)) != nil { return text }
      faults.append(JSONFault(path, "a phase is needed"))
      return nil
    }, write: { .text($0) })
  static let signature = JSONCodec<String>.text(
    88...88,
    JSONTextRule(pattern: "^[A-Za-z0-9+/]{86}==$", reason: "must be 64 bytes in base64") {
      Base64.decode(Array($0.utf8)[...])?.count == 64
    }
  ).converted(
    { Base64.decode(Array($0.utf8)[...]) }, reason: "must be 64 bytes in base64",
    back: { String(decoding: Base64.encode($0), as: UTF8.self) })
}

/// `POST /trustees/join`.
struct TrusteeJoinRequest: Sendable {
  let token: String
  let name: String
  let signingKey: Bytes32
  let signature: [UInt8]

  static let json = JSONCodec<TrusteeJoinRequest>.object(
    "TrusteeJoinRequest", .required("token", .text(43...43, .identifier), \.token), .required("name", TrusteeFields.name, \.name),
    .required("signingKey", TrusteeFields.key, \.signingKey), .required("signature", TrusteeFields.signature, \.signature),
    make: { TrusteeJoinRequest(token: $0, name: $1, signingKey: $2, signature: $3) })
}

/// Its answer.
struct TrusteeJoinAnswer: Sendable {
  let election: String
  let origin: String
  let title: String
  let number: Int

  static let json = JSONCodec<TrusteeJoinAnswer>.object(
    "TrusteeJoinAnswer", .required("election", .anyText, \.election), .required("origin", .anyText, \.origin),
    .required("title", .anyText, \.title), .required("number", TrusteeFields.number, \.number),
    make: { TrusteeJoinAnswer(election: $0, origin: $1, title: $2, number: $3) })
}

/// A trustee as all trustees see it.
struct TrusteeEntry: Sendable {
  let number: Int
  let name: String
  let signingKey: Bytes32?

  static let json = JSONCodec<TrusteeEntry>.object(
    "TrusteeEntry", .required("number", TrusteeFields.number, \.number), .required("name", .anyText, \.name),
    .required("signingKey", TrusteeFields.key.nullable, \.signingKey),
    make: { TrusteeEntry(number: $0, name: $1, signingKey: $2) })
}

/// Who has passed the fire drill.
struct DrillView: Sendable {
  let passed: [Int]

  static let json = JSONCodec<DrillView>.object(
    "FireDrill", .required("passed", TrusteeFields.numbers, \.passed), make: { DrillView(passed: $0) })
}

/// Who shall be trustees, and how far that is.
struct HandOverStateView: Sendable {
  let members: [TrusteeEntry]
  let id: Bytes32?
  let dealers: [Int]

  static let json = JSONCodec<HandOverStateView>.object(
    "HandOverState", .required("members", .list(of: TrusteeEntry.json, maximum: 50), \.members),
    .required("id", TrusteeFields.key.nullable, \.id), .required("dealers", TrusteeFields.numbers, \.dealers),
    make: { HandOverStateView(members: $0, id: $1, dealers: $2) })
}

/// `GET /elections/{e}/trustees/state` (8.3).
struct TrusteeStateView: Sendable {
  var version: UInt64
  var phase: String
  var origin: String
  var title: String
  var electionID: Bytes32?
  var threshold: Int
  var quorum: Int
  var trustees: [TrusteeEntry]
  var number: Int
  var ceremony: Bytes32?
  var messages: UInt64
  var drill: DrillView
  var boardSize: UInt64
  var reason: String?
  var renewals: [UInt64]
  var handOver: HandOverStateView?
  var time: UInt64

  static let json = JSONCodec<TrusteeStateView>.object(
    "TrusteeState", .required("version", TrusteeFields.size, \.version), .required("phase", TrusteeFields.phase, \.phase),
    .required("origin", .anyText, \.origin), .required("title", .anyText, \.title),
    .required("electionId", TrusteeFields.key.nullable, \.electionID), .required("threshold", TrusteeFields.number, \.threshold),
    .required("quorum", TrusteeFields.number, \.quorum),
    .required("trustees", .list(of: TrusteeEntry.json, maximum: 50), \.trustees),
    .required("number", TrusteeFields.number, \.number), .required("ceremony", TrusteeFields.key.nullable, \.ceremony),
    .required("messages", TrusteeFields.size, \.messages), .required("drill", DrillView.json, \.drill),
    .required("boardSize", TrusteeFields.size, \.boardSize), .required("reason", JSONCodec<String>.anyText.nullable, \.reason),
    .required("renewals", .list(of: TrusteeFields.size, maximum: RenewalEntry.most), \.renewals),
    .required("handOver", HandOverStateView.json.nullable, \.handOver), .required("time", .time, \.time),
    make: TrusteeStateView.init)

  init(
    version: UInt64, phase: String, origin: String, title: String, electionID: Bytes32?, threshold: Int, quorum: Int,
    trustees: [TrusteeEntry], number: Int, ceremony: Bytes32?, messages: UInt64, drill: DrillView, boardSize: UInt64,
    reason: String?, renewals: [UInt64], handOver: HandOverStateView?, time: UInt64
  ) {
    self.version = version
    self.phase = phase
    self.origin = origin
    self.title = title
    self.electionID = electionID
    self.threshold = threshold
    self.quorum = quorum
    self.trustees = trustees
    self.number = number
    self.ceremony = ceremony
    self.messages = messages
    self.drill = drill
    self.boardSize = boardSize
    self.reason = reason
    self.renewals = renewals
    self.handOver = handOver
    self.time = time
  }

  /// The state as the trustee of this number gets it.
  init(_ state: TrusteeState, number: Int, time: UInt64) {
    self.init(
      version: state.version, phase: "\(state.phase.name)", origin: state.origin, title: state.title, electionID: state.electionID,
      threshold: state.threshold, quorum: state.quorum,
      trustees: state.trustees.map { TrusteeEntry(number: $0.number, name: $0.name, signingKey: $0.signingKey) }, number: number,
      ceremony: state.ceremony, messages: state.messages, drill: DrillView(passed: state.passed), boardSize: state.boardSize,
      reason: state.reason, renewals: state.renewals,
      handOver: state.handOver.map { handOver in
        HandOverStateView(
          members: handOver.members.map { TrusteeEntry(number: $0.number, name: $0.name, signingKey: $0.signingKey) },
          id: handOver.attempt, dealers: handOver.dealers)
      }, time: time)
  }
}

/// `POST /elections/{e}/ceremonies/{c}/messages`, the answer.
struct AcceptedMessages: Sendable {
  let accepted: Int

  static let json = JSONCodec<AcceptedMessages>.object(
    "AcceptedMessages", .required("accepted", .integer(0...CeremonyBatch.mostMessages), \.accepted),
    make: { AcceptedMessages(accepted: $0) })
}
