-- up
CREATE TABLE exports (
	id BINARY(16) NOT NULL PRIMARY KEY,
	user_id BINARY(16) NOT NULL,
	state VARCHAR(16) NOT NULL,
	size BIGINT NOT NULL DEFAULT 0,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	KEY exports_user (user_id, id),
	KEY exports_expiry (expires_at),
	CONSTRAINT exports_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE exports;
