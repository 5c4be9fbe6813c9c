package view

// PeriodBoard shows which months are closed where (月结), and what may be done.
type PeriodBoard struct {
	Base
	Month      string // 2026-10, of the month field
	Name       string // 2026年10月
	Latest     string // the newest month that may be closed
	Months     []string
	Rows       []PeriodRow
	MayClose   bool // some depot may be closed here and now
	Closable   int
	Drafts     int // of depots that may be closed
	DraftsURL  string
	Waiting    []PeriodRequest
	Decided    []PeriodRequest
	SummaryURL string
	Empty      Empty
}

// PeriodRow is a depot. Why says why its month cannot be closed now, "" = it
// can be.
type PeriodRow struct {
	ID, Depot  string
	Stopped    bool
	Last       string
	Cells      []PeriodCell
	Drafts     int
	By, At     string
	Why        string
	Chosen     bool
	Closable   bool
	AskURL     string // to ask that the month be opened again, "" = not here
	Waits      bool   // a request waits
	SummaryURL string
}

// PeriodCell is how a month stands at a depot.
type PeriodCell struct {
	Month string
	Tag   Tag
	Extra bool // not of the month to close
}

// PeriodRequest is a request to open a month again.
type PeriodRequest struct {
	Depot, Month   string
	Opens          string
	Reason         string
	Asked, AskedAt string
	Decided, At    string
	State          Tag
	DecideURL      string // "" = this person may not decide
	WithdrawURL    string // "" = this person did not ask
	CSRF           string
}

// PeriodReopen is the form that asks to open a closed month again.
type PeriodReopen struct {
	Base
	DepotID, Depot string
	Month, Name    string
	Opens          string
	Reason         string
	BackURL        string
}

// Summary is the stock summary (收发存汇总表) of a month.
type Summary struct {
	Base
	Month      string
	Name       string
	Latest     string
	Depots     []Option
	Kinds      []Option
	Tabs       []StockTab
	ByDepot    bool
	Filtered   bool
	ClearURL   string
	Export     Export
	Heading    string // of the paper
	State      Tag
	Notes      []string
	Rows       []SummaryRow
	Total      SummaryRow
	Cut        string // rows left out of the page
	Empty      Empty
	PreparedBy string
}

// Groups are the four figures of a row, each with its two columns.
func (s Summary) Groups() [4]struct{} { return [4]struct{}{} }

// SummaryRow is an item's month; figures that have no sum or no price are "".
type SummaryRow struct {
	Depot, Code, Name, Spec, Category, Unit string
	CardURL                                 string
	Opening, Received, Issued, Closing      SummaryCell
}

// SummaryCell is a figure as quantity and amount.
type SummaryCell struct{ Qty, Amount string }
