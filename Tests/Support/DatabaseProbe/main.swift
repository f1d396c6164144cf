import Database
import Foundation
import SQLiteDatabase

// Writes to a SQLite file until it is killed: rows one after the other, some to a transaction, on a few tasks at once. Says on standard output
// which rows are committed, and only those.
//
// usage: DatabaseProbe FILE FIRST

/// Says what is committed: at once, and before the task goes on.
private func acknowledge(_ rows: [Int64]) {
  FileHandle.standardOutput.write(Data(rows.map { "\($0)\n" }.joined().utf8))
}

guard CommandLine.arguments.count == 3, let first = Int64(CommandLine.arguments[2]) else {
  FileHandle.standardError.write(Data("usage: DatabaseProbe FILE FIRST\n".utf8))
  exit(64)
}
let database = try await SQLiteDatabase(.init(path: CommandLine.arguments[1]))
try await withThrowingTaskGroup(of: Void.self) { group in
  for task: Int64 in 0..<4 {
    group.addTask {
      for round: Int64 in 0... {
        let start = first + (round * 4 + task) * 10
        let rows = Array(start..<start + 1 + (round + task) % 10)
        try await database.transaction { session in
          try await session.executeMany(
            "INSERT INTO written (n, batch, data) VALUES ($1, $2, $3)",
            rows.map { [.integer($0), .integer(Int64(rows.count)), .bytes([UInt8](repeating: UInt8($0 & 0xff), count: 1_000))] })
        }
        acknowledge(rows)
      }
    }
  }
  try await group.waitForAll()
}
