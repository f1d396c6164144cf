-- What is to stand on the public chain, each once: roots of the service's tree, and leaf hashes of ballots.
CREATE TABLE chain_records (
  -- Of a ballot, its election; empty: an anchor.
  election BYTEA NOT NULL,
  -- Of a ballot, the leaf hash; of an anchor, the root.
  hash BYTEA NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('anchor', 'batch', 'each')),
  -- Of an anchor, the entries of its leaves, from which places and paths are computed.
  content BYTEA NOT NULL,
  -- queued: has failed too often, or gas is too dear; tried again later, and somebody was told.
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'confirmed', 'queued')),
  attempts BIGINT NOT NULL DEFAULT 0,
  -- 1: its batch was refused; it goes by itself.
  alone BIGINT NOT NULL DEFAULT 0,
  -- Unix milliseconds: not before.
  due BIGINT NOT NULL,
  -- Why it is not there yet.
  error TEXT,
  -- The transactions that are to write it, or have: all of one number do the same, and one of them can be carried out.
  account TEXT,
  nonce BIGINT,
  -- The chain's latest block when the first of them was signed.
  since BIGINT,
  -- The block that has it, once confirmed.
  block BIGINT,
  added BIGINT NOT NULL,
  confirmed BIGINT,
  PRIMARY KEY (election, hash)
);
CREATE INDEX chain_records_due ON chain_records (state, due);
CREATE INDEX chain_records_nonce ON chain_records (account, nonce);

-- Every transaction that was ever signed, kept before it was sent.
CREATE TABLE chain_transactions (
  account TEXT NOT NULL,
  nonce BIGINT NOT NULL,
  -- 1, and one more for each that was to replace the one before it for a higher fee.
  version BIGINT NOT NULL,
  hash BYTEA NOT NULL UNIQUE,
  raw BYTEA NOT NULL,
  gas_limit BIGINT NOT NULL,
  -- Decimal, a unit of gas.
  maximum_fee TEXT NOT NULL,
  -- The hash of the transaction that was to replace it.
  replaced_by BYTEA,
  -- signed: a node may have it; void: the number went to a transaction of somebody else.
  state TEXT NOT NULL CHECK (state IN ('signed', 'sent', 'included', 'confirmed', 'reverted', 'replaced', 'void')),
  attempts BIGINT NOT NULL DEFAULT 0,
  due BIGINT NOT NULL,
  error TEXT,
  block BIGINT,
  block_hash BYTEA,
  gas_used BIGINT,
  gas_price TEXT,
  signed BIGINT NOT NULL,
  -- When a node took it first.
  sent BIGINT,
  settled BIGINT,
  PRIMARY KEY (account, nonce, version)
);
CREATE INDEX chain_transactions_state ON chain_transactions (account, state, nonce);

-- Who writes with an account now.
CREATE TABLE chain_accounts (
  account TEXT PRIMARY KEY,
  -- The number of the next transaction; null: to be asked for.
  next BIGINT,
  -- Each turn has a number of its own: what an earlier one still wants to write is refused.
  turn BIGINT NOT NULL DEFAULT 0,
  lease BIGINT NOT NULL DEFAULT 0,
  due BIGINT NOT NULL DEFAULT 0,
  failures BIGINT NOT NULL DEFAULT 0,
  error TEXT
);
