package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
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

// answerError tells a script what is wrong, in the words of the page.
func answerError(c echo.Context, err error) error {
	noteFailure(c, err)
	return c.JSON(statusOf(err), map[string]string{"error": errs.MessageOf(err)})
}
