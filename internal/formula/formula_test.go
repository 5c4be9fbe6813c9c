package formula

import (
	"fmt"
	"testing"

	"changbei/internal/grid"
)

func TestOperators(t *testing.T) {
	checkFormulas(t, bookOf(goods(), cellsOf("表")), `
		1+2*3 → 7
		(1+2)*3 → 9
		-2^2 → 4
		2^-1 → 0.5
		0^0 → refused
		2^0.5 → refused
		2^65 → refused
		2^64^64 → refused
		7/2-.5 → 3
		50%*4 → 2
		1/0 → refused
		1e2+1E-1 → 100.1
		0.1+0.2=0.3 → TRUE
		1/3 → 0.333333333333
		-0.0000000000001 → 0
		"a"&"b""c"&1.50 → "ab"c1.5"
		1/3&"" → refused
		数据!C5&"|" → "|"
		数据!C2&数据!B2 → "30顶"
		"x"+1 → refused
		数据!C4+1 → refused
		数据!C5+1 → 1
		数据!D4+1 → 2
		TRUE+TRUE → 2
		"abc"="ABC" → TRUE
		"a"<"b" → refused
		1<"a" → TRUE
		"12"=12 → FALSE
		数据!C5="" → TRUE
		数据!C5=0 → TRUE
		1<>1 → FALSE
		2>=2 → TRUE
		=1 → refused
		1+ → refused
		(1 → refused
		"a → refused
		1 2 → refused
		{1,2} → refused
		TRUE → TRUE
		+"a" → "a"
		-数据!A2 → refused`)
}

func TestReferences(t *testing.T) {
	hidden := cellsOf("隐藏表", "7|=A1*3")
	hidden.Visibility = grid.VeryHidden
	quoted := cellsOf("一 号 '库'", "1|2|3", "4|5|6")
	checkFormulas(t, bookOf(goods(), hidden, quoted, cellsOf("3月", "8"), cellsOf("Sheet5", "1|2", "3|=A2+B1")), `
		数据!C2 → 30
		数据!$C$2 → 30
		'数据'!c2 → 30
		隐藏表!B1 → 21
		'一 号 ''库'''!$B$2 → 5
		SUM('一 号 ''库'''!A1:B2) → 12
		SUM('一 号 ''库'''!B:C) → 16
		SUM('一 号 ''库'''!2:2) → 15
		SUM('一 号 ''库'''!B2:A1) → 12
		3月!A1 → 8
		SUM(隐藏表:3月!A1) → 16
		SUM('隐藏表:3月'!A1) → 16
		SUM(3月:隐藏表!A1) → refused
		隐藏表:3月!A1 → refused
		sheet5!B2 → 5
		SUM(A1:B2) → 11
		A1:B2 → refused
		A:A → refused
		SUM(H:H) → refused
		SUM(H1:H9) → refused
		H9 → refused
		没有!A1 → refused
		[1]Sheet1!A1 → refused
		'[1]Sheet1'!A1 → refused
		'C:\[a.xlsx]Sheet1'!A1 → refused
		#REF!+1 → refused
		数据!#REF! → refused
		IFERROR(#REF!,0) → refused
		数据!D3 → refused
		总数*2 → refused
		A0 → refused
		A01 → refused
		XFE1 → refused
		XFD1048576 → 0
		SUM(A1,B2:A) → refused
		数据!A2 → "棉帐篷"
		数据!D4 → TRUE
		数据!C5 → 0`)
}

func TestAggregates(t *testing.T) {
	sums := cellsOf("小计", "1|=SUBTOTAL(9,A1:A1)", "2|=B1+1", "4|=SUBTOTAL(9,A1:A3)", "8|=SUBTOTAL(9,A1:A2)*2")
	sums.HiddenRows[2] = true
	checkFormulas(t, bookOf(goods(), sums, cellsOf("表")), `
		SUM(数据!C2:C6) → 39
		SUM(数据!A2:B6) → 0
		SUM(数据!D2:D6) → refused
		SUM(数据!C4) → 0
		SUM("x") → refused
		SUM(1,,TRUE) → 2
		COUNT(数据!A1:D6) → 6
		COUNT("12") → refused
		COUNTA(数据!A1:D6) → 23
		COUNTA(数据!C5) → 0
		AVERAGE(数据!C2:C6) → 13
		AVERAGE(数据!A1:A2) → refused
		MAX(数据!C2:C6) → 30
		MIN(数据!C2:C6) → -3
		MAX(数据!A1:A2) → 0
		PRODUCT(数据!C2:C3,2) → 720
		PRODUCT(数据!A1:A2) → 0
		SUBTOTAL(9,数据!C2:C6) → 39
		SUBTOTAL(7,数据!C2:C6) → refused
		SUBTOTAL(9,1,2) → refused
		SUBTOTAL(9,小计!A1:A4) → refused
		SUBTOTAL(109,小计!A1:A4) → 13
		SUBTOTAL(103,小计!A1:A4) → 3
		SUBTOTAL(9,小计!A3:A4) → 12
		SUBTOTAL(109,小计!B1:B3) → 0
		SUBTOTAL(109,小计!B4:B4) → refused
		SUBTOTAL(9,小计!A2:A2) → refused
		SUM(小计!A1:B1) → 2
		AGGREGATE(9,4,数据!C2:C6) → refused
		SUMPRODUCT(数据!C2:C3,数据!C2:C3) → 1044
		SUMPRODUCT(数据!C2:C4,数据!C2:C4) → 1044
		SUMPRODUCT((数据!B2:B6="顶")*1) → 2
		SUMPRODUCT((数据!B2:B3="顶")*数据!C2:C3) → 42
		SUMPRODUCT((数据!B2:B6="顶")*数据!C2:C6) → refused
		SUMPRODUCT((数据!B2:B6="床")*1,数据!C2:C6) → 0
		SUMPRODUCT(数据!B2:B6="顶") → refused
		SUMPRODUCT(--(数据!C2:C3>12)) → 1
		SUMPRODUCT((数据!B:B="顶")*1) → 2
		SUMPRODUCT((数据!B:B="")*1) → refused
		SUMPRODUCT(数据!C2:C3,数据!C2:C4) → refused
		SUMPRODUCT((数据!A2:A3<>"")*(数据!C1:D1<>"")) → 4
		SUMPRODUCT(数据!C2:C3/0) → refused
		SUMPRODUCT(数据!C2:C3*数据!F1:F3) → refused
		SUMPRODUCT(数据!F1:F3*数据!C2:C3) → refused
		SUMPRODUCT() → refused
		SUM(数据!C2:C3*2) → refused`)
}

func TestPlainFunctions(t *testing.T) {
	checkFormulas(t, bookOf(goods(), cellsOf("表")), `
		ROUND(2.345,2) → 2.35
		ROUND(-2.5,0) → -3
		ROUND(1250,-2) → 1300
		ROUND(1,99) → refused
		ROUND(1) → refused
		ROUNDUP(-1.01,1) → -1.1
		ROUNDUP(2,0) → 2
		ROUNDDOWN(-1.09,1) → -1
		TRUNC(-3.9) → -3
		INT(-3.1) → -4
		INT(-3) → -3
		ABS(-2.5) → 2.5
		MOD(-7,3) → 2
		MOD(7,-3) → -2
		MOD(1,0) → refused
		NOT(0) → TRUE
		NOT("x") → refused
		N("x") → 0
		N(TRUE) → 1
		T("x") → "x"
		T(5) → ""
		VALUE(" 1,200.50 ") → 1200.5
		VALUE("1,2") → refused
		VALUE("50%") → refused
		VALUE("abc") → refused
		IFERROR(VALUE("abc"),3) → 3
		IFERROR(VALUE("3月"),3) → refused
		TRIM("  a   b ") → "a b"
		TRIM(12) → "12"
		CONCATENATE("a",1,TRUE) → "a1TRUE"
		_xlfn.CONCAT("a") → refused
		TODAY() → refused
		NOW() → refused
		INDIRECT("A1") → refused
		ROW() → 9
		COLUMN() → 8
		ROW(A3) → 3
		ROW(A3:A4) → refused`)
}

func TestChoices(t *testing.T) {
	checkFormulas(t, bookOf(goods(), cellsOf("表")), `
		IF(数据!C2>20,"多","少") → "多"
		IF(数据!C3>20,"多",IF(数据!C3>10,"中","少")) → "中"
		IF(TRUE,1,NOSUCH()) → 1
		IF(FALSE,H9,2) → 2
		IF(FALSE,1) → FALSE
		IF(TRUE,,1) → 0
		IF("x",1,2) → refused
		IF("TRUE",1,2) → refused
		IF(1/0,1,2) → refused
		IF(数据!C5="","",数据!C5) → ""
		IF(1) → refused
		IFERROR(1/0,"无") → "无"
		IFERROR(数据!D3,5) → 5
		IFERROR(5,1/0) → 5
		IFERROR(NOSUCH(),5) → refused
		IFERROR(H9,5) → refused
		IFERROR([1]表!A1,5) → refused
		IFERROR("12"+1,5) → refused
		IFERROR("个"+1,5) → 5
		IFERROR(IF("TRUE",1,2),5) → refused
		IFNA(数据!D3,5) → 5
		IFNA(1/0,5) → refused
		AND(TRUE,数据!C2:C3) → TRUE
		AND(数据!A2:A3) → refused
		OR(FALSE,数据!C2>100) → FALSE
		OR(1/0,TRUE) → refused
		ISBLANK(数据!C5) → TRUE
		ISBLANK(数据!C4) → FALSE
		ISBLANK(INDEX(数据!C2:C6,4)) → TRUE
		ISBLANK("") → FALSE
		ISBLANK(VLOOKUP("毛毯",数据!A2:D6,3,0)) → refused
		ISERROR(数据!D3) → TRUE
		ISERROR(NOSUCH()) → refused
		ISNA(数据!D3) → TRUE
		ISNUMBER(数据!C4) → FALSE
		ISTEXT(数据!C4) → TRUE`)
}

func TestConditions(t *testing.T) {
	k := bookOf(goods(), cellsOf("空", "1||", "=IF(1,\"\",0)|5|", "'a|7|8"), cellsOf("表"))
	checkFormulas(t, k, `
		SUMIF(数据!B2:B6,"顶",数据!C2:C6) → 42
		SUMIF(数据!B:B,"顶",数据!C:C) → 42
		SUMIF(数据!A2:A6,"*帐篷",数据!C2) → 42
		SUMIF(数据!A2:A6,"?帐篷",数据!C2:C6) → 42
		SUMIF(数据!A2:A6,"5~~10*",数据!C2:C6) → -3
		SUMIF(数据!A2:A6,"5~10米绳",数据!C2:C6) → refused
		SUMIF(数据!C2:C3,">12") → 30
		SUMIF(数据!C2:C3,"<>12") → 30
		SUMIF(数据!C2:C6,12) → refused
		SUMIF(数据!C2:C6,">=-3") → 39
		SUMIF(数据!B2:B6,"床",数据!C2:C6) → 0
		SUMIF(数据!B2:B6,"顶",数据!D2:D6) → refused
		SUMIF(数据!B2:B6,"条",数据!D2:D6) → 2.5
		SUMIF(数据!B2:B6,">床",数据!C2:C6) → refused
		SUMIF(数据!B2:B6,"2024-1-1",数据!C2:C6) → refused
		SUMIFS(数据!C2:C3,数据!B2:B3,"顶",数据!C2:C3,"<20") → 12
		SUMIFS(数据!C2:C3,数据!B2:B4,"顶") → refused
		SUMIFS(数据!C2:C3,数据!B2:B3) → refused
		COUNTIF(数据!B2:B6,"顶") → 2
		COUNTIF(数据!B2:B6,"<>顶") → 3
		COUNTIF(数据!B2:B9,"<>顶") → 6
		COUNTIF(数据!C2:C6,"") → 1
		COUNTIF(数据!C2:C6,"=") → 1
		COUNTIF(数据!C2:C6,"<>") → 4
		COUNTIF(数据!C:C,"") → 1048571
		COUNTIF(空!A1:A4,"") → 2
		COUNTIF(空!A1:A4,"=") → refused
		COUNTIF(空!A1:A4,"<>") → refused
		COUNTIF(空!A1:A4,"A") → 1
		COUNTIF(数据!D2:D6,TRUE) → 1
		COUNTIF(数据!D2:D6,">0") → 2
		COUNTIF(数据!A1,数据!C5) → 0
		COUNTIFS(数据!B2:B6,"顶",数据!C2:C6,">20") → 1
		COUNTIFS(数据!B2:B6,"<>x",数据!C2:C6,">20") → refused
		SUMIF(G1:G10,"x",H1:H10) → refused
		COUNTIF(1,1) → refused
		COUNTIF(H1:H10,1) → refused`)
}

func TestLookups(t *testing.T) {
	k := bookOf(goods(), cellsOf("空", "0|9", "=NOSUCH()|1"), cellsOf("表"))
	checkFormulas(t, k, `
		VLOOKUP("棉被",数据!A2:D6,2,0) → "床"
		VLOOKUP("棉被",数据!A:D,2,FALSE) → "床"
		VLOOKUP("毛毯",数据!A2:D6,3,) → 0
		VLOOKUP("毛毯",数据!A2:D6,3,0)&"" → ""
		VLOOKUP("棉*",数据!A2:D6,3,0) → 30
		VLOOKUP("无",数据!A2:D6,3,0) → refused
		IFERROR(VLOOKUP("无",数据!A2:D6,3,0),0) → 0
		VLOOKUP("棉被",数据!A2:D6,2) → refused
		VLOOKUP("棉被",数据!A2:D6,2,1) → refused
		VLOOKUP("棉被",数据!A2:D6,5,0) → refused
		VLOOKUP("5~10米绳",数据!A2:D6,3,0) → refused
		VLOOKUP("5~~10米绳",数据!A2:D6,3,0) → -3
		VLOOKUP(12,数据!C2:D6,2,0) → refused
		VLOOKUP("12",数据!C2:D6,2,0) → TRUE
		VLOOKUP("顶",数据!B2:C6,2,0) → 30
		IFERROR(VLOOKUP(空!A9,空!A1:B1,2,0),7) → refused
		IFERROR(VLOOKUP("5~10米绳",数据!A2:D6,3,0),7) → refused
		IFERROR(VLOOKUP("棉被",数据!A2:D6,2,1),7) → refused
		IFERROR(VLOOKUP(空!A9,数据!A1:B6,2,0),"") → ""
		IFERROR(VLOOKUP(0,空!A1:B2,2,0),"") → refused
		MATCH("棉被",数据!A1:A6,0) → 4
		MATCH("单价",数据!A1:D1,0) → 4
		MATCH("棉被",数据!A1:B6,0) → refused
		MATCH("棉被",数据!A1:A6) → refused
		MATCH("棉被",数据!A1:A6,1) → refused
		MATCH(-3,数据!C1:C6,0) → 6
		INDEX(数据!C1:C6,MATCH("棉被",数据!A1:A6,0)) → "12"
		INDEX(数据!A1:D6,2,4) → 375.5
		INDEX(数据!A1:D1,3) → "数量"
		INDEX(数据!A1:D6,3) → refused
		INDEX(数据!A1:D6,0,1) → refused
		INDEX(数据!A1:D6,7,1) → refused
		SUM(INDEX(数据!A1:D6,4,3),1) → 1
		HLOOKUP("单价",数据!A1:D6,2,0) → refused`)
}

func TestFormulasThatNeedEachOther(t *testing.T) {
	chain := &grid.Sheet{Name: "流水"}
	const rows = 5000
	chain.Cells = append(chain.Cells, cellOf(1, 1, "1"), cellOf(1, 2, "1"))
	for row := 2; row <= rows; row++ {
		chain.Cells = append(chain.Cells, cellOf(row, 1, "1"), cellOf(row, 2, fmt.Sprintf("=B%d+A%d", row-1, row)))
	}
	ring := &grid.Sheet{Name: "圈"}
	for row := 1; row <= rows; row++ {
		ring.Cells = append(ring.Cells, cellOf(row, 1, fmt.Sprintf("=A%d+1", row%rows+1)))
	}
	k := bookOf(chain, ring, cellsOf("互", "=B1|=C1|=A1|=SUM(A1:C1)|=SUM(F1:G1)|=1|=F1*2"), cellsOf("表"))
	checkFormulas(t, k, `
		流水!B5000 → 5000
		圈!A3 → refused
		圈!A3000 → refused
		互!A1 → refused
		互!D1 → refused
		互!E1 → 3`)
}

// A cell number that a program wrote in binary is what it was typed as.
func TestTailsOfBinaryNumbersAreCutOff(t *testing.T) {
	checkFormulas(t, bookOf(cellsOf("数", "1.1000000000000001|0.30000000000000004|123456789012345678"), cellsOf("表")), `
		数!A1=1.1 → TRUE
		数!B1*10 → 3
		数!C1 → 123456789012345678`)
}
