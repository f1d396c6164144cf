-- Until when no reconciliation begins but one that somebody asks for: while one is at work, and for a while after it, Unix milliseconds.
ALTER TABLE chain_plan ADD COLUMN check_rest BIGINT NOT NULL DEFAULT 0;
