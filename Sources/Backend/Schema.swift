/// The tables. A script that was released never changes; what is new comes as another one behind it.
enum Schema {
  static let migrations = [
    """
    CREATE TABLE account (
      id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL, suspended_at BIGINT,
      version BIGINT NOT NULL DEFAULT 0);

    CREATE TABLE api_secret (
      id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id), digest TEXT NOT NULL UNIQUE,
      last_four TEXT NOT NULL, created_at BIGINT NOT NULL, revoked_at BIGINT);
    CREATE INDEX api_secret_account ON api_secret (account_id);

    CREATE TABLE ledger_entry (
      id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id), cents BIGINT NOT NULL,
      kind TEXT NOT NULL, subject TEXT, created_at BIGINT NOT NULL);
    CREATE INDEX ledger_entry_account ON ledger_entry (account_id, created_at);

    CREATE TABLE subscription (
      id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id), authtype TEXT NOT NULL,
      user_name TEXT NOT NULL, crt TEXT NOT NULL, testing BIGINT NOT NULL, created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL, deleted_at BIGINT, version BIGINT NOT NULL DEFAULT 0,
      UNIQUE (account_id, crt));
    CREATE UNIQUE INDEX subscription_live ON subscription (account_id, authtype, user_name) WHERE deleted_at IS NULL;

    CREATE TABLE session (
      id TEXT PRIMARY KEY, subscription_id TEXT NOT NULL REFERENCES subscription (id), address_digest TEXT NOT NULL,
      day TEXT NOT NULL, cents BIGINT NOT NULL, created_at BIGINT NOT NULL,
      UNIQUE (subscription_id, address_digest, day));

    CREATE TABLE signing_key (id TEXT PRIMARY KEY, secret TEXT NOT NULL, created_at BIGINT NOT NULL);

    CREATE TABLE idempotent_request (
      account_id TEXT NOT NULL REFERENCES account (id), key_digest TEXT NOT NULL, fingerprint TEXT NOT NULL,
      created_at BIGINT NOT NULL, PRIMARY KEY (account_id, key_digest));
    CREATE INDEX idempotent_request_age ON idempotent_request (created_at);
    """,
    """
    CREATE TABLE job (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, account_id TEXT NOT NULL REFERENCES account (id),
      subscription_id TEXT REFERENCES subscription (id), authtype TEXT, user_name TEXT, testing BIGINT NOT NULL,
      state TEXT NOT NULL, request TEXT NOT NULL, answer TEXT, error TEXT,
      cents BIGINT NOT NULL, created_at BIGINT NOT NULL, queued_at BIGINT, finished_at BIGINT, deleted_at BIGINT,
      attempt BIGINT NOT NULL DEFAULT 0, owner TEXT, lease_until BIGINT);
    CREATE INDEX job_state ON job (state, queued_at);
    CREATE INDEX job_account ON job (account_id, kind, created_at);
    CREATE INDEX job_subscription ON job (subscription_id);

    ALTER TABLE idempotent_request ADD COLUMN result TEXT;

    CREATE TABLE doomed_object (object_key TEXT PRIMARY KEY, created_at BIGINT NOT NULL);
    """,
    """
    CREATE TABLE webhook (
      account_id TEXT PRIMARY KEY REFERENCES account (id), url TEXT NOT NULL, secret TEXT NOT NULL,
      created_at BIGINT NOT NULL, busy_until BIGINT NOT NULL DEFAULT 0);

    CREATE TABLE webhook_message (
      id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id), type TEXT NOT NULL, body TEXT NOT NULL,
      created_at BIGINT NOT NULL, attempt BIGINT NOT NULL DEFAULT 0, next_at BIGINT, status BIGINT, error TEXT,
      delivered_at BIGINT);
    CREATE INDEX webhook_message_next ON webhook_message (next_at);
    CREATE INDEX webhook_message_account ON webhook_message (account_id, created_at);
    """,
  ]
}
