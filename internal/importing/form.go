package importing

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// StreetForm is the kind of a batch that is a form sent out from here and
// filled in; it is told by what the form carries and never by its look.
const StreetForm reading.Kind = "street_form"

// Returned books what a form says has changed.
const Returned Act = "returned"

// Form is a depot's stock as it was sent out.
type Form = store.StreetForm

// The statuses of a form.
const (
	FormSent      = "sent"
	FormReturned  = "returned"
	FormWithdrawn = "withdrawn"
)

// FormReason says why a figure changed, in the words of the form's list.
type FormReason string

// The reasons a form offers.
const (
	FormCounted  FormReason = "清点差异"
	FormReceived FormReason = "新入库"
	FormIssued   FormReason = "领用出库"
	FormDisposed FormReason = "报废损失"
)

// FormReasons lists them in the order of the list.
var FormReasons = []FormReason{FormCounted, FormReceived, FormIssued, FormDisposed}

// sentRow is a row as it was sent: a lot on its shelf.
type sentRow struct {
	ItemID   id.ID      `json:"item"`
	LotID    id.ID      `json:"lot"`
	PlaceID  id.ID      `json:"place"`
	Code     string     `json:"code"`
	Name     string     `json:"name"`
	Spec     string     `json:"spec,omitempty"`
	Unit     string     `json:"unit"`
	Decimals int        `json:"decimals,omitempty"`
	LotNo    string     `json:"lot_no,omitempty"`
	Produced string     `json:"produced,omitempty"`
	Expires  string     `json:"expires,omitempty"`
	Bin      string     `json:"bin,omitempty"`
	Serial   bool       `json:"serial,omitempty"`
	Qty      quantity.Q `json:"qty"` // thousandths
}

// sentForm is the content of a form.
type sentForm struct {
	Depot string    `json:"depot"`
	First int       `json:"first"` // the sheet's row of the first of Rows
	More  int       `json:"more"`  // and of the heading over goods not listed
	Rows  []sentRow `json:"rows"`
}

func contentOf(f Form) (sentForm, error) {
	var c sentForm
	if err := json.Unmarshal([]byte(f.Content), &c); err != nil {
		return c, fmt.Errorf("importing: content of form %s: %w", f.ID, err)
	}
	return c, nil
}

// The hidden part: a sheet of texts that says which form it is and what stands
// in which row, under a seal that only this database can make.
const (
	formSheet   = "changbei"
	formMark    = "changbei-form"
	formVersion = "1"
	formSecret  = "form.secret" // the setting
	stampRows   = 7             // the first row of the list of rows
)

// stampOf writes the hidden part of a form.
func stampOf(f Form, c sentForm, secret string) [][]string {
	head := [][]string{{formMark, formVersion}, {"form", f.ID.String()}, {"depot", f.DepotID.String()}, {"day", f.BusinessOn},
		{"rows", fmt.Sprint(c.First), fmt.Sprint(c.More)}}
	var rows [][]string
	for i, r := range c.Rows {
		rows = append(rows, []string{fmt.Sprint(c.First + i), r.ItemID.String(), r.LotID.String(), r.PlaceID.String(), r.Qty.String()})
	}
	return append(append(head, []string{"seal", seal(secret, head, rows)}), rows...)
}

// seal is the checksum of a hidden part. Whoever changes a figure cannot make
// it, since the key never leaves the database.
func seal(secret string, parts ...[][]string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	for _, lines := range parts {
		for _, texts := range lines {
			mac.Write([]byte(strings.Join(texts, "\t") + "\n"))
		}
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// sealKey gives the key of the seals, made the first time it is asked for.
func (s *Service) sealKey(ctx context.Context) (key string, err error) {
	if key, err = s.store.Read().Setting(ctx, formSecret); err != nil || key != "" {
		return key, err
	}
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if key, err = tx.Setting(ctx, formSecret); err != nil || key != "" {
			return err
		}
		b := make([]byte, sha256.Size)
		if _, err := rand.Read(b); err != nil {
			return err
		}
		key = hex.EncodeToString(b)
		return tx.NewSetting(ctx, formSecret, key)
	})
	return key, err
}

// form gives a form of a depot the actor imports at; any other is as if it
// were not there.
func (s *Service) form(ctx context.Context, c *store.Conn, actor access.Actor, form id.ID) (Form, error) {
	f, err := c.Form(ctx, form)
	if err == nil && !actor.May(access.LedgerImport, f.DepotID) {
		err = errs.New(errs.NotFound, "没有这份核对表，或您无权查看。")
	}
	return f, err
}

// Forms lists the forms sent out, newest first, from before a key.
func (s *Service) Forms(ctx context.Context, actor access.Actor, beforeAt int64, beforeID id.ID) (rows []Form, more bool, err error) {
	all, depots := actor.Depots(access.LedgerImport)
	if !all && len(depots) == 0 {
		return nil, false, actor.Require(access.LedgerImport, 0)
	}
	rows, err = s.store.Read().Forms(ctx, store.Scope{All: all, Depots: depots}, beforeAt, beforeID, Page+1)
	if len(rows) > Page {
		return rows[:Page], true, err
	}
	return rows, false, err
}

// FormFile gives where the workbook of a form lies, as it was sent.
func (s *Service) FormFile(ctx context.Context, actor access.Actor, form id.ID) (Form, string, error) {
	f, err := s.form(ctx, s.store.Read(), actor, form)
	return f, s.path(f.FileHash), err
}

// WithdrawForm says that a form that is out is not waited for any more.
func (s *Service) WithdrawForm(ctx context.Context, actor access.Actor, form id.ID) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		f, err := s.form(ctx, tx.Conn, actor, form)
		if err != nil {
			return err
		}
		if f.Status != FormSent {
			return errs.New(errs.Conflict, "这份核对表已经交回或撤回，不能再撤回。请刷新页面。")
		}
		return s.withdraw(ctx, tx, actor, f)
	})
}

func (s *Service) withdraw(ctx context.Context, tx *store.Tx, actor access.Actor, f Form) error {
	if err := tx.MoveForm(ctx, f, FormWithdrawn, 0, actor.Name); err != nil {
		return err
	}
	return tx.Audit(ctx, 0, formAudit(actor, "form.withdraw", f))
}

// moment writes an instant (microseconds UTC) as people here read it.
func moment(us int64) string {
	return time.UnixMicro(us).In(day.Zone()).Format("2006-01-02 15:04")
}

// FormsOut gives the forms of some depots that have not come back; those of
// depots the actor does not import at are left out.
func (s *Service) FormsOut(ctx context.Context, actor access.Actor, depots []id.ID) ([]Form, error) {
	var mine []id.ID
	for _, d := range depots {
		if actor.May(access.LedgerImport, d) {
			mine = append(mine, d)
		}
	}
	if len(mine) == 0 {
		return nil, nil
	}
	return s.store.Read().OpenForms(ctx, mine)
}
