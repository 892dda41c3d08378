-- up
CREATE TABLE kv_spaces (
	id BINARY(16) NOT NULL PRIMARY KEY,
	name VARCHAR(64) NULL,
	owner_id BINARY(16) NULL,
	max_keys BIGINT NOT NULL,
	max_bytes BIGINT NOT NULL,
	version BIGINT NOT NULL,
	created_at DATETIME(6) NOT NULL,
	UNIQUE KEY kv_spaces_name (name),
	UNIQUE KEY kv_spaces_owner (owner_id),
	CONSTRAINT kv_spaces_of_user FOREIGN KEY (owner_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE kv_spaces;
