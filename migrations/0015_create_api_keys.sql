-- up
CREATE TABLE api_keys (
	id BINARY(16) NOT NULL PRIMARY KEY,
	user_id BINARY(16) NOT NULL,
	name VARCHAR(80) NOT NULL,
	prefix VARCHAR(16) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	permissions TEXT NOT NULL,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NULL,
	last_used_at DATETIME(6) NULL,
	UNIQUE KEY api_keys_digest (digest),
	KEY api_keys_user (user_id, id),
	CONSTRAINT api_keys_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE api_keys;
