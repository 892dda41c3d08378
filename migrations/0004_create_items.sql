-- up
CREATE TABLE items (
	id BINARY(16) NOT NULL,
	owner_id BINARY(16) NOT NULL,
	title VARCHAR(255) NOT NULL,
	description VARCHAR(255) NULL,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (owner_id, id),
	UNIQUE KEY items_id (id),
	CONSTRAINT items_of_user FOREIGN KEY (owner_id)
		REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE items;
