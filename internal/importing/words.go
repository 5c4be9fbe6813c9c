package importing

import (
	"context"
	"errors"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// Taught is what people taught the reading of ledgers.
type Taught struct {
	Headings []store.HeadingWord
	Mappings []store.ImportMapping
	Words    []TaughtWord
}

// TaughtWord is a word of one depot's ledgers and the item it means.
type TaughtWord struct {
	store.ImportWord
	Item  catalog.Item
	Depot string
}

// Taught lists what was taught: headings and mappings hold for the whole
// district, words for the depots the actor imports at.
func (s *Service) Taught(ctx context.Context, actor access.Actor) (Taught, error) {
	var t Taught
	if !actor.MayAnywhere(access.LedgerImport) {
		return t, actor.Require(access.LedgerImport, 0)
	}
	c := s.store.Read()
	var err error
	if t.Headings, err = c.HeadingWords(ctx); err != nil {
		return t, err
	}
	if t.Mappings, err = c.ImportMappings(ctx); err != nil {
		return t, err
	}
	t.Words, err = s.taughtWords(ctx, c, actor)
	return t, err
}

func (s *Service) taughtWords(ctx context.Context, c *store.Conn, actor access.Actor) ([]TaughtWord, error) {
	depots, err := c.Depots(ctx)
	if err != nil {
		return nil, err
	}
	names := map[id.ID]string{}
	var mine []id.ID
	for _, d := range depots {
		if actor.May(access.LedgerImport, d.ID) {
			names[d.ID] = d.Name
			mine = append(mine, d.ID)
		}
	}
	words, err := c.ImportWords(ctx, mine)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(words))
	for i, w := range words {
		ids[i] = w.ItemID
	}
	items, err := c.ItemsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]TaughtWord, len(words))
	for i, w := range words {
		list[i] = TaughtWord{w, items[w.ItemID], names[w.DepotID]}
	}
	return list, nil
}

// maxHeadingWord is the column's length; a longer heading is an instruction.
const maxHeadingWord = 40

// Explain says what a heading of ledgers means, for the whole district.
func (s *Service) Explain(ctx context.Context, actor access.Actor, word string, field reading.Field) error {
	word = strings.TrimSpace(word)
	var c errs.Check
	if word == "" {
		c.Add("word", "请填写表头上的字，例如 现存数。")
	}
	if len([]rune(word)) > maxHeadingWord {
		c.Add("word", "表头最多 %d 个字，请只填一列的表头。", maxHeadingWord)
	}
	if field == "" || field == reading.PlaceQty || field == reading.ItemQty {
		c.Add("field", "请选择这个表头的含义。")
	}
	if err := c.Err(); err != nil {
		return err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.CatalogEdit, 0); err != nil {
			return err
		}
		if err := tx.InsertHeadingWord(ctx, store.HeadingWord{Key: reading.HeadingKey(word), Word: word, Field: string(field), ActorName: actor.Name}); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, taughtRecord(actor, "heading.explain", word, string(field)))
	})
	if errors.Is(err, store.ErrDuplicate) {
		return errs.Wrap(errs.Conflict, err, "表头「%s」已经有了含义。要改的话请先删除原来的。", word)
	}
	return err
}

// What can be forgotten.
const (
	AHeading = "heading"
	AMapping = "mapping"
	AWord    = "word"
)

// Forget takes back something that was taught; vouchers booked meanwhile stay.
func (s *Service) Forget(ctx context.Context, actor access.Actor, what, key string, depot id.ID) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.CatalogEdit, 0); err != nil {
			return err
		}
		var err error
		switch what {
		case AHeading:
			_, err = tx.ForgetHeadingWord(ctx, key)
		case AMapping:
			err = tx.ForgetMapping(ctx, key)
		case AWord:
			err = tx.ForgetWord(ctx, depot, key)
		default:
			return errs.New(errs.NotFound, "没有这一项，请刷新页面再看。")
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, 0, taughtRecord(actor, what+".forget", clip(key, 64), ""))
	})
}

func taughtRecord(actor access.Actor, act, object, detail string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: object, Result: "ok", Detail: detail, IP: actor.IP, RequestID: actor.RequestID}
}
