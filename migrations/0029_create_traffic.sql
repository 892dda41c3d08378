-- up
CREATE TABLE traffic (
	at DATETIME(6) NOT NULL PRIMARY KEY,
	requests BIGINT NOT NULL,
	client_errors BIGINT NOT NULL,
	server_errors BIGINT NOT NULL,
	-- Those that took less than so many milliseconds, but not less than
	-- half of it.
	under_1 BIGINT NOT NULL,
	under_2 BIGINT NOT NULL,
	under_4 BIGINT NOT NULL,
	under_8 BIGINT NOT NULL,
	under_16 BIGINT NOT NULL,
	under_32 BIGINT NOT NULL,
	under_64 BIGINT NOT NULL,
	under_128 BIGINT NOT NULL,
	under_256 BIGINT NOT NULL,
	under_512 BIGINT NOT NULL,
	under_1024 BIGINT NOT NULL,
	under_2048 BIGINT NOT NULL,
	under_4096 BIGINT NOT NULL,
	longer BIGINT NOT NULL
) ENGINE=InnoDB;
-- down
DROP TABLE traffic;
