ALTER TABLE t CHANGE a aa BIGINT, ADD CONSTRAINT positive CHECK (aa >= 0 AND aa + b >= 0);
