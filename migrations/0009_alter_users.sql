-- up
ALTER TABLE users
	ADD COLUMN has_mfa BOOLEAN NOT NULL DEFAULT FALSE,
	ADD COLUMN verified_at DATETIME(6) NULL,
	ADD KEY users_superusers (is_superuser, is_active);
-- down
ALTER TABLE users
	DROP KEY users_superusers,
	DROP COLUMN verified_at,
	DROP COLUMN has_mfa;
