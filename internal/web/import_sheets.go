package web

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/importing"
	"changbei/internal/reading"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// importSheetRoles are what a person may say a sheet is for.
var importSheetRoles = []struct {
	role  reading.Role
	label string
}{{reading.RoleData, "导入"}, {reading.RoleSummary, "汇总，不导入"}, {reading.RoleInstructions, "说明，不导入"}, {reading.RoleDictionary, "字典，不导入"},
	{reading.RoleOldVersion, "旧版或隐藏，不导入"}, {reading.RoleEmpty, "空白"}}

// importMeanings are the fields a person may give a column, in the order of the
// list; labels of fields that are shown come from importFields.
var importMeanings = []reading.Field{reading.Other, reading.Item, reading.Spec, reading.Unit, reading.Quantity, reading.Depot, reading.Location, reading.Category,
	reading.Date, reading.Production, reading.Expiry, reading.ShelfLife, reading.LotNo, reading.Source, reading.Owner, reading.UnitPrice, reading.Amount, reading.Remark,
	reading.Seq, reading.Code, reading.Keeper, reading.Phone, reading.OpeningQty, reading.InQty, reading.OutQty, reading.Balance, reading.DocNo, reading.DocType,
	reading.Counterparty, reading.Purpose, reading.Summary, reading.Handler, reading.Donor, reading.BookQty, reading.CountedQty, reading.Gain, reading.Loss, reading.Diff,
	reading.GoodQty, reading.BadQty, reading.PlanQty, reading.Minimum, reading.Maximum, reading.PlaceQty, reading.ItemQty, reading.Total, reading.Tier,
	reading.UnitWeight, reading.UnitVolume}

// importMeaningLabels names the fields that are not shown as columns.
var importMeaningLabels = map[reading.Field]string{reading.Other: "不读取", reading.Amount: "金额", reading.Summary: "摘要", reading.Diff: "盘点差异",
	reading.GoodQty: "完好数量", reading.BadQty: "损坏数量", reading.PlanQty: "计划数量", reading.PlaceQty: "某储备点的数量", reading.ItemQty: "某物资的数量",
	reading.Total: "合计（只核对）", reading.Tier: "级别"}

func meaningLabel(f reading.Field) string {
	if known, ok := importFields[f]; ok {
		return known.label
	}
	return importMeaningLabels[f]
}

func meaningOptions(now reading.Field) []view.Option {
	var options []view.Option
	known := now == reading.Other
	for _, f := range importMeanings {
		options = append(options, view.Option{Value: string(f), Label: meaningLabel(f), Checked: f == now})
		known = known || f == now
	}
	if !known {
		options = append([]view.Option{{Value: "", Label: "未对应", Checked: true}}, options...)
	}
	return options
}

// matter fills which kind is applied, and as what.
func (d *importDesk) matter(p *view.ImportPreview) {
	p.KindWas, p.ActWas = string(d.Kind), string(d.Act)
	seen := map[reading.Kind]bool{}
	for _, t := range d.Result.Tables {
		if !seen[t.DocKind] {
			seen[t.DocKind] = true
			p.Kinds = append(p.Kinds, view.Option{Value: string(t.DocKind), Label: importing.KindName(t.DocKind), Checked: t.DocKind == d.Kind})
		}
	}
	if d.Undecided() {
		p.ActWas, p.Acts = "", []view.Option{{Label: "请选择", Checked: true}}
	}
	for _, a := range importing.Acts(d.Kind) {
		p.Acts = append(p.Acts, view.Option{Value: string(a), Label: a.Name(), Checked: a == d.Act && !d.Undecided()})
	}
}

// sheets lists the sheets with what they were taken for, and how their tables
// are read.
func (d *importDesk) sheets(p *view.ImportPreview) {
	tables := map[string][]reading.Table{}
	for _, t := range d.Result.Tables {
		tables[t.Sheet] = append(tables[t.Sheet], t)
	}
	rows := map[string]int{}
	for _, r := range d.Rows {
		rows[r.Sheet]++
	}
	count := 0
	for i, s := range d.Result.Sheets {
		v := view.ImportSheet{N: i + 1, Key: importKeyMark + s.Name + "!", Name: s.Name, RoleWas: string(s.Role), Rows: rows[s.Name]}
		for _, r := range importSheetRoles {
			if r.role != reading.RoleEmpty || s.Role == reading.RoleEmpty {
				v.Roles = append(v.Roles, view.Option{Value: string(r.role), Label: r.label, Checked: r.role == s.Role})
			}
		}
		for j, t := range tables[s.Name] {
			choice := importTableChoice(t, j == 0)
			count++
			choice.N = count
			v.Tables = append(v.Tables, choice)
		}
		v.Asks = s.Role == reading.RoleData && v.Rows == 0
		p.AskSheets = p.AskSheets || v.Asks
		p.Sheets = append(p.Sheets, v)
	}
	d.others(p)
	if len(p.Sheets) > 0 && len(d.Result.Sheets) == 1 && d.Result.Sheets[0].Name == "" {
		p.Sheets[0].Name = "（整个文件）"
	}
}

func importTableChoice(t reading.Table, first bool) view.ImportTableChoice {
	v := view.ImportTableChoice{Key: importKeyMark + t.Sheet + "!" + strconv.Itoa(t.Heading[0]), Head: t.Heading[0], Heading: rowsText(t.Heading), MayHead: first, KindWas: string(t.DocKind),
		From: t.FirstDataRow, To: t.LastDataRow}
	for _, k := range reading.Kinds {
		v.Kinds = append(v.Kinds, view.Option{Value: string(k), Label: importing.KindName(k), Checked: k == t.DocKind})
	}
	return v
}

// rowsText writes 3 or 3-4.
func rowsText(rows []int) string {
	if len(rows) == 0 {
		return ""
	}
	first, last := rows[0], rows[len(rows)-1]
	if first == last {
		return strconv.Itoa(first)
	}
	return fmt.Sprintf("%d-%d", first, last)
}

// columnChoice makes the select over a column.
func (m *mapping) choice(t reading.Table, c reading.Column) *view.ImportMeaning {
	m.n++
	return &view.ImportMeaning{N: m.n, Key: importKeyMark + strings.Join([]string{t.Sheet, strconv.Itoa(t.Heading[0]), c.Col}, "\t"), Was: string(c.Field),
		Letter: c.Col, Header: c.Header, Options: meaningOptions(c.Field), Open: c.Field == ""}
}

// mapping numbers the selects over all columns of a page.
type mapping struct{ n int }

var rowsForm = regexp.MustCompile(`^(\d{1,7})(?:\s*[-—~至到、,，]\s*(\d{1,7}))?$`)

// readSheets takes what sheets are for, where their headings stand, and what
// their tables and columns mean.
func readSheets(f *form.Form, d *importChoices) {
	for n := 1; f.Has(numbered("sheet", n)); n++ {
		name, _ := splitCell(keyField(f, numbered("sheet", n)))
		if role, differs := changed(f, numbered("role", n), numbered("rolewas", n)); differs {
			d.add(func(c *importing.Decisions) { c.SetRole(name, reading.Role(role)) })
		}
		if text, differs := changed(f, numbered("head", n), numbered("headwas", n)); differs {
			readHeading(f, numbered("head", n), name, text, d)
		}
	}
	for n := 1; f.Has(numbered("mapkey", n)); n++ {
		parts := strings.Split(keyField(f, numbered("mapkey", n)), "\t")
		field, differs := changed(f, numbered("map", n), numbered("mapwas", n))
		if !differs || len(parts) != 3 {
			continue
		}
		head, _ := strconv.Atoi(parts[1])
		d.add(func(c *importing.Decisions) { c.SetColumn(parts[0], head, parts[2], reading.Field(field)) })
	}
	for n := 1; f.Has(numbered("tablekey", n)); n++ {
		sheet, row := splitCell(keyField(f, numbered("tablekey", n)))
		head, _ := strconv.Atoi(row)
		if kind, differs := changed(f, numbered("tablekind", n), numbered("tablekindwas", n)); differs {
			d.add(func(c *importing.Decisions) { c.SetKind(sheet, head, reading.Kind(kind)) })
		}
	}
}

// maxHeading is how many rows a heading has at most; more is a slip.
const maxHeading = 6

func readHeading(f *form.Form, field, sheet, text string, d *importChoices) {
	if text == "" {
		d.add(func(c *importing.Decisions) { c.SetHeading(sheet, nil) })
		return
	}
	m := rowsForm.FindStringSubmatch(text)
	if m == nil {
		f.Fail(field, "表头行请填行号，如 3 或 3-4，现在是「"+text+"」。")
		return
	}
	first, _ := strconv.Atoi(m[1])
	last := first
	if m[2] != "" {
		last, _ = strconv.Atoi(m[2])
	}
	if first < 1 || last < first || last-first >= maxHeading {
		f.Fail(field, fmt.Sprintf("表头行「%s」不对：从上到下填，最多 %d 行，如 3-4。", text, maxHeading))
		return
	}
	var rows []int
	for row := first; row <= last; row++ {
		rows = append(rows, row)
	}
	d.add(func(c *importing.Decisions) { c.SetHeading(sheet, rows) })
}

// others lists the columns that the rows below do not show one by one: the
// places or goods of a wide table, and those of tables no row was read from.
func (d *importDesk) others(p *view.ImportPreview) {
	if !d.open {
		return
	}
	rows := map[int]bool{}
	for _, r := range d.Rows {
		rows[r.Table] = true
	}
	for i, t := range d.Result.Tables {
		for _, c := range t.Columns {
			if rows[i] && c.Field != reading.PlaceQty && c.Field != reading.ItemQty {
				continue
			}
			m := d.numbered.choice(t, c)
			m.Sheet = t.Sheet
			p.Others = append(p.Others, *m)
		}
	}
}
