import Database
import EmbeddedFiles

/// The tables of the service.
public enum Schema {
  /// All steps, in order. What has been released is never altered: a new file changes what an older one made.
  public static let migrations: [Migration] = [
    "0001-jobs",
    "0002-access",
    "0003-audit",
    "0004-elections",
    "0005-boards",
    "0006-ceremonies",
    "0007-voter-search",
    "0008-people",
    "0009-mails",
    "0010-answers",
    "0011-witnesses",
    "0012-signing",
    "0013-refusals",
    "0014-handovers",
    "0015-former-trustees",
    "0016-chain",
    "0017-renewals-in-force",
    "0018-anchors",
    "0019-marks",
    "0020-chain-places",
    "0021-check-rest",
    "0022-refused-requests",
    "0023-signing-times",
  ].map { Migration(name: $0, sql: String(decoding: EmbeddedFiles.bytes("migrations/\($0).sql"), as: UTF8.self)) }
}
