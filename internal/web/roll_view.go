package web

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/day"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var (
	rollViewPage  = declare[view.RollView]("base", "roll/view")
	rollPrintPage = declare[view.RollPrint]("print", "roll/print")
)

// How much of a list one page shows: people, and rows to be looked at.
const (
	peopleAPage   = 100
	problemsAPage = 100
)

// rollView shows a list, its numbers masked.
func (s *Server) rollView(c echo.Context) error {
	data, err := s.rollPage(c)
	if err != nil {
		return err
	}
	return show(s, c, rollViewPage, data)
}

func (s *Server) rollPage(c echo.Context) (*view.RollView, error) {
	roll, err := pathID(c, "id")
	if err != nil {
		return nil, err
	}
	v, err := s.Dispatching.Roll(c.Request().Context(), actorOf(c), roll)
	if err != nil {
		return nil, err
	}
	page, _ := strconv.Atoi(c.QueryParam("page"))
	return s.rollData(c, v, max(page, 1)), nil
}

// rollData lays a list out; page 0 shows everybody.
func (s *Server) rollData(c echo.Context, v dispatching.RollView, page int) *view.RollView {
	data := &view.RollView{Base: s.base(c), URL: rollURL(v.ID), Number: v.Number, Title: v.Title, Status: view.RollTag(v.Status), Draft: v.Status == order.RollDraft,
		Applied: v.Status == order.RollApplied, Full: v.Full, Desk: v.Desk.Name, Response: v.Response.Name, Load: v.Load, HeldOn: v.HeldOn, File: v.FileName, Author: v.AuthorName,
		MadeAt: view.When(v.MadeAt), AppliedBy: v.AppliedName, AppliedAt: view.When(v.AppliedAt), UndoneBy: v.UndoneName, UndoneAt: view.When(v.UndoneAt), UndoReason: v.Roll.Reason,
		LockNo: v.LockNo, ClientKey: inventory.NewKey(), Wrong: v.Wrong, Doubtful: v.Doubtful}
	if v.Note != "" {
		data.Notes = strings.Split(v.Note, "\n")
	}
	for _, x := range v.Sums {
		sum := view.RollSum{Item: x.Item.Label(), Unit: x.Item.Unit, Listed: x.Listed.Grouped(), Owed: x.Owed.Grouped()}
		if x.Short() > 0 && data.Draft {
			sum.Short = x.Short().Grouped()
		}
		data.Sums = append(data.Sums, sum)
	}
	for _, x := range v.Vouchers {
		data.Vouchers = append(data.Vouchers, view.RollVoucher{URL: voucherURL(x.ID), Number: x.Number, Undone: x.Undone})
	}
	if data.Draft {
		rollWords(data, v)
		rollProblems(data, v)
	}
	rollPeople(data, v, page)
	return data
}

func rollWords(data *view.RollView, v dispatching.RollView) {
	for i, w := range v.Words {
		row := view.RollWord{N: i + 1, Word: w.Word, Unit: w.Unit, Rows: w.Rows, Skipped: w.Skipped, Open: w.Item.ID == 0 && !w.Skipped}
		chosen := w.Item.ID
		if row.Open {
			data.Unknown++
			chosen = w.Proposed
		}
		for _, it := range v.Items {
			row.Items = append(row.Items, view.Option{Value: it.ID.String(), Label: it.Label() + "（" + it.Unit + "）", Checked: it.ID == chosen && !w.Skipped})
		}
		if w.Unlike {
			row.Warn = fmt.Sprintf("表中按“%s”计，系统按“%s”计，按一比一计入", w.Unit, w.Item.Unit)
		}
		data.Words = append(data.Words, row)
	}
}

// rollProblems lists the rows to be looked at, those that must be mended first.
func rollProblems(data *view.RollView, v dispatching.RollView) {
	for _, wrong := range []bool{true, false} {
		for _, p := range v.People {
			for _, x := range p.Rows {
				if x.Grade == order.RowFine || (x.Grade == order.RowWrong) != wrong {
					continue
				}
				if len(data.Problems) == problemsAPage {
					data.Rest++
					continue
				}
				data.Problems = append(data.Problems, view.RollProblem{N: len(data.Problems) + 1, ID: x.ID.String(), Row: x.Line, Person: x.Person, Typed: x.Typed, Word: x.Word, Wrong: wrong,
					Left: x.Left, Issues: x.Issues()})
			}
		}
	}
}

func rollPeople(data *view.RollView, v dispatching.RollView, page int) {
	columns := reporting.RollColumns(v)
	for _, col := range columns {
		data.Columns = append(data.Columns, col.Heading)
	}
	data.Count = len(v.People)
	people := v.People
	if page > 0 {
		from := min((page-1)*peopleAPage, len(people))
		people = people[from:min(from+peopleAPage, len(people))]
		data.Pager = view.Pager{Shown: len(people), Needed: len(v.People) > peopleAPage}
		if page > 1 {
			data.Pager.First = data.URL
		}
		if page*peopleAPage < len(v.People) {
			data.Pager.Next = data.URL + "?page=" + count(page+1) + "#people"
		}
	}
	for _, p := range people {
		data.People = append(data.People, rollPerson(p, columns, p.Line))
	}
}

func rollPerson(p dispatching.RollPerson, columns []reporting.RollColumn, n int) view.RollPerson {
	row := view.RollPerson{N: n, Person: p.Person, IDNo: p.IDNo, Phone: p.Phone, Village: p.Village, Address: p.Address, Received: p.Received, Signed: p.Signed, Remark: p.Remark,
		Household: counted(p.Household), Left: !reporting.RollCounts(p)}
	grade := order.RowFine
	for _, x := range p.Rows {
		if x.Grade == order.RowWrong || grade == order.RowFine {
			grade = x.Grade
		}
	}
	row.Grade = view.GradeTag(grade, row.Left)
	for _, col := range columns {
		sum, written := col.Of(p)
		if sum > 0 {
			written = sum.Grouped()
		}
		row.Goods = append(row.Goods, written)
	}
	return row
}

// rollFull shows, exports or prints a list with its whole numbers, once a reason
// was given and kept.
func (s *Server) rollFull(c echo.Context) error {
	roll, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	use := dispatching.RollUse(f.Text("act"))
	v, err := s.Dispatching.Reveal(c.Request().Context(), actorOf(c), roll, use, f.Text("reason"))
	switch {
	case errs.KindOf(err) == errs.Invalid && err != nil:
		data, again := s.rollPage(c)
		if again != nil {
			return again
		}
		data.Reason = order.MaskText(f.Text("reason"))
		return refuse(s, c, rollViewPage, data, err)
	case err != nil:
		return err
	case use == dispatching.RollExported:
		return s.sendRoll(c, v)
	case use == dispatching.RollPrinted:
		return show(s, c, rollPrintPage, s.rollPaper(c, v))
	}
	return show(s, c, rollViewPage, s.rollData(c, v, 0))
}

// rollExport gives a list as a workbook, its numbers masked.
func (s *Server) rollExport(c echo.Context) error {
	roll, err := pathID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Dispatching.Roll(c.Request().Context(), actorOf(c), roll)
	if err != nil {
		return err
	}
	return s.sendRoll(c, v)
}

func (s *Server) sendRoll(c echo.Context, v dispatching.RollView) error {
	file, err := os.CreateTemp("", "changbei-export-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	name, err := s.Reporting.Roll(c.Request().Context(), actorOf(c), v, file)
	if err != nil {
		return err
	}
	return sendWorkbook(c, file, name.Name, name.Plain)
}

// rollPrint lays a list out on paper, its numbers masked.
func (s *Server) rollPrint(c echo.Context) error {
	roll, err := pathID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Dispatching.Roll(c.Request().Context(), actorOf(c), roll)
	if err != nil {
		return err
	}
	return show(s, c, rollPrintPage, s.rollPaper(c, v))
}

func (s *Server) rollPaper(c echo.Context, v dispatching.RollView) *view.RollPrint {
	held, _ := day.Parse(v.HeldOn, s.Inventory.Today())
	p := &view.RollPrint{Base: s.base(c), BackURL: rollURL(v.ID), Title: v.Title, Number: v.Number, Full: v.Full, Signers: []string{"发放人：", "监督人：", "村（社区）负责人：", "日期："},
		Head: [][]string{{"发放单位：" + v.Desk.Name, "发放日期：" + held.Day.Chinese(), "编号：" + v.Number}}}
	columns := reporting.RollColumns(v)
	sums := make([]quantity.Q, len(columns))
	for _, x := range v.People {
		if !reporting.RollCounts(x) {
			continue
		}
		for i, col := range columns {
			sum, _ := col.Of(x)
			sums[i] += sum
		}
		p.People = append(p.People, rollPerson(x, columns, len(p.People)+1))
	}
	for i, col := range columns {
		p.Columns = append(p.Columns, col.Heading)
		p.Totals = append(p.Totals, sums[i].Grouped())
	}
	return p
}
