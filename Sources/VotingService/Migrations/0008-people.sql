-- People are listed in this order.
CREATE INDEX accounts_names ON accounts (surname, name, id);

-- By what entries of the audit log are found: `action:` and the action, `account:` and who did it or whom it was about. Made from the entries, and may be
-- made again from them at any time.
CREATE TABLE audit_marks (
  word TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (word, position)
);
CREATE INDEX audit_marks_position ON audit_marks (position);

-- Questions to the support desk. Nothing here says which account asked, if any.
CREATE TABLE tickets (
  -- The reference that people quote.
  id TEXT PRIMARY KEY,
  -- SHA-256 of the code with which whoever asked sees the answer.
  code_hash BYTEA NOT NULL,
  category TEXT NOT NULL,
  -- 1, the most urgent, to 4.
  severity BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
  -- For the answer, where one was wanted elsewhere too; may be empty.
  address TEXT NOT NULL,
  -- Unix milliseconds: asked, first answered, closed, last message.
  asked BIGINT NOT NULL,
  answered BIGINT,
  closed BIGINT,
  changed BIGINT NOT NULL
);
CREATE INDEX tickets_state ON tickets (state, severity, asked);

CREATE TABLE ticket_messages (
  ticket TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  -- The account of the desk that answered; null: whoever asked.
  account TEXT,
  message TEXT NOT NULL,
  written BIGINT NOT NULL,
  PRIMARY KEY (ticket, number)
);

-- What people say of a pilot. Neither account nor address, and no time but the day: nothing leads to a ballot.
CREATE TABLE feedback (
  id TEXT PRIMARY KEY,
  -- Days since 1970, in UTC.
  day BIGINT NOT NULL,
  -- 1 to 5; null: not said.
  overall BIGINT,
  registration BIGINT,
  voting BIGINT,
  verification BIGINT,
  -- yes, no, unsure; null: not said.
  trust TEXT,
  again TEXT,
  worked TEXT NOT NULL,
  confused TEXT NOT NULL,
  suggestions TEXT NOT NULL,
  problems TEXT NOT NULL
);
CREATE INDEX feedback_day ON feedback (day, id);

-- How often a step of voting was reached: counters of a day, of which none belongs to anybody.
CREATE TABLE step_counts (
  election TEXT NOT NULL,
  day BIGINT NOT NULL,
  step TEXT NOT NULL,
  -- Of the last step, the class of minutes that voting took; 0 for the others.
  minutes BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (election, day, step, minutes)
);
