package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
)

// maxFoundItems is how many items the grid's list shows; more is a reason to
// type another letter.
const maxFoundItems = 12

// maxQuery bounds a search; no name of goods is longer.
const maxQuery = 100

// foundItem is one row of the answer of /items/search.
type foundItem struct {
	ID        id.ID  `json:"id"`
	Code      string `json:"code"`
	Name      string `json:"name"`
	Spec      string `json:"spec"`
	Unit      string `json:"unit"`
	Decimals  int    `json:"decimals"`
	Months    int    `json:"months"` // storage life, 0 = not known
	OnHand    string `json:"on_hand"`
	Available string `json:"available"`
	Draft     bool   `json:"draft"`  // has no unit yet: cannot be posted
	Serial    bool   `json:"serial"` // each piece has its number
	Packs     string `json:"packs"`  // 箱=24、件=10
}

// itemSearch answers the grid's list of items.
func (s *Server) itemSearch(c echo.Context) error {
	f := form.Query(c.Request())
	query, depot := f.Text("q"), f.ID("depot")
	if err := f.Err(); err != nil {
		return answerError(c, err)
	}
	if len([]rune(query)) > maxQuery {
		return c.JSON(http.StatusOK, []foundItem{})
	}
	found, err := s.Directory.SearchItems(c.Request().Context(), actorOf(c), query, depot, maxFoundItems)
	if err != nil {
		return answerError(c, err)
	}
	list := make([]foundItem, len(found))
	for i, it := range found {
		list[i] = foundItem{ID: it.ID, Code: it.Code, Name: it.Name, Spec: it.Spec, Unit: it.Unit, Decimals: it.Decimals, Months: it.StorageMonths,
			OnHand: it.OnHand.String(), Available: it.Available.String(), Draft: it.Draft, Serial: it.Serial, Packs: catalog.PacksText(it.Packs)}
	}
	return c.JSON(http.StatusOK, list)
}

// proposal is the answer of /issues/proposal: what to take, and every shelf
// that may be taken from instead.
type proposal struct {
	Unit      string `json:"unit"`
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
}

// issueProposal answers which lots an issue's line would take. Without a
// quantity it only lists the shelves.
func (s *Server) issueProposal(c echo.Context) error {
	ctx, actor, f := c.Request().Context(), actorOf(c), form.Query(c.Request())
	depot, item := f.ID("depot"), f.ID("item")
	if err := f.Err(); err != nil {
		return answerError(c, err)
	}
	it, err := s.Directory.Item(ctx, actor, item)
	if err != nil {
		return answerError(c, err)
	}
	need, err := neededQty(f.Text("qty"), it.Item)
	if err != nil {
		return answerError(c, err)
	}
	p, err := s.Inventory.Propose(ctx, actor, depot, item, need)
	if err != nil {
		return answerError(c, err)
	}
	all, err := s.Inventory.Propose(ctx, actor, depot, item, quantity.Max)
	if err != nil {
		return answerError(c, err)
	}
	return c.JSON(http.StatusOK, proposal{Unit: it.Unit, Available: p.Available.String(), Short: p.Short.String(),
		Picks: picks(p.Picks), Shelves: picks(all.Picks)})
}

// neededQty reads the quantity as posting will, so that a proposal never says
// yes to what posting refuses.
func neededQty(text string, it catalog.Item) (quantity.Q, error) {
	if text == "" {
		return 0, nil
	}
	r, err := quantity.Parse(text)
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

func picks(from []ledger.Pick) []pick {
	list := make([]pick, len(from))
	for i, p := range from {
		lot := p.Shelf.Lot
		list[i] = pick{LotID: lot.ID, PlaceID: p.Shelf.PlaceID, LotNo: lot.No, Produced: lot.Produced.String(), Expires: lot.Expires.String(),
			Bin: p.Shelf.Bin, Qty: p.Qty.String(), Available: p.Shelf.Available().String()}
	}
	return list
}

// answerError tells a script what is wrong, in the words of the page.
func answerError(c echo.Context, err error) error {
	noteFailure(c, err)
	return c.JSON(statusOf(err), map[string]string{"error": errs.MessageOf(err)})
}
