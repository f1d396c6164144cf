import Curve25519
import Database
import Foundation
import ParallelWork
import PostgreSQLDatabase
import SQLiteDatabase
import Synchronization
import VotingService

// A server that does nothing but cast the ballots of a file, to be killed at any moment: `BoardProbe KIND LOCATION ELECTION MASTER-KEY FILE LENGTH`. Writes a line
// for each receipt once it has it: the ballot's position in the file and the number of its entry.

struct WallClock: VotingService.Clock {
  func now() -> UInt64 { UInt64(Date().timeIntervalSince1970 * 1000) }
}

final class Position: Sendable {
  private let next = Atomic(0)
  func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
}

func bytes(hex: String) -> [UInt8] {
  stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
}

/// At once, past all buffers of this process.
func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  guard write(1, bytes, bytes.count) == bytes.count else { exit(3) }
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 6, let length = Int(arguments[5]), let master = Bytes32(bytes(hex: arguments[3])) else { exit(2) }
let database: any Database =
  arguments[0] == "sqlite"
  ? try await SQLiteDatabase(.init(path: arguments[1])) : try await PostgreSQLDatabase(.init(connection: arguments[1]))
let pool = ThreadPool(width: 2)
let boards = Boards(
  database: database, clock: WallClock(), sealing: MasterKey(master), workers: Workers(width: pool.width, submit: pool.submit))
let file = [UInt8](try Data(contentsOf: URL(filePath: arguments[4])))
let ballots = stride(from: 0, to: file.count, by: length).map { Array(file[$0..<$0 + length]) }
let election = arguments[2]
let position = Position()
say("ready")
await withTaskGroup(of: Void.self) { group in
  for _ in 0..<16 {
    group.addTask {
      while true {
        let number = position.take()
        guard number < ballots.count else { return }
        while true {
          do throws(CastRefusal) {
            let receipt = try await boards.cast(ballots[number], election: election)
            say("\(number) \(receipt.entry)")
            break
          } catch CastRefusal.unavailable, CastRefusal.busy {
            try? await Task.sleep(for: .milliseconds(10))
          } catch {
            say("refused \(number) \(error)")
            break
          }
        }
      }
    }
  }
}
await database.close()
say("done")
