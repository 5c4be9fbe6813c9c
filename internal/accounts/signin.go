package accounts

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/store"
)

// badSignIn is the one answer to every refused sign-in, whether the login is
// unknown, the password wrong or the account locked: nobody learns which.
func badSignIn() error {
	return errs.New(errs.Invalid, "用户名或密码不正确，或账户暂时锁定。连续输错 %d 次会锁定 %d 分钟；忘记密码请联系系统管理员。", MaxFailures, int(LockFor.Minutes()))
}

// attempt is one sign-in from the taking of a try to its verdict.
type attempt struct {
	account store.AccountRow
	known   bool
	taken   bool // a try was left
	right   bool // the password is the account's
}

// SignIn checks a login and a password. The work is the same for an unknown
// login, a locked account and a wrong password.
func (s *Service) SignIn(ctx context.Context, login, password string, from Origin) (Identity, error) {
	if err := s.admit(ctx, from); err != nil {
		return Identity{}, err
	}
	a, err := s.try(ctx, LoginKey(login), password)
	if err != nil {
		return Identity{}, err
	}
	who := identity(a.account, from)
	detail, refusal := s.refusal(a)
	if refusal != nil {
		return Identity{}, s.recordRefusal(ctx, who.Actor, masked(login, a), detail, refusal)
	}
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := audit(ctx, tx, who.Actor, "signin", a.account.Login, "ok", "密码"); err != nil {
			return err
		}
		return tx.ClearFailures(ctx, a.account.ID)
	})
	if err != nil {
		return Identity{}, err
	}
	s.limiter.giveBack(from.IP)
	return who, nil
}

// admit refuses an address that has guessed too often.
func (s *Service) admit(ctx context.Context, from Origin) error {
	ok, first := s.limiter.take(from.IP)
	if ok {
		return nil
	}
	if first {
		if err := s.RecordDenied(ctx, access.Actor{IP: from.IP, RequestID: from.RequestID}, "登录", "同一地址尝试过多"); err != nil {
			return err
		}
	}
	return errs.New(errs.Busy, "这台电脑登录失败的次数太多，请 %d 分钟后再试，或联系系统管理员。", int(ipWindow.Minutes()))
}

// try takes one of the account's tries and compares the password. The try is
// counted before the password is looked at: of a thousand guesses at once no
// more than MaxFailures are compared.
func (s *Service) try(ctx context.Context, loginKey, password string) (attempt, error) {
	var a attempt
	err := s.store.Tx(ctx, func(tx *store.Tx) (err error) {
		a = attempt{}
		if a.taken, err = tx.TakeTry(ctx, loginKey, MaxFailures, LockFor); err != nil {
			return err
		}
		a.account, err = tx.AccountByLogin(ctx, loginKey)
		a.known = err == nil
		if errs.KindOf(err) == errs.NotFound {
			return nil
		}
		return err
	})
	if err == nil && !a.taken {
		err = s.store.TouchUnknown(ctx)
	}
	if err != nil {
		return a, err
	}
	hash := ""
	if a.taken {
		hash, _ = splitOnce(a.account.PasswordHash)
	}
	a.right, err = s.hasher.verify(ctx, hash, password)
	return a, err
}

// refusal gives why a sign-in is refused, for the trail and for the person;
// nil when it is not. Only who knows the password learns more than badSignIn.
func (s *Service) refusal(a attempt) (detail string, err error) {
	_, ends := splitOnce(a.account.PasswordHash)
	switch {
	case !a.known:
		return "没有这个用户名", badSignIn()
	case !a.taken:
		return "账户锁定中", badSignIn()
	case !a.right && a.account.Failures == 0: // the try that was taken set the lock
		return fmt.Sprintf("密码错误，账户锁定 %d 分钟", int(LockFor.Minutes())), badSignIn()
	case !a.right:
		return "密码错误", badSignIn()
	case a.account.Disabled:
		return "账户已停用", errs.New(errs.Invalid, "这个账户已停用。如需使用，请联系系统管理员。")
	case ends != 0 && ends <= s.store.Now().UnixMicro():
		return "一次性密码已过期", errs.New(errs.Invalid, "一次性密码已过期，请联系系统管理员重新设置。")
	}
	return "", nil
}

func (s *Service) recordRefusal(ctx context.Context, actor access.Actor, login, detail string, refusal error) error {
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		return audit(ctx, tx, actor, "signin", login, "failed", detail)
	})
	if err != nil {
		return err
	}
	return refusal
}

// masked names the login in the trail. One that nobody has is shown in part
// only: people type their password into the wrong box.
func masked(typed string, a attempt) string {
	if a.known {
		return a.account.Login
	}
	r := []rune(strings.Map(printable, typed))
	return fmt.Sprintf("%s…（%d 个字符）", string(r[:min(2, len(r)/2)]), len(r))
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return -1
}

// ChangePassword gives a person a new password of their own. All sessions of
// the account end; the answer carries the stamp for the one that goes on.
func (s *Service) ChangePassword(ctx context.Context, actor access.Actor, current, next string) (Identity, error) {
	if actor.ID == 0 {
		return Identity{}, actor.Require(access.SignedIn, 0)
	}
	var c errs.Check
	if text := checkPassword(next, actor.Login, actor.Name); text != "" {
		c.Add("password", "%s", text)
	} else if current == next {
		c.Add("password", "新密码不能与现在的密码相同。")
	}
	if err := c.Err(); err != nil {
		return Identity{}, err
	}
	a, err := s.try(ctx, LoginKey(actor.Login), current)
	if err != nil {
		return Identity{}, err
	}
	if !a.known || !a.right || a.account.ID != actor.ID {
		wrong := &errs.Error{Kind: errs.Invalid, Message: "现在的密码不正确。", Fields: []errs.Field{{Name: "current",
			Message: fmt.Sprintf("现在的密码不正确，请重新输入；连续输错 %d 次会锁定 %d 分钟。", MaxFailures, int(LockFor.Minutes()))}}}
		return Identity{}, s.recordPasswordRefusal(ctx, actor, wrong)
	}
	return s.savePassword(ctx, actor, a.account, next)
}

func (s *Service) recordPasswordRefusal(ctx context.Context, actor access.Actor, refusal error) error {
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		return audit(ctx, tx, actor, "password.change", actor.Login, "failed", "现在的密码不正确")
	})
	if err != nil {
		return err
	}
	return refusal
}

func (s *Service) savePassword(ctx context.Context, actor access.Actor, a store.AccountRow, next string) (Identity, error) {
	hash, err := s.hasher.hash(ctx, next)
	if err != nil {
		return Identity{}, err
	}
	var changed store.AccountRow
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := audit(ctx, tx, actor, "password.change", a.Login, "ok", ""); err != nil {
			return err
		}
		if err := tx.SetPassword(ctx, a.ID, a.Stamp, hash, false); err != nil {
			return err
		}
		if err := tx.VoidLinks(ctx, a.ID); err != nil {
			return err
		}
		changed, err = tx.Account(ctx, a.ID)
		return err
	})
	return identity(changed, Origin{IP: actor.IP, RequestID: actor.RequestID}), err
}

// LinkOwner tells whom a sign-in link would sign in, without using it.
func (s *Service) LinkOwner(ctx context.Context, token string) (name string, err error) {
	a, err := s.linkAccount(ctx, s.store.Read(), token)
	return a.Name, err
}

func (s *Service) linkAccount(ctx context.Context, c *store.Conn, token string) (store.AccountRow, error) {
	gone := errs.New(errs.NotFound, "登录链接已经用过、已过期或不完整，请向系统管理员要一个新的链接。")
	account, err := c.LinkAccount(ctx, linkHash(token), s.store.Now())
	if errs.KindOf(err) == errs.NotFound {
		return store.AccountRow{}, gone
	}
	if err != nil {
		return store.AccountRow{}, err
	}
	a, err := c.Account(ctx, account)
	if err == nil && a.Disabled {
		return store.AccountRow{}, gone
	}
	return a, err
}

// UseLink signs in by a link, once.
func (s *Service) UseLink(ctx context.Context, token string, from Origin) (Identity, error) {
	if err := s.admit(ctx, from); err != nil {
		return Identity{}, err
	}
	var who Identity
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		a, err := s.linkAccount(ctx, tx.Conn, token)
		if err != nil {
			return err
		}
		if err := tx.UseLink(ctx, linkHash(token)); err != nil {
			return err
		}
		who = identity(a, from)
		return audit(ctx, tx, who.Actor, "signin", a.Login, "ok", "登录链接")
	})
	if k := errs.KindOf(err); k == errs.NotFound || k == errs.Conflict {
		return Identity{}, s.recordRefusal(ctx, access.Actor{IP: from.IP, RequestID: from.RequestID}, "登录链接", "链接无效、已用过或已过期", err)
	}
	if err == nil {
		s.limiter.giveBack(from.IP)
	}
	return who, err
}
