package web

import (
	"errors"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var entryPage = declare[view.Entry]("base", "entry/form")

// entryKind is how a type is keyed: where its form lives, and how its goods are
// found.
type entryKind struct {
	path   string
	takes  bool // goods come off shelves
	byHand bool // expired and held lots may be taken too, each chosen by hand
	lands  bool // goods are put into a place that the form names
}

var entryKinds = map[ledger.Type]entryKind{
	ledger.Receipt:  {path: "/receipts", lands: true},
	ledger.Issue:    {path: "/issues", takes: true},
	ledger.Transfer: {path: "/transfers", takes: true, lands: true},
	ledger.BinMove:  {path: "/moves", takes: true, byHand: true, lands: true},
	ledger.Disposal: {path: "/disposals", takes: true, byHand: true},
}

// newEntry makes the handler of a type's empty form.
func newEntry(t ledger.Type) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		d, err := s.Inventory.NewDraft(actorOf(c), t)
		if err != nil {
			return err
		}
		if text := c.QueryParam("blank"); text != "" {
			b, err := s.Inventory.Blank(c.Request().Context(), actorOf(c), text)
			if err != nil {
				return err
			}
			if b.Type != t || inventory.BlankStateOf(b) != inventory.BlankOpen {
				return redirect(c, blankURL(b.Number))
			}
			d.BlankNo, d.DepotID = b.Number, b.DepotID
		}
		p, err := s.entryData(c, d)
		if err != nil {
			return err
		}
		return show(s, c, entryPage, p)
	}
}

// submitEntry makes the handler that saves or posts a voucher of a type
// straight from its form.
func submitEntry(t ledger.Type) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error { return s.entrySubmit(c, inventory.Draft{Type: t}) }
}

// entrySubmit takes the form: saved is the draft it came from, or a new one of
// the type alone. Blank rows go first, so that line numbers in errors are those
// of the rows shown again.
func (s *Server) entrySubmit(c echo.Context, saved inventory.Draft) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	d := typed(f, saved).Compact()
	if err := f.Err(); err != nil {
		return s.entryRefuse(c, d, err)
	}
	err = stale(saved, d)
	// The page goes on from the newest version: a second tap has nothing to
	// change, and what else is typed here may be saved over it, knowingly.
	d.Version = saved.Version
	if err != nil {
		return s.entryRefuse(c, d, err)
	}
	if wantsPosting(f) {
		return s.entryPost(c, d)
	}
	return s.entrySave(c, d)
}

// wantsPosting reads which button was pressed. The script says it a second
// time, since a form sent by script has no button; a plain Enter only saves.
func wantsPosting(f *form.Form) bool {
	act := f.Text("act")
	if act == "" {
		act = f.Text("pressed")
	}
	return act == "post"
}

// stale tells that somebody saved the draft after this page was opened.
func stale(saved, d inventory.Draft) error {
	if saved.ID == 0 || saved.Status != "open" || saved.Version == d.Version || sameContent(saved, d) {
		return nil
	}
	return errs.New(errs.Conflict, "这张草稿在您打开之后又被%s于 %s 保存过。您填的内容还在下面，没有丢：要以您的为准，请再按一次；要看对方保存的，请从草稿箱重新打开。",
		saved.ActorName, view.When(saved.UpdatedAt))
}

func sameContent(a, b inventory.Draft) bool {
	return a.DepotID == b.DepotID && a.ToDepotID == b.ToDepotID && a.BusinessOn == b.BusinessOn && a.Reason == b.Reason && a.Counterparty == b.Counterparty &&
		a.Reference == b.Reference && a.Remark == b.Remark && a.BlankNo == b.BlankNo && slices.Equal(a.Lines, b.Lines)
}

func (s *Server) entryPost(c echo.Context, d inventory.Draft) error {
	v, err := s.Inventory.PostDraft(c.Request().Context(), actorOf(c), d)
	if err != nil {
		return s.entryRefuse(c, d, err)
	}
	s.flash(c, "ok", "已记账，编号 "+v.Number+"。")
	return redirect(c, voucherURL(v.ID))
}

func (s *Server) entrySave(c echo.Context, d inventory.Draft) error {
	kept, err := s.Inventory.SaveDraft(c.Request().Context(), actorOf(c), d)
	if err != nil {
		return s.entryRefuse(c, d, err)
	}
	s.flash(c, "ok", "草稿已保存。")
	return redirect(c, draftURL(kept.ID))
}

// entryRefuse shows the form again with everything that was typed.
func (s *Server) entryRefuse(c echo.Context, d inventory.Draft, err error) error {
	p, dataErr := s.entryData(c, d)
	if dataErr != nil {
		return errors.Join(err, dataErr)
	}
	return refuse(s, c, entryPage, p, err)
}
