package inventory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// Draft is a voucher being written: what was typed, as it was typed. Nothing
// is parsed away, so a half-filled form survives saving, an error and a
// restart. ID 0 has not been saved yet.
type Draft struct {
	ID        id.ID       `json:"-"`
	Type      ledger.Type `json:"-"`
	DepotID   id.ID       `json:"depot"`
	ToDepotID id.ID       `json:"to_depot,omitempty"` // of a transfer: who receives
	ClientKey string      `json:"-"`
	Version   int64       `json:"-"`
	Status    string      `json:"-"` // open, posted, discarded
	VoucherID id.ID       `json:"-"`
	ActorName string      `json:"-"`
	UpdatedAt int64       `json:"-"`
	LineCount int         `json:"-"`

	BusinessOn   string `json:"business_on"`
	Reason       string `json:"reason"` // one of the type's Reasons
	Counterparty string `json:"counterparty"`
	Reference    string `json:"reference"`
	Remark       string `json:"remark"`
	BlankNo      string `json:"blank_no,omitempty"` // of the blank it was written on by hand
	Lines        []Line `json:"lines"`
}

// Line is one typed row. ItemID and the shelf (LotID, PlaceID) are set when
// they were picked from a list; the texts are what the person saw.
type Line struct {
	ItemID   id.ID  `json:"item_id"`
	Item     string `json:"item"`
	LotNo    string `json:"lot_no"`
	Produced string `json:"produced"`
	Expires  string `json:"expires"`
	Qty      string `json:"qty"`
	Price    string `json:"price"`
	Bin      string `json:"bin"`
	Owner    string `json:"owner"`
	Remark   string `json:"remark"`
	LotID    id.ID  `json:"lot_id"`           // what is taken: the lot, 0 = propose
	PlaceID  id.ID  `json:"place_id"`         // and the place it is taken from
	ToBin    string `json:"to_bin,omitempty"` // transfers and moves: where it goes
}

// blank reports a row nobody touched.
func (l Line) blank() bool {
	return strings.TrimSpace(l.Item+l.LotNo+l.Produced+l.Expires+l.Qty+l.Price+l.Bin+l.ToBin+l.Owner+l.Remark) == "" && l.ItemID == 0
}

// Compact gives the draft without its blank rows. Line numbers in errors count
// the rows that are left, so a form compacts before it posts and shows again.
func (d Draft) Compact() Draft {
	var kept []Line
	for _, l := range d.Lines {
		if !l.blank() {
			kept = append(kept, l)
		}
	}
	d.Lines = kept
	return d
}

// NewKey makes an idempotency key; a form gets one when it is shown.
func NewKey() string {
	var raw [16]byte
	rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

// NewDraft gives an empty form of a type, with its key and the actor's only
// depot filled in where there is just one.
func (s *Service) NewDraft(actor access.Actor, t ledger.Type) (Draft, error) {
	if _, keyed := kinds[t]; !keyed {
		return Draft{}, errs.New(errs.NotFound, "没有这种单据。")
	}
	all, depots := actor.Depots(access.VoucherPost)
	if !all && len(depots) == 0 {
		return Draft{}, actor.Require(access.VoucherPost, 0)
	}
	d := Draft{Type: t, ClientKey: NewKey(), BusinessOn: s.Today().String(), Status: "open"}
	if len(depots) == 1 {
		d.DepotID = depots[0]
	}
	return d, nil
}

// maxText bounds each typed text of a draft; longer ones are refused so that
// a form stays a form.
const maxText = 500

// CheckKey refuses a key no form of ours made: too short to be unique, or too
// long for its column.
func CheckKey(key string) error {
	if len(key) < 16 || len(key) > 64 {
		return errs.New(errs.Invalid, "页面已过期，请重新打开后再填写。")
	}
	return nil
}

func (d Draft) checkSize() error {
	if len(d.Lines) > ledger.MaxLines {
		return errs.New(errs.TooLarge, "一张单据最多 %d 行，请分成几张。", ledger.MaxLines)
	}
	if err := CheckKey(d.ClientKey); err != nil {
		return err
	}
	var c errs.Check
	for _, f := range [][2]string{{"business_on", d.BusinessOn}, {"reason", d.Reason}, {"counterparty", d.Counterparty}, {"reference", d.Reference}, {"remark", d.Remark}, {"blank_no", d.BlankNo}} {
		if len([]rune(f[1])) > maxText {
			c.Add(f[0], "这一栏的文字超过 %d 个字，请缩短后再保存。", maxText)
		}
	}
	for i, l := range d.Lines {
		for _, f := range l.texts() {
			if len([]rune(f[1])) > maxText {
				c.Add(field(i+1, f[0]), "第 %d 行这一格的文字超过 %d 个字，请缩短后再保存。", i+1, maxText)
			}
		}
	}
	return c.Err()
}

// texts gives the typed cells of a line under the names of their fields.
func (l Line) texts() [][2]string {
	return [][2]string{{"item", l.Item}, {"lot_no", l.LotNo}, {"produced", l.Produced}, {"expires", l.Expires}, {"qty", l.Qty}, {"price", l.Price},
		{"bin", l.Bin}, {"to_bin", l.ToBin}, {"owner", l.Owner}, {"remark", l.Remark}}
}

// requestHash covers what the draft asks for.
func (d Draft) requestHash() string {
	b, _ := json.Marshal(d)
	sum := sha256.Sum256(append([]byte(d.Type+"\n"), b...))
	return hex.EncodeToString(sum[:])
}

// SaveDraft keeps what was typed, complete or not. Saving the same new form
// twice gives one draft; an older page than the saved one is a Conflict.
func (s *Service) SaveDraft(ctx context.Context, actor access.Actor, d Draft) (Draft, error) {
	d = d.Compact()
	if err := d.checkSize(); err != nil {
		return d, err
	}
	if _, keyed := kinds[d.Type]; !keyed {
		return d, errs.New(errs.NotFound, "没有这种单据。")
	}
	if d.DepotID == 0 {
		return d, &errs.Error{Kind: errs.Invalid, Message: "请先选择储备库，再保存草稿。", Fields: []errs.Field{{Name: "depot", Message: "请选择储备库。"}}}
	}
	if d.ID == 0 {
		// A page gone back to after posting: its key is spent for good.
		v, err := s.store.VoucherByKey(ctx, d.ClientKey)
		if err == nil {
			return d, errs.New(errs.Conflict, "这张单据已经记账，编号 %s，不能再存为草稿。要再记一张，请新建单据。", v.Number)
		}
		if !errors.Is(err, errs.NotFound) {
			return d, err
		}
	}
	typed := d
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		d = typed // as it was, should the transaction be run again
		return saveDraft(ctx, tx, actor, &d)
	})
	if err != nil {
		d = typed
	}
	if errors.Is(err, store.ErrDuplicate) {
		return s.draftOfKey(ctx, actor, d)
	}
	return d, err
}

func saveDraft(ctx context.Context, tx *store.Tx, actor access.Actor, d *Draft) error {
	depot, err := depotFor(ctx, tx.Conn, actor, access.VoucherPost, d.DepotID)
	if err != nil {
		return err
	}
	content, err := json.Marshal(d)
	if err != nil {
		return err
	}
	row := store.DraftRow{ID: d.ID, DepotID: d.DepotID, Type: d.Type, ClientKey: d.ClientKey, Content: string(content), Version: d.Version,
		LineCount: len(d.Lines), ActorID: actor.ID, ActorName: actor.Name}
	if d.ID == 0 {
		row.ID = tx.NewID()
		err = tx.InsertDraft(ctx, row)
		row.Version = 1
	} else {
		if _, err := loadDraft(ctx, tx.Conn, actor, d.ID); err != nil {
			return err
		}
		err = tx.UpdateDraft(ctx, row)
		row.Version++
	}
	if err != nil {
		return err
	}
	d.ID, d.Version, d.Status = row.ID, row.Version, "open"
	return tx.Audit(ctx, d.DepotID, ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: "draft.save",
		Object: d.Type.Name() + "草稿 " + d.ID.String(), Result: "ok", Detail: depot.Name, IP: actor.IP, RequestID: actor.RequestID})
}

// draftOfKey answers a second save of a new form with the draft the first
// made, and saves the second's content into it when it differs.
func (s *Service) draftOfKey(ctx context.Context, actor access.Actor, d Draft) (Draft, error) {
	row, err := s.store.Read().DraftByKey(ctx, d.ClientKey)
	if err != nil {
		return d, err
	}
	saved, err := draftOf(row)
	if err != nil {
		return d, err
	}
	if !actor.May(access.VoucherPost, row.DepotID) || row.Status != "open" {
		return d, errs.New(errs.Conflict, "这张单据已经办理过了，请在单据列表中核对。")
	}
	if saved.requestHash() == d.requestHash() {
		return saved, nil
	}
	if saved.Version > 1 { // somebody went on with it since
		return d, newerDraft()
	}
	d.ID, d.Version = saved.ID, saved.Version
	return s.SaveDraft(ctx, actor, d)
}

// newerDraft refuses a page that is older than what was saved since.
func newerDraft() error {
	return errs.New(errs.Conflict, "这张草稿已在别的页面或由别人改过，这次没有保存。请从草稿箱重新打开，核对后再办。")
}

func draftOf(r store.DraftRow) (Draft, error) {
	var d Draft
	if r.Content != "" {
		if err := json.Unmarshal([]byte(r.Content), &d); err != nil {
			return d, err
		}
	}
	d.ID, d.Type, d.DepotID, d.ClientKey, d.Version, d.Status = r.ID, r.Type, r.DepotID, r.ClientKey, r.Version, r.Status
	d.VoucherID, d.ActorName, d.UpdatedAt, d.LineCount = r.VoucherID, r.ActorName, r.UpdatedAt, r.LineCount
	return d, nil
}

func loadDraft(ctx context.Context, c *store.Conn, actor access.Actor, draft id.ID) (Draft, error) {
	row, err := c.Draft(ctx, draft)
	if err != nil {
		return Draft{}, err
	}
	if !actor.May(access.VoucherPost, row.DepotID) {
		return Draft{}, errs.New(errs.NotFound, "没有这张草稿，或您无权办理。")
	}
	return draftOf(row)
}

// Draft opens a draft of a depot the actor may post at.
func (s *Service) Draft(ctx context.Context, actor access.Actor, draft id.ID) (Draft, error) {
	return loadDraft(ctx, s.store.Read(), actor, draft)
}

// maxDrafts bounds the list of open drafts; a depot with more has forgotten
// them, and the newest are what matters.
const maxDrafts = 200

// Drafts lists the open drafts in the actor's depots, last changed first.
func (s *Service) Drafts(ctx context.Context, actor access.Actor) ([]Draft, error) {
	sc, err := scope(actor, access.VoucherPost)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Read().OpenDrafts(ctx, sc, maxDrafts)
	if err != nil {
		return nil, err
	}
	list := make([]Draft, len(rows))
	for i, r := range rows {
		if list[i], err = draftOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// DiscardDraft closes a draft without posting. It stays in the database.
func (s *Service) DiscardDraft(ctx context.Context, actor access.Actor, draft id.ID) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		d, err := loadDraft(ctx, tx.Conn, actor, draft)
		if err != nil {
			return err
		}
		if d.Status != "open" {
			return errs.New(errs.Conflict, "这张草稿已经记账或作废，不用再处理。")
		}
		if err := tx.CloseDraft(ctx, draft, d.Version, "discarded", 0); err != nil {
			return err
		}
		return tx.Audit(ctx, d.DepotID, ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: "draft.discard",
			Object: d.Type.Name() + "草稿 " + draft.String(), Result: "ok", IP: actor.IP, RequestID: actor.RequestID})
	})
}
