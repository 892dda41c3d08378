-- up
CREATE TABLE throttle (
	subject VARCHAR(64) NOT NULL PRIMARY KEY,
	account VARCHAR(64) NULL,
	failures DOUBLE NOT NULL,
	blocked_until DATETIME(6) NULL,
	updated_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	KEY throttle_account (account),
	KEY throttle_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE throttle;
