extension Transcript {
  /// A nonce for a proof about what the transcript holds (`docs/spec/02-primitives.md`, 2.8).
  ///
  /// It is the scalar of the statement, the secret and 64 random bytes: a broken generator alone does not repeat a nonce for
  /// another statement, and nobody without the secret can foresee it. The transcript itself stays as it was.
  ///
  /// Constant time in the secret.
  public func hedgedNonce<R: RandomSource>(secret: Scalar, using random: inout R) -> Scalar {
    var fork = self
    fork.absorb("nonce secret", secret.encoded)
    fork.absorb("nonce random", random.bytes(64))
    return fork.challenge("nonce")
  }
}
