import Dispatch
import Synchronization
import TrusteeCoordination
import Verification

extension ClosedBoard {
  /// Reads and verifies a board of the service.
  ///
  /// - Throws: `CeremonyError.boardNotVerified`, `damaged`; what the boards throw.
  static func read(_ election: String, _ boards: Boards, _ runner: any WorkRunner & Sendable) async throws -> ClosedBoard {
    let source = BoardSource(election: election, boards: boards)
    // Not on one of the service's workers: reading waits for the boards, which may wait for workers.
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "comitia.closed-board").async {
        continuation.resume(with: Result { try verify(source, runner) })
      }
    }
  }

  private static func verify(_ source: BoardSource, _ runner: some WorkRunner) throws -> ClosedBoard {
    do throws(CoordinationError) { return try ClosedBoard(verifying: source, runner: runner) } catch {
      if let failure = source.failure.withLock({ $0 }) { throw failure }
      throw CeremonyError(error)
    }
  }
}

/// The files of a board for the verifier, which reads one after the other.
private final class BoardSource: RecordSource, Sendable {
  private let election: String
  private let boards: Boards
  /// Why a file could not be read, where it is there.
  let failure = Mutex<(any Error)?>(nil)

  init(election: String, boards: Boards) {
    self.election = election
    self.boards = boards
  }

  func read(_ path: [UInt8]) -> [UInt8]? {
    let path = String(decoding: path, as: UTF8.self)
    do {
      return try Awaited.wait { [boards, election] in try await boards.file(path, election: election)?.bytes }
    } catch {
      failure.withLock { $0 = error }
      return nil
    }
  }
}

/// What a task gives to a thread that waits for it and belongs to nobody else.
private final class Awaited<Output: Sendable>: Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let outcome = Mutex<Result<Output, any Error>?>(nil)

  static func wait(_ body: @escaping @Sendable () async throws -> Output) throws -> Output {
    let awaited = Awaited()
    Task {
      do { awaited.finish(.success(try await body())) } catch { awaited.finish(.failure(error)) }
    }
    awaited.done.wait()
    guard let outcome = awaited.outcome.withLock({ $0 }) else { preconditionFailure("woken before the task was done") }
    return try outcome.get()
  }

  private func finish(_ result: Result<Output, any Error>) {
    outcome.withLock { $0 = result }
    done.signal()
  }
}
