-- up
CREATE TABLE kv_rights (
	space_id BINARY(16) NOT NULL,
	role VARCHAR(64) NOT NULL,
	can_read BOOLEAN NOT NULL,
	can_write BOOLEAN NOT NULL,
	PRIMARY KEY (space_id, role),
	CONSTRAINT kv_rights_of_space FOREIGN KEY (space_id)
		REFERENCES kv_spaces (id) ON DELETE CASCADE,
	CONSTRAINT kv_rights_of_role FOREIGN KEY (role)
		REFERENCES roles (name) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE kv_rights;
