package view

// LoadView is one load and what may be done with it now.
type LoadView struct {
	Base
	L                           Load
	Response                    NamedLink
	Nature                      Tag
	ByWord                      bool
	Lead                        string
	Times                       SixTimes
	Picks                       []PickBin
	MayPick, MayLeave           bool
	MayArrive, MaySign, Settled bool
	Pick, Arrive                string // the time as typed
	Leave                       LeaveForm
	Sign                        SignForm
	Clears                      []ClearForm // of goods on the road, of goods at a point
	Receipts                    []Receipt
	Clearings                   []Clearing
	Reason                      string // of the cancelling, as typed
	Failed                      string
}

// Wrong gives the sentence about a field of one of the page's forms.
func (p *LoadView) Wrong(form, field string) string {
	if p.Failed != form {
		return ""
	}
	return p.FieldError(field)
}

// FailForm takes over what a use case said about one of the page's forms.
func (p *LoadView) FailForm(form string, err error) { p.Failed = form; p.Fail(err) }

// PickBin is what is to be taken from one bin.
type PickBin struct {
	Bin   string
	Lines []LoadLine
}

// LeaveForm is a departure as typed.
type LeaveForm struct {
	ClientKey, At                       string
	Vehicle, Plate, Driver, DriverPhone string
	DropRest                            bool
	Lines                               []TypedLine
}

// TypedLine is a line of a load with the quantities typed for it.
type TypedLine struct {
	LoadLine
	Send, Well, Broken, Lacking string
}

// SignForm is a receipt as typed.
type SignForm struct {
	ClientKey, At, ArrivedAt, Signer, Remark string
	AsksArrival                              bool
	Ways                                     []Option
	Lines                                    []TypedLine
}

// ClearForm says what became of goods in one stage.
type ClearForm struct {
	Key, Heading, Hint  string
	ClientKey, At, Note string
	Open                bool // it is what is next
	Fates               []Option
	Lines               []TypedLine
}
