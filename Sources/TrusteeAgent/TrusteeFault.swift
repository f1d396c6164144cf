/// Why a trustee can do nothing more now.
public enum TrusteeFault: Error, Equatable, Sendable {
  /// The service does not do what is asked: to be tried again later.
  case connection(TrusteeConnectionError)
  /// Something is wrong that a person must look at.
  case alarm(TrusteeAgentError)
}

/// Asks the service.
func asking<Answer>(_ question: () throws(TrusteeConnectionError) -> Answer) throws(TrusteeFault) -> Answer {
  do throws(TrusteeConnectionError) { return try question() } catch { throw .connection(error) }
}

#if !hasFeature(Embedded)
  extension TrusteeAgent {
    /// Asks for the state, waiting up to `wait` seconds for a new one, and does all that it allows.
    ///
    /// - Throws: `TrusteeConnectionError`: to be tried again later; `TrusteeAgentError`: something is wrong that a person must look at.
    public func step(wait: Int = 0) throws -> TrusteeStep {
      do throws(TrusteeFault) { return try advance(wait: wait) } catch {
        switch error {
        case .connection(let error): throw error
        case .alarm(let error): throw error
        }
      }
    }
  }
#endif
