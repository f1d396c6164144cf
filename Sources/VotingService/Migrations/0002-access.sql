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
