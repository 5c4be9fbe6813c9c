package view

// EventList is the list of events (突发事件).
type EventList struct {
	Base
	MayEdit bool
	Rows    []EventRow
	Empty   Empty
}

// EventRow is an event with the responses it led to.
type EventRow struct {
	ID, Name, Kind   string
	Areas, Place     string
	Summary, At, Who string
	Responses        []Link
	ResponseURL      string // to begin one for it, "" = the person may not
}

// EventForm records an event.
type EventForm struct {
	Base
	Name, Place, Summary, BegunAt string // as typed
	Kinds                         []Option
	Areas                         []Option
	Now                           string // the latest minute there can be
}

// ResponseList is the list of responses (应急响应).
type ResponseList struct {
	Base
	MayEdit bool
	Tabs    []StockTab
	Rows    []ResponseRow
	Empty   Empty
}

// ResponseRow is a response in a list.
type ResponseRow struct {
	Name, URL  string
	Tags       []Tag
	Areas      string
	Begun      string
	Lasted     string
	Document   string
	Event      string
	DutyURL    string // of one that runs
	ReplayURL  string
	AccountURL string
}

// ResponseForm begins a response.
type ResponseForm struct {
	Base
	Name, DocumentNo, BegunAt string // as typed
	Events, Natures, Levels   []Option
	Areas                     []Option
	WordFirst                 bool
	Season                    Tag // whether today lies in the flood season
	SeasonSpan                string
	Now                       string
}

// ResponseView is one response: its changes, orders, requests and papers, and
// what may be done with it.
type ResponseView struct {
	Base
	ID, Name     string
	Tags         []Tag
	Marked       string // what a drill or a pre-positioning has to say for itself
	Running      bool
	Begun, Ended string
	Lasted       string
	Level        string
	Season       string
	Areas        string
	Document     string
	Event        NamedPlace
	Author       string
	Settled      string

	Pages    []StockTab // the response's own pages
	ActURL   string
	OrderURL string // to draw an order up, "" = the person may not
	WordURL  string // to send on a phone call
	AskURL   string // to ask for goods
	LockNo   string
	MayLevel bool // and switch 先调后补, and end
	MayClose bool // settle the accounts
	WordOn   bool // 先调后补 is on
	Levels   []Option
	Now      string
	Wrote    ResponseTyped

	Changes  []ResponseChange
	Debts    []ResponseDebt
	Orders   []ResponseOrder
	More     string // where all orders are, "" = they are all here
	Requests []ResponseRequest
	Papers   []ResponsePaper
}

// NamedPlace is a name that leads somewhere, "" = nothing.
type NamedPlace struct{ Text, URL string }

// ResponseTyped is a change as typed, and which one.
type ResponseTyped struct{ Act, Level, DocumentNo, Note, At string }

// WordAct is the change that switches 先调后补 the other way.
func (v ResponseView) WordAct() string {
	if v.WordOn {
		return "word-off"
	}
	return "word-on"
}

// Wrong reports a wrong field of one of the page's forms.
func (v ResponseView) Wrong(act, field string) bool {
	return v.Wrote.Act == act && v.FieldError(field) != ""
}

// Typed gives the fields all changes have, as typed for one of them.
func (v ResponseView) Typed(act string) ChangeFields {
	f := ChangeFields{Now: v.Now}
	if v.Wrote.Act == act {
		f.DocumentNo, f.Note, f.At = v.Wrote.DocumentNo, v.Wrote.Note, v.Wrote.At
		f.BadDocument, f.BadAt, f.BadNote = v.Wrong(act, "document_no"), v.Wrong(act, "at"), v.Wrong(act, "note")
		for _, x := range v.Base.Fields {
			f.Errors = append(f.Errors, x.Message)
		}
	}
	return f
}

// ChangeFields are what every change of a response says.
type ChangeFields struct {
	DocumentNo, Note, At, Now   string
	BadDocument, BadAt, BadNote bool
	Errors                      []string
}

// ResponseChange is one change with its time and paper.
type ResponseChange struct{ At, Act, Level, Document, Note, Who, Recorded string }

// ResponseDebt is what keeps a response from being settled.
type ResponseDebt struct {
	Label string
	N     int
	URL   string
}

// ResponseOrder is an order of the response.
type ResponseOrder struct {
	Number, URL string
	Tags        []Tag
	From, To    string
	Goods       string
	Loads       string
	At          string
}

// ResponseRequest is a request of the response.
type ResponseRequest struct {
	Number, URL string
	Status      Tag
	Place, Kind string
	People      string
	Lines       string
	At, Waited  string
}

// ResponsePaper is a paper still owed, with the clock that runs.
type ResponsePaper struct {
	Number, URL, Kind, Due string
	Left                   Tag
}

// Cleared is 清账 of a response.
type Cleared struct {
	Base
	Name     string
	Tags     []Tag
	Marked   string
	Pages    []StockTab
	Verdict  string // what is open, in words
	Clear    bool   // nothing is
	OpenOnly bool
	OpenURL  string // the other way round
	Heads    []string
	Streets  []ClearedStreet
	Items    []ClearedItem
	Empty    Empty
}

// ClearedStreet is what the targets of a street got.
type ClearedStreet struct {
	Name string
	Rows []ClearedRow
}

// ClearedRow is an item at a target.
type ClearedRow struct {
	Target, Kind     string // Kind says that a depot keeps its own books
	Item, Unit       string
	Cells            []ClearedCell
	Road, Owed       string
	IsRoad, IsOwed   bool
	Loads            []ClearedLoad
	Settled          bool
	NothingToAccount bool // it went to a depot
}

// ClearedCell is an amount with its head; Text "" = none.
type ClearedCell struct{ Head, Text string }

// ClearedLoad leads to the load where something is explained.
type ClearedLoad struct {
	Name, URL string
	Open      bool
}

// ClearedItem is the sum of an item.
type ClearedItem struct {
	Item, Unit     string
	Cells          []ClearedCell
	Road, Owed     string
	IsRoad, IsOwed bool
}
