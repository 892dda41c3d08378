-- up
CREATE TABLE totp (
	user_id BINARY(16) NOT NULL PRIMARY KEY,
	secret VARCHAR(255) NOT NULL,
	last_step BIGINT NOT NULL,
	created_at DATETIME(6) NOT NULL,
	confirmed_at DATETIME(6) NULL,
	CONSTRAINT totp_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE totp;
