package store

import (
	"cmp"
	"context"
	"errors"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
)

// depotRow has the fields of place.Depot in their order.
type depotRow struct {
	ID        id.ID        `db:"id"`
	Code      string       `db:"code"`
	Name      string       `db:"name"`
	Tier      place.Tier   `db:"tier"`
	Division  string       `db:"division"`
	Custodian string       `db:"custodian"`
	Keeper    string       `db:"keeper"`
	Phone     string       `db:"phone"`
	Address   string       `db:"address"`
	Closed    bool         `db:"closed"`
	Holder    place.Holder `db:"holder"`

	LoadingMinutes int `db:"loading_minutes"`
}

// Depots lists all depots, the district's first.
func (c *Conn) Depots(ctx context.Context) ([]place.Depot, error) {
	var rows []depotRow
	if err := c.list(ctx, &rows, "depot-list", nil); err != nil {
		return nil, err
	}
	depots := make([]place.Depot, len(rows))
	for i, r := range rows {
		depots[i] = place.Depot(r)
	}
	return depots, nil
}

// Depot gives one depot or NotFound.
func (c *Conn) Depot(ctx context.Context, depot id.ID) (place.Depot, error) {
	var r depotRow
	err := c.get(ctx, &r, "depot-get", M{"id": depot})
	return place.Depot(r), err
}

func depotArgs(d place.Depot) M {
	return M{"id": d.ID, "code": d.Code, "name": d.Name, "name_key": catalog.Key(d.Name), "tier": d.Tier, "division": d.Division,
		"custodian": d.Custodian, "keeper": d.Keeper, "phone": d.Phone, "address": d.Address, "closed": d.Closed,
		"holder": cmp.Or(d.Holder, place.HeldByBureau), "loading_minutes": d.LoadingMinutes}
}

// InsertDepot makes a depot with its ledger head and its default bin. A code
// or name already used is ErrDuplicate.
func (t *Tx) InsertDepot(ctx context.Context, d place.Depot) error {
	if _, err := t.exec(ctx, "depot-insert", depotArgs(d)); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "head-insert", M{"depot_id": d.ID}); err != nil {
		return err
	}
	return t.InsertPlaces(ctx, place.Place{ID: t.NewID(), Kind: place.Bin, DepotID: d.ID, Code: place.DefaultBin, Name: place.DefaultBin})
}

// UpdateDepot changes what may change; code and tier stand in posted numbers
// and stay.
func (t *Tx) UpdateDepot(ctx context.Context, d place.Depot) error {
	return t.mustMatch(ctx, "depot-update", depotArgs(d))
}

type placeRow struct {
	ID      id.ID      `db:"id"`
	Kind    place.Kind `db:"kind"`
	DepotID id.ID      `db:"depot_id"`
	Code    string     `db:"code"`
	Name    string     `db:"name"`
}

// Places lists the places of a depot by code.
func (c *Conn) Places(ctx context.Context, depot id.ID) ([]place.Place, error) {
	var rows []placeRow
	if err := c.list(ctx, &rows, "place-list", M{"depot_id": depot}); err != nil {
		return nil, err
	}
	return places(rows), nil
}

func places(rows []placeRow) []place.Place {
	list := make([]place.Place, len(rows))
	for i, r := range rows {
		list[i] = place.Place(r)
	}
	return list
}

// PlacesByID gives places by id; unknown ids are left out.
func (c *Conn) PlacesByID(ctx context.Context, ids []id.ID) (map[id.ID]place.Place, error) {
	var rows []placeRow
	if err := c.list(ctx, &rows, "place-get-many", M{"ids": ids}); err != nil {
		return nil, err
	}
	m := make(map[id.ID]place.Place, len(rows))
	for _, p := range places(rows) {
		m[p.ID] = p
	}
	return m, nil
}

// InsertPlaces makes places; a code twice in a depot is ErrDuplicate.
func (t *Tx) InsertPlaces(ctx context.Context, list ...place.Place) error {
	rows := make([]M, len(list))
	for i, p := range list {
		rows[i] = M{"id": p.ID, "kind": p.Kind, "depot_id": p.DepotID, "code": p.Code, "name": p.Name}
	}
	return t.insertMany(ctx, "place-insert", rows)
}

// KindsAtDepot counts the items a depot has in stock.
func (c *Conn) KindsAtDepot(ctx context.Context, depot id.ID) (int, error) {
	var n int
	err := c.get(ctx, &n, "depot-kinds-in-stock", M{"depot_id": depot})
	return n, err
}

// PlaceByCode gives a depot's place by its code, or NotFound.
func (c *Conn) PlaceByCode(ctx context.Context, depot id.ID, code string) (place.Place, error) {
	var r placeRow
	err := c.get(ctx, &r, "place-by-code", M{"depot_id": depot, "code": code})
	return place.Place(r), err
}

// EnsureBin gives the depot's bin of a code, making it when there is none;
// made says so.
func (t *Tx) EnsureBin(ctx context.Context, depot id.ID, code, name string) (bin place.Place, made bool, err error) {
	return t.EnsurePlace(ctx, place.Place{Kind: place.Bin, DepotID: depot, Code: code, Name: name})
}

// EnsurePlace gives a depot's place by its code, making it when there is none.
// When another transaction makes it at the same moment, this one runs again
// and finds it.
func (t *Tx) EnsurePlace(ctx context.Context, want place.Place) (p place.Place, made bool, err error) {
	p, err = t.PlaceByCode(ctx, want.DepotID, want.Code)
	if err == nil || !errors.Is(err, errs.NotFound) {
		return p, false, err
	}
	want.ID = t.NewID()
	err = t.InsertPlaces(ctx, want)
	if t.s.dialect.duplicate(err) {
		return place.Place{}, false, errRetry
	}
	return want, true, err
}
