package store

import (
	"context"

	"changbei/internal/place"
)

type divisionRow struct {
	Code   string `db:"code"`
	Name   string `db:"name"`
	Kind   string `db:"kind"`
	Parent string `db:"parent"`
	Lng    int64  `db:"lng_micro"`
	Lat    int64  `db:"lat_micro"`
}

// Divisions lists all divisions by code, which puts a street before its
// villages.
func (c *Conn) Divisions(ctx context.Context) ([]place.Division, error) {
	return c.divisions(ctx, M{"any_parent": true, "parent": ""})
}

// DivisionsUnder lists the divisions right below one.
func (c *Conn) DivisionsUnder(ctx context.Context, parent string) ([]place.Division, error) {
	return c.divisions(ctx, M{"any_parent": false, "parent": parent})
}

func (c *Conn) divisions(ctx context.Context, args M) ([]place.Division, error) {
	var rows []divisionRow
	if err := c.list(ctx, &rows, "division-list", args); err != nil {
		return nil, err
	}
	list := make([]place.Division, len(rows))
	for i, r := range rows {
		list[i] = place.Division(r)
	}
	return list, nil
}

// InsertDivisions makes divisions; a code twice is ErrDuplicate.
func (t *Tx) InsertDivisions(ctx context.Context, list ...place.Division) error {
	rows := make([]M, len(list))
	for i, d := range list {
		rows[i] = M{"code": d.Code, "name": d.Name, "kind": d.Kind, "parent": d.Parent, "lng_micro": d.Lng, "lat_micro": d.Lat}
	}
	return t.insertMany(ctx, "division-insert", rows)
}
