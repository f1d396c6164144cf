-- When a trustee signed what it sent for a joint signature, Unix seconds: what it signed before something newer is late, and no fault.
ALTER TABLE signing_messages ADD COLUMN request_time BIGINT;
