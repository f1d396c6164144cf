-- Witnesses outside the elections, by their public keys: how far each has come with a board, and when it is asked again.
CREATE TABLE board_witnesses (
  election TEXT NOT NULL,
  witness TEXT NOT NULL,
  -- Of the checkpoint that it cosigned last, as it says itself.
  size BIGINT NOT NULL,
  -- Of the newest checkpoint with its signature, which is kept; 0: none yet.
  cosigned BIGINT NOT NULL,
  note BYTEA,
  due BIGINT NOT NULL,
  -- In succession.
  failures BIGINT NOT NULL,
  PRIMARY KEY (election, witness)
);
