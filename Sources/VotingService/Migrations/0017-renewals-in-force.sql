-- Cosignatures of the trustees before a renewal on the first checkpoint that contains it: enough of them bring it into force.
CREATE TABLE renewal_cosignatures (
  election TEXT NOT NULL,
  renewal BIGINT NOT NULL,
  trustee BIGINT NOT NULL,
  line BYTEA NOT NULL,
  PRIMARY KEY (election, renewal, trustee)
);
