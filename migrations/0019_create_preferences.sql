-- up
CREATE TABLE preferences (
	user_id BINARY(16) NOT NULL PRIMARY KEY,
	locale VARCHAR(35) NULL,
	theme VARCHAR(16) NOT NULL,
	notify_new_login BOOLEAN NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	CONSTRAINT preferences_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE preferences;
