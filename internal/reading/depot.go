package reading

// nameDepot finds the depot of the table: a column, bands, the lines above,
// the sheet's name, the title, the file's name, the office that filled it in.
func (t *table) nameDepot() {
	switch {
	case t.col(PlaceQty) > 0 && t.kind != MovementJournal:
		t.depotFrom = DepotColumnHeader
		return
	case t.col(Depot) > 0:
		t.depotFrom = DepotColumn
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
