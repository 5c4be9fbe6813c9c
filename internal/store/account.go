package store

import (
	"context"
	"errors"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
)

// AccountRow is a person's account. PasswordHash is what accounts wrote; the
// store does not look into it. Stamp grows with every change that must end
// the account's live sessions.
type AccountRow struct {
	ID           id.ID          `db:"id"`
	Login        string         `db:"login"`
	LoginKey     string         `db:"login_key"`
	Name         string         `db:"name"`
	PasswordHash string         `db:"password_hash"`
	MustChange   bool           `db:"must_change"`
	Disabled     bool           `db:"disabled"`
	Failures     int            `db:"failures"`
	LockedUntil  int64          `db:"locked_until"` // microseconds UTC, 0 = not locked
	Stamp        int64          `db:"stamp"`
	CreatedAt    int64          `db:"created_at"`
	Grants       []access.Grant `db:"-"`
}

// Account gives one account with its grants, or NotFound.
func (c *Conn) Account(ctx context.Context, account id.ID) (AccountRow, error) {
	var rows []struct {
		AccountRow
		Role    access.Role `db:"role"`
		DepotID id.ID       `db:"depot_id"`
	}
	if err := c.list(ctx, &rows, "account-granted", M{"id": account}); err != nil {
		return AccountRow{}, err
	}
	if len(rows) == 0 {
		return AccountRow{}, errs.New(errs.NotFound, "没有找到要看的内容，可能已被删除或编号有误。")
	}
	a := rows[0].AccountRow
	for _, r := range rows {
		if r.Role != "" {
			a.Grants = append(a.Grants, access.Grant{Role: r.Role, DepotID: r.DepotID})
		}
	}
	return a, nil
}

// AccountByLogin gives the account of a normalised login, or NotFound.
func (c *Conn) AccountByLogin(ctx context.Context, loginKey string) (AccountRow, error) {
	return c.oneAccount(ctx, "account-by-login", M{"login_key": loginKey})
}

func (c *Conn) oneAccount(ctx context.Context, query string, args M) (AccountRow, error) {
	var r AccountRow
	if err := c.get(ctx, &r, query, args); err != nil {
		return AccountRow{}, err
	}
	list := []AccountRow{r}
	err := c.addGrants(ctx, list)
	return list[0], err
}

// Accounts lists accounts by login, the disabled ones last.
func (c *Conn) Accounts(ctx context.Context, limit int) ([]AccountRow, error) {
	var rows []AccountRow
	if err := c.list(ctx, &rows, "account-list", M{"limit": limit}); err != nil {
		return nil, err
	}
	return rows, c.addGrants(ctx, rows)
}

type grantRow struct {
	AccountID id.ID       `db:"account_id"`
	Role      access.Role `db:"role"`
	DepotID   id.ID       `db:"depot_id"`
}

func (c *Conn) addGrants(ctx context.Context, accounts []AccountRow) error {
	ids := make([]id.ID, len(accounts))
	at := make(map[id.ID]int, len(accounts))
	for i, a := range accounts {
		ids[i], at[a.ID] = a.ID, i
	}
	var rows []grantRow
	if err := c.list(ctx, &rows, "account-grant-list", M{"ids": ids}); err != nil {
		return err
	}
	for _, r := range rows {
		a := &accounts[at[r.AccountID]]
		a.Grants = append(a.Grants, access.Grant{Role: r.Role, DepotID: r.DepotID})
	}
	return nil
}

// AnyAccount reports whether an account exists. Accounts are never deleted.
func (c *Conn) AnyAccount(ctx context.Context) (bool, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "account-any", nil)
	return len(ids) > 0, err
}

// ActiveWithRole lists the accounts in use that hold a role.
func (c *Conn) ActiveWithRole(ctx context.Context, role access.Role) ([]id.ID, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "account-active-with-role", M{"role": role})
	return ids, err
}

// InsertAccount makes an account with its grants; a login already taken is
// ErrDuplicate. What was told before is not news to it.
func (t *Tx) InsertAccount(ctx context.Context, a AccountRow) error {
	_, err := t.exec(ctx, "account-insert", M{"id": a.ID, "login": a.Login, "login_key": a.LoginKey, "name": a.Name,
		"password_hash": a.PasswordHash, "must_change": a.MustChange, "created_at": t.NowMicro()})
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, "notice-mark-insert", M{"account_id": a.ID, "all_before": t.NowMicro() - 1}); err != nil {
		return err
	}
	return t.insertGrants(ctx, a.ID, a.Grants)
}

func (t *Tx) insertGrants(ctx context.Context, account id.ID, grants []access.Grant) error {
	rows := make([]M, len(grants))
	for i, g := range grants {
		rows[i] = M{"account_id": account, "role": g.Role, "depot_id": g.DepotID}
	}
	return t.insertMany(ctx, "account-grant-insert", rows)
}

// ReplaceGrants gives an account other roles and ends its sessions.
func (t *Tx) ReplaceGrants(ctx context.Context, account id.ID, grants []access.Grant) error {
	if err := t.mustMatch(ctx, "account-bump", M{"id": account}); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "account-grant-clear", M{"account_id": account}); err != nil {
		return err
	}
	return t.insertGrants(ctx, account, grants)
}

// RenameAccount changes the person's name.
func (t *Tx) RenameAccount(ctx context.Context, account id.ID, name string) error {
	return t.mustMatch(ctx, "account-rename", M{"id": account, "name": name})
}

// SetPassword changes the password of an account as it was read (stamp), lifts
// a lock and ends its sessions. An account changed meanwhile is a Conflict.
func (t *Tx) SetPassword(ctx context.Context, account id.ID, stamp int64, hash string, mustChange bool) error {
	return t.mustMatch(ctx, "account-set-password", M{"id": account, "stamp": stamp, "password_hash": hash, "must_change": mustChange})
}

// SetDisabled takes an account out of use or back, and ends its sessions. One
// that is so already is a Conflict.
func (t *Tx) SetDisabled(ctx context.Context, account id.ID, disabled bool) error {
	return t.mustMatch(ctx, "account-set-disabled", M{"id": account, "disabled": disabled})
}

// TakeTry counts a sign-in attempt before its password is looked at, so that
// any number of guesses at once get no more than the allowed tries. The try
// that reaches max locks the account until an instant; false says that the
// account is locked or unknown.
func (t *Tx) TakeTry(ctx context.Context, loginKey string, max int, lockFor time.Duration) (bool, error) {
	n, err := t.exec(ctx, "account-try", M{"login_key": loginKey, "max_failures": max, "now": t.NowMicro(),
		"locked_until": t.Now.Add(lockFor).UnixMicro()})
	return n == 1, err
}

// TouchUnknown writes as much for a login nobody has as TakeTry does for a
// known one, so that the time of the answer tells nothing.
func (s *Store) TouchUnknown(ctx context.Context) error {
	touch := func(query string) (int64, error) {
		var n int64
		err := s.Tx(ctx, func(tx *Tx) (err error) {
			n, err = tx.exec(ctx, query, M{"now": id.ID(tx.NowMicro()).String()})
			return err
		})
		return n, err
	}
	n, err := touch("account-try-unknown")
	if err == nil && n == 0 {
		_, err = touch("account-try-unknown-first")
	}
	if errors.Is(err, ErrDuplicate) {
		return nil
	}
	return err
}

// ClearFailures forgets failed tries and lifts a lock.
func (t *Tx) ClearFailures(ctx context.Context, account id.ID) error {
	return t.mustMatch(ctx, "account-clear-failures", M{"id": account})
}

// ClaimFirst takes the one right to make the first account; a second claim is
// ErrDuplicate, also when both come at once.
func (t *Tx) ClaimFirst(ctx context.Context, login string) error {
	_, err := t.exec(ctx, "account-claim-first", M{"login": login})
	return err
}

type linkRow struct {
	TokenHash string `db:"token_hash"`
	AccountID id.ID  `db:"account_id"`
	ExpiresAt int64  `db:"expires_at"`
	UsedAt    int64  `db:"used_at"`
}

// InsertLink makes a sign-in link and ends the account's unused ones.
func (t *Tx) InsertLink(ctx context.Context, tokenHash string, account id.ID, expires time.Time) error {
	if err := t.VoidLinks(ctx, account); err != nil {
		return err
	}
	_, err := t.exec(ctx, "signin-link-insert", M{"token_hash": tokenHash, "account_id": account, "expires_at": expires.UnixMicro()})
	return err
}

// VoidLinks ends an account's unused sign-in links.
func (t *Tx) VoidLinks(ctx context.Context, account id.ID) error {
	_, err := t.exec(ctx, "signin-link-void", M{"account_id": account, "now": t.NowMicro()})
	return err
}

// LinkAccount gives the account an unused, unexpired link signs in, or
// NotFound.
func (c *Conn) LinkAccount(ctx context.Context, tokenHash string, now time.Time) (id.ID, error) {
	var r linkRow
	if err := c.get(ctx, &r, "signin-link-get", M{"token_hash": tokenHash}); err != nil {
		return 0, err
	}
	if r.UsedAt != 0 || r.ExpiresAt <= now.UnixMicro() {
		return 0, errs.New(errs.NotFound, "登录链接已经用过或已过期，请向系统管理员要一个新的链接。")
	}
	return r.AccountID, nil
}

// UseLink marks a link as used, once; a used or expired one is a Conflict.
func (t *Tx) UseLink(ctx context.Context, tokenHash string) error {
	return t.mustMatch(ctx, "signin-link-use", M{"token_hash": tokenHash, "now": t.NowMicro()})
}
