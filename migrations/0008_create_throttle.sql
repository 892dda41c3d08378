-- up
CREATE TABLE throttle (
	subject VARCHAR(80) NOT NULL PRIMARY KEY,
	failures BIGINT NOT NULL,
	blocked_until DATETIME(6) NULL,
	expires_at DATETIME(6) NOT NULL,
	KEY throttle_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE throttle;
