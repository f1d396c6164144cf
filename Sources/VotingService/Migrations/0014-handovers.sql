-- Hand-overs of shares to other trustees, or to the same ones with fresh shares.
CREATE TABLE handovers (
  id TEXT PRIMARY KEY,
  election TEXT NOT NULL,
  -- Of the renewal to be.
  renewal BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'cancelled')),
  -- The present attempt; null: not enough trustees have approved.
  attempt BYTEA,
  -- Unix milliseconds.
  started BIGINT NOT NULL,
  ended BIGINT
);
CREATE INDEX handovers_election ON handovers (election);

-- Who shall be trustees.
CREATE TABLE handover_members (
  handover TEXT NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- SHA-256 of the invitation's token; null: stays as it is.
  token_hash BYTEA UNIQUE,
  signing_key BYTEA,
  invited BIGINT NOT NULL,
  joined BIGINT,
  PRIMARY KEY (handover, number)
);

-- Trustees whose persons have approved a list.
CREATE TABLE handover_approvals (
  handover TEXT NOT NULL,
  trustee BIGINT NOT NULL,
  list BYTEA NOT NULL,
  -- 1: is not asked to deal again.
  excluded BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (handover, trustee)
);

CREATE TABLE handover_attempts (
  id BYTEA PRIMARY KEY,
  handover TEXT NOT NULL,
  -- Their numbers, a byte each, ascending.
  dealers BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'failed', 'abandoned')),
  size BIGINT NOT NULL,
  started BIGINT NOT NULL,
  ended BIGINT,
  -- Who made it fail, by what number, and by a stable word how.
  culprit TEXT,
  fault TEXT
);
CREATE INDEX handover_attempts_handover ON handover_attempts (handover);

-- Deleted, sealed shares and all, when there is no more use for them.
CREATE TABLE handover_messages (
  attempt BYTEA NOT NULL,
  position BIGINT NOT NULL,
  message BYTEA NOT NULL,
  PRIMARY KEY (attempt, position)
);

-- Trustees whose place others have.
CREATE TABLE former_trustees (
  election TEXT NOT NULL,
  signing_key BYTEA NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  renewal BIGINT NOT NULL,
  PRIMARY KEY (election, signing_key)
);

-- Shares and keys from before a renewal that somebody has used, and that were refused.
CREATE TABLE outdated_shares (
  election TEXT NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  usage TEXT NOT NULL,
  -- Unix milliseconds.
  time BIGINT NOT NULL,
  PRIMARY KEY (election, number, name, usage)
);
