-- up
CREATE TABLE tickets (
	digest VARCHAR(64) NOT NULL PRIMARY KEY,
	purpose VARCHAR(16) NOT NULL,
	user_id BINARY(16) NULL,
	data VARCHAR(1000) NULL,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	KEY tickets_user (user_id, purpose),
	KEY tickets_expiry (expires_at),
	CONSTRAINT tickets_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE tickets;
