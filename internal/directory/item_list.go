package directory

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Drafts says whether a list holds items without a unit.
type Drafts string

// The zero value lists both.
const (
	WithDrafts    Drafts = ""
	OnlyDrafts    Drafts = "only"
	WithoutDrafts Drafts = "without"
)

// ItemFilter narrows the catalogue; zero fields mean "any".
type ItemFilter struct {
	Query      string
	CategoryID id.ID
	Drafts     Drafts
}

// Page asks for one page of a list; Number counts from 1.
type Page struct {
	Number int
	Size   int
}

// Page sizes: what fits a screen, and what a browser still shows at once.
const (
	defaultPageSize = 50
	maxPageSize     = 500
)

func (p Page) clamp(total int) Page {
	if p.Size <= 0 {
		p.Size = defaultPageSize
	}
	p.Size = min(p.Size, maxPageSize)
	last := max(1, (total+p.Size-1)/p.Size)
	p.Number = min(max(p.Number, 1), last)
	return p
}

// ItemList is one page of items. Suggestions are names to try when a query
// found nothing.
type ItemList struct {
	Items       []catalog.Item
	Total       int
	Page        Page
	Suggestions []string
}

// Items lists the catalogue: by code, or the best matches of a query first.
func (s *Service) Items(ctx context.Context, actor access.Actor, f ItemFilter, p Page) (ItemList, error) {
	if err := anywhere(actor, access.StockView, access.CatalogEdit); err != nil {
		return ItemList{}, err
	}
	ix, err := s.Index(ctx)
	if err != nil {
		return ItemList{}, err
	}
	items := ix.Items()
	if tidy(f.Query) != "" {
		items = ix.Search(f.Query, 0)
	}
	list := ItemList{}
	if len(items) == 0 {
		list.Suggestions = ix.Suggest(f.Query)
	}
	items = slices.DeleteFunc(items, func(it catalog.Item) bool {
		return f.CategoryID != 0 && it.CategoryID != f.CategoryID || f.Drafts == OnlyDrafts && !it.Draft || f.Drafts == WithoutDrafts && it.Draft
	})
	list.Total, list.Page = len(items), p.clamp(len(items))
	from := (list.Page.Number - 1) * list.Page.Size
	list.Items = items[from:min(from+list.Page.Size, len(items))]
	return list, nil
}

// ItemDetail is an item with what its form must know.
type ItemDetail struct {
	catalog.Item
	InUse bool // a lot exists: the unit and 逐件管理 can no longer change
}

// Item gives one item with its aliases and packs.
func (s *Service) Item(ctx context.Context, actor access.Actor, item id.ID) (ItemDetail, error) {
	if err := anywhere(actor, access.StockView, access.CatalogEdit); err != nil {
		return ItemDetail{}, err
	}
	c := s.store.Read()
	items, err := c.ItemsByID(ctx, []id.ID{item})
	if err != nil {
		return ItemDetail{}, err
	}
	it, ok := items[item]
	if !ok {
		return ItemDetail{}, noItem()
	}
	d := ItemDetail{Item: it}
	if d.Aliases, err = c.Aliases(ctx, item); err != nil {
		return d, err
	}
	d.InUse, err = c.ItemInUse(ctx, item)
	return d, err
}

func noItem() error {
	return errs.New(errs.NotFound, "目录中没有这种物资，可能编号有误，请从物资目录中重新选择。")
}

// Found is a search result for the entry grid. OnHand and Available are the
// depot's, when one was named.
type Found struct {
	catalog.Item
	OnHand    quantity.Q
	Available quantity.Q
}

// maxFound bounds the grid's list; Alt+1–9 picks from its top.
const maxFound = 50

// SearchItems finds items by name, alias, code or pinyin, best first, with the
// stock at a depot when one is named. Drafts come last and are marked.
func (s *Service) SearchItems(ctx context.Context, actor access.Actor, query string, depot id.ID, limit int) ([]Found, error) {
	if err := anywhere(actor, access.StockView, access.CatalogEdit); err != nil {
		return nil, err
	}
	if depot != 0 {
		if err := actor.Require(access.StockView, depot); err != nil {
			return nil, err
		}
	}
	ix, err := s.Index(ctx)
	if err != nil {
		return nil, err
	}
	if limit <= 0 || limit > maxFound {
		limit = maxFound
	}
	items := ix.Search(query, limit)
	found := make([]Found, len(items))
	ids := make([]id.ID, len(items))
	for i, it := range items {
		found[i].Item, ids[i] = it, it.ID
	}
	if depot == 0 {
		return found, nil
	}
	stock, err := s.store.Read().OnHandOf(ctx, depot, ids, day.At(s.store.Now()).First)
	for i := range found {
		h := stock[found[i].ID]
		found[i].OnHand, found[i].Available = h.Qty, h.Available
	}
	return found, err
}

// Categories lists the categories in the bureau's order.
func (s *Service) Categories(ctx context.Context) ([]catalog.Category, error) {
	return s.store.Read().Categories(ctx)
}

// Units lists the units of account.
func (s *Service) Units(ctx context.Context) ([]catalog.Unit, error) {
	return s.store.Read().Units(ctx)
}
