-- up
CREATE TABLE recovery_codes (
	user_id BINARY(16) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	PRIMARY KEY (user_id, digest),
	CONSTRAINT recovery_codes_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE recovery_codes;
