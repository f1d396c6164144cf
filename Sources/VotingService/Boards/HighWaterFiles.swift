import FoundationEssentials

/// High-water marks as files, one an election, in a folder.
public struct HighWaterFiles: HighWater {
  private let folder: String

  /// - Parameter folder: made when the first mark is written.
  public init(folder: String) { self.folder = folder }

  public func read(_ election: String) -> [UInt8]? {
    guard let data = FileManager.default.contents(atPath: path(election)) else { return nil }
    return [UInt8](data)
  }

  public func write(_ election: String, _ checkpoint: [UInt8]) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? Data(checkpoint).write(to: URL(filePath: path(election)), options: .atomic)
  }

  /// References are letters and digits: none leads out of the folder.
  private func path(_ election: String) -> String {
    folder + "/" + String(decoding: election.utf8.filter { $0 != 0x2f && $0 != 0x2e }, as: UTF8.self)
  }
}
