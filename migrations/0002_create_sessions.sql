-- up
CREATE TABLE sessions (
	id BINARY(16) NOT NULL PRIMARY KEY,
	user_id BINARY(16) NOT NULL,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	KEY sessions_user (user_id),
	KEY sessions_expiry (expires_at),
	CONSTRAINT sessions_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE sessions;
