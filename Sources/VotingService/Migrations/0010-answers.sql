-- The language in which somebody asked the support desk: the answer is mailed in it.
ALTER TABLE tickets ADD COLUMN language TEXT NOT NULL DEFAULT 'en';

-- Mails with the desk's answers. The databases do not alter a CHECK alike: the table is made anew.
CREATE TABLE mails_anew (
  -- Kind, recipient and which one of its kind: whatever is asked for twice is there once. The message's own id follows from it.
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reminder', 'opening', 'confirmation', 'result', 'password', 'answer')),
  -- Of mails to voters.
  election TEXT,
  voter TEXT REFERENCES voters (id) ON DELETE CASCADE,
  -- Of a confirmation: where the ballot stands on the board. Of an answer: which message it is.
  position BIGINT,
  -- Of mails to accounts.
  account TEXT REFERENCES accounts (id) ON DELETE CASCADE,
  -- Of answers to questions.
  ticket TEXT REFERENCES tickets (id) ON DELETE CASCADE,
  -- Of mails that no election sends.
  language TEXT,
  -- A one-time code, sealed; gone when the mail is.
  sealed BYTEA,
  state TEXT NOT NULL CHECK (state IN ('queued', 'retried', 'sent', 'refused', 'given-up')),
  -- Unix milliseconds: not before. While it is being sent: when the sender is taken for dead.
  due BIGINT NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0,
  -- What the mail server said last, or why the mail was given up.
  answer TEXT,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL
);
INSERT INTO mails_anew (id, kind, election, voter, position, account, language, sealed, state, due, tries, answer, created, changed)
SELECT id, kind, election, voter, position, account, language, sealed, state, due, tries, answer, created, changed FROM mails;
DROP TABLE mails;
ALTER TABLE mails_anew RENAME TO mails;
CREATE INDEX mails_election ON mails (election, id);
CREATE INDEX mails_voter ON mails (voter, kind);
CREATE INDEX mails_account ON mails (account);
CREATE INDEX mails_due ON mails (state, due);
