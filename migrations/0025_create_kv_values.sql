-- up
CREATE TABLE kv_values (
	space_id BINARY(16) NOT NULL,
	k VARBINARY(512) NOT NULL,
	value MEDIUMBLOB NOT NULL,
	size BIGINT GENERATED ALWAYS AS (LENGTH(value)) STORED,
	version BIGINT NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NULL,
	-- Of a space's row with the empty key alone: what the space holds at
	-- most, and how many keys fewer that may be.
	held_keys BIGINT NULL,
	held_bytes BIGINT NULL,
	max_keys BIGINT NULL,
	max_bytes BIGINT NULL,
	loose BIGINT NULL,
	PRIMARY KEY (space_id, k),
	KEY kv_values_expiry (expires_at, space_id),
	CONSTRAINT kv_values_quota CHECK (
		held_keys <= max_keys AND held_bytes <= max_bytes),
	CONSTRAINT kv_values_of_space FOREIGN KEY (space_id)
		REFERENCES kv_spaces (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE kv_values;
