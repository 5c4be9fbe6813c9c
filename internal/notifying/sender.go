package notifying

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"changbei/internal/courier"
	"changbei/internal/id"
	"changbei/internal/store"
)

// Rhythm of the sender. A lease is far longer than an attempt, so that the
// clocks of two machines may differ by minutes and still only one sends; after
// a crash it is how long the message waits.
const (
	lookEvery = 2 * time.Second
	lease     = 5 * time.Minute
	grace     = 2 * time.Second // what a stop leaves to attempts under way
	lastWrite = 5 * time.Second // and to writing down what became of them

	hooksAtOnce = 8   // attempts under way
	mostHooks   = 200 // looked at in a round
	mostInTurn  = 50  // sent to a webhook in one turn
)

// SenderOptions are what an installation decides. Zero values are the usual
// ones; the times are other in tests.
type SenderOptions struct {
	Reach   courier.Reach
	Log     *slog.Logger
	Timeout time.Duration // of an attempt
	Grace   time.Duration // of a stop; negative = none
}

// Sender works the outbox off. Every program on a database may run one: a
// delivery is claimed by whoever matches its row first.
type Sender struct {
	store   *store.Store
	courier *courier.Courier
	log     *slog.Logger
	grace   time.Duration

	places  chan struct{}
	running sync.WaitGroup
	mu      sync.Mutex
	busy    map[id.ID]bool // webhooks something is being sent to by this sender
}

// NewSender makes a sender; Run starts it.
func NewSender(st *store.Store, o SenderOptions) *Sender {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Grace == 0 {
		o.Grace = grace
	}
	return &Sender{store: st, courier: courier.New(o.Reach, o.Timeout), log: o.Log, grace: o.Grace,
		places: make(chan struct{}, hooksAtOnce), busy: map[id.ID]bool{}}
}

// Run looks for what is due until the context ends. Attempts under way are then
// given a moment and broken off; what became of them is written down.
func (s *Sender) Run(ctx context.Context) {
	sends, breakOff := context.WithCancel(context.WithoutCancel(ctx))
	defer breakOff()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		s.look(ctx, sends)
		select {
		case <-ctx.Done():
			time.AfterFunc(s.grace, breakOff)
			s.running.Wait()
			return
		case <-look.C:
		}
	}
}

// Round sends what is due now and waits for it.
func (s *Sender) Round(ctx context.Context) {
	s.look(ctx, ctx)
	s.running.Wait()
}

// look begins a turn for each webhook that something is due for. Webhooks do
// not wait for each other: one that hangs has its own turn only.
func (s *Sender) look(ctx, sends context.Context) {
	hooks, err := s.store.Read().DueHooks(ctx, s.store.Now().UnixMicro(), mostHooks)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("look into the outbox", "error", err.Error())
		}
		return
	}
	for _, h := range hooks {
		if s.begin(h) {
			s.running.Go(func() { s.turn(ctx, sends, h) })
		}
	}
}

// begin takes a webhook for a turn, if this sender is not at it already.
func (s *Sender) begin(hook id.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[hook] {
		return false
	}
	s.busy[hook] = true
	return true
}

func (s *Sender) end(hook id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, hook)
}

// turn sends what is due to one webhook, the oldest first, until one fails: the
// others would wait for the same receiver. A panic ends the turn and not the
// program.
func (s *Sender) turn(ctx, sends context.Context, hook id.ID) {
	defer s.end(hook)
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic while sending", "webhook", hook.String(), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
	}()
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return
	}
	due, err := s.due(ctx, hook)
	for _, d := range due {
		if ctx.Err() != nil {
			return
		}
		var sent bool
		if sent, err = s.deliver(ctx, sends, d); err != nil || !sent {
			break
		}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		s.log.Warn("work off the outbox", "webhook", hook.String(), "error", err.Error())
	}
}

// due lists what to send to a webhook in this turn: no more than a robot takes
// a minute, counted in the database, where the tries of all programs are.
func (s *Sender) due(ctx context.Context, hook id.ID) ([]store.Delivery, error) {
	c := s.store.Read()
	h, err := c.Webhook(ctx, hook)
	if err != nil {
		return nil, err
	}
	most := mostInTurn
	if limit := h.Form.PerMinute(); limit > 0 {
		tried, err := c.AttemptsSince(ctx, hook, s.store.Now().Add(-time.Minute).UnixMicro())
		if err != nil {
			return nil, err
		}
		most = limit - tried
	}
	if most <= 0 {
		return nil, nil
	}
	return c.DueDeliveries(ctx, hook, s.store.Now().UnixMicro(), most)
}
