package sheet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"changbei/internal/errs"
)

// texts gives the cells of a CSV as "row,col=text".
func texts(t *testing.T, data string) (cells []string, encoding string) {
	t.Helper()
	book := mustRead(t, []byte(data))
	for _, c := range book.Sheets[0].Cells {
		cells = append(cells, fmt.Sprintf("%d,%d=%s", c.Row, c.Col, c.Raw))
	}
	return cells, book.Encoding
}

func gb18030(t *testing.T, text string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCSVIsReadAsText(t *testing.T) {
	plain := []string{"1,1=名称", "1,2=数量", "2,1=帐篷", "2,2=0012"}
	tests := []struct {
		name, data, encoding string
		want                 []string
	}{
		{"UTF-8", "名称,数量\n帐篷,0012\n", "utf-8", plain},
		{"UTF-8 with mark", "\ufeff名称,数量\r\n帐篷,0012", "utf-8", plain},
		{"GB18030", gb18030(t, "名称,数量\r\n帐篷,0012\r\n"), "gb18030", plain},
		{"GB18030 of four bytes", gb18030(t, "名称,数量\n㐀,𠮷\n"), "gb18030", []string{"1,1=名称", "1,2=数量", "2,1=㐀", "2,2=𠮷"}},
		{"UTF-16", utf16Text("名称,数量\n帐篷,0012\n"), "utf-16", plain},
		{"tabs", "名称\t数量\n帐篷\t0012\n", "utf-8", plain},
		{"semicolons", "名称;数量\n帐篷;0012\n", "utf-8", plain},
		{"upright strokes", "名称|数量\n帐篷|0012\n", "utf-8", plain},
		{"lone carriage returns", "名称,数量\r帐篷,0012\r", "utf-8", plain},
		{"separator declared", "sep=|\n名称|数量\n帐篷|0012\n", "utf-8", []string{"2,1=名称", "2,2=数量", "3,1=帐篷", "3,2=0012"}},
		{"tabs win over commas in the remarks", "名称\t备注\n帐篷\ta,b\n棉被\tc,d\n木桩\te\n", "utf-8",
			[]string{"1,1=名称", "1,2=备注", "2,1=帐篷", "2,2=a,b", "3,1=棉被", "3,2=c,d", "4,1=木桩", "4,2=e"}},
		{"quotes", "\"a,b\",\"c\"\"d\"\n2\" 管,x\n", "utf-8", []string{"1,1=a,b", "1,2=c\"d", "2,1=2\" 管", "2,2=x"}},
		{"rows are line numbers", "标题,,\n\n\"a\r\nb\",1,2\nc,3,4\n", "utf-8",
			[]string{"1,1=标题", "3,1=a\nb", "3,2=1", "3,3=2", "5,1=c", "5,2=3", "5,3=4"}},
		{"text forced by a formula", "编号,名称\n=\"00123\",帐篷\n", "utf-8", []string{"1,1=编号", "1,2=名称", "2,1=00123", "2,2=帐篷"}},
		{"end-of-file mark of DOS", "a,b\n1,2\n\x1a", "utf-8", []string{"1,1=a", "1,2=b", "2,1=1", "2,2=2"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, encoding := texts(t, tc.data)
			if diff := cmp.Diff(tc.want, got); diff != "" || encoding != tc.encoding {
				t.Errorf("encoding %s, want %s\n%s", encoding, tc.encoding, diff)
			}
		})
	}
}

func TestBrokenCSVIsRefusedWithItsLine(t *testing.T) {
	tests := []struct {
		name, data string
		kind       errs.Kind
		words      []string
	}{
		{"quote never closed", "a,b\n1,2\n\"3,4\n5,6\n", errs.Invalid, resaved("第 3 行", "双引号")},
		{"quote swallowing the table", "a,b\n1,2\n\"3,4\n" + strings.Repeat("5,6\n", 300) + "7,\"8\"\n", errs.Invalid, resaved("第 3 行")},
		{"text behind a quote", "a,b\n1,2\n\"3\"x,4\n", errs.Invalid, resaved("第 3 行", "引号后面")},
		{"marked UTF-8 with other bytes", "\ufeffa,b\n1,2\n3,\xd5\xca\n", errs.Invalid, resaved("第 3 行", "UTF-8")},
		{"GB18030 with bytes of none", gb18030(t, "名称,数量\n帐篷,1\n") + "\xff,2\n", errs.Invalid, resaved("第 3 行")},
		{"one column", "帐篷\n棉被\n", errs.Invalid, []string{"普通文本"}},
		{"control characters", "a,b\n1,\x02\n", errs.Invalid, []string{"不是表格"}},
		{"long cell", "a,b\n1,2\n3," + strings.Repeat("x", MaxCellText+1), errs.TooLarge, []string{"第 3 行", "第 B 列", "缩短"}},
		{"more columns than Excel has", strings.Repeat("1,2\n", sniffRecords) + strings.Repeat(",", MaxCol+1) + "x\n", errs.TooLarge, resaved("列数")},
		{"too many lines of cells", strings.Repeat("1,2\n", MaxCells/2+1), errs.TooLarge, []string{"150 万", "拆成"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			_, err := readBytes([]byte(tc.data))
			assertRefused(t, err, tc.kind, tc.words...)
		})
	}
}
