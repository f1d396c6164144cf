-- Where a record is to stand: the number of the chain, and the contract's address. What is for another contract than the one that is written to now is neither sent
-- there nor missed there. Null, in rows of before this step of which no election tells: wherever the service writes.
ALTER TABLE chain_records ADD COLUMN chain BIGINT;
ALTER TABLE chain_records ADD COLUMN contract BYTEA;

-- All leaves of an anchor are of elections of one place; the first 32 bytes are the id of the first.
UPDATE chain_records SET
  chain = (
    SELECT e.chain FROM chain_elections e WHERE e.mode <> 'none' AND e.election_id =
      CASE WHEN chain_records.kind = 'anchor' THEN substr(chain_records.content, 1, 32) ELSE chain_records.election END),
  contract = (
    SELECT e.contract FROM chain_elections e WHERE e.mode <> 'none' AND e.election_id =
      CASE WHEN chain_records.kind = 'anchor' THEN substr(chain_records.content, 1, 32) ELSE chain_records.election END);
