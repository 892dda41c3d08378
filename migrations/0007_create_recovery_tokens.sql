-- up
CREATE TABLE recovery_tokens (
	digest VARCHAR(64) NOT NULL PRIMARY KEY,
	user_id BINARY(16) NOT NULL,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	KEY recovery_tokens_user (user_id, created_at),
	KEY recovery_tokens_expiry (expires_at),
	CONSTRAINT recovery_tokens_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE recovery_tokens;
