-- Of what was signed to send something that was refused, the hash of the body: whoever sees it need not see the body, which may be a share.
ALTER TABLE trustee_refusals ADD COLUMN body_hash BYTEA;
