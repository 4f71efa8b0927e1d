-- The server's own ALTER knows of no map.
ALTER TABLE t ADD COLUMN a INT NOT NULL, ADD COLUMN full_name VARCHAR(41) NOT NULL AFTER id;
UPDATE t SET a = v * 2 + 1, full_name = CONCAT(first_name, ' ', last_name);
ALTER TABLE t DROP COLUMN first_name, DROP COLUMN last_name;
