// Package view holds the data of the pages: one struct per template, made by
// the handlers, read by html/template.
//
// It may import the domain for its types and formatting. It knows no echo, no
// SQL and no use case; a struct here decides nothing.
package view

import (
	"time"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
)

// Base is what every page has. A page's struct embeds it.
type Base struct {
	CSRF      string
	Demo      bool
	Org       string // the bureau's name, "" = not set yet
	Actor     Person
	Menu      []MenuGroup
	Shortcuts []Link  // the phone's bottom bar
	Unread    int     // notices not read, up to a hundred
	Flash     []Flash // told by the request before
	Message   string  // of a form that failed
	Fields    []errs.Field
}

// Person is who is signed in; ID 0 is nobody.
type Person struct {
	ID    id.ID
	Name  string
	Roles string
}

// MenuGroup is a headed part of the menu.
type MenuGroup struct {
	Label string
	Items []Link
}

// Link is an entry of the menu or the bottom bar. Key names it in code.
type Link struct {
	Key, Path, Label, Icon string
	Current                bool
}

// Flash is a sentence about the request before this page. Kind is ok, warn or
// bad.
type Flash struct{ Kind, Text string }

// May reports whether the menu offers something, so that a page shows no way
// that ends at a refusal.
func (b Base) May(key string) bool {
	for _, g := range b.Menu {
		for _, l := range g.Items {
			if l.Key == key {
				return true
			}
		}
	}
	return false
}

// FieldError gives the sentence about a field, "" when it is right.
func (b Base) FieldError(name string) string {
	for _, f := range b.Fields {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}

// Fail takes over what a use case said about a form.
func (b *Base) Fail(err error) {
	b.Message, b.Fields = errs.MessageOf(err), errs.FieldsOf(err)
}

// Failing is a page that can show itself again with what is wrong.
type Failing[T any] interface {
	*T
	Fail(error)
}

// Option is a choice of a select.
type Option struct {
	Value, Label string
	Checked      bool
}

// Tag is a status in colour, icon and word. Tone is is-ok, is-warn, is-bad,
// is-info or nothing.
type Tag struct{ Text, Tone, Icon string }

// Empty is what stands where a list has no rows: why, and what to do.
type Empty struct{ Icon, Title, Text, URL, Do string }

// Pager moves through a list by key: to the first page and to the next.
type Pager struct {
	Shown       int
	First, Next string
	Needed      bool

	FirstText, NextText string // other words for the links, "" = 回到第一页 and 下一页
}

// When writes an instant (microseconds UTC) as people here read it.
func When(us int64) string {
	if us == 0 {
		return ""
	}
	return time.UnixMicro(us).In(day.Zone()).Format("2006-01-02 15:04")
}

var typeTones = map[ledger.Type]Tag{
	ledger.Receipt:  {Tone: "is-ok", Icon: "package-import"},
	ledger.Opening:  {Tone: "is-info", Icon: "file-spreadsheet"},
	ledger.Issue:    {Tone: "is-info", Icon: "package-export"},
	ledger.Transfer: {Tone: "is-info", Icon: "truck-delivery"},
	ledger.BinMove:  {Icon: "arrows-exchange"},
	ledger.Disposal: {Tone: "is-warn", Icon: "trash"},
	ledger.Return:   {Tone: "is-ok", Icon: "rotate-2"},
	ledger.Reversal: {Tone: "is-bad", Icon: "arrow-back-up"},
}

// TypeTag marks a voucher's type.
func TypeTag(t ledger.Type) Tag {
	tag, ok := typeTones[t]
	if !ok {
		tag = Tag{Icon: "file-text"}
	}
	tag.Text = t.Name()
	return tag
}

// Expiry warnings: a month to act, a quarter to plan.
const (
	urgentDays = 30
	soonDays   = 90
)

// ExpiryTag says how an expiry stands on a day; empty when there is time.
func ExpiryTag(expires, today day.Day) Tag {
	if expires.IsZero() {
		return Tag{}
	}
	switch left := today.Until(expires); {
	case left < 0:
		return Tag{Text: "已过期 " + days(-left), Tone: "is-bad", Icon: "circle-x"}
	case left <= urgentDays:
		return Tag{Text: "剩 " + days(left), Tone: "is-bad", Icon: "alert-triangle"}
	case left <= soonDays:
		return Tag{Text: "剩 " + days(left), Tone: "is-warn", Icon: "alert-triangle"}
	}
	return Tag{}
}

// RoleNames writes the roles of some grants, each once.
func RoleNames(grants []access.Grant) string {
	text, seen := "", map[access.Role]bool{}
	for _, g := range grants {
		if seen[g.Role] {
			continue
		}
		seen[g.Role] = true
		if text != "" {
			text += "、"
		}
		text += g.Role.Name()
	}
	return text
}
