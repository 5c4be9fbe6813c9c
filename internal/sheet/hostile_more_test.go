package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/errs"
)

// textOf is a hostile file that is a text of any format.
func textOf(name string, kind errs.Kind, text func() string, words ...string) hostile {
	return hostile{name, func() []byte { return []byte(text()) }, kind, words}
}

// hostileTexts are pages, XML and text files.
var hostileTexts = []hostile{
	textOf("page of cells without end", errs.TooLarge, func() string { return "<table>" + strings.Repeat("<tr><td>1<td>2", 2_000_000) }, "150 万", "拆成"),
	textOf("page of empty cells", errs.TooLarge, func() string { return "<table><tr>" + strings.Repeat("<td>", 7_000_000) }, "第 1 行", "16384 列"),
	textOf("page of empty rows", errs.TooLarge, func() string { return "<table>" + strings.Repeat("<tr>", 3_000_000) }, "1048576 行"),
	textOf("page of wide cells", errs.TooLarge, func() string { return "<table>" + strings.Repeat("<tr><td colspan=16384>", 50_000) }, resaved("合并")...),
	textOf("page of high cells", errs.TooLarge, func() string {
		return "<table>" + strings.Repeat("<tr><td rowspan=65534 colspan=2>", 8000) + strings.Repeat("<tr><td colspan=2>", 50_000)
	}, "合并", "取消"),
	textOf("page of tables in tables", errs.TooLarge, func() string { return strings.Repeat("<table><tr><td>", 500_000) }, resaved("嵌套")...),
	textOf("page of many tables", errs.TooLarge, func() string { return strings.Repeat("<table><tr><td>1<tr><td>2</table>", 100_000) }, "500 个"),
	textOf("page of one tag", errs.TooLarge, func() string { return "<table><tr><td " + strings.Repeat("a", 30<<20) }, resaved("MB")...),
	textOf("page of attributes", errs.TooLarge, func() string { return "<table><tr><td" + numbered(" a%d=1", 100_000) + ">" }, resaved("属性过多")...),
	textOf("page of classes", errs.Invalid, func() string {
		return "<style>" + numbered(".a%d{mso-number-format:'0'}", 50_000) + "</style><table><tr><td>"
	}, resaved("不完整")...),
	textOf("page of text and no table", errs.TooLarge, func() string { return "<html><p>" + strings.Repeat("帐篷 ", 3_000_000) + "</html>" }, resaved("MB")...),
	textOf("page of one long text", errs.TooLarge, func() string { return "<table><tr><td>" + strings.Repeat("帐篷", 4_000_000) }, "缩短"),
	textOf("page too large", errs.TooLarge, func() string { return "<table>" + strings.Repeat(" ", maxTextFile) }, "32 MB"),
	textOf("XML 2003 of tags", errs.Invalid, func() string { return top2003 + strings.Repeat("<x:a/>", 7_000_000) }, resaved("不完整")...),
	textOf("XML 2003 nested", errs.TooLarge, func() string { return top2003 + strings.Repeat("<x:a>", 7_000_000) }, resaved("嵌套")...),
	textOf("XML 2003 of empty cells", errs.TooLarge, func() string {
		return book2003XML(strings.Repeat("<Row>"+strings.Repeat("<Cell/>", 10_000)+"</Row>", 600))
	}, "空单元格"),
	textOf("XML 2003 of cells", errs.TooLarge, func() string {
		return book2003XML(strings.Repeat("<Row>"+strings.Repeat(`<Cell><Data ss:Type="Number">1</Data></Cell>`, 1000)+"</Row>", 1200))
	}, "50 MB"),
	textOf("XML 2003 of wide regions", errs.TooLarge, func() string { return book2003XML(strings.Repeat(`<Row><Cell ss:MergeAcross="16383"/></Row>`, 50_000)) }, resaved("合并")...),
	textOf("XML 2003 with laughs", errs.Invalid, func() string {
		return strings.Replace(book2003XML(""), "<Workbook", `<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><Workbook`, 1)
	}, resaved("DOCTYPE")...),
	textOf("XML 2003 with another file", errs.Invalid, func() string {
		return strings.Replace(book2003XML(""), "<Workbook", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Workbook`, 1)
	}, resaved("DOCTYPE")...),
	textOf("XML 2003 of one long formula", errs.TooLarge, func() string {
		return book2003XML(`<Row><Cell ss:Formula="=` + strings.Repeat("R1C1+", 20_000) + `1"/></Row>`)
	}, "公式"),
	textOf("CSV of commas", errs.Invalid, func() string { return strings.Repeat(strings.Repeat(",", 1000)+"\n", 30_000) }, "空白工作簿"),
	textOf("CSV of cells", errs.TooLarge, func() string { return strings.Repeat("1,2,3,4,5,6\n", 2_500_000) }, "150 万"),
	textOf("CSV of one line", errs.Invalid, func() string { return strings.Repeat("1,", 15_000_000) }, "普通文本"),
	textOf("CSV of quotes", errs.TooLarge, func() string { return "a,b\n1,2\n" + strings.Repeat(`"`, 30_000_001) }, resaved("双引号")...),
	textOf("CSV bad at its end", errs.Invalid, func() string { return strings.Repeat("\xd5\xca\xc5\xf1,1\n", 4_000_000) + "\xff" }, resaved("无法识别的字符")...),
	textOf("CSV of control characters", errs.Invalid, func() string { return strings.Repeat("a,b\n", 4_000_000) + "\x01" }, "不是表格"),
}

// xlsOf is a hostile .xls by its globals and its sheet.
func xlsOf(name string, kind errs.Kind, globals func() []byte, sheet func() []byte, words ...string) hostile {
	return hostile{name, func() []byte {
		var g, s []byte
		if globals != nil {
			g = globals()
		}
		if sheet != nil {
			s = sheet()
		}
		return compound4K("Workbook", biffStream(g, s))
	}, kind, words}
}

// hostileBooks are .xls files and encrypted ones.
var hostileBooks = []hostile{
	xlsOf("xls that promises four billion strings", errs.Invalid, func() []byte { return sst(0xffff, "a") }, nil, resaved("共用文字")...),
	xlsOf("xls with a string of 65,535 runs", errs.Invalid, func() []byte {
		return biffRecord(recSST, append(le16(1, 0, 1, 0, 1), 8, 0xff, 0xff, 'a')...)
	}, nil, resaved("共用文字")...),
	xlsOf("xls with phonetics of four gigabytes", errs.Invalid, func() []byte {
		return biffRecord(recSST, append(le16(1, 0, 1, 0, 1), 4, 0xff, 0xff, 0xff, 0xff, 'a')...)
	}, nil, resaved("共用文字")...),
	xlsOf("xls of empty strings", errs.TooLarge, func() []byte {
		out := biffRecord(recSST, le16(0xffff, 0xffff, 0xffff, 0x7fff)...)
		return append(out, bytes.Repeat(biffRecord(recContinue, make([]byte, 8190)...), 400)...)
	}, nil, "文字总量"),
	xlsOf("xls of cells", errs.TooLarge, nil, func() []byte { return manyRecords(MaxCells+1, recNumber, make([]byte, 8)) }, "150 万"),
	xlsOf("xls of the same cell", errs.Invalid, nil, func() []byte {
		return bytes.Repeat(biffRecord(recNumber, append(le16(0, 0, 0), make([]byte, 8)...)...), 1_000_000)
	}, resaved("A1", "两次")...),
	xlsOf("xls of regions", errs.TooLarge, nil, func() []byte {
		return bytes.Repeat(biffRecord(recMergeCells, append(le16(1000), bytes.Repeat(le16(0, 1, 0, 1), 1000)...)...), 60)
	}, "合并"),
	xlsOf("xls of nested parts", errs.Invalid, nil, func() []byte { return bytes.Repeat(bof(biffVersion8), 1_000_000) }, resaved("清单")...),
	xlsOf("xls of nothing", errs.Invalid, nil, func() []byte { return bytes.Repeat(biffRecord(0x1000), 5_000_000) }, "空白工作簿"),
	xlsOf("xls of continuations", errs.Invalid, func() []byte {
		return append(sst(2, "a"), bytes.Repeat(biffRecord(recContinue), 3_000_000)...)
	}, nil, resaved("共用文字")...),
	xlsOf("xls of formulas without results", errs.Invalid, nil, func() []byte {
		return bytes.Repeat(biffRecord(recFormula, append(le16(6, 0, 0), 0, 0, 0, 0, 0, 0, 0xff, 0xff)...), 500_000)
	}, resaved("公式")...),
	xlsOf("xls of sheets", errs.TooLarge, func() []byte { return manySheets(MaxSheets + 1) }, nil, "工作表超过"),
	{"container whose table of sectors is a circle", circle, errs.Invalid, resaved("目录")},
	{"encrypted with ten million rounds", func() []byte { return agile(fine.zip(), knownPassword, "10000000") }, errs.Invalid, []string{"去掉密码"}},
	{"a long shared formula in 100,000 cells", func() []byte {
		var b strings.Builder
		fmt.Fprintf(&b, `<row r="1"><c r="B1"><f t="shared" si="0">%s1</f><v>1</v></c></row>`, strings.Repeat("A1+", 2000))
		for row := 2; row <= 100_000; row++ {
			fmt.Fprintf(&b, `<row r="%d"><c r="B%d"><f t="shared" si="0"/><v>1</v></c></row>`, row, row)
		}
		return workbook(rows(b.String())).zip()
	}, errs.TooLarge, []string{"清单", "文字总量"}},
	{"encrypted bomb", func() []byte {
		return agile(fine.zipWith(rawEntry{name: "x.bin", content: []byte("x"), size: 12 << 30}), knownPassword, "1000")
	}, errs.TooLarge, nil},
}

func manyRecords(n int, kind uint16, content []byte) []byte {
	var out []byte
	for i := range n {
		out = append(out, biffRecord(kind, append(le16(i/200, i%200, 0), content...)...)...)
	}
	return out
}

func manySheets(n int) []byte {
	var out []byte
	for i := range n {
		out = append(out, biffRecord(recBoundSheet, append(binary.LittleEndian.AppendUint32(nil, uint32(1_000_000+i)), 0, 0, 1, 0, 'a')...)...)
	}
	return out
}

// circle is a container whose directory never ends.
func circle() []byte {
	data := compound(map[string][]byte{"Workbook": nil})
	binary.LittleEndian.PutUint32(data[512+4:], 1)
	for at := 1024; at+128 <= 1536; at += 128 {
		binary.LittleEndian.PutUint32(data[at+76:], 0)
		binary.LittleEndian.PutUint32(data[at+72:], 0)
	}
	return data
}

// costly are sound files that cost other readers dearly (excel.md, section 3).
var costly = []hostile{
	{name: "a long rich text in 100,000 cells", make: func() []byte {
		return workbook(rows(numbered(`<row ht="%d"><c t="s"><v>0</v></c></row>`, 100_000))).
			with("xl/sharedStrings.xml", xmlTop+`<sst `+mainNS+`><si>`+strings.Repeat("<r><rPr><b/></rPr><t>帐篷</t></r>", 5000)+`</si></sst>`).zip()
	}},
	{name: "last column in 10,000 rows", make: func() []byte {
		var b strings.Builder
		for row := 1; row <= 10_000; row++ {
			fmt.Fprintf(&b, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, row, row)
		}
		return workbook(rows(b.String())).zip()
	}},
	{name: "all rows there are, styled and empty", make: func() []byte {
		var b strings.Builder
		b.WriteString(`<row r="1"><c><v>1</v></c></row>`)
		for row := 2; row <= MaxRow; row++ {
			fmt.Fprintf(&b, `<row r="%d" s="1" customFormat="1"/>`, row)
		}
		return workbook(rows(b.String())).with("xl/styles.xml", styledStyles).zip()
	}},
	{name: "fractions of every number", make: func() []byte {
		return workbook(rows(numbered(`<row><c s="1"><v>%d.123456789</v></c></row>`, 50_000))).
			with("xl/styles.xml", strings.Replace(styledStyles, `<xf numFmtId="14" fontId="0"/>`, `<xf numFmtId="12" fontId="0"/>`, 1)).zip()
	}},
	{name: "page of styles", make: func() []byte {
		return []byte(page("<table>" + numbered(`<tr><td style="mso-number-format:'0.%d';display:table-cell">1</td></tr>`, 200_000) + "</table>"))
	}},
	{name: "page of comments", make: func() []byte {
		return []byte(page("<table><tr><td>1</td></tr>" + strings.Repeat("<!---->", 3_000_000) + "</table>"))
	}},
	{name: "XML 2003 with a far cell", make: func() []byte {
		return []byte(book2003XML(`<Row ss:Index="1048576"><Cell ss:Index="16384"><Data ss:Type="Number">1</Data></Cell></Row>`))
	}},
	{name: "CSV in GB18030 near the limit", make: func() []byte {
		return slices.Concat(bytes.Repeat([]byte("\xd5\xca\xc5\xf1\xd5\xca\xc5\xf1\xd5\xca\xc5\xf1\xd5\xca\xc5\xf1,1234567890\n"), 700_000))
	}},
}
