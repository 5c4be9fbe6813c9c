-- name: account-insert
INSERT INTO account (id, login, login_key, name, password_hash, must_change, disabled, failures, locked_until, stamp, created_at)
VALUES (:id, :login, :login_key, :name, :password_hash, :must_change, 0, 0, 0, 1, :created_at)

-- Of one account with its grants, a row for each.
-- name: account-granted
SELECT a.id, a.login, a.login_key, a.name, a.password_hash, a.must_change, a.disabled, a.failures, a.locked_until, a.stamp, a.created_at,
  COALESCE(g.role, '') AS role, COALESCE(g.depot_id, 0) AS depot_id
FROM account a LEFT JOIN account_grant g ON g.account_id = a.id WHERE a.id = :id ORDER BY g.role, g.depot_id

-- name: account-by-login
SELECT id, login, login_key, name, password_hash, must_change, disabled, failures, locked_until, stamp, created_at
FROM account WHERE login_key = :login_key

-- name: account-list
SELECT id, login, login_key, name, password_hash, must_change, disabled, failures, locked_until, stamp, created_at
FROM account ORDER BY disabled, login_key LIMIT :limit

-- name: account-any
SELECT id FROM account ORDER BY id LIMIT 1

-- name: account-rename
UPDATE account SET name = :name WHERE id = :id

-- name: account-bump
UPDATE account SET stamp = stamp + 1 WHERE id = :id

-- name: account-set-password
UPDATE account SET password_hash = :password_hash, must_change = :must_change, failures = 0, locked_until = 0, stamp = stamp + 1
WHERE id = :id AND stamp = :stamp

-- name: account-set-disabled
UPDATE account SET disabled = :disabled, stamp = stamp + 1 WHERE id = :id AND disabled <> :disabled

-- name: account-try
-- locked_until is set before failures, because MySQL reads columns already
-- set in the same statement and SQLite does not.
UPDATE account SET
  locked_until = CASE WHEN failures + 1 >= :max_failures THEN :locked_until ELSE locked_until END,
  failures = CASE WHEN failures + 1 >= :max_failures THEN 0 ELSE failures + 1 END
WHERE login_key = :login_key AND locked_until <= :now

-- name: account-clear-failures
UPDATE account SET failures = 0, locked_until = 0 WHERE id = :id

-- name: account-try-unknown
UPDATE setting SET value = :now WHERE name = 'signin_unknown'

-- name: account-try-unknown-first
INSERT INTO setting (name, value) VALUES ('signin_unknown', :now)

-- name: account-claim-first
INSERT INTO setting (name, value) VALUES ('first_account', :login)

-- name: account-active-with-role
SELECT DISTINCT a.id FROM account a JOIN account_grant g ON g.account_id = a.id
WHERE g.role = :role AND a.disabled = 0

-- name: account-grant-insert
INSERT INTO account_grant (account_id, role, depot_id) VALUES [[, |(:account_id, :role, :depot_id)]]

-- name: account-grant-clear
DELETE FROM account_grant WHERE account_id = :account_id

-- name: account-grant-list
SELECT account_id, role, depot_id FROM account_grant WHERE account_id IN (:ids) ORDER BY account_id, role, depot_id

-- name: signin-link-insert
INSERT INTO signin_link (token_hash, account_id, expires_at, used_at) VALUES (:token_hash, :account_id, :expires_at, 0)

-- name: signin-link-get
SELECT token_hash, account_id, expires_at, used_at FROM signin_link WHERE token_hash = :token_hash

-- name: signin-link-use
UPDATE signin_link SET used_at = :now WHERE token_hash = :token_hash AND used_at = 0 AND expires_at > :now

-- name: signin-link-void
UPDATE signin_link SET used_at = :now WHERE account_id = :account_id AND used_at = 0

-- name: session-get
-- With the account and a row for each of its grants: every request asks for it.
SELECT s.data, a.id, a.login, a.login_key, a.name, a.must_change, a.disabled, a.stamp, g.role, g.depot_id
FROM session s LEFT JOIN account a ON a.id = s.account_id LEFT JOIN account_grant g ON g.account_id = a.id
WHERE s.token_hash = :token_hash AND s.expires_at > :now ORDER BY g.role, g.depot_id

-- name: session-insert
INSERT INTO session (token_hash, data, expires_at, account_id) VALUES (:token_hash, :data, :expires_at, :account_id)

-- name: session-update
UPDATE session SET data = :data, expires_at = :expires_at, account_id = :account_id WHERE token_hash = :token_hash

-- name: session-delete
DELETE FROM session WHERE token_hash = :token_hash

-- name: session-purge
DELETE FROM session WHERE expires_at <= :now
