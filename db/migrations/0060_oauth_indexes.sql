-- Removing an app that nobody let in asks each of these tables.
CREATE INDEX oauth_codes_app ON oauth_codes (app_id);
CREATE INDEX oauth_tokens_app ON oauth_tokens (app_id);
CREATE INDEX statuses_app ON statuses (app_id) WHERE app_id IS NOT NULL;
CREATE INDEX oauth_tokens_revoked ON oauth_tokens (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX sessions_expires ON sessions (expires_at);
