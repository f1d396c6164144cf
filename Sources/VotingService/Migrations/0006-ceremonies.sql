-- Elections as their trustees see them.
CREATE TABLE trustee_groups (
  election TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  title TEXT NOT NULL,
  threshold BIGINT NOT NULL,
  quorum BIGINT NOT NULL,
  -- Rises with all that a trustee's state shows, but for the number of entries.
  version BIGINT NOT NULL,
  -- The phase that was seen last.
  phase TEXT NOT NULL,
  -- The present key ceremony; null: none was begun.
  ceremony BYTEA,
  -- Unix milliseconds: since when trustees are asked to decrypt, when the result was published, when the election was given up.
  decrypting BIGINT,
  tallied BIGINT,
  aborted BIGINT
);

CREATE TABLE trustees (
  id TEXT PRIMARY KEY,
  election TEXT NOT NULL,
  -- From 1, without gaps, in the organiser's order.
  number BIGINT NOT NULL,
  -- As the organiser calls the trustee; then as the trustee does.
  name TEXT NOT NULL,
  -- SHA-256 of the invitation's token.
  token_hash BYTEA NOT NULL UNIQUE,
  signing_key BYTEA,
  -- Unix milliseconds.
  invited BIGINT NOT NULL,
  joined BIGINT,
  seen BIGINT,
  -- Milliseconds that each phase took the trustee.
  join_time BIGINT,
  ceremony_time BIGINT,
  drill_time BIGINT,
  cosignature_time BIGINT,
  decryption_time BIGINT,
  UNIQUE (election, signing_key)
);
CREATE INDEX trustees_election ON trustees (election, number);

CREATE TABLE ceremonies (
  id BYTEA PRIMARY KEY,
  election TEXT NOT NULL,
  threshold BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'failed', 'abandoned')),
  -- Messages on its log.
  size BIGINT NOT NULL,
  -- Unix milliseconds.
  started BIGINT NOT NULL,
  ended BIGINT,
  -- When it is complete: the ceremony root over all messages, and the trustees' file.
  root BYTEA,
  roster BYTEA
);
CREATE INDEX ceremonies_election ON ceremonies (election);

-- Who takes part in a ceremony; kept with its evidence when the trustees change.
CREATE TABLE ceremony_trustees (
  ceremony BYTEA NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  signing_key BYTEA NOT NULL,
  -- The part in the fire drill, and whether the organiser has acknowledged that there will be none.
  drill BYTEA,
  absent BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (ceremony, number)
);

CREATE TABLE ceremony_messages (
  ceremony BYTEA NOT NULL,
  position BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  -- Whom a sealed share is for; null: everyone.
  recipient BIGINT,
  -- Null: a share that was deleted when the ceremony was over.
  message BYTEA,
  PRIMARY KEY (ceremony, position),
  UNIQUE (ceremony, hash)
);

-- What ended ceremonies: the culprits, and the signed messages that prove it.
CREATE TABLE ceremony_failures (
  ceremony BYTEA NOT NULL,
  position BIGINT NOT NULL,
  culprit BIGINT,
  fault TEXT NOT NULL,
  -- Each with its length (u16) before it.
  evidence BYTEA NOT NULL,
  PRIMARY KEY (ceremony, position)
);

CREATE TABLE partial_decryptions (
  election TEXT NOT NULL,
  trustee BIGINT NOT NULL,
  partial BYTEA NOT NULL,
  PRIMARY KEY (election, trustee)
);
