package order

import (
	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Direction says whom a request is for.
type Direction string

// The directions.
const (
	ToBureau Direction = "street"
	ToCity   Direction = "city"
)

// RequestStatus is where a request stands.
type RequestStatus string

// The states. Answered has an order; whether it is met is told by the orders.
const (
	RequestSent      RequestStatus = "sent"
	RequestAnswered  RequestStatus = "answered"
	RequestRefused   RequestStatus = "refused"
	RequestWithdrawn RequestStatus = "withdrawn"
)

var requestStatusNames = map[RequestStatus]string{RequestSent: "待处理", RequestAnswered: "已安排调拨", RequestRefused: "已退回", RequestWithdrawn: "已撤回"}

// Name gives the office's word, "" for none.
func (s RequestStatus) Name() string { return requestStatusNames[s] }

// Request is a 需求报告单: what a street needs, has, has used and asks for.
type Request struct {
	ID          id.ID
	Number      string
	Direction   Direction
	ResponseID  id.ID // 0 = none
	DepotID     id.ID // whose people wrote it
	Division    string
	Kind        string // of Kinds
	HappenedAt  int64
	Place       string
	MovedPeople int64
	Days        int64
	Contact     string
	Phone       string
	Remark      string
	Status      RequestStatus
	AuthorID    id.ID
	AuthorName  string
	SentAt      int64
	DecidedID   id.ID
	DecidedName string
	DecidedAt   int64
	Answer      string
	ClientKey   string
	RequestHash string
	LockNo      int64

	Lines []NeedLine
}

// NeedLine is a line of a request: 需用量, 本级储备量, 已动用量, 申请量.
type NeedLine struct {
	ID        id.ID
	RequestID id.ID
	No        int
	Target    string // item or group
	TargetID  id.ID
	Unit      string
	Needed    quantity.Q
	InStock   quantity.Q
	Used      quantity.Q
	Asked     quantity.Q
	Basis     string // how it was computed, "" = typed
	Remark    string
}

// Lacking is what a line would ask for by itself: the need less what is there
// and was used already.
func (l NeedLine) Lacking() quantity.Q { return max(0, l.Needed-l.InStock-l.Used) }
