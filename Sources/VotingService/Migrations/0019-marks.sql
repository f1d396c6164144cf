-- The trustees sign more than the certificate: each message has a round of its own, 0 for the certificate, from 1 on attempts at its mark.
CREATE TABLE signing_rounds (
  election TEXT NOT NULL,
  round BIGINT NOT NULL,
  position BIGINT NOT NULL,
  trustee BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  request_signature BYTEA,
  PRIMARY KEY (election, round, position)
);
INSERT INTO signing_rounds (election, round, position, trustee, bytes, request_signature)
SELECT election, 0, position, trustee, bytes, request_signature FROM signing_messages;
DROP TABLE signing_messages;
ALTER TABLE signing_rounds RENAME TO signing_messages;

-- Since when trustees are asked to sign the mark of their result on a public chain, Unix milliseconds; null: they are not.
ALTER TABLE trustee_groups ADD COLUMN marking BIGINT;
-- What a wrong share was for, where that was a mark.
ALTER TABLE trustee_refusals ADD COLUMN message BYTEA;

-- Marks of results on a public chain, from the certificate on.
CREATE TABLE result_marks (
  election TEXT PRIMARY KEY,
  -- 1, and one more each time that a transaction of the trustees has failed and used its nonce up.
  attempt BIGINT NOT NULL,
  -- What is to be signed, once there is a nonce for it; and the trustees' signature on it.
  message BYTEA,
  signature BYTEA,
  -- Why it is not there yet, as the chain's nodes say.
  error TEXT,
  begun BIGINT NOT NULL,
  -- When it was found there for good, or was given up: then there is no file of it.
  finished BIGINT
);
