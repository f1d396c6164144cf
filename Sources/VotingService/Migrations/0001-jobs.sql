-- Work to be done in the background, written in the transaction that causes it.
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  -- What the work is about; by the kind's own rules.
  payload BYTEA NOT NULL,
  -- Jobs of one key are done one after the other; null: no order.
  key TEXT,
  -- The place among the jobs of its key, from 1; 0 without a key.
  position BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  -- Unix milliseconds: not before.
  due BIGINT NOT NULL,
  -- How often it was begun.
  attempts BIGINT NOT NULL DEFAULT 0,
  -- Who runs it, and until when that is believed.
  worker TEXT,
  lease BIGINT,
  -- Why the last attempt failed.
  error TEXT,
  created BIGINT NOT NULL,
  finished BIGINT
);
CREATE INDEX jobs_due ON jobs (state, due);
CREATE UNIQUE INDEX jobs_key ON jobs (key, position);
