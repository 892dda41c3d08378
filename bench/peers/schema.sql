CREATE DATABASE atrium_peers DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE atrium_peers;
CREATE TABLE products (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	sku VARCHAR(64) NOT NULL UNIQUE,
	name VARCHAR(255) NOT NULL,
	description TEXT NOT NULL,
	category VARCHAR(64) NOT NULL,
	price BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	stock BIGINT NOT NULL,
	created_at DATETIME(6) NOT NULL
) ENGINE=InnoDB;
CREATE TABLE kv (
	user_id BIGINT UNSIGNED NOT NULL,
	k VARBINARY(512) NOT NULL,
	v MEDIUMTEXT NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (user_id, k)
) ENGINE=InnoDB;
INSERT INTO products (sku, name, description, category, price, currency,
	stock, created_at)
SELECT CONCAT('SKU-', LPAD(seq, 7, '0')), CONCAT('Product number ', seq),
	CONCAT('What product ', seq, ' is good for, in a sentence of about the'
		' length that a shop would give it'),
	CONCAT('category-', seq % 20), seq * 37 % 100000, 'EUR', seq % 500,
	'2026-01-01 10:00:00'
FROM seq_1_to_10000;
ANALYZE TABLE products;
