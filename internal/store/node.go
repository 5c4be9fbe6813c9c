package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"changbei/internal/errs"
	"changbei/internal/id"
)

// A node number is leased for nodeLease and renewed at a third of it. Two
// programs on one database so never make the same ids.
const (
	nodeLease = 30 * time.Minute
	nodeRenew = nodeLease / 3
)

// leaseNode takes the first free or expired number: a guarded UPDATE of a dead
// lease, or an INSERT; whoever loses a race tries the next number.
func (s *Store) leaseNode(ctx context.Context) error {
	var raw [16]byte
	rand.Read(raw[:])
	s.holder = hex.EncodeToString(raw[:])
	for node := 1; node <= id.MaxNode; node++ {
		got, err := s.tryNode(ctx, node)
		if err != nil {
			return err
		}
		if got {
			s.node.Store(int64(node))
			s.ids.Store(id.NewSource(node, s.now))
			return nil
		}
	}
	return errs.New(errs.Busy, "同一个数据库上开着的程序太多，请先停掉不用的程序再启动。")
}

func (s *Store) tryNode(ctx context.Context, node int) (got bool, err error) {
	args := M{"node_no": node, "holder": s.holder, "expires_at": s.now().Add(nodeLease).UnixMicro(), "now": s.now().UnixMicro()}
	err = s.Tx(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, "node-take", args)
		if err == nil && n == 0 {
			_, err = tx.exec(ctx, "node-insert", args)
		}
		return err
	})
	if errors.Is(err, ErrDuplicate) {
		return false, nil
	}
	return err == nil, err
}

func (s *Store) renewNode() {
	t := time.NewTicker(nodeRenew)
	defer t.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-t.C:
			s.renew(context.Background())
		}
	}
}

// renew prolongs the lease. A failed renewal is tried again at the next tick,
// twice before the lease runs out. A lease that is no longer ours (the program
// stood still for too long) is given up for a new one.
func (s *Store) renew(ctx context.Context) {
	n, err := s.moveLease(ctx, s.now().Add(nodeLease).UnixMicro())
	if err == nil && n == 0 {
		if err := s.leaseNode(ctx); err != nil {
			slog.Error("node lease lost", "error", err.Error())
		}
	}
}

func (s *Store) moveLease(ctx context.Context, until int64) (n int64, err error) {
	err = s.Tx(ctx, func(tx *Tx) error {
		n, err = tx.exec(ctx, "node-renew", M{"node_no": s.node.Load(), "holder": s.holder, "expires_at": until})
		return err
	})
	return n, err
}

// releaseNode lets the number be taken again: not before the last id made with
// it, which may lie ahead of a clock that was set back, else ids would repeat.
func (s *Store) releaseNode() {
	if s.node.Load() == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	s.moveLease(ctx, max(s.ids.Load().Last().UnixMicro(), 0))
}
