-- up
ALTER TABLE tasks
	ADD COLUMN stage VARCHAR(16) GENERATED ALWAYS AS
		(IF(state = 'queued' AND attempts > 0, 'failed', state)) STORED,
	ADD COLUMN mail BOOLEAN GENERATED ALWAYS AS (LEFT(kind, 5) = 'mail_') STORED,
	ADD COLUMN recipient VARCHAR(255) NULL,
	ADD COLUMN recipient_key VARBINARY(1020) NULL,
	DROP KEY tasks_kind,
	ADD KEY tasks_kind (kind, stage, id),
	ADD KEY tasks_newest (kind, id),
	ADD KEY tasks_stage (stage, id),
	ADD KEY tasks_mail (mail, id),
	ADD KEY tasks_mail_stage (mail, stage, id),
	ADD KEY tasks_recipient (recipient_key, id),
	ADD KEY tasks_recipient_stage (recipient_key, stage, id);
-- down
ALTER TABLE tasks
	DROP KEY tasks_kind,
	DROP KEY tasks_newest,
	DROP KEY tasks_stage,
	DROP KEY tasks_mail,
	DROP KEY tasks_mail_stage,
	DROP KEY tasks_recipient,
	DROP KEY tasks_recipient_stage,
	DROP COLUMN stage,
	DROP COLUMN mail,
	DROP COLUMN recipient,
	DROP COLUMN recipient_key,
	ADD KEY tasks_kind (kind, state);
