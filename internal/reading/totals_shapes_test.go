package reading_test

import (
	"strings"
	"testing"

	"changbei/internal/reading"
)

func TestTotalsAboveTheirRows(t *testing.T) {
	for name, c := range map[string]struct {
		total, first any
		wrong        int
	}{
		"right":          {41, 30, 0},
		"wrong":          {45, 30, 1},
		"wrong subtotal": {41, 33, 1},
	} {
		r := read(t, book(page("Sheet1", row{"物资清单"}, row{"序号", "物资名称", "单位", "数量"},
			row{"合计", "", "", c.total}, row{"小计", "", "", c.first}, row{1, "棉被", "床", 10}, row{2, "毛毯", "条", 20},
			row{"小计", "", "", 11}, row{3, "雨衣", "件", 11})), "台账.xlsx")
		if len(r.Issues) != c.wrong || len(r.Rows) != 3 {
			t.Errorf("%s: %d rows, %+v", name, len(r.Rows), r.Issues)
		}
	}
}

func TestTotalsOfOneItemAreNoItem(t *testing.T) {
	for _, heading := range []string{"棉被合计（床）", "棉被小计（床）", "棉被总数（床）", "棉被总量（床）", "棉被（床）合计", "累计（床）", "共计（床）", "物资总数（件）"} {
		r := read(t, book(page("Sheet1", row{"各街镇应急物资储备情况"}, row{"序号", "街镇", "棉被（床）", "毛毯（条）", heading},
			row{1, "城关镇", 3, 4, 3}, row{2, "东河镇", 5, 6, 5})), "台账.xlsx")
		if len(r.Rows) != 4 {
			t.Errorf("%s: %d rows", heading, len(r.Rows))
		}
		for _, x := range r.Rows {
			if strings.HasPrefix(x.Cell, "E") {
				t.Errorf("%s is read as %s", heading, x.Item)
			}
		}
	}
}

func TestTotalsOfOneItemAreChecked(t *testing.T) {
	s := page("Sheet1", row{"各街镇应急物资储备情况"}, row{"序号", "街镇", "省级", "", "市级", "", "棉被合计（床）"}, row{"", "", "棉被（床）", "毛毯（条）", "棉被（床）", "毛毯（条）", ""},
		row{1, "城关镇", 3, 4, 5, 6, 8}, row{2, "东河镇", 5, 6, 7, 8, 13})
	r := read(t, book(merged(s, [4]int{2, 1, 3, 1}, [4]int{2, 2, 3, 2}, [4]int{2, 3, 2, 4}, [4]int{2, 5, 2, 6}, [4]int{2, 7, 3, 7})), "台账.xlsx")
	if len(r.Rows) != 8 || len(r.Issues) != 1 || r.Issues[0].Cell != "G5" {
		t.Errorf("%d rows, %+v", len(r.Rows), r.Issues)
	}
}

func TestPlacesOfAnyNameAreDepots(t *testing.T) {
	for _, c := range []struct {
		heading, one, two string
		asked             bool
	}{
		{"避难场所名称", "湖滨公园", "火车站北广场", false}, {"安置点", "第二实验小学操场", "人防工程（幸福路段）", false}, {"出库仓库", "城西仓库", "江北储备点", false},
		{"调出单位", "柳河镇应急仓库", "江北储备点", false}, {"单位名称", "城建集团", "水务集团", true},
	} {
		r := read(t, book(page("Sheet1", row{"平川市南湖区应急物资清单"}, row{"序号", c.heading, "物资名称", "单位", "数量"},
			row{1, c.one, "棉被", "床", 10}, row{2, c.two, "毛毯", "条", 20})), "台账.xlsx")
		if len(r.Rows) != 2 || r.Rows[0].Depot != c.one || r.Rows[1].Depot != c.two || (len(r.Issues) > 0) != c.asked {
			t.Errorf("%s: %+v %+v", c.heading, r.Rows, r.Issues)
		}
	}
}

func TestSecondHeadingsNeedNoMerging(t *testing.T) {
	r := read(t, book(page("石桥镇", row{"石桥镇应急物资储备点出入库登记表"}, row{"2026年", "", "摘要", "品名", "单位", "收入", "发出", "结存"}, row{"月", "日", "", "", "", "数量", "数量", "数量"},
		row{11, 5, "购入", "铁锹", "把", 20, "", 70}, row{11, 8, "领用", "铁锹", "把", "", 15, 55})), "流水.xlsx")
	if r.DocKind != reading.MovementJournal || len(r.Rows) != 2 || r.Rows[0].Date.String() != "2026-11-05" || r.Rows[1].Extra.Direction != reading.GoesOut {
		t.Errorf("%s %+v %+v", r.DocKind, r.Rows, r.Issues)
	}
}

func TestSummaryOfAMonthIsOfItsEnd(t *testing.T) {
	for _, line := range []string{"2026年10月", "会计期间：2026年10月"} { // the tests' today lies later
		r := read(t, book(page("收发存", row{"应急物资收发存汇总表"}, row{line}, row{"物资名称", "单位", "期初数量", "本期收入", "本期发出", "期末数量"},
			row{"铁锹", "把", 50, 20, 15, 55})), "汇总.xlsx")
		if r.DocKind != reading.StockSummary || r.AsOf.String() != "2026-10-31" {
			t.Errorf("%s: %s as of %s", line, r.DocKind, r.AsOf)
		}
	}
}

func TestFiguresThatAreNotReadAreAskedAbout(t *testing.T) {
	head, sound := row{"物资名称", "单位", "数量"}, row{"棉被", "床", 7}
	for name, c := range map[string]struct {
		head, slipped row
		cell          string
		confirm       int
	}{
		"a row that slipped":      {head, row{"雨衣", "件", 1, "200"}, "D3", 1},
		"a heading that was lost": {row{"物资名称", "单位", "数量", ""}, row{"雨衣", "件", 3, 4}, "D3", 1},
		"a second quantity":       {row{"物资名称", "单位", "数量", "其他数量"}, row{"雨衣", "件", 3, 4}, "D1", 0},
	} {
		r := read(t, book(page("Sheet1", c.head, sound, c.slipped)), "台账.xlsx")
		if len(r.Issues) != 1 || r.Issues[0].Cell != c.cell || len(r.Rows) != 2 {
			t.Errorf("%s: %d rows, %+v", name, len(r.Rows), r.Issues)
			continue
		}
		if got := r.Rows[1].Status == reading.Confirm; got != (c.confirm == 1) || r.Rows[0].Status != reading.OK {
			t.Errorf("%s: %s %s", name, r.Rows[0].Status, r.Rows[1].Status)
		}
	}
}

func TestUnitInTheHeadingIsHeldAgainstTheRows(t *testing.T) {
	for name, c := range map[string]struct {
		above, heading, unit string
		qty                  any
		rows, issues         string
	}{
		"the same":            {"", "数量（床）", "床", 10, "C4 ok //棉被/ 10床", ""},
		"another":             {"", "数量（箱）", "床", 10, "C4 confirm //棉被/ 10床", "B4 unit_conflict"},
		"any piece":           {"", "数量（件）", "床", 10, "C4 ok //棉被/ 10床", ""},
		"a multiple":          {"", "数量（万）", "床", num("1.5"), "C4 ok //棉被/ 15000床", ""},
		"a multiple of lines": {"单位：千条", "数量", "床", 10, "C4 confirm //棉被/ 10床", "B4 unit_ambiguous"},
		"nothing said":        {"", "数量（床）", "", 10, "C4 ok //棉被/ 10床", ""},
		"no word for a unit":  {"", "数量", "", "10床位", "C4 confirm //棉被/ 10床位", "B4 unit_ambiguous"},
	} {
		r := read(t, book(page("Sheet1", row{"应急物资台账"}, row{c.above}, row{"物资名称", "单位", c.heading}, row{"棉被", c.unit, c.qty})), "台账.xlsx")
		if got := strings.TrimSpace(lines(r)); got != c.rows || codes(r) != c.issues {
			t.Errorf("%s: %s, %s", name, got, codes(r))
		}
	}
}

// The day a paper was filled in says when its figures stood only where no line
// says so itself, wherever on the sheet that line is.
func TestDayOfTheFiguresGoesBeforeTheDayOfFilling(t *testing.T) {
	for line, want := range map[string]string{
		"填表日期：2024年7月3日":                  "2024-07-03",
		"填表日期：2024年7月3日  截止日期：2024年6月30日": "2024-06-30",
		"截止日期：2024年6月30日  填表日期：2024年7月3日": "2024-06-30",
	} {
		r := read(t, book(page("Sheet1", row{"应急物资台账"}, row{line}, row{"物资名称", "单位", "数量"}, row{"棉被", "床", 7})), "台账.xlsx")
		if r.AsOf.String() != want {
			t.Errorf("%s: as of %s", line, r.AsOf)
		}
	}
}

// A column that names a depot once for all goods below it leaves cells blank on
// purpose; where names are repeated, a blank was forgotten.
func TestBlanksUnderADepotsNameAreItsGoodsOnlyWhereNoNameIsRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		depots []string
		asked  int
	}{
		"once":     {[]string{"城西仓库", "", "", "", "城东仓库", ""}, 0},
		"repeated": {[]string{"城西仓库", "城西仓库", "", "", "", ""}, 4},
		"forgot":   {[]string{"城西仓库", "城西仓库", "", "城东仓库", "城东仓库", "城东仓库"}, 1},
	} {
		rows := [][]any{{"应急物资台账"}, {"存放仓库", "物资名称", "单位", "数量"}}
		for i, depot := range c.depots {
			rows = append(rows, row{depot, []string{"棉被", "毛毯", "雨衣", "铁锹", "睡袋", "手电"}[i], "件", i + 1})
		}
		r := read(t, book(page("Sheet1", rows...)), "台账.xlsx")
		if len(r.Rows) != 6 || len(r.Issues) != c.asked || r.Rows[2].Depot != "城西仓库" {
			t.Errorf("%s: %+v\n%s", name, r.Issues, lines(r))
		}
	}
}

func TestFormulasWithoutAValueAreReadAsWorkedOut(t *testing.T) {
	r := read(t, book(page("Sheet1", row{"物资名称", "单位", "数量", "入库日期"},
		row{formula{`"棉 "&"被"`, ""}, "床", formula{"3+4", ""}, serial("45030")}, row{"雨衣", "件", formula{"1/0", ""}, ""})), "台账.xlsx")
	check(t, r, want{rows: `
		C2 ok //棉 被/ 7床 2023-04-14
		C3 error //雨衣/ ?件`, issues: "C3 formula_error"})
}

// What should be there and what is there stand side by side in many lists: the
// stock is what is there, and only a plan's title makes it a plan.
func TestShouldBesideIs(t *testing.T) {
	for _, c := range []struct{ should, is string }{{"应配", "实配"}, {"应储数", "已储数"}, {"标准数量", "实际数量"}, {"应配数量", "实配数量"}} {
		r := read(t, book(page("Sheet1", row{"青石镇应急物资配备情况表"}, row{"物资名称", "单位", c.should, c.is}, row{"棉被", "床", 30, 12})), "情况.xlsx")
		check(t, r, want{kind: "stock_list", rows: "D3 ok 青石镇//棉被/ 12床"})
	}
}

func TestPlansByTheirTitles(t *testing.T) {
	for title, kind := range map[string]string{
		"云岭区2025年度应急物资储备规划分解表": "reserve_plan", "应急物资储备任务分解表": "reserve_plan", "应急物资储备指标分配表": "reserve_plan", "应急物资购置计划": "reserve_plan",
		"各乡镇应急物资储备情况表": "stock_list", "应急物资分布情况": "stock_list",
	} {
		r := read(t, book(page("Sheet1", row{title}, row{"物资名称", "单位", "城关镇", "石桥镇", "全区合计"}, row{"棉被", "床", 30, 12, 42}, row{"毛毯", "条", 3, 4, 8})), "表.xlsx")
		if string(r.DocKind) != kind || len(r.Rows) != 4 || codes(r) != "E4 total_mismatch" {
			t.Errorf("%s: %s, %s\n%s", title, r.DocKind, codes(r), lines(r))
		}
	}
}

func TestFiguresBesideAPlanAreAskedAbout(t *testing.T) {
	r := read(t, book(page("Sheet1", row{"2025年应急物资储备计划表"}, row{"物资名称", "单位", "计划数量", "缺配"}, row{"棉被", "床", 30, 12})), "计划.xlsx")
	if codes(r) != "D2 header_unclear" || len(r.Rows) != 1 {
		t.Errorf("%s\n%s", codes(r), lines(r))
	}
}

// A list of depots beside the goods says where they are; alone it is one.
func TestListOfDepotsBesideGoods(t *testing.T) {
	list := page("储备点名册", row{"应急物资储备点名册"}, row{"序号", "储备点名称", "级别", "地址", "联系电话"}, row{1, "城关镇储备点", "乡镇级", "城关镇文化路1号", "13800000000"})
	goods := page("物资清册", row{"应急物资清册"}, row{"储备点名称", "物资名称", "单位", "数量"}, row{"城关镇储备点", "棉被", "床", 12})
	if r := read(t, book(list, goods), "清册.xlsx"); len(r.Rows) != 1 || r.Sheets[0].Role != reading.RoleDictionary || r.DocKind != reading.StockList {
		t.Errorf("%+v %s\n%s", r.Sheets, r.DocKind, lines(r))
	}
	if r := read(t, book(list), "名册.xlsx"); len(r.Rows) != 1 || r.DocKind != reading.DepotList {
		t.Errorf("%+v %s\n%s", r.Sheets, r.DocKind, lines(r))
	}
}

func TestQuantityBesideWhatWasTakenIsAskedAbout(t *testing.T) {
	for name, c := range map[string]struct {
		quantity, taken string
		figure          any
		asked           string
	}{
		"taken":         {"数量", "已领用", 3, "D2 header_unclear"},
		"what is left":  {"剩余数量", "已领用数量", 3, ""},
		"nothing taken": {"数量", "已发放数", 0, ""},
	} {
		r := read(t, book(page("Sheet1", row{"应急物资台账"}, row{"物资名称", "单位", c.quantity, c.taken}, row{"棉被", "床", 10, c.figure})), "台账.xlsx")
		if codes(r) != c.asked || len(r.Rows) != 1 || r.Rows[0].Quantity.String() != "10" {
			t.Errorf("%s: %s\n%s", name, codes(r), lines(r))
		}
	}
}

func TestRowsThatGoOnWithAPartAreAskedAbout(t *testing.T) {
	for name, c := range map[string]struct {
		seq  [5]any
		qty  [5]any
		want string
	}{
		"by their numbers":    {[5]any{1, "", "", "", 2}, [5]any{10, 4, 3, 2, 7}, "B3 part_of_another_row, B4 part_of_another_row, B5 part_of_another_row"},
		"by their sum":        {[5]any{"", "", "", "", ""}, [5]any{10, 4, 3, 3, 7}, "B3 part_of_another_row, B4 part_of_another_row, B5 part_of_another_row"},
		"all of it was named": {[5]any{"", "", "", "", ""}, [5]any{10, 10, 3, 3, 7}, "B3 part_of_another_row"},
		"numbers of its own":  {[5]any{1, "", 2, 3, 4}, [5]any{10, 4, 3, 3, 7}, "B3 part_of_another_row"},
		"a sum that is never": {[5]any{"", "", "", "", ""}, [5]any{10, 4, 3, 2, 7}, "B3 part_of_another_row"},
	} {
		rows := [][]any{{"序号", "物资名称", "单位", "数量"}}
		for i, item := range []string{"棉被", "其中：加厚棉被", "单人棉被", "双人棉被", "雨衣"} {
			rows = append(rows, row{c.seq[i], item, "床", c.qty[i]})
		}
		if r := read(t, book(page("Sheet1", rows...)), "台账.xlsx"); codes(r) != c.want || len(r.Rows) != 5 {
			t.Errorf("%s: %s", name, codes(r))
		} else {
			explained(t, r)
			if asked := strings.Contains(c.want, "B5"); asked != (r.Rows[3].Status == reading.Confirm) {
				t.Errorf("%s: %s", name, lines(r))
			}
		}
	}
}

func TestJournalWithoutADayIsAskedAbout(t *testing.T) {
	for name, c := range map[string]struct {
		above, heading, asked string
	}{
		"known":       {"", "单据日期", ""},
		"a new word":  {"", "办结日", "A3 header_unclear"},
		"said above":  {"截止日期：2024年6月30日", "办结日", "A3 header_unclear"},
		"none at all": {"", "", "B3 header_unclear"},
		"a slip":      {"日期：2024年5月6日", "", ""},
	} {
		day := "2024-05-06"
		if c.heading == "" {
			day = ""
		}
		r := read(t, book(page("Sheet1", row{"应急物资出入库流水"}, row{c.above}, row{c.heading, "业务类型", "物资名称", "单位", "数量", "单据编号"},
			row{day, "采购入库", "棉被", "床", 10, "R1"}, row{day, "领用出库", "毛毯", "条", 3, "C1"})), "流水.xlsx")
		if codes(r) != c.asked || r.DocKind != reading.MovementJournal || len(r.Rows) != 2 || (c.heading == "") != r.Rows[0].Date.IsZero() {
			t.Errorf("%s: %s, %s\n%s", name, r.DocKind, codes(r), lines(r))
		}
	}
}

func TestWaysBesideAnOpeningAreAddedUp(t *testing.T) {
	for name, c := range map[string]struct {
		closing int
		asked   string
	}{"agrees": {62, ""}, "does not": {60, "H3 balance_mismatch"}} {
		r := read(t, book(page("Sheet1", row{"应急物资收发存汇总表"}, row{"物资名称", "单位", "期初数量", "采购入库", "调拨入库", "领用出库", "报废出库", "期末数量"},
			row{"铁锹", "把", 50, 20, 5, 10, 3, c.closing})), "汇总.xlsx")
		if r.DocKind != reading.StockSummary || len(r.Rows) != 1 || codes(r) != c.asked || r.Rows[0].Extra.In.String() != "25" || r.Rows[0].Extra.Out.String() != "13" {
			t.Errorf("%s: %s %s\n%+v", name, r.DocKind, codes(r), r.Rows)
		}
	}
}

func TestWhatPeopleTookCameBackOnItsDay(t *testing.T) {
	r := read(t, book(page("Sheet1", row{"街道应急物资领用登记本"}, row{"日期", "领用人", "物资名称", "数量", "单位", "归还日期", "归还数量"},
		row{"2024.6.5", "王五", "雨衣", 10, "件", "2024.6.18", 8}, row{"2024.6.19", "赵六", "手电", 5, "把", "", ""})), "领用.xlsx")
	check(t, r, want{kind: "movement_journal", rows: `
		G3 ok //雨衣/ 8件 2024-06-18 in
		D3 ok //雨衣/ 10件 2024-06-05 out
		D4 ok //手电/ 5把 2024-06-19 out`})
}

func TestTransfersLeaveTheDepotTheyName(t *testing.T) {
	r := read(t, book(page("Sheet1", row{"区级物资调拨台账"}, row{"调拨日期", "调拨单号", "调出库", "调入库", "物资名称", "单位", "调拨数量"},
		row{"2024.5.6", "DB-1", "区中心库", "柳湾镇储备点", "帐篷", "顶", 20})), "调拨.xlsx")
	check(t, r, want{kind: "movement_journal", rows: "G3 ok 区中心库//帐篷/ 20顶 2024-05-06 out"})
}

func TestPlacesBehindAColonAreDepots(t *testing.T) {
	r := read(t, book(page("Sheet1", row{"各社区防汛物资清单"}, row{"社区：红旗社区"}, row{"物资", "数量"}, row{"铁锹", "10把"}, row{"雨衣", "20件"},
		row{"社区：东方社区"}, row{"铁锹", "5把"})), "清单.xlsx")
	check(t, r, want{kind: "stock_list", rows: `
		B4 ok 红旗社区//铁锹/ 10把
		B5 ok 红旗社区//雨衣/ 20件
		B7 ok 东方社区//铁锹/ 5把`})
	r = read(t, book(page("Sheet1", row{"防汛物资清单"}, row{"乡镇：柳河镇  仓库：柳河镇二号库"}, row{"物资", "数量"}, row{"铁锹", "10把"})), "清单.xlsx")
	check(t, r, want{kind: "stock_list", rows: "B4 ok 柳河镇二号库//铁锹/ 10把"})
}
