-- up
CREATE TABLE users (
	id BINARY(16) NOT NULL PRIMARY KEY,
	email VARCHAR(255) NOT NULL,
	email_key VARBINARY(1020) NOT NULL,
	password VARCHAR(255) NOT NULL,
	full_name VARCHAR(255) NULL,
	is_active BOOLEAN NOT NULL,
	is_superuser BOOLEAN NOT NULL,
	created_at DATETIME(6) NOT NULL,
	UNIQUE KEY users_email_key (email_key),
	KEY users_newest (created_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE users;
