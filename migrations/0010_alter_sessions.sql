-- up
ALTER TABLE sessions
	ADD COLUMN transport VARCHAR(16) NOT NULL DEFAULT 'bearer',
	ADD COLUMN device_id BINARY(16) NULL,
	ADD COLUMN device_name VARCHAR(80) NULL,
	ADD COLUMN user_agent VARCHAR(255) NULL,
	ADD COLUMN ip VARCHAR(45) NULL,
	ADD COLUMN last_seen_at DATETIME(6) NULL,
	ADD COLUMN generation BIGINT NOT NULL DEFAULT 0,
	ADD COLUMN rotated_at DATETIME(6) NULL,
	ADD COLUMN proven_at DATETIME(6) NULL;
-- down
ALTER TABLE sessions
	DROP COLUMN proven_at,
	DROP COLUMN rotated_at,
	DROP COLUMN generation,
	DROP COLUMN last_seen_at,
	DROP COLUMN ip,
	DROP COLUMN user_agent,
	DROP COLUMN device_name,
	DROP COLUMN device_id,
	DROP COLUMN transport;
