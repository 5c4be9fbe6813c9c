package accounts

import (
	"context"
	"errors"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
)

// Console does what only who can start the program on the server may do:
// account work without being signed in. The web must not hold one.
type Console struct{ s *Service }

// Console gives the console's use cases; they are audited as 控制台.
func (s *Service) Console() Console { return Console{s} }

var consoleActor = access.Actor{Name: "控制台"}

// Ensure gives the account of a login, making it without a password when it is
// missing. An existing one is left as it is.
func (c Console) Ensure(ctx context.Context, p Person) (id.ID, error) {
	a, err := c.s.store.Read().AccountByLogin(ctx, LoginKey(p.Login))
	if err == nil || errs.KindOf(err) != errs.NotFound {
		return a.ID, err
	}
	return c.s.create(ctx, consoleActor, p, func(time.Time) string { return "" })
}

// Link makes a fresh single-use sign-in link for a login and gives its token,
// which belongs behind /signin/link/. It ends the account's unused ones.
func (c Console) Link(ctx context.Context, login string) (token string, err error) {
	a, err := c.find(ctx, login)
	if err != nil {
		return "", err
	}
	if a.Disabled {
		return "", errs.New(errs.Conflict, "用户「%s」已停用，先启用再生成登录链接。", a.Login)
	}
	token = newLinkToken()
	err = c.s.manage(ctx, consoleActor, a.ID, "signin.link", "", func(tx *store.Tx, a store.AccountRow) error {
		return tx.InsertLink(ctx, linkHash(token), a.ID, tx.Now.Add(linkLife))
	})
	return token, err
}

// Create makes an account and gives its one-time password.
func (c Console) Create(ctx context.Context, p Person) (password string, err error) {
	password = newOnce()
	hash, err := c.s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	_, err = c.s.create(ctx, consoleActor, p, func(now time.Time) string { return onceText(hash, now.Add(onceLife)) })
	return password, err
}

// ResetPassword gives a login a one-time password: the way back in when the
// only administrator has forgotten theirs.
func (c Console) ResetPassword(ctx context.Context, login string) (password string, err error) {
	a, err := c.find(ctx, login)
	if err != nil {
		return "", err
	}
	return c.s.reset(ctx, consoleActor, a.ID)
}

// List gives all accounts.
func (c Console) List(ctx context.Context) ([]Account, error) {
	rows, err := c.s.store.Read().Accounts(ctx, maxListed)
	list := make([]Account, len(rows))
	for i, r := range rows {
		list[i] = c.s.account(r)
	}
	return list, err
}

func (c Console) find(ctx context.Context, login string) (store.AccountRow, error) {
	a, err := c.s.store.Read().AccountByLogin(ctx, LoginKey(login))
	if errors.Is(err, errs.NotFound) {
		return a, errs.New(errs.NotFound, "没有用户「%s」。", login)
	}
	return a, err
}
