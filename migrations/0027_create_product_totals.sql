-- up
CREATE TABLE product_totals (
	id TINYINT NOT NULL PRIMARY KEY,
	active BIGINT NOT NULL,
	inactive BIGINT NOT NULL,
	version BIGINT NOT NULL,
	mark BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB;
-- down
DROP TABLE product_totals;
