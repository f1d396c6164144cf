-- Mails to voters and to accounts: which, to whom, how they fare. Never their text: it is made when they are sent.
CREATE TABLE mails (
  -- Kind, recipient and which one of its kind: whatever is asked for twice is there once. The message's own id follows from it.
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reminder', 'opening', 'confirmation', 'result', 'password')),
  -- Of mails to voters.
  election TEXT,
  voter TEXT REFERENCES voters (id) ON DELETE CASCADE,
  -- Of a confirmation: where the ballot stands on the board.
  position BIGINT,
  -- Of mails to accounts, and in which language.
  account TEXT REFERENCES accounts (id) ON DELETE CASCADE,
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
CREATE INDEX mails_election ON mails (election, id);
CREATE INDEX mails_voter ON mails (voter, kind);
CREATE INDEX mails_account ON mails (account);
CREATE INDEX mails_due ON mails (state, due);

-- Voting links that the service mails, sealed under its master key, until voting ends.
CREATE TABLE voting_links (
  voter TEXT PRIMARY KEY REFERENCES voters (id) ON DELETE CASCADE,
  election TEXT NOT NULL,
  -- The public credential: a link whose credential is not the voter's any more is void.
  credential BYTEA NOT NULL,
  -- Names this link in the ids of mails: the credential itself would tell who has voted.
  tag TEXT NOT NULL,
  sealed BYTEA NOT NULL
);
CREATE INDEX voting_links_election ON voting_links (election);

-- What an election mails by itself, and in which language.
CREATE TABLE mail_settings (
  election TEXT PRIMARY KEY,
  language TEXT NOT NULL,
  opening BIGINT NOT NULL,
  result BIGINT NOT NULL,
  confirmation BIGINT NOT NULL,
  -- Entries of the board below this have their confirmations, or get none.
  confirmed BIGINT NOT NULL
);

-- Texts that an organiser has changed.
CREATE TABLE mail_texts (
  election TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (election, kind)
);

-- Mails as they would have been sent: of demonstrations alone, where there is no mail server.
CREATE TABLE mail_outbox (
  id TEXT PRIMARY KEY,
  time BIGINT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  html TEXT NOT NULL
);
CREATE INDEX mail_outbox_time ON mail_outbox (time);
