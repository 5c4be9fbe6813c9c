package order

import "changbei/internal/id"

// PaperKind is a paper that an order given by word still owes.
type PaperKind string

// The papers: the written order, the second signature of a leader, the
// receiver's receipt.
const (
	WrittenOrder    PaperKind = "written"
	SecondSignature PaperKind = "second"
	SignedReceipt   PaperKind = "receipt"
)

// PaperKinds lists them in the order pages show them.
var PaperKinds = []PaperKind{WrittenOrder, SecondSignature, SignedReceipt}

var paperNames = map[PaperKind]string{WrittenOrder: "书面调拨指令", SecondSignature: "领导补签", SignedReceipt: "接收回执"}

// Name gives the office's word, "" for none.
func (k PaperKind) Name() string { return paperNames[k] }

// Paper is one of them, with the instant it is due.
type Paper struct {
	OrderID    id.ID
	Kind       PaperKind
	DueAt      int64
	DoneAt     int64 // 0 = missing
	DoneID     id.ID
	DoneName   string
	DocumentNo string
	Note       string
}

// Missing reports a paper still owed.
func (p Paper) Missing() bool { return p.DoneAt == 0 }

// Late reports one past its instant, or handed in after it.
func (p Paper) Late(now int64) bool {
	if p.DoneAt != 0 {
		return p.DoneAt > p.DueAt
	}
	return now > p.DueAt
}

// PaperHours is how long the papers of an emergency dispatch may follow where
// the bureau has not said otherwise (product.md, Clocks).
const PaperHours = 48
