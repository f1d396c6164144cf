-- What a voter is found by: id, name and address in lower case. New rows are folded by the service, which knows letters beyond ASCII.
ALTER TABLE voters ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE voters SET search = LOWER(voter_id || ' ' || name || ' ' || email);
-- Holds all that a search looks at, in the order in which voters are listed.
CREATE INDEX voters_search ON voters (election, voter_id, search);
-- An organiser's elections, newest first.
CREATE INDEX elections_made ON elections (organiser, created);
