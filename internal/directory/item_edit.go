package directory

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// ItemInput is the item form. Field names in errors: code, name, spec, unit,
// category, storage_months, aliases, serial, packs, check_months, weight, volume.
type ItemInput struct {
	Code          string // "" = the next of the category's series; fixed afterwards
	Name          string
	Spec          string
	Unit          string // "" = a draft
	CategoryID    id.ID
	StorageMonths int // 0 = not known
	Recoverable   bool
	Aliases       []string
	Serial        bool   // 逐件管理: needs a unit counted in whole pieces
	Packs         string // as typed: 箱=24、件=10
	CheckMonths   int    // 试机周期, 0 = not tried
	Weight        string // of one stock unit as typed, in 公斤; "" = not known
	Volume        string // of one stock unit as typed, in 立方米; "" = not known
}

// Limits of the form; the lengths are those of the columns.
const (
	maxCode          = 20
	maxName          = 100
	maxSpec          = 200
	maxItemKey       = 400  // folded name, spec and unit; ㎡ grows to two characters
	maxStorageMonths = 1200 // a hundred years: more is a slip
	maxCheckMonths   = 120  // ten years: more is no trial
	maxAlias         = 200  // as written; folded it is as short as a name
	maxAliases       = 50
)

// CreateItem adds an item to the catalogue. Name, spec and unit together are
// unique; without a unit it is a draft.
func (s *Service) CreateItem(ctx context.Context, actor access.Actor, in ItemInput) (catalog.Item, error) {
	var made catalog.Item
	err := s.store.Tx(ctx, func(tx *store.Tx) (err error) {
		made, err = s.createItem(ctx, tx, actor, in)
		return err
	})
	return made, taken(err)
}

func (s *Service) createItem(ctx context.Context, tx *store.Tx, actor access.Actor, in ItemInput) (catalog.Item, error) {
	if err := actor.Require(access.CatalogEdit, 0); err != nil {
		return catalog.Item{}, err
	}
	e, err := s.editor(ctx, tx)
	if err != nil {
		return catalog.Item{}, err
	}
	it := e.check(in, catalog.Item{})
	if err := e.Err(); err != nil {
		return it, err
	}
	it.ID = tx.NewID()
	if it.Code == "" {
		if it.Code, err = e.nextCode(it.CategoryID); err != nil {
			return it, err
		}
	}
	if err := tx.InsertItems(ctx, it); err != nil {
		return it, err
	}
	return it, tx.Audit(ctx, systemChain, record(actor, "item.create", it.Code+" "+it.Label(), describe(it)))
}

// UpdateItem changes an item. Its code stays; its unit and whether it is kept
// piece by piece stay once a lot of it exists, since every figure in the books
// is in that unit, and every lot of pieces is one piece.
func (s *Service) UpdateItem(ctx context.Context, actor access.Actor, item id.ID, in ItemInput) (catalog.Item, error) {
	var changed catalog.Item
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.CatalogEdit, 0); err != nil {
			return err
		}
		e, err := s.editor(ctx, tx)
		if err != nil {
			return err
		}
		old, ok := e.byID[item]
		if !ok {
			return noItem()
		}
		changed = e.check(in, old)
		if err := e.checkFixed(ctx, tx, old, changed); err != nil {
			return err
		}
		if err := e.Err(); err != nil {
			return err
		}
		if err := tx.UpdateItem(ctx, changed); err != nil {
			return err
		}
		return tx.Audit(ctx, systemChain, record(actor, "item.update", changed.Code+" "+changed.Label(), difference(describe(old), describe(changed))))
	})
	return changed, taken(err)
}

// checkFixed refuses to change what the lots of an item already say.
func (e *editor) checkFixed(ctx context.Context, tx *store.Tx, old, changed catalog.Item) error {
	if changed.Unit == old.Unit && changed.Serial == old.Serial {
		return nil
	}
	// Nobody posts anywhere until this is decided: figures in the books would
	// change their unit, and lots of many would become single pieces.
	if err := tx.TakeAllHeads(ctx); err != nil {
		return err
	}
	used, err := tx.ItemInUse(ctx, old.ID)
	if err != nil || !used {
		return err
	}
	if changed.Unit != old.Unit {
		e.Add("unit", "「%s」已有出入库记录，计量单位「%s」不能再改。确要按别的单位记账，请新增一种物资。", old.Label(), old.Unit)
	}
	if changed.Serial != old.Serial {
		e.Add("serial", "「%s」已有出入库记录，不能再改为%s。确要改，请新增一种物资。", old.Label(), serialText(changed))
	}
	return nil
}

// taken words the rare duplicate that only the database saw.
func taken(err error) error {
	if errors.Is(err, store.ErrDuplicate) {
		return errs.Wrap(errs.Conflict, err, "别人刚刚用了同样的名称或编码，这次没有保存。请刷新后核对再保存。")
	}
	return err
}

// editor holds the catalogue as it stands inside the transaction, and collects
// wrong fields.
type editor struct {
	errs.Check
	words      *catalog.Words
	items      []catalog.Item
	byID       map[id.ID]catalog.Item
	categories []catalog.Category
	units      []catalog.Unit
}

// editor locks the catalogue against other changers first, so that names and
// codes found free stay free until the commit.
func (s *Service) editor(ctx context.Context, tx *store.Tx) (*editor, error) {
	words, err := s.words()
	if err != nil {
		return nil, err
	}
	if err := tx.TouchCatalog(ctx); err != nil {
		return nil, err
	}
	e := &editor{words: words, byID: map[id.ID]catalog.Item{}}
	if e.items, err = tx.Items(ctx); err != nil {
		return nil, err
	}
	for _, it := range e.items {
		e.byID[it.ID] = it
	}
	if e.categories, err = tx.Categories(ctx); err != nil {
		return nil, err
	}
	e.units, err = tx.Units(ctx)
	return e, err
}

// nextCode gives the next code of a category's series: SH0001, SH0002, …
// Numbers of codes that people made up count when they look like the series.
func (e *editor) nextCode(category id.ID) (string, error) {
	var prefix string
	for _, c := range e.categories {
		if c.ID == category {
			prefix = c.Code
		}
	}
	if prefix == "" {
		return "", fmt.Errorf("directory: category %d has no code", category)
	}
	last := 0
	for _, it := range e.items {
		last = max(last, seriesNumber(prefix, it.Code))
	}
	return seriesCode(prefix, last+1), nil
}

// maxSeries keeps the numbers people made up (SH20260001) out of the series.
const maxSeries = 99999

func seriesNumber(prefix, code string) int {
	digits, ok := strings.CutPrefix(code, prefix)
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || n > maxSeries {
		return 0
	}
	return n
}

func seriesCode(prefix string, n int) string { return fmt.Sprintf("%s%04d", prefix, n) }

// describe writes an item for the audit trail.
func describe(it catalog.Item) string {
	return fmt.Sprintf("名称 %s；规格 %s；单位 %s；类别 %s；储存月数 %d；回收类 %t；%s；试机月数 %d；包装 %s；单重 %s；体积 %s；别名 %s",
		it.Name, it.Spec, it.Unit, it.Category, it.StorageMonths, it.Recoverable, serialText(it), it.CheckMonths, catalog.PacksText(it.Packs), WeightText(it), VolumeText(it), strings.Join(it.Aliases, "、"))
}

// WeightText words what one unit of an item weighs, "" = not known.
func WeightText(it catalog.Item) string {
	if it.WeightGram == 0 {
		return ""
	}
	return quantity.KgText(it.WeightGram) + " 公斤"
}

// VolumeText words the room one unit of an item takes, "" = not known.
func VolumeText(it catalog.Item) string {
	if it.VolumeCm3 == 0 {
		return ""
	}
	return quantity.M3Text(it.VolumeCm3) + " 立方米"
}

func serialText(it catalog.Item) string {
	if it.Serial {
		return "逐件管理"
	}
	return "按数量管理"
}

// difference keeps the parts of two descriptions that changed.
func difference(before, after string) string {
	old, changed := strings.Split(before, "；"), []string{}
	for i, part := range strings.Split(after, "；") {
		if i >= len(old) || old[i] != part {
			from := ""
			if i < len(old) {
				from = old[i]
			}
			changed = append(changed, from+" → "+part)
		}
	}
	if len(changed) == 0 {
		return "没有改动"
	}
	return strings.Join(changed, "；")
}
