-- up
CREATE TABLE counts (
	name VARCHAR(32) NOT NULL,
	owner_id BINARY(16) NOT NULL,
	n BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1,
	PRIMARY KEY (name, owner_id),
	KEY counts_owner (owner_id),
	CONSTRAINT counts_of_user FOREIGN KEY (owner_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE counts;
