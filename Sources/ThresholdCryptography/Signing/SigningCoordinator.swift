import Curve25519

/// Brings signers together until a signature is there, whoever is silent or lies (`docs/spec/10-signing.md`, 10.5): ROAST (Ruffing, Ronge, Jin, Schneider-Bensch,
/// Schröder, "ROAST: Robust Asynchronous Schnorr Threshold Signatures", 2022) over FROST.
///
/// A plain value without clock, input or output: it takes what trustees send, and says what to ask them. The same events in the same order give the same
/// state, so that whoever keeps the events can begin again. It is trusted with nothing: what it makes up, signers refuse or verification shows.
///
/// A signer is *ready* with a commitment that no session has; *asked* in one session at most, the last it was put in. As soon as *t* are ready a session
/// starts, so that *t* honest signers finish. Each session but the one that finishes lacks a signer's share, and none is asked twice without having answered:
/// at most *n* − *t* + 1 sessions, and one more for each time that a signer begins anew. How often that may be is limited in a time, not for ever: whoever has a
/// clock gives the restarts back (`forgetRestarts`), or a trustee whose machine does not stay up would be lost for a signature that nobody else is left for.
///
/// Variable time: all of it is public.
public struct SigningCoordinator: Sendable {
  /// How many times a signer may begin anew with another commitment, as after a crash, until they are forgotten. Bounds what a liar can make others do.
  public static let restartsAllowed = 8

  /// What became of what a trustee sent.
  public enum Outcome: Equatable, Sendable {
    /// Taken; nothing else has happened.
    case accepted
    /// Known already.
    case duplicate
    /// Taken, and a new session has started: its signers are asked.
    case started(session: Bytes32)
    /// The signature is there.
    case finished
    /// The share is wrong. Its signer is excluded for ever.
    case wrongShare(SigningEvidence)
    /// Of no use.
    case refused(Refusal)
  }

  /// Why something is of no use. It shows no fault: messages may be late, or from before a restart.
  public enum Refusal: Error, Equatable, Sendable {
    /// There is no trustee with this number.
    case unknownTrustee(Int)
    /// The trustee has sent a wrong share before.
    case excluded(trustee: Int)
    /// There is no such session, or the trustee is none of its signers.
    case unknownSession
    /// The trustee has begun anew too often.
    case tooManyRestarts(trustee: Int)
    /// The commitment has been used in a session before.
    case usedCommitment(trustee: Int)
  }

  /// A session that has been started, and how far it is.
  private struct Attempt: Sendable {
    let session: SigningSession
    /// At the signers' places.
    var shares: [SignatureShare?]
  }

  /// Where a trustee stands.
  private struct Member: Sendable {
    /// Sent and in no session.
    var ready: SigningCommitment?
    /// The number of the last session that the trustee was put in and has not answered.
    var asked: Int?
    var restarts = 0
    var isExcluded = false
  }

  /// The key that the signature shall verify with.
  public let key: JointSigningKey
  /// What is signed.
  public let message: [UInt8]
  /// The signature, once it is there.
  public private(set) var signature: [UInt8]?
  /// Who has sent a wrong share, with what shows it, in order of arrival.
  public private(set) var culprits: [SigningEvidence] = []
  /// Who answered with a commitment that a session has had, in order of arrival; each once.
  public private(set) var reusers: [Int] = []
  /// All trustees, the most preferred first.
  private let preference: [Int]
  private var waitsForPreferred: Bool
  private var attempts: [Attempt] = []
  /// Of trustee *j* at position *j* − 1.
  private var members: [Member]

  /// Waits for commitments.
  ///
  /// - Parameters:
  ///   - preference: who shall sign where there is a choice, most preferred first. Trustees who are not named come after them, in ascending order.
  ///   - waitsForPreferred: whether the first session waits for the *t* most preferred, until `stopWaiting`.
  public init(key: JointSigningKey, message: [UInt8], preference: [Int] = [], waitsForPreferred: Bool = false) {
    self.key = key
    self.message = message
    self.waitsForPreferred = waitsForPreferred
    members = Array(repeating: Member(), count: key.trustees)
    var order: [Int] = []
    for trustee in preference + Array(0..<key.trustees).map({ $0 + 1 })
    where key.publicShare(of: trustee) != nil && !order.contains(trustee) {
      order.append(trustee)
    }
    self.preference = order
  }
}

// MARK: - What it says

extension SigningCoordinator {
  /// The session in which a trustee is asked for its share; `nil` while there is none, and once the signature is there.
  public func session(for trustee: Int) -> SigningSession? {
    guard signature == nil, members.indices.contains(trustee - 1) else { return nil }
    return members[trustee - 1].asked.map { attempts[$0].session }
  }

  /// The commitment that a trustee is known to hold unused; `nil` where it has to send one or is asked.
  public func readyCommitment(of trustee: Int) -> SigningCommitment? {
    members.indices.contains(trustee - 1) ? members[trustee - 1].ready : nil
  }

  /// Who has given a right share in some session, ascending.
  public var signers: [Int] {
    Set(attempts.flatMap { attempt in attempt.shares.compactMap { $0?.trustee } }).sorted()
  }

  /// How many sessions have been started.
  public var sessionCount: Int { attempts.count }

  /// A session that has been started, the first with number 0.
  public func session(number: Int) -> SigningSession { attempts[number].session }

  /// Whether the first session still waits for the *t* most preferred: `stopWaiting` ends that.
  public var isWaiting: Bool { waitsForPreferred && signature == nil }

  /// Whether so many are excluded that no signature can come about.
  public var isImpossible: Bool { signature == nil && members.count { !$0.isExcluded } < key.threshold }
}

// MARK: - What it takes

extension SigningCoordinator {
  /// Takes a trustee's first commitment, or another one where the trustee has lost its nonce.
  ///
  /// The caller knows that it is from this trustee.
  public mutating func receive(_ commitment: SigningCommitment) -> Outcome {
    if let refusal = refusal(of: commitment.trustee) { return .refused(refusal) }
    let place = commitment.trustee - 1
    if members[place].ready == commitment || session(for: commitment.trustee)?.commitments.contains(commitment) == true {
      return .duplicate
    }
    guard !isUsed(commitment) else { return .refused(.usedCommitment(trustee: commitment.trustee)) }
    if members[place].ready != nil || members[place].asked != nil {
      guard members[place].restarts < Self.restartsAllowed else {
        return .refused(.tooManyRestarts(trustee: commitment.trustee))
      }
      members[place].restarts += 1
    }
    members[place].ready = commitment
    members[place].asked = nil
    return startSession()
  }

  /// Takes a trustee's answer in a session, however late.
  ///
  /// The caller knows that it is from this trustee, and keeps what shows it: only with that a wrong share convicts anyone.
  public mutating func receive(_ response: SigningResponse) -> Outcome {
    let trustee = response.trustee
    if let refusal = refusal(of: trustee) { return .refused(refusal) }
    guard let number = attempts.firstIndex(where: { $0.session.id == response.session }),
      let place = attempts[number].session.position(of: trustee)
    else { return .refused(.unknownSession) }
    // Only one share is right: another one after it, with the same nonce, convicts its signer.
    if attempts[number].shares[place] == response.share { return .duplicate }
    guard attempts[number].session.verify(response.share) else { return exclude(response, in: number) }
    attempts[number].shares[place] = response.share
    takeNext(response.next, after: number)
    if signature == nil, let signature = completed(attempts[number]) {
      self.signature = signature
      return .finished
    }
    return startSession()
  }

  /// Time has passed: everybody may begin anew as often as at first.
  public mutating func forgetRestarts() {
    for place in members.indices { members[place].restarts = 0 }
  }

  /// The preferred have had their time: whoever is there signs.
  public mutating func stopWaiting() -> Outcome {
    waitsForPreferred = false
    return startSession()
  }

  private func refusal(of trustee: Int) -> Refusal? {
    guard members.indices.contains(trustee - 1) else { return .unknownTrustee(trustee) }
    return members[trustee - 1].isExcluded ? .excluded(trustee: trustee) : nil
  }

  private func isUsed(_ commitment: SigningCommitment) -> Bool {
    attempts.contains { $0.session.commitments.contains(commitment) }
  }

  /// The commitment that came with a share. Where the trustee has begun anew in between, it belongs to a nonce that is lost.
  private mutating func takeNext(_ next: SigningCommitment, after number: Int) {
    guard members[next.trustee - 1].asked == number else { return }
    members[next.trustee - 1].asked = nil
    // Repeats itself: it would be asked for two shares with one nonce, and has to send another.
    guard !isUsed(next) else {
      if !reusers.contains(next.trustee) { reusers.append(next.trustee) }
      return
    }
    members[next.trustee - 1].ready = next
  }

  private mutating func exclude(_ response: SigningResponse, in number: Int) -> Outcome {
    let evidence = SigningEvidence(session: attempts[number].session, response: response)
    culprits.append(evidence)
    members[response.trustee - 1].isExcluded = true
    members[response.trustee - 1].ready = nil
    members[response.trustee - 1].asked = nil
    return .wrongShare(evidence)
  }

  private func completed(_ attempt: Attempt) -> [UInt8]? {
    let shares = attempt.shares.compactMap { $0 }
    guard shares.count == attempt.shares.count else { return nil }
    return try? attempt.session.signature(from: shares)
  }

  /// Starts a session where *t* are ready: the most preferred of them.
  private mutating func startSession() -> Outcome {
    guard signature == nil else { return .accepted }
    let candidates = waitsForPreferred ? Array(preference.prefix(key.threshold)) : preference
    let ready = candidates.compactMap { members[$0 - 1].ready }
    guard ready.count >= key.threshold,
      let session = try? SigningSession(key: key, message: message, commitments: Array(ready.prefix(key.threshold)))
    else { return .accepted }
    waitsForPreferred = false
    for signer in session.signers {
      members[signer - 1].ready = nil
      members[signer - 1].asked = attempts.count
    }
    attempts.append(Attempt(session: session, shares: Array(repeating: nil, count: session.signers.count)))
    return .started(session: session.id)
  }
}

/// What shows that a signer's share is wrong: the session and the signer's answer.
///
/// It convicts where the answer is known to be the signer's: an honest signer answers, by the session's id, only a list that has its own commitment.
public struct SigningEvidence: Sendable {
  /// The session, with all commitments.
  public let session: SigningSession
  /// What the signer sent.
  public let response: SigningResponse

  /// Evidence kept, or received from elsewhere; `isConclusive` checks it.
  public init(session: SigningSession, response: SigningResponse) {
    self.session = session
    self.response = response
  }

  /// Whose share it is.
  public var trustee: Int { response.trustee }

  /// Whether the answer is to this session, by one of its signers, and wrong.
  public var isConclusive: Bool {
    response.session == session.id && session.position(of: trustee) != nil && !session.verify(response.share)
  }
}

extension SigningEvidence: Equatable {
  /// Whether session and answer are the same.
  public static func == (a: SigningEvidence, b: SigningEvidence) -> Bool {
    a.session.id == b.session.id && a.response == b.response
  }
}
