package view

import (
	"strconv"

	"changbei/internal/id"
	"changbei/internal/notice"
)

// mostUnread is where the bell stops counting.
const mostUnread = 99

// UnreadText is what the bell says, "" = all is read.
func (b Base) UnreadText() string {
	switch {
	case b.Unread <= 0:
		return ""
	case b.Unread > mostUnread:
		return strconv.Itoa(mostUnread) + "+"
	}
	return strconv.Itoa(b.Unread)
}

// NoticeList is what concerns a person, newest first.
type NoticeList struct {
	Base
	UnreadOnly bool
	Rows       []NoticeRow
	UpTo       int64 // the newest row's instant: what 全部标为已读 is about
	Pager      Pager
	Empty      Empty
}

// NoticeRow is one notice. Its page opens by a POST, which marks it read.
type NoticeRow struct {
	OpenURL, ReadURL string
	Title, Body      string
	Kind             Tag
	Depot, Who, When string
	Seen             bool
}

var noticeTones = map[notice.Kind]Tag{
	notice.RequestSent:     {Tone: "is-info", Icon: "inbox"},
	notice.OrderProposed:   {Tone: "is-warn", Icon: "clipboard-check"},
	notice.OrderApproved:   {Tone: "is-ok", Icon: "circle-check"},
	notice.OrderRefused:    {Tone: "is-bad", Icon: "arrow-back-up"},
	notice.OrderCancelled:  {Tone: "is-bad", Icon: "ban"},
	notice.OrderLeft:       {Tone: "is-info", Icon: "truck-delivery"},
	notice.OrderSigned:     {Tone: "is-ok", Icon: "checks"},
	notice.OrderShort:      {Tone: "is-bad", Icon: "alert-triangle"},
	notice.PapersLate:      {Tone: "is-bad", Icon: "clock-exclamation"},
	notice.TransitOld:      {Tone: "is-warn", Icon: "clock-exclamation"},
	notice.ResponseStarted: {Tone: "is-bad", Icon: "bolt"},
	notice.ResponseLevel:   {Tone: "is-warn", Icon: "bolt"},
	notice.ResponseEnded:   {Tone: "is-ok", Icon: "flag"},
	notice.RequestAnswered: {Tone: "is-info", Icon: "checks"},
	notice.RequestRefused:  {Tone: "is-warn", Icon: "arrow-back-up"},
	notice.ImportApplied:   {Tone: "is-info", Icon: "file-import"},
	notice.HookTest:        {Tone: "is-info", Icon: "send"},
	notice.HookFailed:      {Tone: "is-bad", Icon: "send"},
}

// NoticeTag marks a kind of notice.
func NoticeTag(k notice.Kind) Tag {
	tag, ok := noticeTones[k]
	if !ok {
		tag = Tag{Icon: "bell"}
	}
	tag.Text = k.Name()
	return tag
}

// WebhookList is where notices go outside.
type WebhookList struct {
	Base
	Rows  []WebhookRow
	Empty Empty
}

// WebhookRow is a webhook with how it fares. Address is masked.
type WebhookRow struct {
	URL, Name, Form, Address string
	Kinds, Scope             string
	State                    Tag
	Clear                    bool // sent in the clear
	Waiting, GivenUp         int
	Sent                     string // when the last one was taken, "" = never
}

// WebhookView is one webhook with its deliveries. Neither the address nor the
// secret is in it.
type WebhookView struct {
	Base
	WebhookRow
	LockNo                int64
	Enabled, Signed       bool
	LinkBase              string
	EditURL, TestURL      string
	EnableURL, DisableURL string
	Deliveries            []DeliveryRow
	Soon                  bool // something is about to be sent: the page looks again
	Pager                 Pager
	MaxTries, PerMinute   int // 0 = without limit
}

// DeliveryRow is a notice on its way.
type DeliveryRow struct {
	Told, Kind, Depot string
	State             Tag
	Tries             int
	Next              string // when it is tried again, "" = not
	Problem           string
	ResendURL         string // "" = need not be sent again
	Attempts          []AttemptRow
}

// AttemptRow is one try.
type AttemptRow struct {
	When, Took, Result string
	OK                 bool
}

// WebhookForm is the form of a new or changed webhook. What was typed into the
// address and the secret is not shown again.
type WebhookForm struct {
	Base
	ID              id.ID // 0 = new
	Action, BackURL string
	LockNo          int64
	Name, LinkBase  string
	Address         string // masked, "" = none yet
	Signed          bool   // there is a secret
	Forms, Depots   []Option
	Kinds           []Option
}

var deliveryTones = map[notice.Status]Tag{
	notice.Waiting: {Tone: "is-info", Icon: "clock"},
	notice.Sent:    {Tone: "is-ok", Icon: "circle-check"},
	notice.GivenUp: {Tone: "is-bad", Icon: "circle-x"},
	notice.Dropped: {Icon: "ban"},
}

// DeliveryTag marks where a delivery stands.
func DeliveryTag(s notice.Status, tries int) Tag {
	tag := deliveryTones[s]
	tag.Text = s.Name()
	if s == notice.Waiting && tries > 0 {
		tag = Tag{Text: "待重试", Tone: "is-warn", Icon: "refresh"}
	}
	return tag
}
