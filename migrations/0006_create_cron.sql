-- up
CREATE TABLE cron (
	kind VARCHAR(64) NOT NULL PRIMARY KEY,
	next_run DATETIME(6) NOT NULL,
	last_run DATETIME(6) NULL,
	KEY cron_next (next_run)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE cron;
