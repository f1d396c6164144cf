-- What trustees sent and the service refused, by their keys: whoever looks at the election sees who did what.
CREATE TABLE trustee_refusals (
  election TEXT NOT NULL,
  signing_key BYTEA NOT NULL,
  -- What it was sent for, and what was wrong with it; stable words.
  phase TEXT NOT NULL,
  reason TEXT NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- Unix milliseconds of the first time and the last, and how often.
  first BIGINT NOT NULL,
  last BIGINT NOT NULL,
  count BIGINT NOT NULL,
  -- Of the first time: the request that the trustee signed, and the list of the session that it answered.
  body BYTEA,
  target TEXT,
  request_time BIGINT,
  request_signature BYTEA,
  list BYTEA,
  PRIMARY KEY (election, signing_key, phase, reason)
);

-- By which the same request, arriving twice, is known from one that was signed anew.
ALTER TABLE signing_messages ADD COLUMN request_signature BYTEA;
