-- up
-- Every word is marked, so that full text knows short ones and its stop words
-- too: "Bo Li" is "zzBo zzLi". What parts words here parts them in users_find.
-- The table is copied while nobody can write to it: minutes where there are a
-- million accounts. Choose a quiet hour.
ALTER TABLE users
	ADD COLUMN words TEXT COLLATE utf8mb4_unicode_520_ci
		GENERATED ALWAYS AS (CONCAT('zz', REPLACE(REPLACE(REPLACE(
			REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
			REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
			REPLACE(REPLACE(REPLACE(
			CONCAT(COALESCE(full_name, ''), ' ', email),
			'.', ' '), '@', ' '), '-', ' '), '_', ' '), '+', ' '),
			'''', ' '), '(', ' '), ')', ' '), '"', ' '),
			',', ' '), '/', ' '), ';', ' '), ':', ' '), '’', ' '),
			'«', ' '), '»', ' '), CHAR(9 USING utf8mb4), ' '),
			' ', ' zz'))) STORED,
	ADD KEY users_by_state (is_active, created_at, id),
	ADD FULLTEXT KEY users_words (words);
-- down
ALTER TABLE users
	DROP KEY users_words,
	DROP KEY users_by_state,
	DROP COLUMN words;
