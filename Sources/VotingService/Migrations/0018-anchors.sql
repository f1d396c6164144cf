-- What of the elections is anchored on the public chain. Records and transactions themselves are in chain_records and chain_transactions.

-- Every election that has a board, from its opening on.
CREATE TABLE chain_elections (
  election TEXT PRIMARY KEY,
  election_id BYTEA NOT NULL UNIQUE,
  -- Of the manifest, with the chain's number and the contract's address; none: not anchored.
  mode TEXT NOT NULL CHECK (mode IN ('none', 'checkpoint', 'batch', 'each')),
  chain BIGINT NOT NULL,
  contract BYTEA NOT NULL,
  -- No record of the election is in an earlier block.
  first_block BIGINT NOT NULL,
  -- Leaves of the board whose ballots are among chain_records, and how many ballots these are.
  handed_on BIGINT NOT NULL DEFAULT 0,
  ballots BIGINT NOT NULL DEFAULT 0,
  -- Leaves under a confirmed anchor, and ballots whose own hash is confirmed, or queued: what listeners were told of.
  covered BIGINT NOT NULL DEFAULT 0,
  recorded BIGINT NOT NULL DEFAULT 0,
  queued BIGINT NOT NULL DEFAULT 0,
  -- Of all that is confirmed.
  transactions BIGINT NOT NULL DEFAULT 0,
  blocks BIGINT NOT NULL DEFAULT 0,
  gas BIGINT NOT NULL DEFAULT 0,
  -- Of the last reconciliation: ballots that agree, of all, and Unix milliseconds.
  matched BIGINT,
  total BIGINT,
  checked BIGINT
);

-- Confirmed anchors, from their records and what the chain says of their blocks.
CREATE TABLE chain_anchors (
  root BYTEA PRIMARY KEY,
  leaves BIGINT NOT NULL,
  -- Named otherwise in the language itself.
  transaction_hash BYTEA NOT NULL,
  block BIGINT NOT NULL,
  -- Of the block, Unix seconds.
  time BIGINT NOT NULL,
  -- Units; null: the transaction is not one of ours.
  gas BIGINT
);
CREATE INDEX chain_anchors_block ON chain_anchors (block);

-- Where an election stands under an anchor: for each size of its board the first anchor that has it.
CREATE TABLE chain_places (
  election TEXT NOT NULL,
  size BIGINT NOT NULL,
  -- Of the anchor.
  root BYTEA NOT NULL,
  board_root BYTEA NOT NULL,
  -- Of the leaf in the service's tree, and its path, 32 bytes a hash.
  position BIGINT NOT NULL,
  path BYTEA NOT NULL,
  -- Cast ballots among the leaves.
  ballots BIGINT NOT NULL,
  PRIMARY KEY (election, size)
);
CREATE INDEX chain_places_root ON chain_places (root);

-- The last anchor that was added, and all that are confirmed.
CREATE INDEX chain_records_anchors ON chain_records (kind, added);
-- How many of an election's ballots are in each state.
CREATE INDEX chain_records_states ON chain_records (election, state);

-- Prices of gas, wei a unit, with the chain's latest block at that time.
CREATE TABLE chain_prices (
  -- Unix milliseconds.
  time BIGINT PRIMARY KEY,
  price BIGINT NOT NULL,
  block BIGINT NOT NULL
);

-- What does not agree, as the last reconciliation found it.
CREATE TABLE chain_findings (
  number BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  election TEXT,
  hash BYTEA NOT NULL,
  here BIGINT,
  there BIGINT,
  transaction_hash BYTEA,
  mended BIGINT NOT NULL
);

-- One row, which is also the lock of whoever plans.
CREATE TABLE chain_plan (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  turns BIGINT NOT NULL DEFAULT 0,
  -- When the service's tree was added last, Unix milliseconds, as all times here.
  added BIGINT NOT NULL DEFAULT 0,
  -- When an administrator asked for an anchor that is not added yet.
  anchor_asked BIGINT,
  -- The next reconciliation; who begins one puts this off for as long as it may take.
  check_due BIGINT NOT NULL DEFAULT 0,
  -- Asked for by an administrator, and whether it is to mend.
  check_asked BIGINT,
  check_mends BIGINT NOT NULL DEFAULT 0,
  -- The last reconciliation.
  check_time BIGINT,
  check_head BIGINT,
  check_compared BIGINT,
  check_findings BIGINT,
  -- The chain when it was asked last with success, and why it could not be asked since.
  head BIGINT,
  balance TEXT,
  asked BIGINT,
  error TEXT
);
INSERT INTO chain_plan (id) VALUES (1);
