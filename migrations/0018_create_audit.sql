-- up
CREATE TABLE audit (
	id BINARY(16) NOT NULL PRIMARY KEY,
	actor_id BINARY(16) NULL,
	actor_ip VARCHAR(45) NULL,
	action VARCHAR(64) NOT NULL,
	object_type VARCHAR(32) NULL,
	object_id VARCHAR(64) NULL,
	diff MEDIUMTEXT NULL,
	request_id VARCHAR(64) NULL,
	at DATETIME(6) NOT NULL,
	KEY audit_actor (actor_id, id),
	KEY audit_action (action, id),
	KEY audit_object (object_type, object_id, id),
	KEY audit_type (object_type, action, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- down
DROP TABLE audit;
