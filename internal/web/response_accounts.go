package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var clearedPage = declare[view.Cleared]("base", "response/accounts")

// clearedHeads are the columns between what was shipped and what is open.
var clearedHeads = []string{"发出", "收到完好", "收到损坏", "退回原库", "途中损失", "已用", "归还", "待修", "报废", "丢失"}

func clearedCells(x order.ShipmentLine) []view.ClearedCell {
	var list []view.ClearedCell
	for i, q := range []quantity.Q{x.Qty, x.Good, x.Damaged, x.Back, x.RoadLost, x.Used, x.Returned, x.Repair, x.Scrapped, x.Lost} {
		c := view.ClearedCell{Head: clearedHeads[i]}
		if q != 0 {
			c.Text = q.Grouped()
		}
		list = append(list, c)
	}
	return list
}

// responseAccounts shows what the goods of a response have become.
func (s *Server) responseAccounts(c echo.Context) error {
	response, err := pathID(c, "id")
	if err != nil {
		return err
	}
	sheet, err := s.Dispatching.AccountSheet(c.Request().Context(), actorOf(c), response)
	if err != nil {
		return err
	}
	r, self := sheet.Response, responseURL(response)+"/accounts"
	data := &view.Cleared{Base: s.base(c), Name: r.Name, Tags: responseTags(r), Marked: marked(r), Pages: responsePages(r, "清账"), Heads: clearedHeads,
		OpenOnly: form.Query(c.Request()).Checked("open"), OpenURL: self + "?open=1", Clear: sheet.Road+sheet.Field == 0}
	data.Empty = view.Empty{Icon: "checks", Title: "还没有发出物资", Text: "物资出发后，这里按街镇、接收点和物资列出它们的去向，直到谁都不欠。"}
	data.Verdict = fmt.Sprintf("%d 行物资还在途中，%d 行还在街镇手里没有交代。", sheet.Road, sheet.Field)
	if data.Clear {
		data.Verdict = "发出的物资都有了交代。"
	}
	if data.OpenOnly {
		data.OpenURL = self
		data.Empty = view.Empty{Icon: "circle-check", Title: "没有未清的物资", Text: "发出的物资都有了交代。", URL: self, Do: "看全部"}
	}
	for _, st := range sheet.Streets {
		row := view.ClearedStreet{Name: st.Name}
		for _, l := range st.Rows {
			if !data.OpenOnly || !l.Settled() {
				row.Rows = append(row.Rows, clearedRow(l))
			}
		}
		if len(row.Rows) > 0 {
			data.Streets = append(data.Streets, row)
		}
	}
	for _, x := range sheet.Items {
		road, owed := x.Line.OnRoad(), x.Owed.Owed()
		data.Items = append(data.Items, view.ClearedItem{Item: x.Label(), Unit: x.Unit, Cells: clearedCells(x.Line), Road: road.Grouped(), Owed: owed.Grouped(), IsRoad: road != 0, IsOwed: owed != 0})
	}
	return show(s, c, clearedPage, data)
}

func clearedRow(l dispatching.AccountLine) view.ClearedRow {
	road := l.Line.OnRoad()
	row := view.ClearedRow{Target: l.Target.Name, Item: l.Item.Label(), Unit: l.Item.Unit, Cells: clearedCells(l.Line), Road: road.Grouped(), IsRoad: road != 0,
		Settled: l.Settled(), NothingToAccount: !l.Target.Point()}
	if l.Target.Point() {
		row.Owed, row.IsOwed = l.Line.Owed().Grouped(), l.Line.Owed() != 0
	} else {
		row.Kind = "入库"
	}
	for _, x := range l.Loads {
		row.Loads = append(row.Loads, view.ClearedLoad{Name: fmt.Sprintf("%s 第 %d 车", x.Number, x.No), URL: loadURL(x.Shipment), Open: x.Open})
	}
	return row
}
