// Package directory is the use case of what the books refer to: items with
// their aliases, categories and units, depots and their bins, and the
// catalogue a new installation starts from.
//
// It may import access, catalog, place, ledger (for the audit record), store
// and the embedded seeds. It knows no HTTP, no workbook and nothing of
// vouchers.
package directory

import (
	"context"
	"io/fs"
	"strings"
	"sync"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
	sqltext "changbei/sql"
)

// Options change what a Service stands on.
type Options struct {
	// Seed holds seed/items.csv and its companions; nil = those built in.
	Seed fs.FS
}

// Service runs the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	seed  fs.FS

	words func() (*catalog.Words, error)
	mu    sync.Mutex // guards cached
	cache struct {
		version int64
		index   *catalog.Index
	}
}

// New makes the service.
func New(st *store.Store, o Options) *Service {
	s := &Service{store: st, seed: o.Seed}
	if s.seed == nil {
		s.seed = sqltext.Seed
	}
	s.words = sync.OnceValues(s.readWords)
	return s
}

func (s *Service) readWords() (*catalog.Words, error) {
	f, err := s.seed.Open("seed/synonyms.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return catalog.ReadWords(f)
}

// Index gives the catalogue ready for searching and matching. It is kept until
// the catalogue changes. The version is read before the items: a change in
// between makes the next call load again, never the other way round.
func (s *Service) Index(ctx context.Context) (*catalog.Index, error) {
	c := s.store.Read()
	version, err := c.CatalogVersion(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cache.index != nil && s.cache.version == version {
		return s.cache.index, nil
	}
	words, err := s.words()
	if err != nil {
		return nil, err
	}
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	s.cache.version, s.cache.index = version, catalog.NewIndex(items, words)
	return s.cache.index, nil
}

// anywhere asks for a permission at any depot, for lists that hold no figures.
func anywhere(actor access.Actor, permissions ...access.Permission) error {
	for _, p := range permissions {
		if actor.MayAnywhere(p) {
			return nil
		}
	}
	return actor.Require(permissions[0], 0)
}

func record(actor access.Actor, act, object, detail string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: object, Result: "ok", Detail: detail,
		IP: actor.IP, RequestID: actor.RequestID}
}

// systemChain is the audit chain of acts that belong to no depot.
const systemChain id.ID = 0

// tidy trims a typed text and folds runs of blanks and line breaks.
func tidy(text string) string { return strings.Join(strings.Fields(text), " ") }

// checkText records a field that is longer than its column.
// checkKey refuses a text that fits but whose folded form does not: NFKC makes
// four characters of ㍿.
func checkKey(c *errs.Check, field, label, text string, limit int) {
	if n := len([]rune(catalog.Key(text))); n > limit && len([]rune(text)) <= limit {
		c.Add(field, "%s里的合写字符（如 ㍿）展开后有 %d 个字，最多 %d 个，请改用普通的字或缩短。", label, n, limit)
	}
}

func checkText(c *errs.Check, field, label, text string, limit int) {
	if n := len([]rune(text)); n > limit {
		c.Add(field, "%s最多 %d 个字，现在有 %d 个，请缩短。", label, limit, n)
	}
}
