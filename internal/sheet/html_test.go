package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

// page is a web page as report tools write it.
func page(body string) string {
	return `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">` +
		`<title>不读</title></head><body>` + body + `</body></html>`
}

// shown gives the cells of each sheet as "A1=text"; numbers as "A1:12".
func shown(book *grid.Workbook) [][]string {
	var all [][]string
	for _, s := range book.Sheets {
		var list []string
		for _, c := range s.Cells {
			sign := "="
			if c.Kind == grid.Number {
				sign = ":"
			}
			list = append(list, c.Ref()+sign+c.Raw)
		}
		all = append(all, list)
	}
	return all
}

func TestWebPagesAreReadByTheirTables(t *testing.T) {
	tests := []struct {
		name, body string
		want       [][]string
	}{
		{"plain table", `<table><tr><th>名称<th>数量<tr><td>帐篷<td>12</table>`, [][]string{{"A1=名称", "B1=数量", "A2=帐篷", "B2:12"}}},
		{"colspan and rowspan", `<table><tr><td rowspan=2>名称</td><td colspan="2">库存</td></tr><tr><td>数量</td><td>单位</td></tr><tr><td>a</td><td>1</td><td>顶</td></tr></table>`,
			[][]string{{"A1=名称", "B1=库存", "B2=数量", "C2=单位", "A3=a", "B3:1", "C3=顶"}}},
		{"breaks, blanks and entities", "<table><tr><td>现有<br>数量</td><td> a \n b&nbsp;c &lt;1&gt; </td></tr><tr><td><p>一</p><p>二</p></td><td><b>1</b>2</td></tr></table>",
			[][]string{{"A1=现有\n数量", "B1=a b c <1>", "A2=一\n二", "B2:12"}}},
		{"texts that are no numbers", `<table><tr><td>0012</td><td>2024-5-1</td><td>2022.10</td></tr><tr><td>1,200</td><td>12顶</td><td>1234567890123456</td></tr><tr><td>-3.50</td><td>#N/A</td></tr></table>`,
			[][]string{{"A1=0012", "B1=2024-5-1", "C1=2022.10", "A2=1,200", "B2=12顶", "C2=1234567890123456", "A3:-3.50", "B3=#N/A"}}},
		{"lines around tables", `<h2>台账</h2><p>截至2024年6月30日</p><table><tr><td>a</td></tr><tr><td>b</td></tr></table><p>制表：李</p><table><tr><td>c</td></tr><tr><td>d</td></tr></table>审核：王`,
			[][]string{{"A1=台账", "A2=截至2024年6月30日", "A3=a", "A4=b"}, {"A1=制表：李", "A2=c", "A3=d", "A4=审核：王"}}},
		{"title in a table of its own", `<table><tr><td>台账</td></tr></table><table><tr><td>单位：x</td><td>2024年</td></tr></table><table><tr><td>a</td></tr><tr><td>b</td></tr></table>`,
			[][]string{{"A1=台账", "A2=单位：x", "B2=2024年", "A3=a", "A4=b"}}},
		{"layout table", `<table><tr><td>标题</td></tr><tr><td>上<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>下</td></tr><tr><td>落款</td><td>日期</td></tr></table>`,
			[][]string{{"A1=标题", "A2=上", "A3=a", "B3:1", "A4=b", "B4:2", "A5=下", "A6=落款", "B6=日期"}}},
		{"table around one text", `<table><tr><td>a</td><td><table><tr><td>12</td></tr></table></td></tr><tr><td>b</td><td>3</td></tr></table>`,
			[][]string{{"A1=a", "B1:12", "A2=b", "B2:3"}}},
		{"parts that are not shown", `<script>x<td>y</script><table><tr><td><span style="display:none">001</span>12</td><td style="display: none">x</td><td>顶</td></tr><tr><td>1<td>2</table>`,
			[][]string{{"A1:12", "B1=顶", "A2:1", "B2:2"}}},
		{"fields of forms", `<table><tr><td><input value="12"><input type="hidden" value="7"></td><td><select><option>甲<option>乙</select>丙</td></tr><tr><td>a<td>b</table>`,
			[][]string{{"A1:12", "B1=丙", "A2=a", "B2=b"}}},
		{"only one row", `<table><tr><td>a</td><td>1</td></tr></table>`, [][]string{{"A1=a", "B1:1"}}},
		{"caption", `<table><caption>台账</caption><tr><td>a</td></tr></table>`, [][]string{{"A1=台账", "A2=a"}}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			book := mustRead(t, []byte(page(tc.body)))
			if diff := cmp.Diff(tc.want, shown(book)); diff != "" {
				t.Error(diff)
			}
			assertOrdered(t, book)
			if book.Format != "html" || book.Encoding != "utf-8" || len(book.Notices) == 0 || book.Notices[0] != htmlRead {
				t.Errorf("format %q, encoding %q, notices %v", book.Format, book.Encoding, book.Notices)
			}
		})
	}
}

// excelPage is what Excel saves as a web page: classes for formats, values
// beside what is shown.
const excelPage = `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=gb2312><style><!--
.xl65 {mso-number-format:"yyyy\\-mm\\-dd";} .xl66 {mso-number-format:"\@"; text-decoration:line-through;}
.xl67{mso-number-format:"0\0022件\0022";} .hide {display:none}--></style>
<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>清单</x:Name></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--></head>
<body><table x:str><col width=10><col span=2 style='display:none'><tr><td>名称</td><td class=xl65 x:num="45108">2023-07-01</td><td x:num>30</td><td>30</td></tr>
<tr class=hide><td class=xl66>0012</td><td class=xl67 x:num="5" x:fmla="=A1*2">5件</td><td style='mso-number-format:"Short Date"' x:num="45108.5">2023/7/1</td></tr>
<tr><td rowspan=2 colspan=2>x<s>y</s></td><td x:err="#REF!">#REF!</td></tr><tr><td x:fmla="=B1"></td></tr></table></body></html>`

func TestPagesOfExcelKeepTypes(t *testing.T) {
	book := mustRead(t, []byte(gb18030(t, excelPage)))
	want := grid.Sheet{Name: "清单", HiddenRows: map[int]bool{2: true}, HiddenCols: map[int]bool{2: true, 3: true},
		Merges: []grid.Merge{{Row1: 3, Col1: 1, Row2: 4, Col2: 2}},
		Cells: []grid.Cell{
			{Row: 1, Col: 1, Kind: grid.Text, Raw: "名称"},
			{Row: 1, Col: 2, Kind: grid.Number, Raw: "45108", Format: `yyyy\-mm\-dd`, Date: grid.FullDate},
			{Row: 1, Col: 3, Kind: grid.Number, Raw: "30"},
			{Row: 1, Col: 4, Kind: grid.Text, Raw: "30"},
			{Row: 2, Col: 1, Kind: grid.Text, Raw: "0012", Format: "@", Strike: true},
			{Row: 2, Col: 2, Kind: grid.Number, Raw: "5", Format: `0"件"`, Formula: "A1*2"},
			{Row: 2, Col: 3, Kind: grid.Number, Raw: "45108.5", Format: "yyyy/m/d", Date: grid.FullDate},
			{Row: 3, Col: 1, Kind: grid.Text, Raw: "xy", Strike: true},
			{Row: 3, Col: 3, Kind: grid.Fault, Raw: "#REF!"},
			{Row: 4, Col: 3, Kind: grid.FormulaOnly, Formula: "B1"},
		}}
	if diff := cmp.Diff(want, book.Sheets[0]); diff != "" {
		t.Error(diff)
	}
	if book.Encoding != "gb18030" {
		t.Errorf("encoding %q", book.Encoding)
	}
}

func TestPagesOfLibreOfficeKeepSheetsAndValues(t *testing.T) {
	data := `<!DOCTYPE html><html><head><meta name="generator" content="LibreOffice 7.4.7.2 (Linux)"/></head><body><p><h1>Overview</h1><A HREF="#table0">甲镇</A><br><A HREF="#table1">空</A></p>` +
		`<A NAME="table0"><h1>Sheet 1: <em>甲镇</em></h1></A><table><tr><td>台账</td></tr><tr><td sdval="45108.5" sdnum="2052;0;YYYY/M/D"><font>2023/7/1</font></td><td sdval="12" sdnum="2052;">12.00</td><td sdval="0" sdnum="2052;">#REF!</td><td sdval="0"><a class="comment-indicator"></a><comment>批注</comment>Err:508</td></tr></table>` +
		`<A NAME="table1"><h1>Sheet 2: <em>空</em></h1></A><table></table></body></html>`
	want := []grid.Sheet{{Name: "甲镇", HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}, Cells: []grid.Cell{
		{Row: 1, Col: 1, Kind: grid.Text, Raw: "台账"},
		{Row: 2, Col: 1, Kind: grid.Number, Raw: "45108.5", Format: "YYYY/M/D", Date: grid.FullDate},
		{Row: 2, Col: 2, Kind: grid.Number, Raw: "12"},
		{Row: 2, Col: 3, Kind: grid.Fault, Raw: "#REF!"},
		{Row: 2, Col: 4, Kind: grid.Fault, Raw: "Err:508"},
	}}}
	if diff := cmp.Diff(want, mustRead(t, []byte(data)).Sheets); diff != "" {
		t.Error(diff)
	}
}

func TestPagesAreDecodedByWhatTheyAre(t *testing.T) {
	body := `<table><tr><td>帐篷</td></tr><tr><td>棉被</td></tr></table>`
	tests := map[string]struct{ data, encoding string }{
		"declared GBK":                              {`<meta charset="gbk">` + gb18030(t, body), "gb18030"},
		"undeclared GBK":                            {gb18030(t, body), "gb18030"},
		"declared Latin, truly GBK":                 {`<meta charset=iso-8859-1>` + gb18030(t, body), "gb18030"},
		"declared UTF-8, truly GBK":                 {`<meta charset=utf-8>` + gb18030(t, body), "gb18030"},
		"declared GBK, truly UTF-8 and no two ways": {`<meta charset=gb2312>` + body + `<p>应急物资储备台账</p>`, "utf-8"},
		"mark":   {"\ufeff" + body, "utf-8"},
		"UTF-16": {utf16Text(body), "utf-16"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			book := mustRead(t, []byte(tc.data))
			if got := cell(t, book, "A2").Raw; got != "棉被" || book.Encoding != tc.encoding {
				t.Errorf("A2 = %q, encoding %s", got, book.Encoding)
			}
		})
	}
}

func TestBrokenPagesAreRefused(t *testing.T) {
	table := `<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>`
	tests := []struct {
		name, data string
		kind       errs.Kind
		words      []string
	}{
		{"table cut", page(table)[:len(page(table))-40], errs.Invalid, resaved("第 1 个表格第 2 行", "不完整")},
		{"page cut behind a table", strings.TrimSuffix(page(table), "</body></html>"), errs.Invalid, resaved("不完整")},
		{"cell outside of a table", page(strings.Replace(table, "<table>", "<tabel>", 1)), errs.Invalid, resaved("写在了表格外面")},
		{"text between cells", page(strings.Replace(table, "<td>2", "<tx>2", 1)), errs.Invalid, resaved("第 2 行", "单元格外面", "2")},
		{"quote lost", page(strings.Replace(table, "<td>a", `<td class="x>a`, 1) + `<p class="x">`), errs.Invalid, resaved("引号")},
		{"hidden element without end", page(strings.Replace(table, ">a<", `><span style="display:none">x<`, 1)), errs.Invalid, resaved("<span>")},
		{"overlapping regions", page(`<table><tr><td>a</td><td rowspan=2>b</td></tr><tr><td colspan=2>c</td></tr></table>`), errs.Invalid, resaved("重叠")},
		{"span beyond all", page(`<table><tr><td rowspan=99999>a</td></tr></table>`), errs.Invalid, resaved("A1", "rowspan")},
		{"span of none", page(`<table><tr><td rowspan=0>a</td></tr></table>`), errs.Invalid, resaved("A1", "rowspan")},
		{"bad number", page(`<table><tr><td x:num="1,2">a</td></tr></table>`), errs.Invalid, resaved("A1", "1,2")},
		{"table in a row", page(`<table><tr><td>a</td><table><tr><td>b</td></tr></table></tr></table>`), errs.Invalid, nil},
		{"no table", page("帐篷"), errs.Invalid, resaved("没有表格", ".files")},
		{"empty table", page("<table><tr><td> &nbsp; </td></tr></table>"), errs.Invalid, []string{"空白工作簿"}},
		{"bytes of no encoding", page(table) + "\xff", errs.Invalid, resaved("第 1 行", "无法识别的字符")},
		{"another code page", `<meta charset=big5><table><tr><td>` + "\xb1\xc8\xc5\x75", errs.Invalid, resaved("big5")},
		{"script without end", page(table + "<script>"), errs.Invalid, resaved("不完整")},
		{"tables without end in one another", page(strings.Repeat("<table><tr><td>", 40)), errs.TooLarge, resaved("嵌套")},
		{"wide cells", page("<table>" + strings.Repeat("<tr><td colspan=16000>", 3000)), errs.TooLarge, resaved("合并")},
		{"wide cell", page("<table><tr><td colspan=16385>a</table>"), errs.TooLarge, resaved("第 1 行", "16384 列")},
		{"long text", page("<table><tr><td>" + strings.Repeat("帐篷", MaxCellText/6+1)), errs.TooLarge, []string{"缩短"}},
		{"long tag", page("<table><tr><td x='" + strings.Repeat("帐篷", maxToken)), errs.TooLarge, resaved("MB")},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			_, err := readBytes([]byte(tc.data))
			assertRefused(t, err, tc.kind, tc.words...)
		})
	}
}
