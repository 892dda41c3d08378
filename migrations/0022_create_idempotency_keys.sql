-- up
CREATE TABLE idempotency_keys (
	id VARCHAR(64) NOT NULL PRIMARY KEY,
	user_id BINARY(16) NOT NULL,
	request VARCHAR(64) NOT NULL,
	tries BIGINT NOT NULL,
	status BIGINT NOT NULL,
	headers TEXT NULL,
	body MEDIUMBLOB NULL,
	size BIGINT NOT NULL DEFAULT 0,
	created_at DATETIME(6) NOT NULL,
	KEY idempotency_keys_age (created_at),
	KEY idempotency_keys_room (user_id, created_at, size),
	CONSTRAINT idempotency_keys_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE idempotency_keys;
