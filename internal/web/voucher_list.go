package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var voucherListPage = declare[view.VoucherList]("base", "voucher/list")

// maxNumber bounds the part of a number to look for; no number is longer.
const maxNumber = 40

// voucherQuery is the filter of the voucher list as the URL says it.
type voucherQuery struct {
	kind     ledger.Type
	depot    id.ID
	from, to string
	number   string
	before   string
}

func (q voucherQuery) filtered() bool {
	return q.kind != "" || q.depot != 0 || q.from != "" || q.to != "" || q.number != ""
}

// url writes the query, empty fields left out; before is the page's key.
func (q voucherQuery) url(before string) string {
	v := url.Values{}
	for _, f := range [][2]string{{"type", string(q.kind)}, {"depot", idText(q.depot)}, {"from", q.from}, {"to", q.to}, {"number", q.number}, {"before", before}} {
		if f[1] != "" {
			v.Set(f[0], f[1])
		}
	}
	return withQuery("/vouchers", v)
}

// readVoucherQuery reads the URL into what was asked and the use case's
// filter. A wrong value is an error beside them, so that the page still shows
// what was asked.
func readVoucherQuery(r *http.Request, depots []place.Depot, today day.Day) (voucherQuery, inventory.VoucherFilter, error) {
	f := form.Query(r)
	q := voucherQuery{kind: ledger.Type(f.Text("type")), depot: f.ID("depot"), from: f.Text("from"), to: f.Text("to"),
		number: strings.ToUpper(f.Text("number")), before: f.Text("before")}
	out := inventory.VoucherFilter{DepotID: q.depot, Type: q.kind, Number: q.number}
	switch {
	case q.kind != "" && q.kind.Name() == "":
		return q, out, errs.New(errs.Invalid, "没有这种单据类型，请从列表中重新选择。")
	case f.Err() != nil || q.depot != 0 && !slices.ContainsFunc(depots, func(d place.Depot) bool { return d.ID == q.depot }):
		return q, out, errs.New(errs.Invalid, "没有这个储备库，或您无权查看，请从列表中重新选择。")
	case len([]rune(q.number)) > maxNumber:
		return q, out, errs.New(errs.Invalid, "编号太长，请缩短到 %d 个字以内。", maxNumber)
	}
	if err := q.days(&out, today); err != nil {
		return q, out, err
	}
	return q, out, q.point(&out)
}

// days reads the two dates; a month or a year means all of it.
func (q voucherQuery) days(out *inventory.VoucherFilter, today day.Day) error {
	from, err := day.Typed(q.from, today)
	if err != nil {
		return errs.New(errs.Invalid, "起始日期「%s」看不懂：%s", q.from, errs.MessageOf(err))
	}
	to, err := day.Typed(q.to, today)
	if err != nil {
		return errs.New(errs.Invalid, "截止日期「%s」看不懂：%s", q.to, errs.MessageOf(err))
	}
	out.From, out.To = from.Day.First, to.Day.Last()
	if out.From != "" && out.To != "" && out.From > out.To {
		return errs.New(errs.Invalid, "起始日期 %s 晚于截止日期 %s，请对调后再查询。", from.Day, to.Day)
	}
	return nil
}

// pointMark parts the pieces of a page's key.
const pointMark = "~"

// point reads the page's key into a filter.
func (q voucherQuery) point(out *inventory.VoucherFilter) error {
	if q.before == "" {
		return nil
	}
	parts := strings.Split(q.before, pointMark)
	last, err := day.Parse(parts[0], day.Day{First: parts[0]})
	if err != nil || len(parts) != 3 || last.Day.First != parts[0] || id.Parse(parts[1]) == 0 || id.Parse(parts[2]) == 0 {
		return errs.New(errs.Invalid, "翻页的位置有误，请从第一页重新查看。")
	}
	out.BeforeOn, out.BeforeSeq, out.BeforeDepot = parts[0], int64(id.Parse(parts[1])), id.Parse(parts[2])
	return nil
}

// voucherList shows posted vouchers, newest business date first.
func (s *Server) voucherList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	depots, err := s.stockDepots(ctx, actor)
	if err != nil {
		return err
	}
	q, f, wrong := readVoucherQuery(c.Request(), depots, s.Inventory.Today())
	p := &view.VoucherList{Base: s.base(c), MayPost: actor.MayAnywhere(access.VoucherPost), Depots: depotOptions(depots, q.depot),
		From: q.from, To: q.to, Number: q.number, Filtered: q.filtered()}
	for _, t := range ledger.Types {
		p.Types = append(p.Types, view.Option{Value: string(t), Label: t.Name(), Checked: t == q.kind})
	}
	if wrong != nil {
		p.Refuse(errs.MessageOf(wrong))
		return show(s, c, voucherListPage, p)
	}
	p.Export = exportURL(reporting.Journal, reporting.Ask{reporting.FieldType: string(q.kind), reporting.FieldDepot: idText(q.depot), reporting.FieldNumber: q.number,
		reporting.FieldFrom: cmp.Or(q.from, ledger.EarliestMonth.First()), reporting.FieldTo: q.to})
	if err := s.fillVouchers(ctx, actor, q, f, p); err != nil {
		return err
	}
	return show(s, c, voucherListPage, p)
}

func (s *Server) fillVouchers(ctx context.Context, actor access.Actor, q voucherQuery, f inventory.VoucherFilter, p *view.VoucherList) error {
	rows, more, err := s.Inventory.Vouchers(ctx, actor, f)
	if err != nil {
		return err
	}
	for _, v := range rows {
		p.Rows = append(p.Rows, voucherRow(v))
	}
	p.Pager = view.Pager{Shown: len(rows), Needed: more || q.before != ""}
	if q.before != "" {
		p.Pager.First = q.url("")
	}
	if more {
		last := rows[len(rows)-1]
		p.Pager.Next = q.url(last.BusinessOn + pointMark + strconv.FormatInt(last.Seq, 10) + pointMark + last.DepotID.String())
	}
	p.Empty = noVouchers(q, p.MayPost)
	return nil
}

func noVouchers(q voucherQuery, mayPost bool) view.Empty {
	switch {
	case q.before != "":
		return view.Empty{Icon: "file-text", Title: "后面没有了", Text: "这一页已没有单据。", URL: q.url(""), Do: "回到第一页"}
	case q.filtered():
		return view.Empty{Icon: "search", Title: "没有符合条件的单据", Text: "可以放宽条件再查，例如换一段日期。", URL: "/vouchers", Do: "清除条件"}
	}
	e := view.Empty{Icon: "file-text", Title: "还没有单据", Text: "办理第一张入库单，或把现有台账导入后，单据会列在这里。"}
	if mayPost {
		e.URL, e.Do = "/receipts/new", "新建入库单"
	}
	return e
}

func voucherURL(voucher id.ID) string { return "/vouchers/" + voucher.String() }

func voucherRow(v store.VoucherLine) view.VoucherRow {
	return view.VoucherRow{Number: v.Number, BlankNo: v.BlankNo, URL: voucherURL(v.ID), Type: view.TypeTag(v.Type), Reversed: v.ReversalCount > 0, Depot: view.Between(v.Depot, v.ToDepot),
		BusinessOn: v.BusinessOn, Reason: v.Reason, Counterparty: v.Counterparty, Lines: v.LineCount, Actor: v.ActorName,
		Recorded: view.When(v.RecordedAt)}
}
