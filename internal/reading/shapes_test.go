package reading_test

import (
	"strings"
	"testing"

	"changbei/internal/grid"
	"changbei/internal/reading"
)

type row = []any

func TestCountSheetComparesBookAndCount(t *testing.T) {
	r := read(t, book(page("盘点",
		row{"2024年上半年物资盘点表"},
		row{"盘点仓库：石桥镇应急物资储备点", "", "", "盘点日期：2024年6月28日"},
		row{"序号", "物资名称", "规格型号", "单位", "账面数量", "实盘数量", "盘盈", "盘亏", "备注"},
		row{1, "棉被", "2m", "床", 100, 98, "", 2, ""},
		row{2, "铁锹", "", "把", 50, 50, "", "", ""},
		row{3, "雨衣", "", "件", 60, "", "", "", ""},
		row{4, "睡袋", "", "个", 30, 33, 2, "", ""},
		row{"盘点人：王芳", "", "", "监盘人：李强"},
	)), "盘点表.xlsx")
	check(t, r, want{kind: "stocktake", rows: `
		F4 ok 石桥镇应急物资储备点//棉被/2m 98床 2024-06-28
		F5 ok 石桥镇应急物资储备点//铁锹/ 50把 2024-06-28
		F6 error 石桥镇应急物资储备点//雨衣/ ?件 2024-06-28
		F7 confirm 石桥镇应急物资储备点//睡袋/ 33个 2024-06-28`,
		issues: "F6 count_missing, G7 diff_mismatch", skipped: "1 title, 2 title, 3 header, 8 signature"})
	if got := r.Rows[0].Extra; got.BookQty.String() != "100" || got.CountedQty.String() != "98" {
		t.Errorf("book %v counted %v", got.BookQty, got.CountedQty)
	}
	if r.AsOf.String() != "2024-06-28" {
		t.Errorf("as of %s", r.AsOf)
	}
}

func TestDonationRegisterKeepsTheDonor(t *testing.T) {
	r := read(t, book(page("Sheet1",
		row{"望城区接收捐赠物资登记表"},
		row{"接收日期", "捐赠单位（个人）", "捐赠物资名称", "规格", "数量", "计量单位", "单价（元）", "备注"},
		row{"2024.7.2", "某某食品公司", "方便面", "24桶/箱", 300, "箱", num("48.5"), ""},
		row{"2024.7.2", "某某食品公司", "矿泉水", "", "200箱（每箱24瓶）", "箱", "", ""},
	)), "捐赠登记.xlsx")
	check(t, r, want{kind: "donation_register", rows: `
		E3 ok 望城区//方便面/24桶/箱 300箱 2024-07-02
		E4 confirm 望城区//矿泉水/ 200箱 2024-07-02`, issues: "E4 qty_pack"})
	if r.Rows[0].Extra.Donor != "某某食品公司" || r.Rows[0].Price.String() != "48.50" {
		t.Errorf("donor %q price %v", r.Rows[0].Extra.Donor, r.Rows[0].Price)
	}
}

func TestItemsAsColumnsGiveOneRowPerCell(t *testing.T) {
	r := read(t, book(page("Sheet1",
		row{"各镇救灾物资统计表"},
		row{"序号", "乡镇", "救灾帐篷（顶）", "棉被（床）", "编织袋（万条）", "其他衣物（套、件）"},
		row{1, "石桥镇", 20, 150, num("1.5"), 30},
		row{2, "大沟乡", "/", 0, "2", ""},
		row{"", "合计", 20, 150, num("3.5"), 30},
	)), "统计.xlsx")
	check(t, r, want{kind: "stock_list", rows: `
		C3 ok 石桥镇//救灾帐篷/ 20顶
		D3 ok 石桥镇//棉被/ 150床
		E3 ok 石桥镇//编织袋/ 15000条
		F3 confirm 石桥镇//其他衣物/ 30套、件
		E4 ok 大沟乡//编织袋/ 20000条`, issues: "F3 unit_ambiguous", skipped: "1 title, 2 header, 5 total"})
}

func TestPivotsAskAboutFiguresUnderUnknownHeadings(t *testing.T) {
	r := read(t, book(page("Sheet1",
		row{"乡镇", "救灾帐篷（顶）", "棉被（床）", "其他"},
		row{"石桥镇", 20, 150, 7},
	)), "统计.xlsx")
	check(t, r, want{rows: `
		B2 ok 石桥镇//救灾帐篷/ 20顶
		C2 ok 石桥镇//棉被/ 150床`, issues: "D1 header_unclear"})
}

func TestStockCardNamesItsItemAboveTheTable(t *testing.T) {
	r := read(t, book(page("棉被",
		row{"物资明细账"},
		row{"物资名称：棉被    规格型号：2m×1.5m    计量单位：床    仓库：县应急物资储备库"},
		row{"日期", "凭证号", "摘要", "收入", "发出", "结存"},
		row{"", "", "上年结转", "", "", 500},
		row{"2024.1.5", "RK-1", "采购", 100, "", 600},
		row{"2024.2.1", "CK-1", "发放大沟乡", "", 40, 560},
		row{"", "", "过次页", 100, 40, 560},
		row{"", "", "承前页", 100, 40, 560},
		row{"2024.3.1", "CK-2", "发放", "", 60, 490},
		row{"", "", "本年累计", 100, 100, ""},
	)), "明细账.xlsx")
	check(t, r, want{kind: "movement_journal", rows: `
		F4 ok 县应急物资储备库//棉被/2m×1.5m 500床 opening
		D5 ok 县应急物资储备库//棉被/2m×1.5m 100床 2024-01-05 in
		E6 ok 县应急物资储备库//棉被/2m×1.5m 40床 2024-02-01 out
		E9 confirm 县应急物资储备库//棉被/2m×1.5m 60床 2024-03-01 out`,
		issues: "F9 balance_mismatch", skipped: "1 title, 2 title, 3 header, 7 carry, 8 carry, 10 total"})
}

func TestOneQuantityJournalTakesItsDirection(t *testing.T) {
	t.Run("from the column", func(t *testing.T) {
		r := read(t, book(page("Sheet1",
			row{"日期", "业务类型", "物资名称", "单位", "数量"},
			row{"2024.1.5", "采购入库", "棉被", "床", 10},
			row{"2024.1.6", "调拨出库", "棉被", "床", 5},
			row{"2024.1.7", "其他", "棉被", "床", 2},
		)), "登记.xlsx")
		check(t, r, want{kind: "movement_journal", rows: `
			E2 ok //棉被/ 10床 2024-01-05 in
			E3 ok //棉被/ 5床 2024-01-06 out
			E4 confirm //棉被/ 2床 2024-01-07`, issues: "B4 direction_unclear"})
	})
	t.Run("from the title", func(t *testing.T) {
		r := read(t, book(page("Sheet1",
			row{"防汛物资出库登记表"},
			row{"日期", "物资名称", "单位", "数量", "领用人"},
			row{"2024.1.5", "棉被", "床", 10, "王芳"},
		)), "登记.xlsx")
		check(t, r, want{kind: "movement_journal", rows: `D3 ok //棉被/ 10床 2024-01-05 out`})
	})
}

func TestBandsNameStoresRoomsOrCategories(t *testing.T) {
	head := row{"序号", "名称", "规格", "单位", "数量"}
	for name, c := range map[string]struct{ band, row string }{
		"a store":    {"石桥镇应急物资储备点", "E4 ok 石桥镇应急物资储备点//棉被/ 10床"},
		"a place":    {"大沟乡：", "E4 ok 大沟乡//棉被/ 10床"},
		"a room":     {"一号库房", "E4 ok 云湖县//棉被/ 10床 一号库房"},
		"a category": {"（一）生活保障类", "E4 ok 云湖县/生活保障类/棉被/ 10床"},
	} {
		t.Run(name, func(t *testing.T) {
			s := merged(page("Sheet1", row{"云湖县物资清单"}, head, row{c.band}, row{1, "棉被", "", "床", 10}), [4]int{3, 1, 3, 5})
			check(t, read(t, book(s), "清单.xlsx"), want{rows: c.row, skipped: "1 title, 2 header, 3 band"})
		})
	}
}

func TestChineseNumbersMarkBands(t *testing.T) {
	r := read(t, book(page("Sheet1",
		row{"序号", "物资名称", "规格", "单位", "数量", "备注"},
		row{"一", "生活保障类", "", "", 30, ""},
		row{1, "棉被", "", "床", 20, ""},
		row{2, "毛毯", "", "条", 10, ""},
		row{"二", "抢险救援类", "", "", "", ""},
		row{3, "铁锹", "", "把", 5, ""},
		row{4, "", "", "", "", ""},
		row{"", "总  计", "", "", 35, ""},
	)), "石桥镇清单.xlsx")
	check(t, r, want{rows: `
		E3 ok 石桥镇/生活保障类/棉被/ 20床
		E4 ok 石桥镇/生活保障类/毛毯/ 10条
		E6 ok 石桥镇/抢险救援类/铁锹/ 5把`, skipped: "1 header, 2 band, 5 band, 7 blank, 8 total"})
}

func TestDepotColumnNeedsPlaces(t *testing.T) {
	head := row{"物资名称", "单位", "数量", "存放仓库"}
	t.Run("a depot where values name depots", func(t *testing.T) {
		r := read(t, book(page("Sheet1", head, row{"棉被", "床", 10, "石桥镇储备点"}, row{"毛毯", "条", 5, "大沟乡储备点"}, row{"睡袋", "个", 5, ""})), "x.xlsx")
		check(t, r, want{rows: `
			C2 ok 石桥镇储备点//棉被/ 10床
			C3 ok 大沟乡储备点//毛毯/ 5条
			C4 confirm 大沟乡储备点//睡袋/ 5个`, issues: "D4 depot_filled_down"})
	})
	t.Run("a location where values name rooms", func(t *testing.T) {
		r := read(t, book(page("Sheet1", head, row{"棉被", "床", 10, "2号库"}, row{"毛毯", "条", 5, "1号库"})), "x.xlsx")
		check(t, r, want{rows: `
			C2 ok //棉被/ 10床 2号库
			C3 ok //毛毯/ 5条 1号库`})
	})
}

// A bureau may call its depot 城东点: where the bins have a column of their own,
// the one headed 储备库 names the depots, whatever they are called.
func TestDepotColumnBesideBins(t *testing.T) {
	head := row{"储备库", "物资名称", "单位", "数量", "货位"}
	r := read(t, book(page("Sheet1", head, row{"城东点", "棉被", "床", 10, "A-01"}, row{"老粮站", "帐篷", "顶", 8, "B-02"})), "x.xlsx")
	check(t, r, want{rows: `
		D2 ok 城东点//棉被/ 10床 A-01
		D3 ok 老粮站//帐篷/ 8顶 B-02`})
}

func TestHeadingCarriesUnitAndMultiplier(t *testing.T) {
	r := read(t, book(page("Sheet1",
		row{"物资名称", "规格", "现有数量（万条）"},
		row{"编织袋", "50×80cm", num("1.2")},
		row{"麻袋", "", "0.35"},
		row{"草袋", "", "1.5万"},
		row{"木桩", "", "300根"},
	)), "石桥镇.xlsx")
	check(t, r, want{rows: `
		C2 ok 石桥镇//编织袋/50×80cm 12000条
		C3 ok 石桥镇//麻袋/ 3500条
		C4 confirm 石桥镇//草袋/ 150000000条
		C5 error 石桥镇//木桩/ ?根`, issues: "C4 unit_ambiguous, C5 unit_conflict"})
}

func TestPrintedPagesRepeatTheirHeading(t *testing.T) {
	head := row{"序号", "物资名称", "单位", "数量"}
	r := read(t, book(page("Sheet1",
		row{"石桥镇物资台账"}, head, row{"甲", "乙", "丙", 1}, row{1, "棉被", "床", 10}, row{"", "本页小计", "", 10}, head, row{2, "毛毯", "条", 5}, row{"", "本页小计", "", 6}, row{"合计", "", "", 15},
		row{"注：毛毯另有5条在途。"}, row{"制表人：", "王芳", "审核人：", "李强"},
	)), "x.xlsx")
	check(t, r, want{rows: `
		D4 ok 石桥镇//棉被/ 10床
		D7 ok 石桥镇//毛毯/ 5条`, issues: "D8 total_mismatch",
		skipped: "1 title, 2 header, 3 header, 5 subtotal, 6 header, 8 subtotal, 9 total, 10 note, 11 signature"})
}

func TestTwoTablesOnOneSheet(t *testing.T) {
	r := read(t, book(page("Sheet1",
		row{"石桥镇物资台账"},
		row{"序号", "物资名称", "单位", "数量"}, row{1, "棉被", "床", 10}, row{"合计", "", "", 10},
		row{},
		row{"大沟乡装备台账"},
		row{"装备名称", "型号", "计量单位", "现有数量", "存放地点"}, row{"油锯", "YD45", "台", 2, "林业站"},
	)), "x.xlsx")
	check(t, r, want{rows: `
		D3 ok 石桥镇//棉被/ 10床
		D8 ok 大沟乡//油锯/YD45 2台 林业站`, skipped: "1 title, 2 header, 4 total, 5 blank, 6 title, 7 header"})
}

func TestHiddenColumnsAreIgnored(t *testing.T) {
	s := page("Sheet1", row{"物资名称", "单位", "数量", "数量"}, row{"棉被", "床", 99, 10})
	s.HiddenCols[3] = true
	check(t, read(t, book(s), "石桥镇.xlsx"), want{rows: "D2 ok 石桥镇//棉被/ 10床"})
}

func TestUnsureTablesAsk(t *testing.T) {
	t.Run("two quantities", func(t *testing.T) {
		r := read(t, book(page("Sheet1", row{"物资名称", "单位", "现有数量", "库存数量"}, row{"棉被", "床", 10, 12})), "x.xlsx")
		check(t, r, want{issues: "A1 header_unclear"})
	})
	t.Run("no quantity", func(t *testing.T) {
		r := read(t, book(page("Sheet1", row{"物资名称", "规格", "单位"}, row{"棉被", "2m", "床"})), "x.xlsx")
		check(t, r, want{issues: "A1 header_unclear"})
	})
	t.Run("no heading at all", func(t *testing.T) {
		if m := refused(t, book(page("Sheet1", row{"棉被", 10}, row{"毛毯", 5}))); !strings.Contains(m, "表头") {
			t.Error(m)
		}
	})
	t.Run("only text", func(t *testing.T) {
		refused(t, book(page("Sheet1", row{"本季度无新增物资"})))
	})
}

func TestAPersonsDecisionsWin(t *testing.T) {
	wb := func() *grid.Workbook {
		return book(page("Sheet1", row{"甲方", "乙方", "丙方", "丁方"}, row{"棉被", "床", "若干", 8}, row{"毛毯", "条", 5, 9}))
	}
	over := reading.SheetOverride{
		HeaderRows: []int{1}, Depot: "石桥镇储备点", Cells: map[string]string{"C2": "120"},
		Tables: map[int]reading.Mapping{1: {Columns: map[string]reading.Field{"A": reading.Item, "B": reading.Unit, "C": reading.Quantity, "D": reading.Other}}},
	}
	check(t, read(t, wb(), "x.xlsx", over), want{rows: `
		C2 ok 石桥镇储备点//棉被/ 120床
		C3 ok 石桥镇储备点//毛毯/ 5条`})
	over.Tables[1].Columns["C"], over.Tables[1].Columns["D"] = reading.Other, reading.Quantity
	check(t, read(t, wb(), "x.xlsx", over), want{rows: `
		D2 ok 石桥镇储备点//棉被/ 8床
		D3 ok 石桥镇储备点//毛毯/ 9条`})
}

func TestHiddenSheetsAreReadWhenTicked(t *testing.T) {
	s := page("旧表", row{"物资名称", "单位", "数量"}, row{"棉被", "床", 10})
	s.Visibility = grid.Hidden
	refused(t, book(s))
	check(t, read(t, book(s), "x.xlsx", reading.SheetOverride{Role: reading.RoleData}), want{rows: "C2 ok //棉被/ 10床"})
}

func TestUnsureCellsAreAskedAndNotTaken(t *testing.T) {
	r := read(t, book(page("Sheet1",
		row{"物资名称", "规格型号", "单位", "数量", "入库日期"},
		row{"棉被", serial("45000"), "床", 10, ""},
		row{"其中：加厚棉被", "", "床", 4, ""},
		row{"救生衣50件", "", "", "", ""},
		row{"发电机", "", "台/套", 3, ""},
		row{"帐篷", "", "顶", serial("45311"), ""},
		row{"毛毯", "", "条", formula{"D2+SUM(D3:D3)", ""}, "3月5日"},
		row{"睡袋", "", "个", formula{"VLOOKUP(A2,B:C,2)", ""}, ""},
	)), "石桥镇.xlsx")
	check(t, r, want{rows: `
		D2 confirm 石桥镇//棉被/2023-03-15 10床
		D3 confirm 石桥镇//其中：加厚棉被/ 4床
		D4 confirm 石桥镇//救生衣/ 50件
		D5 confirm 石桥镇//发电机/ 3台/套
		D6 error 石桥镇//帐篷/ ?顶
		D7 confirm 石桥镇//毛毯/ 14条 2026-03-05
		D8 error 石桥镇//睡袋/ ?个`,
		issues: "B2 text_became_date, A3 part_of_another_row, A4 qty_in_item, C5 unit_ambiguous, D6 qty_not_numeric, E7 date_year_inferred, D8 formula_error"})
}

func TestFlatGroupsOfHeadings(t *testing.T) {
	wb := book(page("Sheet1",
		row{"序号", "物资名称", "单位", "期初结存", "", "本期收入", "", "本期发出", "", "期末结存", "", "备注"},
		row{"", "", "", "数量", "金额", "数量", "金额", "数量", "金额", "数量", "金额", ""},
		row{"1", "棉被", "床", "10", "100", "5", "50", "", "", "15", "150", ""},
		row{"2", "毛毯", "条", "10", "100", "5", "50", "3", "30", "15", "120", ""},
	))
	wb.Format = "csv"
	check(t, read(t, wb, "石桥镇.csv"), want{kind: "receipt_issue_summary", rows: `
		J3 ok 石桥镇//棉被/ 15床
		J4 confirm 石桥镇//毛毯/ 15条`, issues: "J4 balance_mismatch", skipped: "1 header, 2 header"})
}

func TestPhonesThatAreGoodsAreItems(t *testing.T) {
	s := page("Sheet1", row{"各街镇应急物资储备情况"}, row{"序号", "街镇", "卫星电话（部）", "抛投式卫星电话（F2）（套）", "联系电话"},
		row{1, "城关镇", 3, 4, "13800000001"}, row{2, "东河镇", 5, 6, "13800000002"})
	if got := len(read(t, book(s), "台账.xlsx").Rows); got != 4 {
		t.Errorf("%d figures are read of four telephones in stock", got)
	}
}
