package web

import (
	"fmt"
	"slices"
	"strings"

	"changbei/internal/importing"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/web/view"
)

// importChip is one of the ways rows are filtered.
type importChip struct{ show, label, tone, icon string }

// showSkipped filters the rows left out; the other filters are the statuses of
// reading.
const showSkipped = "skipped"

var importChips = []importChip{{"", "全部", "", ""}, {string(reading.OK), "可导入", "is-ok", "circle-check"},
	{string(reading.Confirm), "待确认", "is-warn", "alert-triangle"}, {string(reading.Error), "错误", "is-bad", "circle-x"},
	{showSkipped, "不导入", "", "ban"}}

// standing says which filter a row comes under.
func standing(r importing.Row) string {
	if r.Skipped || r.Aside {
		return showSkipped
	}
	return string(r.Status)
}

// rows fills the filters and the page of rows they leave.
func (d *importDesk) rows(p *view.ImportPreview) {
	n := d.Counts
	p.Counts = view.ImportCounts{All: len(d.Rows), OK: n.OK, Confirm: n.Confirm, Error: n.Error, Skipped: n.Skipped}
	counts := map[string]int{"": len(d.Rows), string(reading.OK): n.OK, string(reading.Confirm): n.Confirm, string(reading.Error): n.Error, showSkipped: n.Skipped}
	for _, c := range importChips {
		p.Chips = append(p.Chips, view.ImportChip{URL: d.query.at(c.show, 1).url(d.Batch.ID), Label: c.label, Tone: c.tone, Icon: c.icon,
			Count: counts[c.show], Current: c.show == d.query.show})
	}
	var kept []importing.Row
	for _, r := range d.Rows {
		if d.query.show == "" || standing(r) == d.query.show {
			kept = append(kept, r)
		}
	}
	pages := max(1, (len(kept)+importPageRows-1)/importPageRows)
	page := min(d.query.page, pages)
	first := (page - 1) * importPageRows
	last := min(first+importPageRows, len(kept))
	p.Pager = view.Pager{Shown: last - first, Needed: pages > 1}
	p.Problems = d.query.show == ""
	if p.Page = fmt.Sprintf("第 %d–%d 行，共 %d 行", first+1, last, len(kept)); page > 1 {
		p.Pager.First = d.query.at(d.query.show, 1).url(d.Batch.ID)
	}
	if page < pages {
		p.Pager.Next = d.query.at(d.query.show, page+1).url(d.Batch.ID)
	}
	p.Tables = d.tables(kept[first:last], wordPlaces(p.Words, p.Decided))
	p.None = view.Empty{Icon: "filter", Title: "没有这样的行", Text: "换一个筛选看看。", URL: d.query.at("", 1).url(d.Batch.ID), Do: "看全部"}
	if len(d.Rows) == 0 {
		p.None = view.Empty{Icon: "table", Title: "没有读到物资行", Text: "请检查表头是否有“物资名称”和“数量”两列，改好后重新上传。", URL: "/imports/new", Do: "重新上传"}
	}
}

// tables lays a page of rows out under the headings of the tables they are in.
func (d *importDesk) tables(rows []importing.Row, words map[string]int) []view.ImportTable {
	var tables []view.ImportTable
	var columns []importColumn
	last := -1
	for i, r := range rows {
		if at := r.Table; at != last {
			last, columns = at, d.columns(d.Result.Tables[at])
			t := view.ImportTable{Sheet: d.Result.Tables[at].Sheet}
			for _, c := range columns {
				t.Columns = append(t.Columns, c.ImportColumn)
			}
			tables = append(tables, t)
		}
		t := &tables[len(tables)-1]
		t.Rows = append(t.Rows, d.row(i+1, r, columns, words))
	}
	return tables
}

// wordPlaces tells where on the page each word is decided.
func wordPlaces(open, decided []view.ImportWord) map[string]int {
	places := make(map[string]int, len(open)+len(decided))
	for _, w := range slices.Concat(open, decided) {
		places[w.Key] = w.N
	}
	return places
}

// importColumn is a column shown, with the field its cells hold.
type importColumn struct {
	view.ImportColumn
	field  reading.Field
	number int // of the sheet's column, 0 = none
}

// importField is a field that is shown, in the office's words.
type importField struct {
	label string
	num   bool
	text  func(importing.Row) string
}

func importAmount(q *quantity.Q) string {
	if q == nil {
		return ""
	}
	return q.Grouped()
}

func importFigure(label string, pick func(importing.Row) *quantity.Q) importField {
	return importField{label, true, func(r importing.Row) string { return importAmount(pick(r)) }}
}

// measureText writes what one unit weighs or fills, "" = not known.
func measureText(n int64, write func(int64) string) string {
	if n == 0 {
		return ""
	}
	return write(n)
}

func importText(label string, text func(importing.Row) string) importField {
	return importField{label, false, text}
}

// importFields are the fields a row keeps. Columns of other meanings are read
// over: they say nothing that is booked.
var importFields = map[reading.Field]importField{
	reading.Seq:          importText("序号", func(r importing.Row) string { return r.Extra.Seq }),
	reading.Category:     importText("类别", func(r importing.Row) string { return r.Category }),
	reading.Item:         importText("物资名称", func(r importing.Row) string { return r.Row.Item }),
	reading.Spec:         importText("规格型号", func(r importing.Row) string { return r.Spec }),
	reading.Unit:         importText("计量单位", func(r importing.Row) string { return r.Unit }),
	reading.Quantity:     importFigure("数量", func(r importing.Row) *quantity.Q { return r.Quantity }),
	reading.Date:         importText("日期", func(r importing.Row) string { return r.Date.String() }),
	reading.Production:   importText("生产日期", func(r importing.Row) string { return r.ProductionDate.String() }),
	reading.Expiry:       importText("有效期至", func(r importing.Row) string { return r.Expiry.String() }),
	reading.ShelfLife:    importText("保质期", func(r importing.Row) string { return r.Extra.ShelfLife }),
	reading.Location:     importText("货位", func(r importing.Row) string { return r.Location }),
	reading.Depot:        importText("储备库", func(r importing.Row) string { return r.Depot }),
	reading.Keeper:       importText("保管员", func(r importing.Row) string { return r.Extra.Keeper }),
	reading.Phone:        importText("电话", func(r importing.Row) string { return r.Extra.Phone }),
	reading.Remark:       importText("备注", func(r importing.Row) string { return r.Remark }),
	reading.Code:         importText("编码", func(r importing.Row) string { return r.Code }),
	reading.LotNo:        importText("批号", func(r importing.Row) string { return r.LotNo }),
	reading.Source:       importText("来源", func(r importing.Row) string { return r.Source }),
	reading.Owner:        importText("产权单位", func(r importing.Row) string { return r.Owner }),
	reading.OpeningQty:   importFigure("期初数量", func(r importing.Row) *quantity.Q { return r.Extra.Opening }),
	reading.InQty:        importFigure("收入数量", func(r importing.Row) *quantity.Q { return r.Extra.In }),
	reading.OutQty:       importFigure("发出数量", func(r importing.Row) *quantity.Q { return r.Extra.Out }),
	reading.Balance:      importFigure("结存", func(r importing.Row) *quantity.Q { return r.Extra.Balance }),
	reading.BookQty:      importFigure("账面数量", func(r importing.Row) *quantity.Q { return r.Extra.BookQty }),
	reading.CountedQty:   importFigure("实盘数量", func(r importing.Row) *quantity.Q { return r.Extra.CountedQty }),
	reading.Minimum:      importFigure("最低储备量", func(r importing.Row) *quantity.Q { return r.Extra.Minimum }),
	reading.Maximum:      importFigure("最高储备量", func(r importing.Row) *quantity.Q { return r.Extra.Maximum }),
	reading.Gain:         importFigure("盘盈", func(r importing.Row) *quantity.Q { return r.Extra.Gain }),
	reading.Loss:         importFigure("盘亏", func(r importing.Row) *quantity.Q { return r.Extra.Loss }),
	reading.DocNo:        importText("单据编号", func(r importing.Row) string { return r.Extra.DocNo }),
	reading.DocType:      importText("业务类型", func(r importing.Row) string { return r.Extra.DocType }),
	reading.Counterparty: importText("往来单位", func(r importing.Row) string { return r.Extra.Counterparty }),
	reading.Purpose:      importText("用途", func(r importing.Row) string { return r.Extra.Purpose }),
	reading.Handler:      importText("经办人", func(r importing.Row) string { return r.Extra.Handler }),
	reading.Donor:        importText("捐赠方", func(r importing.Row) string { return r.Extra.Donor }),
	reading.UnitWeight:   {"单重（公斤）", true, func(r importing.Row) string { return measureText(r.Extra.WeightGram, quantity.KgText) }},
	reading.UnitVolume:   {"体积（立方米）", true, func(r importing.Row) string { return measureText(r.Extra.VolumeCm3, quantity.M3Text) }},
	reading.UnitPrice: {"单价", true, func(r importing.Row) string {
		if r.Price == nil {
			return ""
		}
		return r.Price.String()
	}},
}

var rowTones = map[string]string{string(reading.OK): "is-fine", string(reading.Confirm): "is-warn", string(reading.Error): "is-bad", showSkipped: "is-skipped"}

func rowBoxes(v view.ImportRow) string {
	was := ""
	for _, box := range []struct {
		on   bool
		mark string
	}{{v.Accepted, wasAccepted}, {v.Skipped, wasSkipped}, {v.Known, wasKnown}} {
		if box.on {
			was += box.mark
		}
	}
	return was
}

func rowStatus(stand string) view.Tag {
	at := slices.IndexFunc(importChips, func(c importChip) bool { return c.show == stand })
	c := importChips[max(0, at)]
	return view.Tag{Text: c.label, Tone: c.tone, Icon: c.icon}
}

// bookedAs says which item a row means where that is not what it says.
func bookedAs(r importing.Row) string {
	switch {
	case r.Create:
		return "新建到物资目录"
	case r.Fills:
		return "补上目录中「" + r.Item.Label() + "」的单重、体积"
	case r.Item != nil && (r.Item.Name != r.Row.Item || r.Item.Spec != r.Spec || r.Item.Unit != r.Unit):
		return "记为 " + r.Item.Label() + "（" + r.Item.Unit + "）"
	}
	return ""
}

func problemTone(p view.ImportProblem) string {
	if p.Bad {
		return "is-bad"
	}
	return "is-warn"
}

// importProblem shortens a sentence for its cell: where it is and what it is
// about are plain to see there.
func importProblem(x importing.Problem) view.ImportProblem {
	p := view.ImportProblem{Text: x.Message, Full: x.Message, Suggestion: x.Suggestion, Bad: x.Severity == reading.Error}
	if x.Cell != "" {
		if _, rest, ok := strings.Cut(x.Message, x.Cell+" "); ok {
			if _, sentence, ok := strings.Cut(rest, "："); ok {
				p.Text = sentence
			}
		}
	}
	if strings.HasPrefix(x.Message, "第 ") {
		if _, sentence, ok := strings.Cut(x.Message, "」："); ok {
			p.Text = sentence
		}
	}
	return p
}

// columnOf finds the column a problem is shown in: by its cell, else by its
// field; -1 = none.
func columnOf(x importing.Problem, r importing.Row, columns []importColumn) int {
	letter := strings.TrimRight(x.Cell, "0123456789")
	at := -1
	if letter != "" {
		at = slices.IndexFunc(columns, func(c importColumn) bool { return c.Letter == letter })
	}
	if at < 0 && (x.Cell == "" || x.Cell == r.Cell || x.Field == string(reading.Item)) {
		at = slices.IndexFunc(columns, func(c importColumn) bool { return string(c.field) == x.Field })
	}
	return at
}

// foot says what may be booked now, and why not more.
func (d *importDesk) foot(p *view.ImportPreview) {
	n := d.Counts
	p.Submit = question(d)
	switch {
	case !d.open:
	case d.Blocked != "":
		p.WhyNot = d.Blocked
	case n.OK == 0:
		p.WhyNot = "没有可以入账的行，请先处理标出的问题。"
	case n.Error+n.Confirm > 0:
		p.WhyNotAll = fmt.Sprintf("还有 %d 行错误、%d 行待确认，处理完才能全部导入。", n.Error, n.Confirm)
	}
	if p.WhyNot != "" {
		p.WhyNotAll = p.WhyNot
	}
}
