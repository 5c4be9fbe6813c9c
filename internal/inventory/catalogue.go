package inventory

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
)

// catalogue keeps the district's items between requests: reading them all was
// half of the time of a posting. What is kept is known by its version, which
// every change of the catalogue raises in its own transaction.
type catalogue struct {
	mu    sync.Mutex
	known *items
}

// items is one state of the catalogue; nothing in it changes.
type items struct {
	version int64
	byCode  []catalog.Item
	names   itemNames
	index   *catalog.Index
}

// at gives the catalogue as a connection or transaction sees it. The version
// is read before the items: a change in between makes the next call load
// again, never the other way round. It must not be asked inside a transaction
// that changes items itself: what is rolled back would stay known.
func (k *catalogue) at(ctx context.Context, c *store.Conn) (*items, error) {
	version, err := c.CatalogVersion(ctx)
	if err != nil {
		return nil, err
	}
	return k.of(ctx, c, version)
}

// of gives the catalogue of a version that was read before.
func (k *catalogue) of(ctx context.Context, c *store.Conn, version int64) (*items, error) {
	k.mu.Lock()
	known := k.known
	k.mu.Unlock()
	if known != nil && known.version == version {
		return known, nil
	}
	rows, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	known = &items{version: version, byCode: rows, names: newItemNames(rows), index: catalog.NewIndex(rows)}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known = known
	return known, nil
}

// shelving keeps the places of depots between requests, each depot's with the
// state they were read at.
type shelving struct {
	mu    sync.Mutex
	known map[id.ID]shelves
}

type shelves struct {
	state  store.PlacesState
	places []place.Place
}

// of gives the places of a depot whose head was taken.
func (k *shelving) of(ctx context.Context, tx *store.Tx, h *store.Head) ([]place.Place, error) {
	k.mu.Lock()
	known, ok := k.known[h.DepotID]
	k.mu.Unlock()
	if ok && known.state == h.Places {
		return known.places, nil
	}
	places, err := tx.Places(ctx, h.DepotID)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil {
		k.known = map[id.ID]shelves{}
	}
	k.known[h.DepotID] = shelves{h.Places, places}
	return places, nil
}

// FindItem finds the item a text names: by code, unique name, name with spec,
// alias, or id.
func (s *Service) FindItem(ctx context.Context, actor access.Actor, text string) (catalog.Item, error) {
	if _, err := scope(actor, access.StockView); err != nil {
		return catalog.Item{}, err
	}
	known, err := s.catalogue.at(ctx, s.store.Read())
	if err != nil {
		return catalog.Item{}, err
	}
	it, err := known.names.find(0, text)
	if err == nil {
		return it, nil
	}
	if it, ok := known.names.byID[id.Parse(text)]; ok {
		return it, nil
	}
	var codes []string
	for _, it := range known.names.byKey[catalog.Key(text)] {
		codes = append(codes, it.Code+"（"+cmp.Or(it.Spec, "无规格")+"，"+it.Unit+"）")
	}
	if len(codes) > 1 {
		return it, errs.New(errs.Invalid, "「%s」不止一种，请填写编码：%s。", text, strings.Join(codes, "、"))
	}
	return it, errs.New(errs.NotFound, "物资目录中没有「%s」，请填写编码或全名。", text)
}
