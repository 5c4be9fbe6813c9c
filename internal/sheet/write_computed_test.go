package sheet

import (
	"bytes"
	"testing"

	"changbei/internal/quantity"
)

// form is a count sheet of two rows.
func form() Document {
	gain := Computed(`IF({2}="",0,MAX({2}-{1},0))`, Quantity(0))
	return Document{Title: "盘点表", Left: "盘点仓库：甲库", Right: "第一页", More: []Line{{}, {Middle: "盘点日期：2026年11月24日"}},
		Columns: []Column{{Heading: "物资名称"}, {Heading: "账面数量", Kind: QuantityKind, Total: true}, {Heading: "实盘数量", Kind: QuantityKind}, {Heading: "盘盈数量", Kind: QuantityKind, Total: true}},
		Rows: []Row{{Values: []Value{Text("棉被"), Quantity(quantity.Of(10)), Blank(), gain}}, {Values: []Value{Text("帐篷"), Quantity(1500), Blank(), gain}},
			{Kind: Total, Values: []Value{Text("合计"), Quantity(11500), Blank(), Quantity(0)}}}}
}

func TestComputedCellsWorkInTheirOwnRow(t *testing.T) {
	f := reopened(t, form())
	const name = "盘点表"
	for ref, want := range map[string]string{"D5": `IF(C5="",0,MAX(C5-B5,0))`, "D6": `IF(C6="",0,MAX(C6-B6,0))`, "D7": "SUM(D5:D6)", "B5": ""} {
		if got, err := f.GetCellFormula(name, ref); err != nil || got != want {
			t.Errorf("%s = %s, want %s, %v", ref, got, want, err)
		}
	}
	if raw := rawValue(t, f, name, "D5"); raw != "0" {
		t.Errorf("the value kept beside the formula is %q", raw)
	}
	id, err := f.GetCellStyle(name, "D5")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := f.GetStyle(id); err != nil || style.CustomNumFmt == nil || *style.CustomNumFmt != computedQuantity {
		t.Errorf("an uncounted row has the format %+v, %v", style, err)
	}
	for counted, want := range map[float64]string{12: "2", 10: "0", 0: "0"} {
		if err := f.SetCellValue(name, "C5", counted); err != nil {
			t.Fatal(err)
		}
		if got, err := f.CalcCellValue(name, "D5"); err != nil || got != want && !(want == "0" && got == "") {
			t.Errorf("%v counted gives %q, want %s, %v", counted, got, want, err)
		}
	}
}

func TestMoreLinesStandAboveTheTable(t *testing.T) {
	f := reopened(t, form())
	for ref, want := range map[string]string{"A1": "盘点表", "A2": "盘点仓库：甲库", "A3": "盘点日期：2026年11月24日", "A4": "物资名称"} {
		if got := rawValue(t, f, "盘点表", ref); got != want {
			t.Errorf("%s = %q, want %q: a line without texts takes no room", ref, got, want)
		}
	}
	panes, err := f.GetPanes("盘点表")
	if err != nil || panes.YSplit != 4 {
		t.Errorf("frozen below row %d, %v", panes.YSplit, err)
	}
}

func TestComputedCellsReadBackAsFigures(t *testing.T) {
	b := written(t, form())
	book, err := Read(bytes.NewReader(b), int64(len(b)), "盘点表.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range book.Sheets[0].Cells {
		if c.Col == 4 && c.Row > 4 && (c.Raw != "0" || c.Formula == "") {
			t.Errorf("%s = %q by %q", c.Ref(), c.Raw, c.Formula)
		}
	}
}
