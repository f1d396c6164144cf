import Curve25519
import Elections
import StrictJSON
import TrusteeAgent

/// Reads what the service says in JSON (`docs/spec/08-trustee-network.md`, 8.2 and 8.3): all members, no others, or nothing.
enum TrusteeAnswers {
  /// An answer that is not as the specification has it: which member.
  private struct Fault: Error { let member: String }

  /// An object whose members must be these.
  private struct Members {
    let value: JSONValue

    init(_ value: JSONValue, _ names: [String]) throws(Fault) {
      guard case .object(let members) = value else { throw Fault(member: "object") }
      for member in members where !names.contains(member.name) { throw Fault(member: String(member.name.prefix(40))) }
      for name in names where value[name] == nil { throw Fault(member: name) }
      self.value = value
    }

    func number(_ name: String, _ range: ClosedRange<Int64>) throws(Fault) -> Int64 {
      guard let number = value[name]?.integer, range.contains(number) else { throw Fault(member: name) }
      return number
    }

    func text(_ name: String) throws(Fault) -> Text {
      guard let string = value[name]?.text, let text = Text(string), text.isName else { throw Fault(member: name) }
      return text
    }

    /// 64 hexadecimal digits, or null.
    func hash(_ name: String) throws(Fault) -> Bytes32? {
      if value[name] == .null { return nil }
      guard let string = value[name]?.text, let hash = Hexadecimal.decode(Array(string.utf8)[...]) else {
        throw Fault(member: name)
      }
      return hash
    }

    func list(_ name: String, most: Int) throws(Fault) -> [JSONValue] {
      guard case .list(let items)? = value[name], items.count <= most else { throw Fault(member: name) }
      return items
    }
  }

  static func state(_ bytes: [UInt8]) throws(TrusteeConnectionError) -> TrusteeState {
    do throws(Fault) {
      return try state(parse(bytes))
    } catch {
      throw .malformed("the state: \(error.member)")
    }
  }

  static func joined(_ bytes: [UInt8]) throws(TrusteeConnectionError) -> TrusteeJoined {
    do throws(Fault) {
      let members = try Members(parse(bytes), ["election", "origin", "title", "number"])
      guard let election = members.value["election"]?.text else { throw Fault(member: "election") }
      return TrusteeJoined(
        election: Array(election.utf8), origin: try members.text("origin"), title: try members.text("title"),
        number: Int(try members.number("number", 1...50)))
    } catch {
      throw .malformed("the answer to joining: \(error.member)")
    }
  }

  /// What went wrong, in the service's words: title and detail of a problem document.
  static func problem(_ bytes: [UInt8]) -> String {
    guard let value = try? parse(bytes) else { return "no reason given" }
    let words = [value["title"]?.text, value["detail"]?.text].compactMap { $0 }.filter { !$0.isEmpty }
    return words.isEmpty ? "no reason given" : String(words.joined(separator: ": ").prefix(300))
  }

  /// Whether a refusal is the service's own: a problem document of one of its kinds, with this status.
  static func isProblem(_ bytes: [UInt8], status: Int64) -> Bool {
    guard let value = try? parse(bytes), let type = value["type"]?.text else { return false }
    return type.hasPrefix("/problems/") && value["status"]?.integer == status
  }

  private static func parse(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
    do { return try JSONParser.parse(bytes) } catch { throw Fault(member: "not JSON") }
  }

  private static func state(_ value: JSONValue) throws(Fault) -> TrusteeState {
    let members = try Members(
      value,
      [
        "version", "phase", "origin", "title", "electionId", "threshold", "quorum", "trustees", "number", "ceremony", "messages",
        "drill", "boardSize", "reason", "renewals", "handOver", "time",
      ])
    guard let name = value["phase"]?.text, let phase = TrusteePhase(name: Array(name.utf8)) else { throw Fault(member: "phase") }
    let trustees = try trustees(members)
    let drill = try Members(value["drill"] ?? .null, ["passed"])
    var passed: [Int] = []
    for item in try drill.list("passed", most: 50) {
      guard let number = item.integer, (1...50).contains(number) else { throw Fault(member: "drill.passed") }
      passed.append(Int(number))
    }
    var state = TrusteeState(
      version: UInt64(try members.number("version", 0...Int64.max)), phase: phase, origin: try members.text("origin"),
      title: try members.text("title"), electionID: try members.hash("electionId"),
      threshold: Int(try members.number("threshold", 0...50)), quorum: Int(try members.number("quorum", 0...50)),
      trustees: trustees, number: Int(try members.number("number", 1...50)), ceremony: try members.hash("ceremony"),
      messages: UInt64(try members.number("messages", 0...Int64.max)), passed: passed,
      boardSize: UInt64(try members.number("boardSize", 0...Int64.max)), reason: value["reason"]?.text)
    for item in try members.list("renewals", most: RenewalEntry.most) {
      guard let position = item.integer, position > 0 else { throw Fault(member: "renewals") }
      state.renewals.append(UInt64(position))
    }
    if let handOver = value["handOver"], handOver != .null { state.handOver = try Self.handOver(handOver) }
    return state
  }

  private static func handOver(_ value: JSONValue) throws(Fault) -> TrusteeState.HandOver {
    let members = try Members(value, ["members", "id", "dealers"])
    var dealers: [Int] = []
    for item in try members.list("dealers", most: 50) {
      guard let number = item.integer, (1...50).contains(number) else { throw Fault(member: "dealers") }
      dealers.append(Int(number))
    }
    return TrusteeState.HandOver(
      members: try trustees(members, named: "members"), id: try members.hash("id"), dealers: dealers)
  }

  private static func trustees(_ members: Members, named name: String = "trustees") throws(Fault) -> [TrusteeState.Member] {
    var trustees: [TrusteeState.Member] = []
    for item in try members.list(name, most: 50) {
      let member = try Members(item, ["number", "name", "signingKey"])
      let key = try member.hash("signingKey")
      // Who has not joined may have no name yet.
      guard let string = member.value["name"]?.text, let name = Text(string), name.isName || key == nil && name == .empty else {
        throw Fault(member: "name")
      }
      trustees.append(TrusteeState.Member(number: Int(try member.number("number", 1...50)), name: name, signingKey: key))
    }
    return trustees
  }
}
