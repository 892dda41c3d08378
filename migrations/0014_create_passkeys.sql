-- up
CREATE TABLE passkeys (
	id BINARY(16) NOT NULL PRIMARY KEY,
	user_id BINARY(16) NOT NULL,
	name VARCHAR(80) NOT NULL,
	credential_digest VARCHAR(64) NOT NULL,
	credential_id VARCHAR(1400) NOT NULL,
	public_key VARCHAR(1400) NOT NULL,
	algorithm BIGINT NOT NULL,
	sign_count BIGINT NOT NULL,
	created_at DATETIME(6) NOT NULL,
	last_used_at DATETIME(6) NULL,
	UNIQUE KEY passkeys_credential (credential_digest),
	KEY passkeys_user (user_id, id),
	CONSTRAINT passkeys_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE passkeys;
