import Curve25519

/// What messages prove. Each rule looks at signed messages only, so that everyone judges alike, in whatever order they came.
extension CeremonyLog {
  /// Applies the rules that a new message can decide.
  mutating func judge(_ message: CeremonyMessage) {
    switch message.body {
    case .commit:
      judgeReveal(of: message.sender)
      judgeConfirmations()
    case .reveal: judgeReveal(of: message.sender)
    case .share(let share): judgeTransport(from: message.sender, to: share.recipient)
    case .complaint(let complaint):
      judgeContradiction(of: message.sender)
      judgeEvidence(message, complaint)
      judgeComplaint(by: message.sender, about: complaint.accused)
    case .confirmation:
      judgeContradiction(of: message.sender)
      judgeConfirmations()
    }
  }

  // MARK: Reveals

  /// Checks a reveal once its commit is there too.
  private mutating func judgeReveal(of trustee: Int) {
    guard deals[trustee - 1] == nil, let commit = commit(of: trustee), case .commit(let digest) = commit.body,
      let message = reveal(of: trustee), case .reveal(let reveal) = message.body
    else { return }
    if let fault = fault(in: reveal, of: trustee, committed: digest) {
      record(trustee, fault, [commit.encoded, message.encoded])
      return
    }
    deals[trustee - 1] = reveal
    makeKey()
    for other in parameters.indices {
      judgeTransport(from: other, to: trustee)
      judgeComplaint(by: trustee, about: other)
      judgeComplaint(by: other, about: trustee)
    }
  }

  private func fault(in reveal: Reveal, of trustee: Int, committed digest: Bytes32) -> CeremonyFault? {
    guard reveal.digest(trustee: trustee, ceremony: parameters.ceremony) == digest else { return .commitMismatch }
    guard reveal.transport != .identity else { return .identityTransport }
    do throws(DealerError) {
      try reveal.dealing.verify(trustee: trustee, parameters: parameters)
      return nil
    } catch {
      switch error {
      case .identityConstant: return .identityConstant
      case .badProof, .wrongDegree: return .badProof
      case .badDrawKey: return .badDrawKey
      }
    }
  }

  /// Adds the commitments up when the last reveal is good.
  private mutating func makeKey() {
    let dealings = deals.compactMap { $0?.dealing }
    guard dealings.count == parameters.trustees else { return }
    thresholdKeys = try? dealings.thresholdKeys
    if thresholdKeys == nil { record(nil, .identityJointKey, []) }
  }

  // MARK: Confirmations

  /// Compares confirmations with the commits received here.
  private mutating func judgeConfirmations() {
    guard let expected = confirmationDigest else { return }
    for trustee in parameters.indices {
      guard let message = confirmation(of: trustee), case .confirmation(let digest) = message.body else { continue }
      if digest != expected { record(nil, .disagreement(trustee: trustee), [message.encoded]) }
    }
  }

  /// Nobody both confirms and complains.
  private mutating func judgeContradiction(of trustee: Int) {
    guard let confirmation = confirmation(of: trustee) else { return }
    for accused in parameters.indices {
      guard let complaint = complaint(by: trustee, about: accused) else { continue }
      record(trustee, .contradiction, [confirmation.encoded, complaint.encoded])
    }
  }

  // MARK: Shares

  /// Compares the transport key that a share is sealed for with the one received here. A recipient may have shown the dealer another.
  private mutating func judgeTransport(from dealer: Int, to recipient: Int) {
    guard let message = share(from: dealer, to: recipient), case .share(let sealed) = message.body,
      let transport = deals[recipient - 1]?.transport, sealed.transport != transport
    else { return }
    let words = [commit(of: recipient), reveal(of: recipient), message]
    record(nil, .disagreement(trustee: dealer), words.compactMap { $0?.encoded })
  }

  // MARK: Complaints

  /// The messages that a complaint brings must be the accused dealer's, and count as received from it.
  private mutating func judgeEvidence(_ message: CeremonyMessage, _ complaint: Complaint) {
    guard let (commit, share) = evidence(of: complaint, by: message.sender) else {
      record(message.sender, .unfoundedComplaint, [message.encoded])
      return
    }
    _ = receive(commit)
    _ = receive(share)
  }

  /// The dealer's commit and its share to the accuser; `nil` where the complaint brings anything else.
  private func evidence(of complaint: Complaint, by accuser: Int) -> (commit: CeremonyMessage, share: CeremonyMessage)? {
    guard let commit = try? CeremonyMessage(complaint.commit, configuration), commit.sender == complaint.accused,
      case .commit = commit.body,
      let share = try? CeremonyMessage(complaint.share, configuration), share.sender == complaint.accused,
      case .share(let sealed) = share.body, sealed.recipient == accuser
    else { return nil }
    return (commit, share)
  }

  /// Opens the share in dispute as soon as both reveals are there: either the dealer or the accuser is the culprit.
  private mutating func judgeComplaint(by accuser: Int, about accused: Int) {
    guard let message = complaint(by: accuser, about: accused), case .complaint(let complaint) = message.body,
      let brought = evidence(of: complaint, by: accuser), case .share(let sealed) = brought.share.body,
      let transport = deals[accuser - 1]?.transport, let dealing = deals[accused - 1]?.dealing,
      // Sealed for a key that is not known here, it would not open, whoever lies.
      sealed.transport == transport,
      // A dealer that has shown two commits is named for that; its share is not measured by the one that the accuser did not see.
      commit(of: accused)?.signedPart == brought.commit.signedPart
    else { return }
    let culpable = isFounded(complaint, by: accuser, sealed, dealing: dealing)
    let proof = [commit(of: accused), reveal(of: accused), commit(of: accuser), reveal(of: accuser), message]
    record(culpable ? accused : accuser, culpable ? .badShare : .unfoundedComplaint, proof.compactMap { $0?.encoded })
  }

  private func isFounded(_ complaint: Complaint, by accuser: Int, _ sealed: SealedShare, dealing: Dealing) -> Bool {
    let statement = Complaint.statement(
      accuser: accuser, accused: complaint.accused, transport: sealed.transport, ephemeral: sealed.ephemeral,
      shared: complaint.shared,
      ceremony: parameters.ceremony)
    return complaint.proof.verify(key: sealed.transport, base: sealed.ephemeral, image: complaint.shared, statement: statement)
      && goodShares(sealed, from: complaint.accused, shared: complaint.shared, dealing: dealing) == nil
  }

  /// The shares inside, if they match the dealer's commitments. Constant time in them as far as they are good.
  func goodShares(
    _ sealed: SealedShare, from index: Int, shared: RistrettoPoint, dealing: Dealing
  ) -> PerKey<Scalar>? {
    guard
      let shares = sealed.opened(shared: shared, from: index, ceremony: parameters.ceremony, cipher: Cipher.self),
      dealing.commits(to: shares, at: sealed.recipient)
    else { return nil }
    return shares
  }
}
