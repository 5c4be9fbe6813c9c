package reading

// nameDepot finds the depot of the table: a column, bands, the lines above,
// the sheet's name, the title, the file's name, the office that filled it in.
func (t *table) nameDepot() {
	switch {
	case t.col(PlaceQty) > 0 && t.kind != MovementJournal:
		t.depotFrom = DepotColumnHeader
		return
	case t.col(Depot) > 0:
		t.depotFrom, t.namedOnce = DepotColumn, t.namesOnce()
		return
	}
	t.depot, t.depotFrom = t.commonDepot()
	if t.heads.band != "" {
		t.depotFrom = DepotBand
	}
	for _, f := range t.bandFields {
		if f == Depot {
			t.depotFrom = DepotBand
		}
	}
}

func (t *table) commonDepot() (string, DepotFrom) {
	for _, try := range []struct {
		name string
		from DepotFrom
	}{
		{t.heads.depot, DepotAboveTable},
		{t.heads.site, DepotAboveTable},
		{sheetPlace(t.b.name), DepotSheetName},
		{placeIn(t.heads.title), DepotTitle},
		{t.filePlace, DepotFileName},
		{t.heads.filledIn, DepotFilledInBy},
	} {
		if try.name != "" {
			return try.name, try.from
		}
	}
	return "", ""
}

// namesOnce reports a column that names a depot in the first row of its goods
// and leaves the rest of them blank: most cells are empty, and no two rows in a
// row say the same. Where names are repeated, an empty cell was forgotten.
func (t *table) namesOnce() bool {
	blank, filled, before := 0, 0, ""
	for _, row := range t.list {
		if t.reasons[row] != "" {
			continue
		}
		c, ok := t.b.at(row, t.col(Depot))
		switch {
		case !ok:
			blank++
		case c.text == before || t.l.ditto[fold(c.text)]:
			return false
		default:
			filled++
			before = c.text
		}
		if !ok {
			before = ""
		}
	}
	return filled > 0 && blank > filled
}
