-- Bulletin boards: one a row, which is also the lock of whoever appends.
CREATE TABLE boards (
  election TEXT PRIMARY KEY,
  election_id BYTEA NOT NULL UNIQUE,
  -- The log's private key, sealed under the service's master key.
  log_key BYTEA NOT NULL,
  size BIGINT NOT NULL,
  root BYTEA NOT NULL,
  last_time BIGINT NOT NULL,
  -- Counts transactions; changing it takes the lock.
  appends BIGINT NOT NULL,
  -- A checkpoint that the log signed and that the board could not show; its size, and whether its root was another one. Null: none.
  evidence_size BIGINT,
  evidence_forked BIGINT,
  evidence BYTEA
);

-- The files fixed by the opening entry: manifest, trustees, roll.
CREATE TABLE board_files (
  election TEXT NOT NULL,
  name TEXT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (election, name)
);

CREATE TABLE board_entries (
  election TEXT NOT NULL,
  position BIGINT NOT NULL,
  entry BYTEA NOT NULL,
  PRIMARY KEY (election, position)
);

-- Ballots that were cast or challenged. The sequencer allows nothing that these rules forbid; they hold where it should be wrong.
CREATE TABLE board_ballots (
  election TEXT NOT NULL,
  ballot_hash BYTEA NOT NULL,
  -- Of a cast ballot the credential, and with re-voting the ballot's number behind it; null for a challenge.
  vote BYTEA,
  position BIGINT NOT NULL,
  PRIMARY KEY (election, ballot_hash),
  UNIQUE (election, vote)
);

-- Where casting needs a login: one account, one credential.
CREATE TABLE board_accounts (
  election TEXT NOT NULL,
  account TEXT NOT NULL,
  credential BYTEA NOT NULL,
  -- Of the first ballot cast with it.
  position BIGINT NOT NULL,
  PRIMARY KEY (election, account),
  UNIQUE (election, credential)
);
CREATE INDEX board_accounts_position ON board_accounts (election, position);

-- Trustees' signatures on checkpoints, as their lines.
CREATE TABLE board_cosignatures (
  election TEXT NOT NULL,
  size BIGINT NOT NULL,
  trustee BIGINT NOT NULL,
  line BYTEA NOT NULL,
  PRIMARY KEY (election, size, trustee)
);
