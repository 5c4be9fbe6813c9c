package sheet_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// aForm asks for counts of goods in whole pieces and in tons, and for goods not
// listed, whose names are too many for a rule of their own.
func aForm() *sheet.Form {
	names := make([]string, 120)
	for i := range names {
		names[i] = strings.Repeat("物", 3) + string(rune('一'+i))
	}
	return &sheet.Form{SheetName: "核对表", Title: "石桥镇储备点核对表", Lines: []string{"填表说明"}, Blanks: []sheet.FormBlank{{Label: "填报人：", Col: 1, Wide: 1}},
		Columns: []sheet.FormColumn{{Heading: "物资名称", Width: 20}, {Heading: "账面数量", Width: 10, Figure: true}, {Heading: "实有数量", Width: 10, Open: true, Figure: true},
			{Heading: "变动原因", Width: 12, Open: true, Strict: true, Choices: []string{"清点差异", "新入库"}}},
		Rows: []sheet.FormRow{{Values: []sheet.Value{sheet.Text("棉被"), sheet.Quantity(quantity.Of(5))}}, {Values: []sheet.Value{sheet.Text("雨衣"), sheet.Quantity(quantity.Of(6))}},
			{Values: []sheet.Value{sheet.Text("柴油"), sheet.Quantity(1500)}, Decimals: 3}, {Values: []sheet.Value{sheet.Text("电台"), sheet.Quantity(quantity.One)}, Most: 1}},
		Band: "账上没有的", More: []sheet.FormColumn{{Heading: "物资名称", Open: true, Choices: names}, {}, {Heading: "数量", Open: true, Figure: true}, {}}, MoreRows: 3,
		HiddenName: "key", Hidden: [][]string{{"seal", "123456789012345678901"}}}
}

func writtenForm(t *testing.T) (*excelize.File, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := sheet.WriteForm(&b, aForm()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, b.Bytes()
}

func TestOnlyTheWhiteCellsOfAFormAreOpen(t *testing.T) {
	f, _ := writtenForm(t)
	guard, err := f.GetSheetProtection("核对表")
	if err != nil || guard.Password != "" || !guard.SelectUnlockedCells || guard.InsertRows || guard.FormatCells {
		t.Errorf("guarded %+v, %v", guard, err)
	}
	var open []string
	for row := 1; row <= 14; row++ {
		for col := 1; col <= 4; col++ {
			ref := grid.Ref(row, col)
			id, err := f.GetCellStyle("核对表", ref)
			if err != nil {
				t.Fatal(err)
			}
			style, err := f.GetStyle(id)
			if err != nil {
				t.Fatal(err)
			}
			white := len(style.Fill.Color) == 0
			if style.Protection != nil && !style.Protection.Locked {
				open = append(open, ref)
				if !white {
					t.Errorf("%s is open and grey", ref)
				}
			} else if row > 4 && row < 9 && white {
				t.Errorf("%s is locked and white", ref)
			}
		}
	}
	want := []string{"B3", "C5", "D5", "C6", "D6", "C7", "D7", "C8", "D8", "A12", "C12", "A13", "C13", "A14", "C14"}
	if !slices.Equal(open, want) {
		t.Errorf("open are %v", open)
	}
}

func TestAFormHasItsRules(t *testing.T) {
	f, _ := writtenForm(t)
	rules, err := f.GetDataValidations("核对表")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rules {
		got = append(got, strings.Join([]string{r.Sqref, r.Type, r.Operator, r.Formula1}, " "))
	}
	want := []string{"C5:C6 whole greaterThanOrEqual 0", "C7 decimal greaterThanOrEqual 0", "C8 whole between 0", `D5:D8 list  "清点差异,新入库"`,
		"A12:A14 list  'key'!$AA$1:$AA$120", "C12:C14 decimal greaterThanOrEqual 0"}
	if !slices.Equal(got, want) {
		t.Errorf("rules\n%s", strings.Join(got, "\n"))
	}
}

func TestAFormIsReadAsItStands(t *testing.T) {
	form := aForm()
	_, b := writtenForm(t)
	wb, err := sheet.Read(bytes.NewReader(b), int64(len(b)), "x.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]string{}
	for _, s := range wb.Sheets {
		for _, c := range s.Cells {
			at[s.Name+"!"+c.Ref()] = c.Raw
		}
	}
	for ref, want := range map[string]string{"核对表!" + grid.Ref(form.Heading(), 3): "实有数量", "核对表!" + grid.Ref(form.FirstRow(), 1): "棉被",
		"核对表!" + grid.Ref(form.FirstRow()+2, 2): "1.5", "核对表!" + grid.Ref(form.MoreHeading(), 3): "数量", "key!B1": "123456789012345678901"} {
		if at[ref] != want {
			t.Errorf("%s holds %q, want %q", ref, at[ref], want)
		}
	}
	if wb.Sheets[1].Visibility != grid.VeryHidden {
		t.Errorf("the hidden part is %v", wb.Sheets[1].Visibility)
	}
}

func TestAFormIsSetUpForTheScreenAndThePage(t *testing.T) {
	f, _ := writtenForm(t)
	panes, err := f.GetPanes("核对表")
	if err != nil || !panes.Freeze || panes.YSplit != 4 {
		t.Errorf("panes %+v %v", panes, err)
	}
	page, err := f.GetPageLayout("核对表")
	if err != nil || *page.Size != 9 || *page.Orientation != "landscape" || *page.FitToWidth != 1 {
		t.Errorf("page %+v %v", page, err)
	}
	var names []string
	for _, n := range f.GetDefinedName() {
		names = append(names, n.Name+" "+n.RefersTo)
	}
	if !slices.Contains(names, "_xlnm.Print_Titles '核对表'!$4:$4") || !slices.Contains(names, "_xlnm.Print_Area '核对表'!$A$1:$D$14") {
		t.Errorf("names %v", names)
	}
}
