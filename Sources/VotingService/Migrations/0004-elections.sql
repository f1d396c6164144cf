-- Elections. The definition is a manifest (docs/spec/06-record.md, 6.1) from the first draft on.
CREATE TABLE elections (
  reference TEXT PRIMARY KEY,
  -- The account that made it.
  organiser TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'closed', 'tallied', 'archived', 'aborted')),
  -- Of the definition and all else the organiser sets: who changes it says which one was seen.
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  manifest BYTEA NOT NULL,
  -- The name of the log: host and reference.
  origin TEXT NOT NULL,
  threshold BIGINT NOT NULL,
  -- Cosignatures that the closing checkpoint needs; null: as many as the threshold.
  quorum BIGINT,
  -- Why it was not opened at its time; null: nothing is overdue.
  overdue TEXT,
  -- The public reason of a pause or an abort.
  reason TEXT,
  created BIGINT NOT NULL,
  opened BIGINT,
  closed BIGINT,
  tallied BIGINT
);
CREATE INDEX elections_organiser ON elections (organiser, reference);

CREATE TABLE election_pictures (
  election TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (election, sha256)
);

-- Who is to vote. Contact data stays here and never reaches the board.
CREATE TABLE voters (
  id TEXT PRIMARY KEY,
  election TEXT NOT NULL,
  voter_id TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  weight BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('admitted', 'excluded')),
  -- Of an account that was admitted, or registered a credential.
  account TEXT,
  -- The public credential, where the service knows whose it is; null with the issuer authority, and until there is one.
  credential BYTEA,
  -- With the issuer voter, of a device that was set up after the freeze: waits for the organiser to replace the other.
  pending BYTEA,
  -- SHA-256(salt, identity), as the roll will have it.
  identity BYTEA,
  -- Of the commitment, where the service made it.
  salt BYTEA,
  added BIGINT NOT NULL,
  UNIQUE (election, voter_id),
  UNIQUE (election, account),
  UNIQUE (election, credential)
);
CREATE INDEX voters_email ON voters (election, email);

-- Public credentials that a separate authority made: nothing here says whose they are.
CREATE TABLE roll_credentials (
  election TEXT NOT NULL,
  credential BYTEA NOT NULL,
  weight BIGINT NOT NULL,
  identity BYTEA NOT NULL,
  PRIMARY KEY (election, credential)
);

-- Who may or may not be admitted: an address, a voter id, or all of a domain (@example.org).
CREATE TABLE roll_rules (
  election TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('allow', 'exclude')),
  pattern TEXT NOT NULL,
  PRIMARY KEY (election, kind, pattern)
);
