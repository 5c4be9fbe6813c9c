package importing

import (
	"context"
	"sync"
)

// Progress is how far the work on a ledger has come.
type Progress struct {
	Stage       string // in people's words: 读取单元格, 核对物资, 记账
	Done, Total int    // rows; Total 0 = not known yet
}

// progressBoard shows how far long work has come. It lives in memory only: who
// looks asks the program that does the work.
type progressBoard struct {
	mu sync.Mutex
	at map[string]*Progress
}

// worker reports one piece of work under some keys. Work inside other work
// reports under the keys of both and gives back only its own.
type worker struct {
	board     *progressBoard
	keys, own []string
}

type progressKey struct{}

// WithProgress has the work on an upload reported under a key the client made,
// since a new batch has no id yet.
func WithProgress(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, progressKey{}, key)
}

// of begins work on a batch.
func (p *progressBoard) of(ctx context.Context, b Batch) *worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = map[string]*Progress{}
	}
	sent, _ := ctx.Value(progressKey{}).(string)
	w := &worker{board: p}
	for _, k := range []string{b.ID.String(), sent} {
		if k == "" || k == "0" {
			continue
		}
		w.keys = append(w.keys, k)
		if p.at[k] == nil {
			p.at[k] = &Progress{Stage: "排队"}
			w.own = append(w.own, k)
		}
	}
	return w
}

func (w *worker) to(stage string, total int) {
	w.set(func(p *Progress) { *p = Progress{Stage: stage, Total: total} })
}

func (w *worker) add(n int) { w.set(func(p *Progress) { p.Done += n }) }

func (w *worker) set(change func(*Progress)) {
	w.board.mu.Lock()
	defer w.board.mu.Unlock()
	for _, k := range w.keys {
		if p := w.board.at[k]; p != nil {
			change(p)
		}
	}
}

func (w *worker) end() {
	w.board.mu.Lock()
	defer w.board.mu.Unlock()
	for _, k := range w.own {
		delete(w.board.at, k)
	}
}

// Progress tells how far the work on a batch, or on an upload by its key, has
// come; false = none is going on.
func (s *Service) Progress(key string) (Progress, bool) {
	s.progress.mu.Lock()
	defer s.progress.mu.Unlock()
	p, ok := s.progress.at[key]
	if !ok {
		return Progress{}, false
	}
	return *p, true
}
