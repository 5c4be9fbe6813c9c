package accounts

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/store"
)

// SetupNeeded reports that no account exists yet.
func (s *Service) SetupNeeded(ctx context.Context) (bool, error) {
	if s.anyone.Load() {
		return false, nil
	}
	any, err := s.store.Read().AnyAccount(ctx)
	if any {
		s.anyone.Store(true)
	}
	return !any, err
}

// SetupCode is the code to print on the console while SetupNeeded.
func (s *Service) SetupCode() string { return s.setupCode }

// First is the form of the first account.
type First struct {
	Code, Login, Name, Password string
}

// CreateFirst makes the first account, a system administrator, for whoever
// reads the code on the console. It works only while no account exists; of two
// at once one wins.
func (s *Service) CreateFirst(ctx context.Context, f First, from Origin) (Identity, error) {
	if needed, err := s.SetupNeeded(ctx); err != nil || !needed {
		return Identity{}, firstTaken(err)
	}
	if err := s.admit(ctx, from); err != nil {
		return Identity{}, err
	}
	f.Login, f.Name = strings.TrimSpace(f.Login), strings.TrimSpace(f.Name)
	if err := s.checkFirst(ctx, f, from); err != nil {
		return Identity{}, err
	}
	hash, err := s.hasher.hash(ctx, f.Password)
	if err != nil {
		return Identity{}, err
	}
	a := store.AccountRow{Login: f.Login, LoginKey: LoginKey(f.Login), Name: f.Name, PasswordHash: hash, Stamp: 1,
		Grants: []access.Grant{{Role: access.System}}}
	err = s.store.Tx(ctx, func(tx *store.Tx) error { return createFirst(ctx, tx, &a, from) })
	if errors.Is(err, store.ErrDuplicate) {
		err = firstTaken(nil)
	}
	if err != nil {
		return Identity{}, err
	}
	s.anyone.Store(true)
	s.limiter.giveBack(from.IP)
	return identity(a, from), nil
}

func (s *Service) checkFirst(ctx context.Context, f First, from Origin) error {
	if subtle.ConstantTimeCompare([]byte(foldSetupCode(f.Code)), []byte(foldSetupCode(s.setupCode))) != 1 {
		wrong := &errs.Error{Kind: errs.Invalid, Message: "安装码不正确，请抄写服务器窗口里显示的安装码。",
			Fields: []errs.Field{{Name: "code", Message: "安装码不正确，请抄写服务器窗口里显示的安装码。"}}}
		return s.recordRefusal(ctx, access.Actor{IP: from.IP, RequestID: from.RequestID}, "首个账户", "安装码不正确", wrong)
	}
	var c errs.Check
	checkPerson(&c, f.Login, f.Name)
	if text := checkPassword(f.Password, f.Login, f.Name); text != "" {
		c.Add("password", "%s", text)
	}
	return c.Err()
}

func createFirst(ctx context.Context, tx *store.Tx, a *store.AccountRow, from Origin) error {
	a.ID = tx.NewID()
	if err := audit(ctx, tx, identity(*a, from).Actor, "account.create", a.Login, "ok", "首个账户："+access.System.Name()); err != nil {
		return err
	}
	any, err := tx.AnyAccount(ctx)
	if err != nil || any {
		return firstTaken(err)
	}
	if err := tx.ClaimFirst(ctx, a.Login); err != nil {
		return err
	}
	return tx.InsertAccount(ctx, *a)
}

func firstTaken(err error) error {
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "系统已经有账户了，不能再用安装码建立。请直接登录，或请系统管理员开户。")
}
