-- up
CREATE TABLE product_totals (
	id TINYINT NOT NULL PRIMARY KEY,
	active BIGINT NOT NULL,
	inactive BIGINT NOT NULL,
	version BIGINT NOT NULL
) ENGINE=InnoDB;
-- down
DROP TABLE product_totals;
