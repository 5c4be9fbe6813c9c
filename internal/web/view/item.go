package view

import (
	"fmt"

	"changbei/internal/id"
)

// ItemList is a page of the catalogue (物资目录).
type ItemList struct {
	Base
	Total       int
	MayEdit     bool
	Text        string
	Categories  []Option
	Drafts      []Option
	Filtered    bool
	Suggestions []ItemSuggestion
	Rows        []ItemRow
	Page, Pages int
	PrevURL     string
	NextURL     string
	Empty       Empty
}

// ItemSuggestion is a name to try when a query found nothing.
type ItemSuggestion struct{ Name, URL string }

// ItemRow is an item of the catalogue.
type ItemRow struct {
	Code, Name, Spec string
	Unit, Category   string
	Storage          string
	Aliases          string
	Draft            bool
	Recoverable      bool
	Serial           bool
	URL, CardURL     string
}

// ItemView is one item with its stock by depot.
type ItemView struct {
	Base
	Code, Name, Spec string
	Unit, Category   string
	Storage          string
	Aliases          string
	Draft            bool
	Recoverable      bool
	Serial           bool
	Packs            string
	Trials           string // 每 6 个月试机, "" = not tried
	Weight, Volume   string // of one unit, "" = not known
	MayEdit          bool
	EditURL          string
	CardURL          string

	SeesStock bool
	Sum       string // with its unit, "" without stock
	Stock     []ItemDepot
}

// ItemDepot is what one depot has of an item.
type ItemDepot struct {
	Depot   string
	CardURL string
	OnHand  string
	Lots    int
	Next    string // the earliest expiry, "" = none known
	Tag     Tag
}

// ItemForm is the form of a new or changed item, as it was typed.
type ItemForm struct {
	Base
	ID         id.ID // 0 = new
	Action     string
	BackURL    string
	InUse      bool // the unit and 逐件管理 can no longer change
	Units      []string
	Categories []Option

	Code, Name, Spec string
	Unit             string
	Months           string
	Aliases          string // one a line
	Recover          bool
	Serial           bool
	Packs            string // 箱=24、件=10
	CheckMonths      string
	Weight, Volume   string // of one unit, in 公斤 and 立方米
}

// Storage words a storage life; 0 = not known.
func Storage(months int) string {
	switch {
	case months <= 0:
		return ""
	case months%12 == 0:
		return fmt.Sprintf("%d 年", months/12)
	}
	return fmt.Sprintf("%d 个月", months)
}
