package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// LedgerItem is what a ledger holds and the catalogue does not.
type LedgerItem struct {
	DepotID          id.ID // where it will be booked
	Name, Spec, Unit string
	Category         string // as the ledger writes it
	Decimals         int    // of the unit, when that is new too
	StorageMonths    int    // as the ledger says, 0 = it does not
	WeightGram       int64  // of one unit, as the ledger says; 0 = it does not
	VolumeCm3        int64
}

// ImportItems adds the goods of a ledger to the catalogue inside a running
// transaction, in the order given. For imports: it asks for LedgerImport at
// each depot and not for CatalogEdit, because who opens a depot's books must be
// able to name what lies there; a planner may tidy the words later. Goods that
// somebody else made meanwhile are taken and not made twice. from names the
// ledger for the audit trail.
func (s *Service) ImportItems(ctx context.Context, tx *store.Tx, actor access.Actor, from string, goods []LedgerItem) ([]catalog.Item, error) {
	e, err := s.editor(ctx, tx)
	if err != nil {
		return nil, err
	}
	items := make([]catalog.Item, len(goods))
	var made []catalog.Item
	for i, g := range goods {
		if err := actor.Require(access.LedgerImport, g.DepotID); err != nil {
			return nil, err
		}
		if known, ok := e.known(g); ok {
			items[i] = known
			continue
		}
		if err := e.ensureUnit(ctx, tx, actor, from, g); err != nil {
			return nil, err
		}
		if items[i], err = e.take(tx, g); err != nil {
			return nil, err
		}
		made = append(made, items[i])
	}
	if len(made) == 0 {
		return items, nil
	}
	if err := tx.InsertItems(ctx, made...); err != nil {
		return nil, err
	}
	for _, it := range made {
		if err := tx.Audit(ctx, systemChain, record(actor, "item.create", it.Code+" "+it.Label(), describe(it)+"；"+from)); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// known gives the catalogue's item of the very words of a ledger.
func (e *editor) known(g LedgerItem) (catalog.Item, bool) {
	want := catalog.Item{Name: tidy(g.Name), Spec: tidy(g.Spec), Unit: tidy(g.Unit)}
	for _, it := range e.items {
		if !it.Draft && e.sameMeasure(it, want) && catalog.Key(it.Name) == catalog.Key(want.Name) {
			return it, true
		}
	}
	return catalog.Item{}, false
}

// take makes the item of a ledger's goods and counts it to the catalogue at
// once, so that the next of the same ledger gets the next code.
func (e *editor) take(tx *store.Tx, g LedgerItem) (catalog.Item, error) {
	category, err := e.categoryFor(g)
	if err != nil {
		return catalog.Item{}, err
	}
	it := e.check(ItemInput{Name: g.Name, Spec: g.Spec, Unit: g.Unit, CategoryID: category, StorageMonths: min(g.StorageMonths, maxStorageMonths),
		Weight: quantity.KgText(g.WeightGram), Volume: quantity.M3Text(g.VolumeCm3)}, catalog.Item{})
	if err := e.Err(); err != nil {
		return it, errs.Wrap(errs.Invalid, err, "「%s」不能新建到物资目录：%s", strings.TrimSpace(g.Name+" "+g.Spec), errs.MessageOf(err))
	}
	it.ID = tx.NewID()
	if it.Code, err = e.nextCode(it.CategoryID); err == nil {
		e.items = append(e.items, it)
	}
	return it, err
}

// categoryFor takes the category of goods the catalogue has under the same name
// in another spec or unit, else the one the ledger's words mean.
func (e *editor) categoryFor(g LedgerItem) (id.ID, error) {
	name := catalog.Key(tidy(g.Name))
	for _, it := range e.items {
		if catalog.Key(it.Name) == name {
			return it.CategoryID, nil
		}
	}
	return e.categoryOf(g.Category)
}

// ensureUnit adds the unit of a ledger's goods when the list lacks it, under
// any of its words.
func (e *editor) ensureUnit(ctx context.Context, tx *store.Tx, actor access.Actor, from string, g LedgerItem) error {
	u := catalog.Unit{Name: tidy(g.Unit), Decimals: g.Decimals}
	if _, listed := e.unit(u.Name); listed || u.Name == "" {
		return nil
	}
	if err := checkUnitFields(u); err != nil {
		return err
	}
	if err := insertUnit(ctx, tx, actor, u, "；"+from); err != nil {
		return err
	}
	e.units = append(e.units, u)
	return nil
}

// otherCategory takes goods whose category the catalogue does not have.
const otherCategory = "其他"

// categoryOf finds the catalogue's category a ledger's words mean, else 其他.
func (e *editor) categoryOf(written string) (id.ID, error) {
	key := strings.TrimSuffix(catalog.Key(written), "类")
	var other id.ID
	for _, c := range e.categories {
		name := catalog.Key(c.Name)
		if key != "" && (strings.Contains(name, key) || strings.Contains(key, name)) {
			return c.ID, nil
		}
		if c.Name == otherCategory || other == 0 {
			other = c.ID
		}
	}
	if begin := []rune(key); len(begin) >= 2 { // 生活保障 and 生活救助 begin alike
		for _, c := range e.categories {
			if strings.HasPrefix(catalog.Key(c.Name), string(begin[:2])) {
				return c.ID, nil
			}
		}
	}
	if other == 0 {
		return 0, errs.New(errs.Invalid, "物资目录还没有类别，请计划员先在物资目录建立类别。")
	}
	return other, nil
}

// ImportDepots adds the depots of a list inside a running transaction, in the
// order given. One without a code of its own gets the next free one.
func (s *Service) ImportDepots(ctx context.Context, tx *store.Tx, actor access.Actor, list []DepotInput) ([]place.Depot, error) {
	if err := actor.Require(access.DepotEdit, 0); err != nil {
		return nil, err
	}
	all, err := tx.Depots(ctx)
	if err != nil {
		return nil, err
	}
	var made []place.Depot
	for _, in := range list {
		if in.Code == "" {
			in.Code = nextDepotCode(all)
		}
		d, err := checkDepot(in, place.Depot{}, all)
		if err != nil {
			return nil, errs.Wrap(errs.Invalid, err, "储备库「%s」不能新建：%s", in.Name, errs.MessageOf(err))
		}
		d.ID = tx.NewID()
		if err := tx.InsertDepot(ctx, d); err != nil {
			return nil, err
		}
		if err := tx.Audit(ctx, d.ID, record(actor, "depot.create", d.Code+" "+d.Name, describeDepot(d))); err != nil {
			return nil, err
		}
		all, made = append(all, d), append(made, d)
	}
	return made, nil
}

// nextDepotCode gives the first of CK001, CK002 … that no depot has.
func nextDepotCode(all []place.Depot) string {
	for n := 1; ; n++ {
		code := fmt.Sprintf("CK%03d", n)
		if !slices.ContainsFunc(all, func(d place.Depot) bool { return d.Code == code }) {
			return code
		}
	}
}
