package reading_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/reading"
)

func paper(t *testing.T, kind reading.PaperKind, sheets ...grid.Sheet) *reading.Paper {
	t.Helper()
	p, err := reading.ReadPaper(book(sheets...), kind, lexicon(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rowsOf writes the cells of some fields, a row a line.
func rowsOf(p *reading.Paper, fields ...string) string {
	var lines []string
	for _, r := range p.Rows {
		var cells []string
		for _, f := range fields {
			cells = append(cells, r.Cells[f].Text)
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return strings.Join(lines, "\n")
}

func TestPaperLabelsStandAboveAndBelow(t *testing.T) {
	p := paper(t, reading.RequestPaper, page("需求", []any{"某街道需求报告单"}, []any{"灾种：山洪　时间：7月3日 08:30　地点：河东村；时间以电话为准"}, []any{"转移人数", "120人", "天数：", "2"},
		[]any{"品名", "需要数量", "备注"}, []any{"帐篷", 5, "灾种：洪涝"}, []any{"合计", 5}, []any{"联系人", "李强", "联系电话", "0731-1"}))
	var got []string
	for _, key := range []string{"kind", "happened_at", "place", "moved_people", "days", "contact", "phone"} {
		got = append(got, p.Labels[key].Text+" "+p.Labels[key].Ref)
	}
	want := []string{"山洪 A2", "7月3日 08:30 A2", "河东村；时间以电话为准 A2", "120人 B3", "2 D3", "李强 B7", "0731-1 D7"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if p.Title != "某街道需求报告单" || rowsOf(p, "item", "needed", "remark") != "帐篷|5|灾种：洪涝" || len(p.Totals) != 1 {
		t.Errorf("%q %q", p.Title, rowsOf(p, "item", "needed", "remark"))
	}
}

func TestPaperReadsTheLongestTableThatIsShown(t *testing.T) {
	hidden := page("旧", []any{"物资名称", "申请量"}, []any{"甲", 1}, []any{"乙", 2}, []any{"丙", 3})
	hidden.Visibility = grid.Hidden
	p := paper(t, reading.RequestPaper, page("说明", []any{"先填表"}), page("一", []any{"物资名称", "申请量"}, []any{"帐篷", 1}), hidden,
		page("二", []any{"物资名称", "规格", "需用量", "申请量", "数量"}, []any{"棉被", "", 5, 4, 9}, []any{"物资名称", "规格", "需用量", "申请量", "数量"}, []any{"毛毯", "厚", 6, 6, 9}))
	if p.Sheet != "二" || !slices.Equal(p.Others, []string{"一"}) || rowsOf(p, "item", "spec", "needed", "asked") != "棉被||5|4\n毛毯|厚|6|6" {
		t.Errorf("%s, others %v:\n%s", p.Sheet, p.Others, rowsOf(p, "item", "spec", "needed", "asked"))
	}
}

// A sheet made to be looked through for ever is given up.
func TestAPaperHasBounds(t *testing.T) {
	var heads, wide, long grid.Sheet
	for row := 1; row <= 50_000; row++ {
		heads.Cells = append(heads.Cells, grid.Cell{Row: row, Col: 1, Kind: grid.Text, Raw: "姓名"}, grid.Cell{Row: row, Col: 2, Kind: grid.Text, Raw: "签字"})
		long.Cells = append(long.Cells, grid.Cell{Row: row, Col: 1, Kind: grid.Text, Raw: "张三"}, grid.Cell{Row: row, Col: 2, Kind: grid.Number, Raw: "1"})
	}
	long.Cells[0].Raw, long.Cells[1] = "姓名", grid.Cell{Row: 1, Col: 2, Kind: grid.Text, Raw: "数量"}
	for col := 1; col <= 16_384; col++ {
		wide.Cells = append(wide.Cells, grid.Cell{Row: 1, Col: col, Kind: grid.Text, Raw: "物资" + grid.ColumnName(col)})
	}
	wide.Cells[0].Raw, wide.Cells[1].Raw = "姓名", "签字"
	wide.Cells = append(wide.Cells, grid.Cell{Row: 2, Col: 1, Kind: grid.Text, Raw: "张三"}, grid.Cell{Row: 2, Col: 16_384, Kind: grid.Number, Raw: "1"})
	if p, err := reading.ReadPaper(book(heads), reading.RollPaper, lexicon(t)); err == nil {
		t.Errorf("headings alone gave %d rows", len(p.Rows))
	}
	if p := paper(t, reading.RollPaper, wide); len(p.Columns) != 200 {
		t.Errorf("%d columns", len(p.Columns))
	}
	if p := paper(t, reading.RollPaper, long); len(p.Rows) != 10_000 {
		t.Errorf("%d rows", len(p.Rows))
	}
}

func TestAnyPaperIsReadOrRefused(t *testing.T) {
	l := lexicon(t)
	known := []string{"姓名", "身份证号", "大米(袋)", "物资名称", "需用量", "申请量", "灾种：", "时间：地点：", "合计", "新康社区", "数量", "签字", "户主", "发放人：张三"}
	rapid.Check(t, func(t *rapid.T) {
		s := anySheet(t)
		for i := range s.Cells {
			if rapid.IntRange(0, 2).Draw(t, "known") == 0 {
				s.Cells[i] = grid.Cell{Row: s.Cells[i].Row, Col: s.Cells[i].Col, Kind: grid.Text, Raw: rapid.SampledFrom(known).Draw(t, "word")}
			}
		}
		for _, kind := range []reading.PaperKind{reading.RequestPaper, reading.RollPaper} {
			p, err := reading.ReadPaper(&grid.Workbook{Format: "xlsx", Sheets: []grid.Sheet{s}}, kind, l)
			if err != nil {
				if !errors.Is(err, errs.Invalid) || errs.MessageOf(err) == "" {
					t.Fatalf("refused without a sentence: %v", err)
				}
				continue
			}
			for _, r := range p.Rows {
				if r.Row < 2 || len(r.Cells) == 0 {
					t.Fatalf("row %+v", r)
				}
				for _, c := range r.Cells {
					c.Amount()
					c.Moment()
				}
			}
		}
	})
}
