package importing

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
)

// maxFormRows bounds a form: more lots than that nobody counts by hand, and
// the sheet would take minutes to open on an office's machine.
const maxFormRows = 5000

// SendForms makes a form of the stock of each depot. An older one that is still
// out is withdrawn, since the changes of both would be booked; one with the
// same figures, sent by the same person on the same day, is given again.
func (s *Service) SendForms(ctx context.Context, actor access.Actor, depots []id.ID) ([]Form, error) {
	key, err := s.sealKey(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := s.formDepots(ctx, actor, depots)
	if err != nil {
		return nil, err
	}
	items, err := s.store.Read().Items(ctx)
	if err != nil {
		return nil, err
	}
	goods := newGoodsOf(items)
	made := make([]Form, len(chosen))
	for i, d := range chosen {
		if made[i], err = s.makeForm(ctx, actor, d, goods, key); err != nil {
			return nil, err
		}
	}
	var forms []Form
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		forms = slices.Clone(made)
		return s.sendForms(ctx, tx, actor, forms)
	})
	if err != nil {
		return nil, err
	}
	for i, f := range forms {
		if f.ID != made[i].ID { // the one that is out already is given again
			os.Remove(s.path(made[i].FileHash))
		}
	}
	return forms, nil
}

// formDepots gives the depots to send to: open ones, where the actor both sees
// the stock and imports.
func (s *Service) formDepots(ctx context.Context, actor access.Actor, depots []id.ID) ([]place.Depot, error) {
	if len(depots) == 0 {
		return nil, errs.New(errs.Invalid, "请先勾选要发给哪些储备库。")
	}
	all, err := s.store.Read().Depots(ctx)
	if err != nil {
		return nil, err
	}
	var chosen []place.Depot
	for _, d := range all {
		if !slices.Contains(depots, d.ID) {
			continue
		}
		if err := cmp.Or(actor.Require(access.LedgerImport, d.ID), actor.Require(access.StockView, d.ID)); err != nil {
			return nil, err
		}
		if d.Closed {
			return nil, errs.New(errs.Invalid, "「%s」已停用，不用再发核对表。请取消勾选。", d.Name)
		}
		chosen = append(chosen, d)
	}
	if len(chosen) < len(slices.Compact(slices.Sorted(slices.Values(depots)))) {
		return nil, errs.New(errs.NotFound, "勾选的储备库有的不存在，请刷新页面后重新勾选。")
	}
	return chosen, nil
}

// goodsOffered is what the catalogue gives a form.
type goodsOffered struct {
	byID  map[id.ID]catalog.Item
	names []string // for the list of goods not listed, nil = too long to choose from
}

// maxFormChoices is the longest list that can be chosen from: programs look up
// what is typed in it, but nobody scrolls through more.
const maxFormChoices = 500

func newGoodsOf(items []catalog.Item) goodsOffered {
	g := goodsOffered{byID: make(map[id.ID]catalog.Item, len(items))}
	for _, it := range items {
		g.byID[it.ID] = it
		if !it.Draft {
			g.names = append(g.names, it.Name)
		}
	}
	slices.Sort(g.names)
	if g.names = slices.Compact(g.names); len(g.names) > maxFormChoices {
		g.names = nil
	}
	return g
}

// makeForm writes the workbook of one depot and keeps it. Nobody knows of it
// before it is recorded.
func (s *Service) makeForm(ctx context.Context, actor access.Actor, d place.Depot, goods goodsOffered, key string) (Form, error) {
	now := s.store.Now()
	today := day.At(now)
	shelves, err := s.store.Read().ShelvesOn(ctx, d.ID, today.First)
	if err != nil {
		return Form{}, err
	}
	c := sentForm{Depot: d.Name, Rows: formRows(shelves, goods.byID)}
	if len(c.Rows) > maxFormRows {
		return Form{}, errs.New(errs.TooLarge, "「%s」有 %d 个批次，超过一份核对表能放的 %d 行。请改用盘点。", d.Name, len(c.Rows), maxFormRows)
	}
	f := Form{ID: s.store.NewID(), DepotID: d.ID, BusinessOn: today.First, FileName: fileName(d.Name) + "_核对表_" + today.First + ".xlsx",
		Status: FormSent, SentBy: actor.ID, SentName: actor.Name, SentAt: now.UnixMicro()}
	var book bytes.Buffer
	if err := writeForm(&book, f, &c, goods.names, key); err != nil {
		return Form{}, err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return Form{}, err
	}
	f.Content = string(text)
	file, err := s.receive(&book)
	if err != nil {
		return Form{}, err
	}
	defer os.Remove(file.path) // gone already when it was kept
	f.FileHash, f.FileSize = file.hash, file.size
	return f, s.keep(file)
}

// formRows lists what stands at a depot in its bins and set aside there, by the
// code of the goods, then by what expires first.
func formRows(shelves []store.DayShelf, items map[id.ID]catalog.Item) []sentRow {
	var rows []sentRow
	for _, s := range shelves {
		if s.OnHand <= 0 || s.Kind != place.Bin && s.Kind != place.Quarantine {
			continue
		}
		it := items[s.Lot.ItemID]
		rows = append(rows, sentRow{ItemID: it.ID, LotID: s.Lot.ID, PlaceID: s.PlaceID, Code: it.Code, Name: it.Name, Spec: it.Spec, Unit: it.Unit,
			Decimals: it.Decimals, LotNo: s.Lot.No, Produced: s.Lot.Produced.String(), Expires: s.Lot.Expires.String(), Bin: s.Bin,
			Serial: s.Lot.Serial, Qty: s.OnHand})
	}
	slices.SortStableFunc(rows, func(a, b sentRow) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(cmp.Or(a.Expires, "9999"), cmp.Or(b.Expires, "9999")),
			cmp.Compare(a.LotNo, b.LotNo), cmp.Compare(a.Bin, b.Bin), cmp.Compare(a.LotID, b.LotID))
	})
	return rows
}

// fileName makes a depot's name one that every system takes.
func fileName(name string) string {
	return clip(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\/:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name), 100)
}

// sendForms records forms under the heads of their depots, so that two who send
// at once do it one after the other.
func (s *Service) sendForms(ctx context.Context, tx *store.Tx, actor access.Actor, forms []Form) error {
	depots := make([]id.ID, len(forms))
	for i, f := range forms {
		depots[i] = f.DepotID
	}
	if err := takeHeads(ctx, tx, depots); err != nil {
		return err
	}
	out, err := tx.OpenForms(ctx, depots)
	if err != nil {
		return err
	}
	var fresh []Form
	for i := range forms {
		again, err := s.replaceForm(ctx, tx, actor, &forms[i], out)
		if err != nil {
			return err
		}
		if !again {
			fresh = append(fresh, forms[i])
		}
	}
	if err := tx.InsertForms(ctx, fresh); err != nil {
		return err
	}
	for _, f := range fresh {
		if err := tx.Audit(ctx, 0, formAudit(actor, "form.send", f)); err != nil {
			return err
		}
	}
	return nil
}

// replaceForm withdraws what is out of a form's depot, or takes it when it is
// the same.
func (s *Service) replaceForm(ctx context.Context, tx *store.Tx, actor access.Actor, f *Form, out []Form) (again bool, err error) {
	for _, old := range out {
		if old.DepotID != f.DepotID {
			continue
		}
		if old.Content == f.Content && old.BusinessOn == f.BusinessOn && old.SentBy == f.SentBy {
			*f = old
			return true, nil
		}
		if err := s.withdraw(ctx, tx, actor, old); err != nil {
			return false, err
		}
	}
	return false, nil
}

func formAudit(actor access.Actor, act string, f Form) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: f.FileName, Result: "ok",
		Detail: "sha256 " + f.FileHash, IP: actor.IP, RequestID: actor.RequestID}
}

// ZipForms writes several forms as one archive, each under its own name.
func (s *Service) ZipForms(ctx context.Context, actor access.Actor, forms []id.ID, w io.Writer) error {
	z := zip.NewWriter(w)
	taken := map[string]int{}
	for _, form := range forms {
		f, path, err := s.FormFile(ctx, actor, form)
		if err != nil {
			return err
		}
		name := f.FileName
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s（%d）.xlsx", strings.TrimSuffix(name, ".xlsx"), taken[name])
		}
		if err := addFile(z, name, path, time.UnixMicro(f.SentAt)); err != nil {
			return err
		}
	}
	return z.Close()
}

func addFile(z *zip.Writer, name, path string, at time.Time) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	// Stored as it is: a workbook is packed already.
	part, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: at})
	if err != nil {
		return err
	}
	_, err = io.Copy(part, file)
	return err
}
