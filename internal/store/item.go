package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
)

type itemRow struct {
	ID            id.ID  `db:"id"`
	Code          string `db:"code"`
	Name          string `db:"name"`
	Spec          string `db:"spec"`
	Unit          string `db:"unit"`
	Decimals      int    `db:"decimals"`
	CategoryID    id.ID  `db:"category_id"`
	Category      string `db:"category"`
	StorageMonths int    `db:"storage_months"`
	Recoverable   bool   `db:"recoverable"`
	Draft         bool   `db:"draft"`
	Serial        bool   `db:"serial"`
	CheckMonths   int    `db:"check_months"`
	WeightGram    int64  `db:"weight_gram"`
	VolumeCm3     int64  `db:"volume_cm3"`
}

func (r itemRow) item() catalog.Item {
	return catalog.Item{ID: r.ID, Code: r.Code, Name: r.Name, Spec: r.Spec, Unit: r.Unit, Decimals: r.Decimals,
		CategoryID: r.CategoryID, Category: r.Category, StorageMonths: r.StorageMonths, Recoverable: r.Recoverable, Draft: r.Draft, Serial: r.Serial,
		CheckMonths: r.CheckMonths, WeightGram: r.WeightGram, VolumeCm3: r.VolumeCm3}
}

type aliasRow struct {
	ItemID   id.ID  `db:"item_id"`
	AliasKey string `db:"alias_key"`
	Alias    string `db:"alias"`
}

type packRow struct {
	ItemID id.ID      `db:"item_id"`
	Name   string     `db:"name"`
	Factor quantity.Q `db:"factor"`
}

// packsByItem sorts packs to their items, the smaller one first.
func packsByItem(rows []packRow) map[id.ID][]catalog.Pack {
	m := make(map[id.ID][]catalog.Pack)
	for _, r := range rows {
		m[r.ItemID] = append(m[r.ItemID], catalog.Pack{Name: r.Name, Factor: r.Factor})
	}
	return m
}

// Items lists the whole catalogue with aliases and packs, by code: a district has
// hundreds of items, so search and matching work in memory.
func (c *Conn) Items(ctx context.Context) ([]catalog.Item, error) {
	var rows []itemRow
	if err := c.list(ctx, &rows, "item-list", nil); err != nil {
		return nil, err
	}
	var aliases []aliasRow
	if err := c.list(ctx, &aliases, "alias-list", nil); err != nil {
		return nil, err
	}
	var packs []packRow
	if err := c.list(ctx, &packs, "pack-list", nil); err != nil {
		return nil, err
	}
	packsOf := packsByItem(packs)
	byItem := make(map[id.ID][]string)
	for _, a := range aliases {
		byItem[a.ItemID] = append(byItem[a.ItemID], a.Alias)
	}
	items := make([]catalog.Item, len(rows))
	for i, r := range rows {
		items[i] = r.item()
		items[i].Aliases, items[i].Packs = byItem[r.ID], packsOf[r.ID]
	}
	return items, nil
}

// ItemsByID gives items by id with their packs, without aliases; unknown ids
// are left out.
func (c *Conn) ItemsByID(ctx context.Context, ids []id.ID) (map[id.ID]catalog.Item, error) {
	m := make(map[id.ID]catalog.Item, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), chunkRows)
		var rows []itemRow
		if err := c.list(ctx, &rows, "item-get-many", M{"ids": ids[:n]}); err != nil {
			return nil, err
		}
		var packs []packRow
		if err := c.list(ctx, &packs, "pack-of-items", M{"items": ids[:n]}); err != nil {
			return nil, err
		}
		packsOf := packsByItem(packs)
		for _, r := range rows {
			it := r.item()
			it.Packs = packsOf[r.ID]
			m[r.ID] = it
		}
		ids = ids[n:]
	}
	return m, nil
}

// Aliases gives the other names of one item.
func (c *Conn) Aliases(ctx context.Context, item id.ID) ([]string, error) {
	var rows []aliasRow
	if err := c.list(ctx, &rows, "alias-of-item", M{"item_id": item}); err != nil {
		return nil, err
	}
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Alias
	}
	return names, nil
}

func (t *Tx) itemArgs(i catalog.Item) M {
	return M{"id": i.ID, "code": i.Code, "name": i.Name, "spec": i.Spec, "unit": i.Unit, "category_id": i.CategoryID,
		"item_key": catalog.ItemKey(i.Name, i.Spec, i.Unit), "storage_months": i.StorageMonths, "recoverable": i.Recoverable,
		"draft": i.Draft, "serial": i.Serial, "check_months": i.CheckMonths, "weight_gram": i.WeightGram, "volume_cm3": i.VolumeCm3, "created_at": t.NowMicro()}
}

// InsertItems makes items with their aliases and packs and marks the catalogue changed.
// The same name, spec and unit twice is ErrDuplicate.
func (t *Tx) InsertItems(ctx context.Context, items ...catalog.Item) error {
	rows := make([]M, len(items))
	for i, it := range items {
		rows[i] = t.itemArgs(it)
	}
	if err := t.TouchCatalog(ctx); err != nil {
		return err
	}
	if err := t.insertMany(ctx, "item-insert", rows); err != nil {
		return err
	}
	if err := t.insertAliases(ctx, items...); err != nil {
		return err
	}
	return t.insertPacks(ctx, items...)
}

func (t *Tx) insertPacks(ctx context.Context, items ...catalog.Item) error {
	var rows []M
	for _, it := range items {
		for _, p := range it.Packs {
			rows = append(rows, M{"item_id": it.ID, "name": p.Name, "factor": p.Factor})
		}
	}
	return t.insertMany(ctx, "pack-insert", rows)
}

func (t *Tx) insertAliases(ctx context.Context, items ...catalog.Item) error {
	var rows []M
	for _, it := range items {
		seen := map[string]bool{}
		for _, a := range it.Aliases {
			if key := catalog.Key(a); key != "" && !seen[key] {
				seen[key] = true
				rows = append(rows, M{"item_id": it.ID, "alias_key": key, "alias": a})
			}
		}
	}
	return t.insertMany(ctx, "alias-insert", rows)
}

// UpdateItem changes an item and replaces its aliases and packs.
func (t *Tx) UpdateItem(ctx context.Context, i catalog.Item) error {
	if err := t.mustMatch(ctx, "item-update", t.itemArgs(i)); err != nil {
		return err
	}
	for _, query := range []string{"alias-delete", "pack-delete"} {
		if _, err := t.exec(ctx, query, M{"item_id": i.ID}); err != nil {
			return err
		}
	}
	if err := t.insertAliases(ctx, i); err != nil {
		return err
	}
	if err := t.insertPacks(ctx, i); err != nil {
		return err
	}
	return t.TouchCatalog(ctx)
}

// ItemInUse reports whether a lot of the item was ever made: its unit and
// whether it is kept piece by piece can then no longer change.
func (c *Conn) ItemInUse(ctx context.Context, item id.ID) (bool, error) {
	var n int
	err := c.get(ctx, &n, "item-in-use", M{"id": item})
	return n > 0, err
}

// OnHand is what a depot has of an item over all its places and lots, and what
// of it may be issued: in a bin, and neither promised, expired nor held.
type OnHand struct {
	ItemID    id.ID      `db:"item_id"`
	Qty       quantity.Q `db:"qty"`
	Available quantity.Q `db:"available"`
}

// OnHandOf gives what a depot has of some items; an item it never had is left
// out.
func (c *Conn) OnHandOf(ctx context.Context, depot id.ID, items []id.ID, today string) (map[id.ID]OnHand, error) {
	m := make(map[id.ID]OnHand, len(items))
	for len(items) > 0 {
		n := min(len(items), chunkRows)
		var rows []OnHand
		if err := c.list(ctx, &rows, "item-on-hand", M{"depot_id": depot, "items": items[:n], "today": today}); err != nil {
			return nil, err
		}
		for _, r := range rows {
			m[r.ItemID] = r
		}
		items = items[n:]
	}
	return m, nil
}

// catalogVersion names the setting that changes with every change of the
// catalogue, so that a cached index knows when to load again.
const catalogVersion = "catalog.version"

// TouchCatalog marks the catalogue changed. Called first in a transaction, it
// also makes other changers of the catalogue wait until this one is done, so
// that what is read afterwards stays true. The value is a fresh id and not a
// counter: two transactions never write the same one.
func (t *Tx) TouchCatalog(ctx context.Context) error {
	t.forget = true // heads say which version is the newest
	return t.PutSetting(ctx, catalogVersion, t.NewID().String())
}

// CatalogVersion gives a number that is another one after every change of the
// catalogue, 0 before the first.
func (c *Conn) CatalogVersion(ctx context.Context) (int64, error) {
	text, err := c.Setting(ctx, catalogVersion)
	if err != nil || text == "" {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

type categoryRow struct {
	ID       id.ID  `db:"id"`
	Code     string `db:"code"`
	Name     string `db:"name"`
	Position int    `db:"position"`
}

// Categories lists the categories in the bureau's order.
func (c *Conn) Categories(ctx context.Context) ([]catalog.Category, error) {
	var rows []categoryRow
	if err := c.list(ctx, &rows, "category-list", nil); err != nil {
		return nil, err
	}
	list := make([]catalog.Category, len(rows))
	for i, r := range rows {
		list[i] = catalog.Category(r)
	}
	return list, nil
}

// InsertCategories makes categories.
func (t *Tx) InsertCategories(ctx context.Context, list ...catalog.Category) error {
	rows := make([]M, len(list))
	for i, c := range list {
		rows[i] = M{"id": c.ID, "code": c.Code, "name": c.Name, "position": c.Position}
	}
	return t.insertMany(ctx, "category-insert", rows)
}

type unitRow struct {
	Name     string `db:"name"`
	Decimals int    `db:"decimals"`
}

// Units lists the units of account.
func (c *Conn) Units(ctx context.Context) ([]catalog.Unit, error) {
	var rows []unitRow
	if err := c.list(ctx, &rows, "unit-list", nil); err != nil {
		return nil, err
	}
	list := make([]catalog.Unit, len(rows))
	for i, r := range rows {
		list[i] = catalog.Unit(r)
	}
	return list, nil
}

// InsertUnits makes units.
func (t *Tx) InsertUnits(ctx context.Context, list ...catalog.Unit) error {
	rows := make([]M, len(list))
	for i, u := range list {
		rows[i] = M{"name": u.Name, "decimals": u.Decimals}
	}
	return t.insertMany(ctx, "unit-insert", rows)
}

// Setting gives a setting's value, "" when it was never set.
func (c *Conn) Setting(ctx context.Context, name string) (string, error) {
	var v string
	err := c.get(ctx, &v, "setting-get", M{"name": name})
	if errors.Is(err, errs.NotFound) {
		return "", nil
	}
	return v, err
}

// PutSetting sets a setting.
func (t *Tx) PutSetting(ctx context.Context, name, value string) error {
	n, err := t.exec(ctx, "setting-update", M{"name": name, "value": value})
	if err != nil || n == 1 {
		return err
	}
	return t.NewSetting(ctx, name, value)
}

// ChangeSetting sets a setting that still is what it was, "" = never set or
// emptied; a Conflict where somebody was quicker.
func (t *Tx) ChangeSetting(ctx context.Context, name, was, value string) error {
	n, err := t.exec(ctx, "setting-change", M{"name": name, "was": was, "value": value})
	switch {
	case err != nil || n == 1:
		return err
	case was == "":
		return t.NewSetting(ctx, name, value)
	}
	return errs.New(errs.Conflict, "这项设置刚被别人修改，请刷新后再试。")
}

// NewSetting sets a setting that has no value yet. Another who sets it at the
// same moment sends the whole transaction round again, to find that one's.
func (t *Tx) NewSetting(ctx context.Context, name, value string) error {
	_, err := t.exec(ctx, "setting-insert", M{"name": name, "value": value})
	if t.s.dialect.duplicate(err) {
		return errRetry
	}
	return err
}

// mustMatch runs a guarded UPDATE that has to match exactly one row; anything
// else means somebody was quicker or the row is gone.
func (c *Conn) mustMatch(ctx context.Context, name string, args M) error {
	n, err := c.exec(ctx, name, args)
	if err != nil || n == 1 {
		return err
	}
	return errs.Wrap(errs.Conflict, fmt.Errorf("store: %s matched %d rows", name, n), "这条内容刚刚被别人修改或处理过，请刷新页面后再办。")
}
