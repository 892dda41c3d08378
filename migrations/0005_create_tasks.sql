-- up
CREATE TABLE tasks (
	id BINARY(16) NOT NULL PRIMARY KEY,
	kind VARCHAR(64) NOT NULL,
	args MEDIUMTEXT NOT NULL,
	state VARCHAR(16) NOT NULL,
	attempts BIGINT NOT NULL,
	run_at DATETIME(6) NOT NULL,
	lease_until DATETIME(6) NULL,
	runner BINARY(16) NULL,
	last_error VARCHAR(1000) NULL,
	created_at DATETIME(6) NOT NULL,
	KEY tasks_due (state, run_at),
	KEY tasks_kind (kind, state)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE tasks;
