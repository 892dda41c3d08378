-- up
CREATE TABLE user_roles (
	user_id BINARY(16) NOT NULL,
	role VARCHAR(64) NOT NULL,
	PRIMARY KEY (user_id, role),
	KEY user_roles_role (role),
	CONSTRAINT user_roles_of_user FOREIGN KEY (user_id)
		REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT user_roles_of_role FOREIGN KEY (role)
		REFERENCES roles (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE user_roles;
