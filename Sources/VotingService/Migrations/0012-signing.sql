-- The trustees' joint signature on the result.
ALTER TABLE trustees ADD COLUMN signing_time BIGINT;
-- What is to be signed, and since when, in Unix milliseconds.
ALTER TABLE trustee_groups ADD COLUMN certificate BYTEA;
ALTER TABLE trustee_groups ADD COLUMN signing BIGINT;

-- What trustees sent, in the order in which it was taken: the coordinator is made again from it.
CREATE TABLE signing_messages (
  election TEXT NOT NULL,
  position BIGINT NOT NULL,
  trustee BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (election, position)
);
