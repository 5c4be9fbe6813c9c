package importing

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// otherCategory takes new items whose category the catalogue does not have.
const otherCategory = "其他"

// makeItems adds the words a person chose as new items to the catalogue. They
// carry the ledger's own name, spec and unit; a planner may tidy them later.
// Rows that are not booked make none.
func (s *Service) makeItems(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview) (map[string]catalog.Item, error) {
	made := map[string]catalog.Item{}
	categories, err := tx.Categories(ctx)
	if err != nil {
		return nil, err
	}
	units, err := unitNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, r := range p.Rows {
		key := WordKey(r.Row)
		if _, done := made[key]; done || !r.Create || r.Skipped || r.Status != reading.OK || r.Quantity == nil {
			continue
		}
		it, err := newItem(ctx, tx, r, categories)
		if err != nil {
			return nil, err
		}
		if !units[it.Unit] {
			units[it.Unit] = true
			if err := tx.InsertUnits(ctx, catalog.Unit{Name: it.Unit, Decimals: decimalsOf(r)}); err != nil {
				return nil, err
			}
		}
		if err := tx.InsertItems(ctx, it); err != nil {
			return nil, err
		}
		made[key] = it
	}
	if len(made) == 0 {
		return made, nil
	}
	return made, tx.Audit(ctx, 0, ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: "item.create", Object: p.Batch.FileName,
		Result: "ok", Detail: fmt.Sprintf("台账导入新增 %d 种物资", len(made)), IP: actor.IP, RequestID: actor.RequestID})
}

func unitNames(ctx context.Context, tx *store.Tx) (map[string]bool, error) {
	units, err := tx.Units(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[string]bool, len(units))
	for _, u := range units {
		names[u.Name] = true
	}
	return names, nil
}

// decimalsOf lets a unit first met in a ledger have decimals only when the
// ledger's figure has some.
func decimalsOf(r Row) int {
	if r.Quantity != nil && !r.Quantity.Fits(0) {
		return 3
	}
	return 0
}

func newItem(ctx context.Context, tx *store.Tx, r Row, categories []catalog.Category) (catalog.Item, error) {
	c, err := categoryOf(r.Category, categories)
	if err != nil {
		return catalog.Item{}, err
	}
	code, err := nextCode(ctx, tx, c.Code)
	it := catalog.Item{ID: tx.NewID(), Code: code, Name: clip(r.Row.Item, 100), Spec: clip(r.Spec, 200), Unit: clip(r.Unit, 20), CategoryID: c.ID}
	return it, err
}

// categoryOf finds the catalogue's category a ledger's words mean, else 其他.
func categoryOf(written string, categories []catalog.Category) (catalog.Category, error) {
	key := strings.TrimSuffix(catalog.Key(written), "类")
	var other *catalog.Category
	for i, c := range categories {
		if c.Name == otherCategory {
			other = &categories[i]
		}
		if name := catalog.Key(c.Name); key != "" && (strings.Contains(name, key) || strings.Contains(key, name)) {
			return c, nil
		}
	}
	if other == nil && len(categories) > 0 {
		other = &categories[len(categories)-1]
	}
	if other == nil {
		return catalog.Category{}, errs.New(errs.Invalid, "物资目录还没有类别，请计划员先在物资目录建立类别。")
	}
	return *other, nil
}

// nextCode gives the code after the highest of a category's series.
func nextCode(ctx context.Context, tx *store.Tx, prefix string) (string, error) {
	codes, err := tx.ItemCodes(ctx, prefix)
	if err != nil {
		return "", err
	}
	last := 0
	for _, c := range codes {
		if n, err := strconv.Atoi(strings.TrimPrefix(c, prefix)); err == nil && n < maxSeries {
			last = max(last, n)
		}
	}
	return fmt.Sprintf("%s%04d", prefix, last+1), nil
}

// maxSeries keeps codes people made up (SH20260001) out of the series.
const maxSeries = 100_000
