-- What was done, by whom. An entry is a leaf of a Merkle tree, in the bytes that are exported.
CREATE TABLE audit_entries (
  position BIGINT PRIMARY KEY,
  entry BYTEA NOT NULL
);

-- The tree of all entries: its size and the hashes of its right edge. One row, or none while there are no entries.
CREATE TABLE audit_head (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  size BIGINT NOT NULL,
  edge BYTEA NOT NULL
);
