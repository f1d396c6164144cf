import Curve25519
import Elections
import StrictJSON
import TransparencyLog
import VotingService

/// What `GET /elections/{e}/conduct` answers.
public enum ConductDocument {
  /// Of it what anybody can check with a record: signed by those whom it convicts.
  public struct Evidence: Sendable {
    /// Wrong shares of the joint signature.
    public let shares: [WrongShare]
    /// What else was refused: the service's word, but for what its sender signed.
    public let refused: [Refused]
    /// Key ceremonies that failed.
    public let ceremonies: [ElectionConduct.FailedCeremony]
    /// A checkpoint that the log signed and the board cannot show.
    public let checkpoint: [UInt8]?
  }

  /// Something that a service says it has refused.
  public struct Refused: Sendable, Equatable {
    public let trustee: Int
    public let name: String
    /// Stable words.
    public let phase: String
    public let reason: String
    /// What shows that it is so: a share of the joint signature, or what the trustee signed to send.
    public let share: WrongShare?
    public let request: RefusedRequest?

    fileprivate init?(_ refusal: JSONValue) {
      guard let trustee = refusal["trustee"]?.integer, let name = refusal["name"]?.text, let phase = refusal["phase"]?.text,
        let reason = refusal["reason"]?.text
      else { return nil }
      do {
        share = try refusal["evidence"].map { try ConductDocument.share.decode($0) }
        request = try refusal["request"].map { try ConductDocument.signed(by: refusal["signingKey"]).decode($0) }
      } catch { return nil }
      (self.trustee, self.name, self.phase, self.reason) = (Int(trustee), name, phase, reason)
    }
  }

  /// Reads what is evidence in a document.
  ///
  /// - Returns: `nil` where it is no such document.
  public static func evidence(_ document: [UInt8]) -> Evidence? {
    guard let value = try? JSONParser.parse(document), let refusals = value["refusals"], case .list(let items) = refusals else {
      return nil
    }
    let read = items.map { Refused($0) }
    guard !read.contains(where: { $0 == nil }) else { return nil }
    let refused = read.compactMap { $0 }
    var ceremonies: [ElectionConduct.FailedCeremony] = []
    if let failed = value["failedCeremonies"] {
      guard let read = try? JSONCodec.list(of: failure, maximum: 10_000).decode(failed) else { return nil }
      ceremonies = read
    }
    var checkpoint: [UInt8]?
    if let fork = value["fork"] {
      guard let text = fork["checkpoint"]?.text else { return nil }
      checkpoint = Array(text.utf8)
    }
    return Evidence(
      shares: refused.filter { $0.isWrongShare }.compactMap { $0.share }, refused: refused.filter { !$0.isWrongShare },
      ceremonies: ceremonies, checkpoint: checkpoint)
  }

  private static let bytes = JSONCodec<String>.anyText.described("Base64.").converted(
    { Base64.decode(Array($0.utf8)[...]) }, reason: "must be base64", back: { String(decoding: Base64.encode($0), as: UTF8.self) })

  private static let share = JSONCodec<WrongShare>.object(
    "WrongShare", .required("trustee", TrusteeFields.number, \.trustee),
    .required("list", bytes.described("The session's list of commitments, base64."), \.list),
    .required("body", bytes.described("The body of the trustee's request, base64."), \.body),
    .required("target", .anyText, \.targetText),
    .required("time", JSONCodec<UInt64>.count.described("Unix seconds, as signed."), \.time),
    .required("signature", TrusteeFields.signature, \.signature),
    .optional("mark", bytes.described("What was to be signed, where that was not the certificate but its mark, base64."), \.mark),
    make: { WrongShare(trustee: $0, list: $1, body: $2, target: Array($3.utf8), time: $4, signature: $5, mark: $6) })

  private static let request = signed(by: nil)

  /// What was signed, whose key stands beside it.
  private static func signed(by signingKey: JSONValue?) -> JSONCodec<RefusedRequest> {
    let key = signingKey.flatMap { try? TrusteeFields.key.decode($0) } ?? .zero
    return .object(
      "RefusedRequest", .required("target", .anyText, \.targetText),
      .required("time", JSONCodec<UInt64>.count.described("Unix seconds, as signed."), \.time),
      .required("bodyHash", TrusteeFields.key.described("SHA-256 of the body, hexadecimal."), \.bodyHash),
      .required("signature", TrusteeFields.signature, \.signature),
      .optional("body", bytes.described("The body, base64, where it is needed to judge."), \.body),
      make: {
        RefusedRequest(signingKey: key, target: Array($0.utf8), time: $1, bodyHash: $2, signature: $3, body: $4)
      })
  }

  private static let refusal = JSONCodec<TrusteeRefusal>.answer(
    "TrusteeRefusal", .required("trustee", TrusteeFields.number, \.number), .required("name", .anyText, \.name),
    .required("signingKey", TrusteeFields.key, \.signingKey), .required("phase", .word, \.phase),
    .required("reason", .word, \.reason), .required("first", .time, \.first), .required("last", .time, \.last),
    .required("count", .integer(1...1_000_000_000), \.count), .optional("evidence", share, \.evidence),
    .optional("request", request, \.request))

  private static func standing(_ phase: ConductPhase) -> JSONField<ElectionConduct.Trustee, ElectionConduct.Standing> {
    .required(phase.rawValue, .word) { $0.standings[phase] ?? .later }
  }

  private static let trustee = JSONCodec<ElectionConduct.Trustee>.answer(
    "TrusteeConduct", .required("number", TrusteeFields.number, \.number), .required("name", .anyText, \.name),
    standing(.ceremony), standing(.drill), standing(.cosignature), standing(.decryption), standing(.signature))

  private static let failure = JSONCodec<ElectionConduct.FailedCeremony>.object(
    "FailedCeremony", .required("ceremony", TrusteeFields.key, \.ceremony), .required("started", .time, \.started),
    .required("threshold", TrusteeFields.number, \.threshold),
    .required("signingKeys", .list(of: TrusteeFields.key, maximum: 50), \.signingKeys),
    .optional("culprit", TrusteeFields.number, \.culprit), .optional("name", .anyText, \.name),
    .required("fault", .anyText, \.fault),
    .required("messages", .list(of: bytes, maximum: 10_000), \.messages),
    make: {
      ElectionConduct.FailedCeremony(
        ceremony: $0, started: $1, threshold: $2, signingKeys: $3, culprit: $4, name: $5, fault: $6, messages: $7)
    })

  private static let witness = JSONCodec<ElectionConduct.Witness>.answer(
    "OutsideWitness", .required("name", .anyText, \.name), .required("size", .count, \.size), .required("time", .time, \.time),
    .required("agrees", JSONCodec<Bool>.boolean.described("Whether the board begins with what it cosigned."), \.agrees))

  private static let fork = JSONCodec<ElectionConduct.Fork>.answer(
    "Fork", .required("size", .count, \.size),
    .required("root", TrusteeFields.key.described("What the log signed elsewhere."), \.root),
    .optional("boardRoot", TrusteeFields.key.described("What this board has; left out where it is shorter."), \.boardRoot),
    .required("checkpoint", .anyText, \.text))

  static let json = JSONCodec<ElectionConduct>.answer(
    "Conduct", .required("trustees", .list(of: trustee, maximum: 50), \.trustees),
    .required("refusals", .list(of: refusal, maximum: 10_000), \.refusals),
    .required("failedCeremonies", .list(of: failure, maximum: 10_000), \.failures),
    .required("witnesses", .list(of: witness, maximum: 1000), \.witnesses), .optional("fork", fork, \.fork),
    .optional("message", bytes.described("What was to be signed jointly, base64."), \.message))
}

extension ConductDocument.Refused {
  fileprivate var isWrongShare: Bool { share != nil && reason == RefusalReason.wrongShare.rawValue }
}

extension WrongShare {
  fileprivate var targetText: String { String(decoding: target, as: UTF8.self) }
}

extension RefusedRequest {
  fileprivate var targetText: String { String(decoding: target, as: UTF8.self) }
}

extension ElectionConduct.Fork {
  fileprivate var text: String { String(decoding: checkpoint, as: UTF8.self) }
}
