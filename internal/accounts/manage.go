package accounts

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
)

// Account is what administrators see of a person.
type Account struct {
	ID         id.ID
	Login      string
	Name       string
	Grants     []access.Grant
	Disabled   bool
	MustChange bool
	Locked     bool
	CreatedAt  time.Time
}

func (s *Service) account(r store.AccountRow) Account {
	return Account{ID: r.ID, Login: r.Login, Name: r.Name, Grants: r.Grants, Disabled: r.Disabled, MustChange: r.MustChange,
		Locked: r.LockedUntil > s.store.Now().UnixMicro(), CreatedAt: time.UnixMicro(r.CreatedAt)}
}

// List gives all accounts by login, the disabled ones last.
func (s *Service) List(ctx context.Context, actor access.Actor) ([]Account, error) {
	if err := actor.Require(access.AccountView, 0); err != nil {
		return nil, err
	}
	rows, err := s.store.Read().Accounts(ctx, maxListed)
	list := make([]Account, len(rows))
	for i, r := range rows {
		list[i] = s.account(r)
	}
	return list, err
}

// Get gives one account or NotFound.
func (s *Service) Get(ctx context.Context, actor access.Actor, account id.ID) (Account, error) {
	if err := actor.Require(access.AccountView, 0); err != nil {
		return Account{}, err
	}
	r, err := s.store.Read().Account(ctx, account)
	return s.account(r), notFound(err)
}

func notFound(err error) error {
	if errs.KindOf(err) == errs.NotFound {
		return errs.New(errs.NotFound, "没有这个用户，请从用户列表中选择。")
	}
	return err
}

// Person is the form of an account.
type Person struct {
	Login  string // only when it is made; it stays
	Name   string
	Grants []access.Grant
}

func (p Person) check(needLogin bool) error {
	var c errs.Check
	if needLogin {
		checkPerson(&c, p.Login, p.Name)
	} else {
		checkName(&c, p.Name)
	}
	if err := access.CheckRoles(p.Grants); err != nil {
		c.Add("roles", "%s", errs.MessageOf(err))
	}
	return c.Err()
}

// Create makes an account and gives its one-time password, which is shown once
// and must be changed at the first sign-in.
func (s *Service) Create(ctx context.Context, actor access.Actor, p Person) (account id.ID, password string, err error) {
	if err := actor.Require(access.AccountManage, 0); err != nil {
		return 0, "", err
	}
	password = newOnce()
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return 0, "", err
	}
	account, err = s.create(ctx, actor, p, func(now time.Time) string { return onceText(hash, now.Add(onceLife)) })
	if err != nil {
		return 0, "", err
	}
	return account, password, nil
}

// create makes an account; secret gives the stored password text, "" for none.
func (s *Service) create(ctx context.Context, actor access.Actor, p Person, secret func(time.Time) string) (id.ID, error) {
	p.Login, p.Name = strings.TrimSpace(p.Login), strings.TrimSpace(p.Name)
	p.Grants = sorted(p.Grants)
	if err := p.check(true); err != nil {
		return 0, err
	}
	var account id.ID
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := audit(ctx, tx, actor, "account.create", p.Login, "ok", describe(p.Name, p.Grants)); err != nil {
			return err
		}
		if err := checkDepots(ctx, tx, p.Grants); err != nil {
			return err
		}
		account = tx.NewID()
		hash := secret(tx.Now)
		return tx.InsertAccount(ctx, store.AccountRow{ID: account, Login: p.Login, LoginKey: LoginKey(p.Login), Name: p.Name,
			PasswordHash: hash, MustChange: hash != "", Grants: p.Grants})
	})
	if errors.Is(err, store.ErrDuplicate) {
		return 0, &errs.Error{Kind: errs.Invalid, Message: "用户名已经有人使用。", Fields: []errs.Field{{Name: "login",
			Message: "用户名「" + p.Login + "」已经有人使用（大小写和全半角视为相同），请换一个。"}}}
	}
	return account, err
}

func checkDepots(ctx context.Context, tx *store.Tx, grants []access.Grant) error {
	for _, g := range grants {
		if g.DepotID == 0 {
			continue
		}
		if _, err := tx.Depot(ctx, g.DepotID); errs.KindOf(err) == errs.NotFound {
			return &errs.Error{Kind: errs.Invalid, Message: "有一个储备库已不存在。", Fields: []errs.Field{{Name: "roles",
				Message: "所选的储备库已不存在，请重新选择。"}}}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// sorted gives grants in a fixed order without repeats. A role for the whole
// district makes the same role at single depots superfluous.
func sorted(grants []access.Grant) []access.Grant {
	list := slices.Clone(grants)
	slices.SortFunc(list, func(a, b access.Grant) int {
		if c := slices.Index(access.Roles, a.Role) - slices.Index(access.Roles, b.Role); c != 0 {
			return c
		}
		return int(min(1, max(-1, a.DepotID-b.DepotID)))
	})
	var kept []access.Grant
	for _, g := range list {
		if n := len(kept); n > 0 && kept[n-1].Role == g.Role && (kept[n-1].DepotID == 0 || kept[n-1].DepotID == g.DepotID) {
			continue
		}
		kept = append(kept, g)
	}
	return kept
}

func describe(name string, grants []access.Grant) string {
	words := []string{name}
	for _, g := range grants {
		w := g.Role.Name()
		if g.DepotID != 0 {
			w += "@" + g.DepotID.String()
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// Update changes a person's name and roles. Other roles end the person's
// sessions. Nobody changes their own roles.
func (s *Service) Update(ctx context.Context, actor access.Actor, account id.ID, p Person) error {
	p.Name, p.Grants = strings.TrimSpace(p.Name), sorted(p.Grants)
	if err := actor.Require(access.AccountManage, 0); err != nil {
		return err
	}
	if err := p.check(false); err != nil {
		return err
	}
	return s.manage(ctx, actor, account, "account.update", describe(p.Name, p.Grants), func(tx *store.Tx, a store.AccountRow) error {
		if a.Name != p.Name {
			if err := tx.RenameAccount(ctx, a.ID, p.Name); err != nil {
				return err
			}
		}
		if slices.Equal(sorted(a.Grants), p.Grants) {
			return nil
		}
		if a.ID == actor.ID {
			return errs.New(errs.Forbidden, "不能修改自己的角色，请由另一位系统管理员办理。")
		}
		if err := checkDepots(ctx, tx, p.Grants); err != nil {
			return err
		}
		if err := tx.ReplaceGrants(ctx, a.ID, p.Grants); err != nil {
			return err
		}
		return keepSystem(ctx, tx)
	})
}

// manage runs a change of an account in one transaction behind its audit row.
func (s *Service) manage(ctx context.Context, actor access.Actor, account id.ID, act, detail string, change func(*store.Tx, store.AccountRow) error) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		a, err := tx.Account(ctx, account)
		if err != nil {
			return notFound(err)
		}
		if err := audit(ctx, tx, actor, act, a.Login, "ok", detail); err != nil {
			return err
		}
		// Read again behind the lock of the audit head.
		if a, err = tx.Account(ctx, account); err != nil {
			return err
		}
		return change(tx, a)
	})
}

// keepSystem refuses a change that leaves nobody to administer the system.
func keepSystem(ctx context.Context, tx *store.Tx) error {
	left, err := tx.ActiveWithRole(ctx, access.System)
	if err == nil && len(left) == 0 {
		return errs.New(errs.Conflict, "至少要保留一个启用的系统管理员，请先给别人授予系统管理员角色。")
	}
	return err
}

// SetDisabled takes an account out of use, or back. Out of use ends its
// sessions and links at once.
func (s *Service) SetDisabled(ctx context.Context, actor access.Actor, account id.ID, disabled bool) error {
	if err := actor.Require(access.AccountManage, 0); err != nil {
		return err
	}
	if account == actor.ID {
		return errs.New(errs.Forbidden, "不能停用自己的账户，请由另一位系统管理员办理。")
	}
	act := "account.enable"
	if disabled {
		act = "account.disable"
	}
	return s.manage(ctx, actor, account, act, "", func(tx *store.Tx, a store.AccountRow) error {
		if err := tx.SetDisabled(ctx, a.ID, disabled); err != nil {
			return err
		}
		if err := tx.VoidLinks(ctx, a.ID); err != nil {
			return err
		}
		return keepSystem(ctx, tx)
	})
}

// Unlock lifts the lock after wrong passwords.
func (s *Service) Unlock(ctx context.Context, actor access.Actor, account id.ID) error {
	if err := actor.Require(access.AccountManage, 0); err != nil {
		return err
	}
	return s.manage(ctx, actor, account, "account.unlock", "", func(tx *store.Tx, a store.AccountRow) error {
		return tx.ClearFailures(ctx, a.ID)
	})
}

// ResetPassword gives an account a new one-time password, ends its sessions
// and lifts a lock. The password is in the answer and nowhere else.
func (s *Service) ResetPassword(ctx context.Context, actor access.Actor, account id.ID) (string, error) {
	if err := actor.Require(access.AccountManage, 0); err != nil {
		return "", err
	}
	if account == actor.ID {
		return "", errs.New(errs.Forbidden, "修改自己的密码请用「修改密码」页面。")
	}
	return s.reset(ctx, actor, account)
}

func (s *Service) reset(ctx context.Context, actor access.Actor, account id.ID) (string, error) {
	password := newOnce()
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.manage(ctx, actor, account, "password.reset", "一次性密码", func(tx *store.Tx, a store.AccountRow) error {
		if err := tx.VoidLinks(ctx, a.ID); err != nil {
			return err
		}
		return tx.SetPassword(ctx, a.ID, a.Stamp, onceText(hash, tx.Now.Add(onceLife)), true)
	})
	if err != nil {
		return "", err
	}
	return password, nil
}
