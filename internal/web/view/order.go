package view

// OrderView is one dispatch order with everything that became of it.
type OrderView struct {
	Base
	Self, Number         string
	Status, Nature       Tag
	ByWord               bool
	Lead                 string // one sentence on where it stands
	Response, Request    NamedLink
	Facts                []Fact
	Slips                []OrderSlip
	Short                bool // some depot has not enough
	Times                []SixTimes
	Loads                []Load
	Receipts             []Receipt
	Clearings            []Clearing
	Papers               []OrderPaper
	LockNo               int64
	MayDecide            bool
	WhyNotDecide         string
	MayCancel, MayChange bool
	CancelWord           string // 撤回 a proposal, 取消 an order
	Today                string
	Failed               string // which form is shown again
	Decision             DecisionTyped
	Reason               string   // of the cancelling, as typed
	Change               LineForm // lines to add
	ChangeReason         string
}

// Wrong gives the sentence about a field of one of the page's forms.
func (p *OrderView) Wrong(form, field string) string {
	if p.Failed != form {
		return ""
	}
	return p.FieldError(field)
}

// FailForm takes over what a use case said about one of the page's forms.
func (p *OrderView) FailForm(form string, err error) { p.Failed = form; p.Fail(err) }

// NamedLink is a name that leads somewhere, "" = nothing.
type NamedLink struct{ Text, URL string }

// Fact is a labelled sentence of the head.
type Fact struct {
	Label, Text, URL string
	Wide             bool
}

// DecisionTyped is the leader's form as typed.
type DecisionTyped struct{ DocumentNo, SignedOn, Reason string }

// OrderSlip is what goes to one target.
type OrderSlip struct {
	No                   int
	Name, Kind           string // Kind: whose point, or 入库
	Address              string
	Contact, Phone, Dial string
	Lines                []SlipLine
}

// SlipLine is one line of it: how much of what from where, and either what
// would remain there or how far it got.
type SlipLine struct {
	Item, Spec, Qty, Unit string
	From                  string
	Remark                string
	Free, After           string // of a proposal; "" = nothing to say
	Mark                  Tag    // not enough, below the minimum, left over
	Progress              string // of an approved order
}

// SixTimes are the six times of an order, or of one of its loads.
type SixTimes struct {
	Label, Total string
	Steps        []TimeStep
}

// TimeStep is one of them. Gap is how long it took since the one before.
type TimeStep struct {
	Label, At, Who, Gap string
	Done, Next          bool
}

// Load is a load (运次) as order and load pages show it.
type Load struct {
	ID, URL, PapersURL    string
	Name, Order, OrderURL string
	Status                Tag
	From, To, Where       string
	Sender, SenderPhone   string
	SenderDial            string
	Contact, Phone, Dial  string
	Address               string
	Vehicle, Plate        string
	Driver, DriverPhone   string
	DriverDial            string
	Lines                 []LoadLine
	Voucher               NamedLink
	Cancelled, Gone       bool
	MayCancel             bool
	CancelURL             string
}

// LoadLine is a lot of a load. Amounts that are none are "".
type LoadLine struct {
	ID, Item, Spec, Unit   string
	LotNo, LotURL, Expires string
	Bin, Qty, Packs        string
	Good, Damaged, Road    string
	Owed, Fates            string // Fates: 退回 1，途损 1
}

// Field names a field of a line in a form.
func (l LoadLine) Field(key string) string { return key + "." + l.ID }

// Cell gives the id of it.
func (l LoadLine) Cell(key string) string { return key + "-" + l.ID }

// Receipt is one signing for goods.
type Receipt struct {
	ID, Load, At, Way, Signer string
	Keyed, Remark             string
	Lines                     []ReceiptLine
	Voucher                   NamedLink
	Undone                    string // who took it back and when
	UndoVoucher               NamedLink
	Undo                      Undo
}

// ReceiptLine is what came of a lot.
type ReceiptLine struct{ Item, LotNo, Good, Damaged, Missing, Unit string }

// Clearing is what became of some goods, by one voucher.
type Clearing struct {
	ID, Load, At, Fate, Note string
	Keyed                    string
	Goods                    string
	Voucher                  NamedLink
	Undone                   string
	UndoVoucher              NamedLink
	Undo                     Undo
}

// Undo is the form that takes something back; URL "" = the person may not.
type Undo struct {
	URL, ClientKey, CSRF, Reason, Error string
	Open                                bool
}

// OrderPaper is a paper an order given by word owes or owed.
type OrderPaper struct {
	Kind, Name, Due      string
	Left                 Tag // while it is missing
	Done, By, DocumentNo string
	Note                 string
	May                  bool
	Typed, TypedNote     string
	NeedsNo, NeedsNote   bool
}
