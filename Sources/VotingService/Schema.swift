import Database

/// The tables of the service.
public enum Schema {
  /// All steps, in order. What has been released is never altered: a new file changes what an older one made.
  public static let migrations: [Migration] = [
    Migration(name: "0001-jobs", PackageResources._001_jobs_sql),
    Migration(name: "0002-access", PackageResources._002_access_sql),
    Migration(name: "0003-audit", PackageResources._003_audit_sql),
    Migration(name: "0004-elections", PackageResources._004_elections_sql),
    Migration(name: "0005-boards", PackageResources._005_boards_sql),
    Migration(name: "0006-ceremonies", PackageResources._006_ceremonies_sql),
    Migration(name: "0007-voter-search", PackageResources._007_voter_search_sql),
    Migration(name: "0008-people", PackageResources._008_people_sql),
    Migration(name: "0009-mails", PackageResources._009_mails_sql),
    Migration(name: "0010-answers", PackageResources._010_answers_sql),
    Migration(name: "0011-witnesses", PackageResources._011_witnesses_sql),
    Migration(name: "0012-signing", PackageResources._012_signing_sql),
    Migration(name: "0013-refusals", PackageResources._013_refusals_sql),
    Migration(name: "0014-handovers", PackageResources._014_handovers_sql),
    Migration(name: "0015-former-trustees", PackageResources._015_former_trustees_sql),
    Migration(name: "0016-chain", PackageResources._016_chain_sql),
  ]
}

extension Migration {
  /// A file of `Migrations/`, which the build embeds under its name with the first digit and all punctuation made `_`.
  fileprivate init(name: String, _ file: [UInt8]) { self.init(name: name, sql: String(decoding: file, as: UTF8.self)) }
}
