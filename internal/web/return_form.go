package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var returnPage = declare[view.Return]("base", "voucher/return")

func returnURL(v inventory.VoucherView) string { return voucherURL(v.ID) + "/return" }

// returnable opens a voucher whose goods the person may take back in.
func (s *Server) returnable(c echo.Context) (inventory.VoucherView, error) {
	v, err := s.voucherOf(c)
	if err != nil {
		return v, err
	}
	return v, mayFollow(actorOf(c), v.Voucher)
}

// returnForm asks what of an issue comes back. ?all=1 fills in all that is left.
func (s *Server) returnForm(c echo.Context) error {
	v, err := s.returnable(c)
	if err != nil {
		return err
	}
	if !v.Returnable {
		s.flash(c, "warn", v.Number+" 没有还可以归还的物资。只有出库单能办理归还，已归还和已红冲的不能再还。")
		return redirect(c, voucherURL(v.ID))
	}
	r := inventory.ReturnRequest{ClientKey: inventory.NewKey(), BusinessOn: s.Inventory.Today().String()}
	if form.Query(c.Request()).Checked("all") {
		for _, l := range v.Lines {
			if l.Left > 0 {
				r.Lines = append(r.Lines, inventory.ReturnLine{EntryID: l.EntryID, Qty: l.Left.String()})
			}
		}
	}
	p, err := s.returnData(c, v, r)
	if err != nil {
		return err
	}
	return show(s, c, returnPage, p)
}

func (s *Server) returnData(c echo.Context, v inventory.VoucherView, r inventory.ReturnRequest) (*view.Return, error) {
	places, err := s.Directory.Places(c.Request().Context(), actorOf(c), v.DepotID)
	if err != nil {
		return nil, err
	}
	p := &view.Return{Base: s.base(c), V: voucher(v), Type: view.TypeTag(v.Type), BackURL: voucherURL(v.ID), ReturnURL: returnURL(v),
		ClientKey: r.ClientKey, Reason: r.Reason, BusinessOn: r.BusinessOn, Bins: binOptions(places)}
	typed := map[id.ID]inventory.ReturnLine{}
	for _, l := range r.Lines {
		typed[l.EntryID] = l
	}
	rows := voucherLines(v)
	for i, l := range v.Lines {
		line := view.ReturnLine{VoucherLine: rows[i], Row: i + 1, EntryID: l.EntryID.String(), Left: l.Left.Grouped(), Errors: map[string]string{},
			TypedQty: typed[l.EntryID].Qty, Bin: typed[l.EntryID].Bin, Note: typed[l.EntryID].Remark, Packs: packHint(l.Item)}
		if !l.Reversed {
			line.Back = (l.Qty - l.Left).Grouped()
		}
		if l.Left == 0 {
			line.Left = ""
		}
		p.Lines = append(p.Lines, line)
	}
	p.LotHead = view.NewVoucherLines(v.Type, rows).LotHead
	return p, nil
}

// packHint says what packs hold: 1箱=24瓶.
func packHint(it catalog.Item) string {
	var parts []string
	for _, p := range it.Packs {
		parts = append(parts, "1"+p.Name+"="+p.Factor.String()+it.Unit)
	}
	return strings.Join(parts, " ")
}

// returnSubmit books what comes back. A second tap gives the same voucher.
func (s *Server) returnSubmit(c echo.Context) error {
	v, err := s.returnable(c)
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	r, rows := typedReturn(f, v)
	if inventory.CheckKey(r.ClientKey) != nil {
		r.ClientKey = inventory.NewKey()
		return s.returnRefuse(c, v, r, errs.New(errs.Invalid, "页面已过期，请核对下面的内容后再确认一次。"))
	}
	made, err := s.Inventory.Return(c.Request().Context(), actorOf(c), r)
	if err != nil {
		return s.returnRefuse(c, v, r, onRows(err, rows))
	}
	s.flash(c, "ok", "已办理归还，归还单编号 "+made.Number+"。")
	return redirect(c, voucherURL(made.ID))
}

// typedReturn reads the form into the use case's request, with the form's rows
// of the lines that the use case will count.
func typedReturn(f *form.Form, v inventory.VoucherView) (r inventory.ReturnRequest, rows []int) {
	r = inventory.ReturnRequest{VoucherID: v.ID, ClientKey: f.Text("client_key"), Reason: f.Text("reason"), BusinessOn: f.Text("business_on")}
	for _, n := range lineNumbers(f) {
		at := func(key string) string { return f.Text("line." + strconv.Itoa(n) + "." + key) }
		qty := f.Figure("line." + strconv.Itoa(n) + ".qty")
		r.Lines = append(r.Lines, inventory.ReturnLine{EntryID: id.Parse(at("entry_id")), Qty: qty, Bin: at("bin"), Remark: at("remark")})
		if qty != "" {
			rows = append(rows, n)
		}
	}
	return r, rows
}

// onRows puts what the use case says of its lines, which are only those with a
// quantity, at the rows the person sees.
func onRows(err error, rows []int) error {
	fields := errs.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	moved := &errs.Error{Kind: errs.KindOf(err), Message: errs.MessageOf(err), Err: err}
	for _, f := range fields {
		for i, row := range rows {
			if key, ok := strings.CutPrefix(f.Name, fmt.Sprintf("line.%d.", i+1)); ok {
				was, now := fmt.Sprintf("第 %d 行", i+1), fmt.Sprintf("第 %d 行", row)
				moved.Message = strings.Replace(moved.Message, f.Message, strings.Replace(f.Message, was, now, 1), 1)
				f = errs.Field{Name: fmt.Sprintf("line.%d.%s", row, key), Message: strings.Replace(f.Message, was, now, 1)}
				break
			}
		}
		moved.Fields = append(moved.Fields, f)
	}
	return moved
}

// returnRefuse shows the form again, with what is left by now: somebody else
// may have taken some back meanwhile.
func (s *Server) returnRefuse(c echo.Context, v inventory.VoucherView, r inventory.ReturnRequest, cause error) error {
	now, err := s.Inventory.Voucher(c.Request().Context(), actorOf(c), v.ID)
	if err != nil {
		now = v
	}
	p, err := s.returnData(c, now, r)
	if err != nil {
		return err
	}
	return refuse(s, c, returnPage, p, cause)
}
