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
	"changbei/internal/store"
)

// ItemInput is the item form. Field names in errors: code, name, spec, unit,
// category, storage_months, aliases.
type ItemInput struct {
	Code          string // "" = the next of the category's series; fixed afterwards
	Name          string
	Spec          string
	Unit          string // "" = a draft
	CategoryID    id.ID
	StorageMonths int // 0 = not known
	Recoverable   bool
	Aliases       []string
}

// Limits of the form; the lengths are those of the columns.
const (
	maxCode          = 20
	maxName          = 100
	maxSpec          = 200
	maxItemKey       = 400  // folded name, spec and unit; ㎡ grows to two characters
	maxStorageMonths = 1200 // a hundred years: more is a slip
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

// UpdateItem changes an item. Its code stays; its unit stays once a lot of it
// exists, since every figure in the books is in that unit.
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
		if changed.Unit != old.Unit {
			// Nobody posts anywhere until this is decided: figures in the books
			// would change their unit.
			if err := tx.TakeAllHeads(ctx); err != nil {
				return err
			}
			used, err := tx.ItemInUse(ctx, item)
			if err != nil {
				return err
			}
			if used {
				e.Add("unit", "「%s」已有出入库记录，计量单位「%s」不能再改。确要按别的单位记账，请新增一种物资。", old.Label(), old.Unit)
			}
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

// check turns the form into an item; old is the item being changed, zero for a
// new one.
func (e *editor) check(in ItemInput, old catalog.Item) catalog.Item {
	it := catalog.Item{ID: old.ID, Code: old.Code, Name: tidy(in.Name), Spec: tidy(in.Spec), CategoryID: in.CategoryID,
		StorageMonths: in.StorageMonths, Recoverable: in.Recoverable}
	e.checkCode(in.Code, old, &it)
	if catalog.Key(it.Name) == "" {
		e.Add("name", "请填写物资名称。")
	}
	checkText(&e.Check, "name", "物资名称", it.Name, maxName)
	checkText(&e.Check, "spec", "规格型号", it.Spec, maxSpec)
	e.checkUnit(in.Unit, &it)
	e.checkCategory(&it)
	if it.StorageMonths < 0 || it.StorageMonths > maxStorageMonths {
		e.Add("storage_months", "储存年限应在 0 到 %d 个月之间，0 表示未知。", maxStorageMonths)
	}
	if e.OK() && len([]rune(catalog.ItemKey(it.Name, it.Spec, it.Unit))) > maxItemKey {
		e.Add("spec", "名称加规格太长，请缩短规格。")
	}
	e.checkAliases(in.Aliases, &it)
	e.checkUnique(it)
	return it
}

func (e *editor) checkCode(typed string, old catalog.Item, it *catalog.Item) {
	code := catalog.Key(typed)
	switch {
	case code == "" || code == old.Code:
		return
	case old.ID != 0:
		e.Add("code", "物资编码「%s」一经使用不能修改。", old.Code)
	case len(code) > maxCode || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") != "":
		e.Add("code", "物资编码只能用字母、数字、点和短横，最多 %d 位；留空由系统编号。", maxCode)
	default:
		it.Code = code
	}
}

func (e *editor) checkUnit(typed string, it *catalog.Item) {
	typed = tidy(typed)
	it.Draft = typed == ""
	if it.Draft {
		return
	}
	u, listed := e.unit(typed)
	if !listed {
		e.Add("unit", "单位表中没有「%s」，请从列表中选择计量单位，或先新增这个单位。", typed)
	}
	it.Unit, it.Decimals = u.Name, u.Decimals
}

// unit finds a unit by its word, else by the standard word for it.
func (e *editor) unit(word string) (catalog.Unit, bool) {
	for _, want := range []string{word, e.words.Unit(word)} {
		for _, u := range e.units {
			if u.Name == want {
				return u, true
			}
		}
	}
	return catalog.Unit{}, false
}

func (e *editor) checkCategory(it *catalog.Item) {
	for _, c := range e.categories {
		if c.ID == it.CategoryID {
			it.Category = c.Name
			return
		}
	}
	e.Add("category", "请从列表中选择物资类别。")
}

func (e *editor) checkAliases(typed []string, it *catalog.Item) {
	seen := map[string]bool{catalog.Key(it.Name): true, "": true}
	for _, a := range typed {
		a = tidy(a)
		key := catalog.Key(a)
		if seen[key] {
			continue
		}
		seen[key] = true
		checkText(&e.Check, "aliases", "别名「"+a+"」", key, maxName)
		if e.words.NeverSame(a, it.Name) {
			e.Add("aliases", "「%s」和「%s」是两种物资，不能作别名。", a, it.Name)
		}
		for _, o := range e.items {
			if o.ID != it.ID && catalog.Key(o.Name) == key {
				e.Add("aliases", "「%s」是目录中另一种物资（%s）的名称，不能作别名。", a, o.Code)
				break
			}
		}
		it.Aliases = append(it.Aliases, a)
	}
	if len(it.Aliases) > maxAliases {
		e.Add("aliases", "别名最多 %d 个，请删去不常用的。", maxAliases)
	}
}

// checkUnique refuses the same goods a second time: under the same name or as
// another item's alias, with the same spec, in the same unit or another word
// for it (公斤, 千克).
func (e *editor) checkUnique(it catalog.Item) {
	for _, o := range e.items {
		if o.ID == it.ID {
			continue
		}
		if it.Code != "" && it.ID == 0 && o.Code == it.Code {
			e.Add("code", "物资编码「%s」已用于「%s」，请换一个或留空由系统编号。", it.Code, o.Label())
		}
		if !e.sameMeasure(o, it) {
			continue
		}
		if catalog.Key(o.Name) == catalog.Key(it.Name) {
			e.Add("name", "目录中已有「%s」，单位%s（编码 %s），不用重复新增。", o.Label(), unitText(o), o.Code)
			continue
		}
		for _, a := range o.Aliases {
			if catalog.Key(a) == catalog.Key(it.Name) {
				e.Add("name", "「%s」是「%s」（编码 %s）的别名，请直接使用那一种，或先去掉那个别名。", it.Name, o.Label(), o.Code)
			}
		}
	}
}

// sameMeasure reports that two items have one spec and count in one unit.
func (e *editor) sameMeasure(a, b catalog.Item) bool {
	return catalog.Key(a.Spec) == catalog.Key(b.Spec) && catalog.Key(e.words.Unit(a.Unit)) == catalog.Key(e.words.Unit(b.Unit))
}

func unitText(it catalog.Item) string {
	if it.Draft {
		return "未定"
	}
	return "「" + it.Unit + "」"
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
	return fmt.Sprintf("名称 %s；规格 %s；单位 %s；类别 %s；储存月数 %d；回收类 %t；别名 %s",
		it.Name, it.Spec, it.Unit, it.Category, it.StorageMonths, it.Recoverable, strings.Join(it.Aliases, "、"))
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
