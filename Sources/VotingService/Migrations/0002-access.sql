-- What was answered to requests with an idempotency key.
CREATE TABLE idempotency_keys (
  -- SHA-256 of the key and of whose it is.
  name BYTEA PRIMARY KEY,
  -- SHA-256 of method, address and body.
  fingerprint BYTEA NOT NULL,
  -- Null while the request is being worked on; then the answer, encrypted under a key made of the idempotency key and the salt.
  salt BYTEA,
  answer BYTEA,
  -- Unix milliseconds.
  expires BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_expires ON idempotency_keys (expires);

-- People who may sign in, and registrations that wait for approval.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  surname TEXT NOT NULL,
  -- Normalised; several registrations that wait may have the same.
  email TEXT NOT NULL,
  voter_id TEXT,
  -- Those by which one signs in: null while the registration waits.
  login_email TEXT UNIQUE,
  login_voter_id TEXT UNIQUE,
  -- Argon2id, with its parameters and salt.
  password TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'administrator', 'auditor', 'support', 'voter')),
  state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'suspended')),
  created BIGINT NOT NULL
);
CREATE INDEX accounts_email ON accounts (email);
CREATE INDEX accounts_voter_id ON accounts (voter_id);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  -- SHA-256 of the token in the cookie, and of the one before while its last requests are under way.
  token_hash BYTEA NOT NULL UNIQUE,
  former_hash BYTEA UNIQUE,
  former_until BIGINT NOT NULL,
  -- What pages show to prove that they are ours.
  anti_forgery TEXT NOT NULL,
  -- What the browser called itself.
  client TEXT NOT NULL,
  created BIGINT NOT NULL,
  rotated BIGINT NOT NULL,
  used BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE access_tokens (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  token_hash BYTEA NOT NULL UNIQUE,
  -- Permissions, with spaces between them.
  scopes TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  used BIGINT
);
CREATE INDEX access_tokens_account ON access_tokens (account);

-- Codes that work once: deleted by the transaction that uses them.
CREATE TABLE one_time_codes (
  code_hash BYTEA PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('setup', 'password')),
  account TEXT REFERENCES accounts (id) ON DELETE CASCADE,
  expires BIGINT NOT NULL
);
CREATE INDEX one_time_codes_account ON one_time_codes (account);

-- Logins that failed lately. Names and addresses stand here only as hashes.
CREATE TABLE login_failures (
  bucket BYTEA PRIMARY KEY,
  failures BIGINT NOT NULL,
  -- Not before.
  until BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX login_failures_expires ON login_failures (expires);

-- From where an account has signed in, so that strangers elsewhere cannot keep it out.
CREATE TABLE login_places (
  place BYTEA PRIMARY KEY,
  expires BIGINT NOT NULL
);
CREATE INDEX login_places_expires ON login_places (expires);
