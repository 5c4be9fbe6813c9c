package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
)

// shelfList is the answer of /shelves: what a line would take, and every shelf
// that may be taken from instead. By hand, nothing is proposed where there is a
// choice: what is scrapped or moved is said, never guessed.
type shelfList struct {
	Unit      string `json:"unit"`
	Serial    bool   `json:"serial"`
	Hand      bool   `json:"hand"`
	Available string `json:"available"`
	Short     string `json:"short"`
	Picks     []pick `json:"picks"`
	Shelves   []pick `json:"shelves"`
	Error     string `json:"error"`
}

type pick struct {
	LotID     id.ID  `json:"lot_id"`
	PlaceID   id.ID  `json:"place_id"`
	LotNo     string `json:"lot_no"`
	Produced  string `json:"produced"`
	Expires   string `json:"expires"`
	Bin       string `json:"bin"`
	Qty       string `json:"qty"`
	Available string `json:"available"`
	Badge     string `json:"badge"` // why it may not be issued, "" = it may
}

// shelves answers which lots a line of a type would take. Without a quantity
// it only lists the shelves.
func (s *Server) shelves(c echo.Context) error {
	f := form.Query(c.Request())
	t, depot, item := ledger.Type(f.Text("type")), f.ID("depot"), f.ID("item")
	if err := f.Err(); err != nil {
		return answerError(c, err)
	}
	if !entryKinds[t].takes {
		return answerError(c, errs.New(errs.NotFound, "没有这种单据，或它不从货位取物资。"))
	}
	it, err := s.Directory.Item(c.Request().Context(), actorOf(c), item)
	if err != nil {
		return answerError(c, err)
	}
	need, err := neededQty(f.Text("qty"), it.Item)
	if err != nil {
		return answerError(c, err)
	}
	list, err := s.shelfList(c, t, depot, it.Item, need)
	if err != nil {
		return answerError(c, err)
	}
	return c.JSON(http.StatusOK, list)
}

func (s *Server) shelfList(c echo.Context, t ledger.Type, depot id.ID, it catalog.Item, need quantity.Q) (shelfList, error) {
	ctx, actor, kind, today := c.Request().Context(), actorOf(c), entryKinds[t], s.Inventory.Today()
	all, err := s.Inventory.Shelves(ctx, actor, t, depot, []id.ID{it.ID})
	if err != nil {
		return shelfList{}, err
	}
	barred := map[id.ID]bool{}
	if kind.byHand {
		if barred, err = s.quarantines(c, actor, depot); err != nil {
			return shelfList{}, err
		}
	}
	propose := func(need quantity.Q) ([]ledger.Pick, quantity.Q) { return ledger.Propose(all, need, today) }
	if kind.byHand {
		propose = func(need quantity.Q) ([]ledger.Pick, quantity.Q) { return ledger.ProposeAny(all, need) }
	}
	every, _ := propose(quantity.Max)
	taken, short := propose(need)
	if kind.byHand && len(every) > 1 {
		taken, short = nil, 0
	}
	available := quantity.Q(0)
	for _, p := range every {
		available += p.Qty
	}
	return shelfList{Unit: it.Unit, Serial: it.Serial, Hand: kind.byHand, Available: available.String(), Short: short.String(),
		Picks: picks(taken, today, barred), Shelves: picks(every, today, barred)}, nil
}

// quarantines are the places of a depot whose goods are being looked at.
func (s *Server) quarantines(c echo.Context, actor access.Actor, depot id.ID) (map[id.ID]bool, error) {
	places, err := s.Directory.Places(c.Request().Context(), actor, depot)
	places = slices.DeleteFunc(places, func(p place.Place) bool { return p.Kind != place.Quarantine })
	found := map[id.ID]bool{}
	for _, p := range places {
		found[p.ID] = true
	}
	return found, err
}

// neededQty reads the quantity as posting will, so that a proposal never says
// yes to what posting refuses.
func neededQty(text string, it catalog.Item) (quantity.Q, error) {
	if text == "" {
		return 0, nil
	}
	r, _, err := it.Measure(text)
	switch {
	case err != nil:
		return 0, errs.New(errs.Invalid, "数量：%s", errs.MessageOf(err))
	case r.Doubt != "":
		return 0, errs.New(errs.Invalid, "数量「%s」不够确切，请清点后填写准确的数字。", text)
	case r.Q <= 0:
		return 0, errs.New(errs.Invalid, "数量应大于 0。")
	case r.Q > quantity.Max:
		return 0, errs.New(errs.Invalid, "数量太大，请核对。")
	case r.Unit != "" && catalog.Key(r.Unit) != catalog.Key(it.Unit):
		return 0, errs.New(errs.Invalid, "数量的单位「%s」与物资的单位「%s」不同，请换算后只填数字。", r.Unit, it.Unit)
	}
	if err := quantity.Check(r.Q, it.Unit, it.Decimals); err != nil {
		return 0, errs.New(errs.Invalid, "数量：%s", errs.MessageOf(err))
	}
	return r.Q, nil
}

func picks(from []ledger.Pick, today day.Day, quarantine map[id.ID]bool) []pick {
	list := make([]pick, len(from))
	for i, p := range from {
		lot := p.Shelf.Lot
		list[i] = pick{LotID: lot.ID, PlaceID: p.Shelf.PlaceID, LotNo: lot.No, Produced: lot.Produced.String(), Expires: lot.Expires.String(),
			Bin: p.Shelf.Bin, Qty: p.Qty.String(), Available: p.Shelf.Available().String(), Badge: badge(p.Shelf, today, quarantine)}
	}
	return list
}

// badge says why a shelf may not be issued from.
func badge(s ledger.Shelf, today day.Day, quarantine map[id.ID]bool) string {
	switch {
	case s.Lot.Held:
		return "冻结"
	case quarantine[s.PlaceID]:
		return "待检"
	case s.Lot.Expired(today):
		return "过期"
	}
	return ""
}
