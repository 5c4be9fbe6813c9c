// Package accounts says who people are: accounts and their roles, passwords,
// sign-in, sign-in links, the first account, and the trail of what was done.
//
// Each method is one use case in one transaction that also writes its audit
// row, so nothing happens unrecorded. It may import access, store and the
// leaves; it knows no HTTP, no cookie and no page. What a live session needs
// is the account's id and stamp: a stamp that is no longer the account's ends
// the session.
package accounts

import (
	"context"
	"sync/atomic"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// Limits of guessing (GB/T 22239-2019 level 2 asks for a limit; the values are
// the ones offices are audited for) and the lives of credentials.
const (
	MaxFailures = 5                // wrong passwords until an account is locked
	LockFor     = 10 * time.Minute // how long it stays locked

	maxPerIP   = 30               // attempts from one address, wrong ones, per
	ipWindow   = 10 * time.Minute // window: a whole office may sit behind one address
	linkLife   = 24 * time.Hour   // of a sign-in link
	onceLife   = 72 * time.Hour   // of a one-time password: over a weekend
	maxListed  = 2000             // accounts on the list; a district has some hundred
	trailPage  = 100              // audit rows per page
	systemHead = id.ID(0)         // the audit chain of acts on the system itself
)

// Options are what an installation decides.
type Options struct {
	// SetupCode fixes the code the first account is made with; "" makes a
	// random one, to be printed on the console.
	SetupCode string
}

// Service holds what the use cases need.
type Service struct {
	store     *store.Store
	hasher    *hasher
	limiter   *limiter
	setupCode string
	anyone    atomic.Bool // an account exists; once true it stays true
}

// New makes the service. The clock is the store's.
func New(st *store.Store, o Options) *Service {
	s := &Service{store: st, hasher: newHasher(), limiter: newLimiter(maxPerIP, ipWindow, st.Now), setupCode: o.SetupCode}
	if s.setupCode == "" {
		s.setupCode = newSetupCode()
	}
	return s
}

// Origin is where a request of somebody not yet known came from.
type Origin struct {
	IP        string
	RequestID string
}

// Identity is a person signed in.
type Identity struct {
	Actor      access.Actor
	Stamp      int64
	MustChange bool // a one-time password must be changed before anything else
}

func identity(a store.AccountRow, from Origin) Identity {
	return Identity{
		Actor: access.Actor{ID: a.ID, Login: a.Login, Name: a.Name, Grants: a.Grants, IP: from.IP, RequestID: from.RequestID},
		Stamp: a.Stamp, MustChange: a.MustChange,
	}
}

// Session gives the person of a live session. An account that was disabled,
// given other roles or another password since is Unauthenticated.
func (s *Service) Session(ctx context.Context, account id.ID, stamp int64, from Origin) (Identity, error) {
	a, err := s.store.Read().Account(ctx, account)
	if errs.KindOf(err) == errs.NotFound {
		return Identity{}, errs.New(errs.Unauthenticated, "请重新登录。")
	}
	if err != nil {
		return Identity{}, err
	}
	return s.SessionOf(a, stamp, from)
}

// SessionOf is Session where the account was read with the session.
func (s *Service) SessionOf(a store.AccountRow, stamp int64, from Origin) (Identity, error) {
	if a.Disabled || a.Stamp != stamp {
		return Identity{}, errs.New(errs.Unauthenticated, "您的账户刚刚被修改，请重新登录。")
	}
	return identity(a, from), nil
}

// audit writes a row of the system's chain. Use cases that decide on other
// accounts call it first: it locks the chain's head, so that two of them run
// one after the other and each sees what the other did.
func audit(ctx context.Context, tx *store.Tx, actor access.Actor, act, object, result, detail string) error {
	return tx.Audit(ctx, systemHead, ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: clip(actor.Name), Act: act, Object: object,
		Result: result, Detail: detail, IP: actor.IP, RequestID: actor.RequestID})
}

// clip keeps a name within the audit column of 60 characters.
func clip(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:60])
	}
	return name
}

// RecordDenied writes that a right was missing. It is called at the edge,
// after the refusal, in a transaction of its own.
func (s *Service) RecordDenied(ctx context.Context, actor access.Actor, object, detail string) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		return audit(ctx, tx, actor, "access.denied", object, "denied", detail)
	})
}

// SignOut records the end of a session; ending it is the web's work.
func (s *Service) SignOut(ctx context.Context, actor access.Actor) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		return audit(ctx, tx, actor, "signout", actor.Login, "ok", "")
	})
}
