-- up
CREATE TABLE devices (
	user_id BINARY(16) NOT NULL,
	mark VARCHAR(64) NOT NULL,
	seen_at DATETIME(6) NOT NULL,
	PRIMARY KEY (user_id, mark),
	KEY devices_seen (seen_at),
	CONSTRAINT devices_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE devices;
