package sheet

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"changbei/internal/errs"
)

// hostileMemory is the most one reading may have in use, in MB.
const hostileMemory = 200

// hostile is a file that must be refused, what kind of refusal it is, and words
// that its sentence must hold: the place and the remedy.
type hostile struct {
	name  string
	make  func() []byte
	kind  errs.Kind
	words []string
}

func resaved(words ...string) []string { return append(words, "另存为") }

// fine is a sheet that reads; hostile files are made from it.
var fine = workbook(rows(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`))

// badSheet is a hostile file by its sheet XML.
func badSheet(name, xml string, words ...string) hostile {
	return hostile{name, workbook(xml).zip, errs.Invalid, resaved(append(words, "清单")...)}
}

// hundredRows is the content of 100 rows with something put in place of row 50.
func hundredRows(row50 string) string {
	var b strings.Builder
	for i := 1; i <= 100; i++ {
		if i == 50 && row50 != "" {
			b.WriteString(row50)
			continue
		}
		fmt.Fprintf(&b, `<row r="%d"><c r="A%d"><v>%d</v></c></row>`, i, i, i)
	}
	return b.String()
}

var damagedSheets = []hostile{
	badSheet("stray ampersand", rows(hundredRows(`<row r="50"><c r="A50" t="str"><v>A & B</v></c></row>`)), "第 50 行", "&"),
	badSheet("unknown entity", rows(hundredRows(`<row r="50"><c r="A50" t="str"><v>&nbsp;</v></c></row>`)), "第 50 行", "nbsp"),
	badSheet("control character", rows(hundredRows("<row r=\"50\"><c r=\"A50\" t=\"str\"><v>\x01</v></c></row>")), "第 50 行", "U+0001"),
	badSheet("bad UTF-8", rows(hundredRows("<row r=\"50\"><c r=\"A50\" t=\"str\"><v>\xff</v></c></row>")), "第 50 行", "UTF-8"),
	badSheet("sheet cut in the middle", rows(hundredRows(""))[:3000], "不完整"),
	badSheet("tags crossed", rows(hundredRows(`<row r="50"><c r="A50"><v>1</c></v></row>`)), "第 50 行", "不成对"),
	badSheet("second root", rows(`<row/>`)+`<worksheet/>`, "根元素"),
	badSheet("text behind the root", rows(`<row/>`)+`x`, "多余"),
	badSheet("attribute twice", rows(`<row r="1" r="2"/>`), "重复"),
	badSheet("attribute unquoted", rows(`<row r=1/>`), "引号"),
	badSheet("bad shared index", rows(hundredRows(`<row r="50"><c r="A50" t="s"><v>99</v></c></row>`)), "第 50 行", "A50", "99"),
	badSheet("negative shared index", rows(hundredRows(`<row r="50"><c r="A50" t="s"><v>-1</v></c></row>`)), "A50"),
	badSheet("style that is not there", rows(hundredRows(`<row r="50"><c r="A50" s="9"><v>1</v></c></row>`)), "A50", "样式"),
	badSheet("rows out of order", rows(`<row r="3"/><row r="1"/><row r="3"/>`), "第 1 行", "顺序"),
	badSheet("row twice", rows(`<row r="3"/><row r="3"/>`), "顺序"),
	badSheet("cells out of order", rows(`<row r="1"><c r="C1"><v>1</v></c><c r="A1"><v>2</v></c></row>`), "第 1 行", "顺序"),
	badSheet("cell twice", rows(`<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>`), "顺序"),
	badSheet("cell of another row", rows(`<row r="1"><c r="A2"><v>1</v></c></row>`), "A2"),
	badSheet("reference without column", rows(hundredRows(`<row r="50"><c r="50"><v>1</v></c></row>`)), "第 50 行", "r=“50”"),
	badSheet("row number too high", rows(`<row r="1048577"/>`), "行号"),
	badSheet("column beyond XFD", rows(`<row r="1"><c r="XFE1"><v>1</v></c></row>`), "XFE1"),
	badSheet("not a number", rows(`<row r="1"><c r="A1"><v>NaN</v></c></row>`), "A1", "NaN"),
	badSheet("infinite number", rows(`<row r="1"><c r="A1"><v>1e999</v></c></row>`), "A1"),
	badSheet("unknown cell type", rows(`<row r="1"><c r="A1" t="x"><v>1</v></c></row>`), "t=“x”"),
	badSheet("bad date", rows(`<row r="1"><c r="A1" t="d"><v>2025-13-01</v></c></row>`), "A1", "日期"),
	badSheet("row under another name", rows(`<rox r="1"><c r="A1"><v>1</v></c></rox>`), "rox"),
	badSheet("cell under another name", rows(`<row r="1"><d r="A1"><v>1</v></d></row>`), "<d>"),
	badSheet("value under another name", rows(`<row r="1"><c r="A1"><w>1</w></c></row>`), "<w>"),
	badSheet("two values", rows(`<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>`), "两个值"),
	badSheet("text between cells", rows(`<row r="1">7</row>`), "第 1 行", "7"),
	badSheet("no sheetData", xmlTop+`<worksheet `+mainNS+`/>`, "sheetData"),
	badSheet("two sheetData", worksheet("", "", "<sheetData/>"), "两次"),
	badSheet("another vocabulary", `<worksheet xmlns="urn:x"><sheetData/></worksheet>`, "worksheet"),
	badSheet("overlapping merges", worksheet("", `<row/>`, `<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="D1:E9"/><mergeCell ref="B2:C3"/></mergeCells>`), "A1:B2", "B2:C3"),
	badSheet("bad merge", worksheet("", `<row/>`, `<mergeCells><mergeCell ref="A1:B"/></mergeCells>`), "A1:B"),
	badSheet("columns reversed", worksheet(`<cols><col min="9" max="2"/></cols>`, "", ""), "9–2"),
	badSheet("DOCTYPE", xmlTop+`<!DOCTYPE x [<!ENTITY a "b">]>`+strings.TrimPrefix(rows(`<row/>`), xmlTop), "DOCTYPE"),
	badSheet("billion laughs", xmlTop+`<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><worksheet `+mainNS+`><sheetData>&b;</sheetData></worksheet>`, "DOCTYPE"),
}

var damagedPackages = []hostile{
	{"strings cut", fine.with("xl/sharedStrings.xml", strings.TrimSuffix(fine["xl/sharedStrings.xml"], "被</t></si></sst>")).zip, errs.Invalid, resaved("xl/sharedstrings.xml", "第 2 条")},
	{"strings missing", fine.without("xl/sharedStrings.xml").zip, errs.Invalid, resaved("sharedstrings")},
	{"strings part DOCTYPE", fine.with("xl/sharedStrings.xml", `<!DOCTYPE sst>`+fine["xl/sharedStrings.xml"]).zip, errs.Invalid, resaved("DOCTYPE")},
	{"styles broken", fine.with("xl/styles.xml", "<styleSheet "+mainNS+"><cellXfs>").zip, errs.Invalid, resaved("xl/styles.xml")},
	{"sheet part missing", fine.without("xl/worksheets/sheet1.xml").zip, errs.Invalid, resaved("清单")},
	{"relation missing", fine.replace("xl/workbook.xml", "rId1", "rId7").zip, errs.Invalid, resaved("清单")},
	{"relations missing", fine.without("xl/_rels/workbook.xml.rels").zip, errs.Invalid, resaved("rels")},
	{"sheet stored elsewhere", fine.replace("xl/_rels/workbook.xml.rels", `sheet1.xml"`, `sheet1.xml" TargetMode="External"`).zip, errs.Invalid, resaved("清单")},
	{"two sheets of one part", fine.replace("xl/workbook.xml", "</sheets>", `<sheet name="b" sheetId="2" r:id="rId1"/></sheets>`).zip, errs.Invalid, resaved("清单", "b")},
	{"no sheets", fine.with("xl/workbook.xml", "<workbook "+mainNS+"/>").zip, errs.Invalid, resaved("没有工作表")},
	{"unknown encoding", fine.replace("xl/workbook.xml", "UTF-8", "EBCDIC").zip, errs.Invalid, resaved("ebcdic")},
	{"embedded document", fine.with("xl/embeddings/oleObject1.bin", "x").zip, errs.Invalid, []string{"删除嵌入"}},
	{"wrong CRC", func() []byte {
		return fine.without("xl/worksheets/sheet1.xml").zipWith(rawEntry{name: "xl/worksheets/sheet1.xml", content: []byte(fine["xl/worksheets/sheet1.xml"]), crc: 1})
	}, errs.Invalid, resaved("清单", "校验码")},
	{"false small size", func() []byte {
		return fine.without("xl/worksheets/sheet1.xml").zipWith(rawEntry{name: "xl/worksheets/sheet1.xml", content: []byte(fine["xl/worksheets/sheet1.xml"]), size: 100})
	}, errs.Invalid, resaved("清单")},
	{"false big size", func() []byte {
		return fine.without("xl/worksheets/sheet1.xml").zipWith(rawEntry{name: "xl/worksheets/sheet1.xml", content: []byte(fine["xl/worksheets/sheet1.xml"]), size: 10_000})
	}, errs.Invalid, resaved("清单", "不完整")},
	{"encrypted entry", func() []byte { return fine.zipWith(rawEntry{name: "x", flags: 1}) }, errs.Invalid, []string{"去掉密码"}},
	{"entry twice", func() []byte { return fine.zipWith(rawEntry{name: "xl/worksheets/sheet1.xml"}) }, errs.Invalid, resaved("两次")},
	{"entry twice but for case", func() []byte { return fine.zipWith(rawEntry{name: `xl\worksheets\Sheet1.xml`}) }, errs.Invalid, resaved("两次")},
	{"name out of the archive", fine.with("../../evil.xml", "x").zip, errs.Invalid, resaved("不安全")},
	{"name with backslashes out of the archive", fine.with(`xl\..\..\evil.xml`, "x").zip, errs.Invalid, resaved("不安全")},
	{"absolute name", fine.with("/etc/evil", "x").zip, errs.Invalid, resaved("不安全")},
	{"drive name", fine.with("c:/evil", "x").zip, errs.Invalid, resaved("不安全")},
	{"cut archive", func() []byte { z := fine.zip(); return z[:len(z)-30] }, errs.Invalid, resaved("没有下载完")},
	{"archive cut in half", func() []byte { z := fine.zip(); return z[:len(z)/2] }, errs.Invalid, resaved("没有下载完")},
}

var oversized = []hostile{
	{"2 GB of blanks in the sheet", func() []byte {
		return fine.without("xl/worksheets/sheet1.xml").zipWith(blanks("xl/worksheets/sheet1.xml", 2048))
	}, errs.TooLarge, resaved("sheet1.xml", "MB")},
	{"1 GB of blanks in the styles", func() []byte { return fine.without("xl/styles.xml").zipWith(blanks("xl/styles.xml", 1024)) }, errs.TooLarge, resaved("styles.xml")},
	{"600 MB of blanks in the sheet", func() []byte {
		return fine.without("xl/worksheets/sheet1.xml").zipWith(blanks("xl/worksheets/sheet1.xml", 600))
	}, errs.TooLarge, resaved("压缩比")},
	{"1 GB picture", func() []byte { return fine.zipWith(blanks("xl/media/image1.png", 1024)) }, errs.TooLarge, resaved("image1.png")},
	{"header says 12 GB", func() []byte { return fine.zipWith(rawEntry{name: "x.bin", content: []byte("x"), size: 12 << 30}) }, errs.TooLarge, resaved("x.bin")},
	{"blanks under the ratio", blanksUnderRatio, errs.TooLarge, resaved("清单", "空白")},
	{"200,000 entries", func() []byte { return fine.zipWith(manyEntries(200_000)...) }, errs.TooLarge, resaved("条目")},
	{"nested tags", workbook(rows(strings.Repeat("<a>", 5_000_000))).zip, errs.TooLarge, nil},
	{"deep nesting below the ratio", workbook(worksheet(strings.Repeat("<a>", 5000), "", "")).zip, errs.TooLarge, resaved("嵌套")},
	{"tags full of attributes", func() []byte {
		var tag strings.Builder
		for i := range maxAttrs {
			fmt.Fprintf(&tag, " a%03d=''", i)
		}
		return workbook(worksheet(numbered("<a z='%d'"+tag.String()[8:]+"/>", 10_000), "", "")).zip()
	}, errs.TooLarge, resaved("清单", "零碎")},
	{"too many merges", func() []byte {
		var b strings.Builder
		for i := 1; i <= MaxMerges+1; i++ {
			fmt.Fprintf(&b, `<mergeCell ref="A%d:B%d"/>`, i, i)
		}
		return workbook(worksheet("", `<row/>`, "<mergeCells>"+b.String()+"</mergeCells>")).zip()
	}, errs.TooLarge, []string{"清单", "合并", "取消"}},
	{"text of one cell", workbook(rows(`<row><c t="str"><v>` + strings.Repeat("帐篷", MaxCellText/6+1) + `</v></c></row>`)).zip, errs.TooLarge, []string{"第 1 行", "缩短"}},
	{"format code of 32 KB", fine.with("xl/styles.xml", xmlTop+`<styleSheet `+mainNS+`><numFmts><numFmt numFmtId="176" formatCode="`+strings.Repeat("0", 32<<10)+`"/></numFmts></styleSheet>`).zip, errs.TooLarge, resaved("数字格式")},
	{"too many sheets", func() []byte {
		var b strings.Builder
		for i := range MaxSheets {
			fmt.Fprintf(&b, `<sheet name="b" sheetId="2" r:id="rId%d"/>`, i+2)
		}
		return fine.replace("xl/workbook.xml", "</sheets>", b.String()+`</sheets>`).zip()
	}, errs.TooLarge, []string{"工作表超过", "拆成"}},
}

func manyEntries(n int) []rawEntry {
	entries := make([]rawEntry, n)
	for i := range entries {
		entries[i].name, entries[i].packed = fmt.Sprint("a/", i), []byte(lastBlock)
	}
	return entries
}

// numbered repeats a text with a running number in it, which keeps it from
// compressing as well as a bomb would.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// blanksUnderRatio pads blanks with noise so that the directory looks sane.
func blanksUnderRatio() []byte {
	var noise strings.Builder
	for i := uint32(1); noise.Len() < 1<<20; i++ {
		fmt.Fprintf(&noise, "<!--%08x-->", i*2654435761)
	}
	return workbook(xmlTop + `<worksheet ` + mainNS + `>` + noise.String() + strings.Repeat(" ", 64<<20) + `<sheetData/></worksheet>`).zip()
}

var notWorkbooks = []hostile{
	{"nothing", func() []byte { return nil }, errs.Invalid, []string{"空的", "重新上传"}},
	{"PNG", asIs("\x89PNG\r\n\x1a\n0000"), errs.Invalid, []string{"PNG", "请选择"}},
	{"JPG", asIs("\xff\xd8\xff\xe0\x00\x10JFIF"), errs.Invalid, []string{"JPG", "请选择"}},
	{"GIF", asIs("GIF89a\x01\x00"), errs.Invalid, []string{"GIF", "请选择"}},
	{"BMP", asIs("BM\x36\x00\x00\x00\x00\x00"), errs.Invalid, []string{"BMP", "请选择"}},
	{"PDF", asIs("%PDF-1.7\n"), errs.Invalid, []string{"PDF", "请选择"}},
	{"web page", asIs("\n<html><frameset><frame src='a.files/sheet1.htm'></frameset></html>"), errs.Invalid, resaved("网页", ".files")},
	{"XML 2003", asIs(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`), errs.Invalid, resaved("没有工作表")},
	{"mht", asIs("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n"), errs.Invalid, resaved("单个文件网页")},
	{"other XML", asIs(`<?xml version="1.0"?><a/>`), errs.Invalid, []string{"XML", "请选择"}},
	{"prose", asIs("今年汛期来得早。\n各镇要备足物资，\n确保安全。\n"), errs.Invalid, []string{"普通文本", "请选择"}},
	{"English prose", asIs("Dear all,\nplease find the list, as agreed.\nIt will follow\nsoon\nregards\nLi\n"), errs.Invalid, []string{"普通文本", "请选择"}},
	{"binary", asIs("\x01\x02\x03\x00\xfe\xff"), errs.Invalid, []string{"请选择"}},
	{"text in no encoding", asIs("a,b\n\xff\xff,\x81\n"), errs.Invalid, resaved("第 2 行")},
	{"blank text", asIs("\n\n  \n"), errs.Invalid, []string{"空白工作簿"}},
	{"docx", parts{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}.zip, errs.Invalid, []string{"Word", "请选择"}},
	{"ods", parts{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}.zip, errs.Invalid, resaved(".ods")},
	{"xlsb", parts{"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"}.zip, errs.Invalid, resaved("xlsb")},
	{"zip of pictures", parts{"a.png": "x"}.zip, errs.Invalid, []string{"解压"}},
	{"empty zip", parts{}.zip, errs.Invalid, []string{"请选择"}},
	{"package without workbook", fine.without("xl/workbook.xml").zip, errs.Invalid, []string{"请选择"}},
	{"empty workbook", workbook(rows(`<row r="1" s="0"><c r="A1" s="0"/></row>`)).zip, errs.Invalid, []string{"空白工作簿", "填好"}},
	{"password-protected", func() []byte { return protected("secret") }, errs.Invalid, []string{"去掉密码"}},
}

func asIs(text string) func() []byte { return func() []byte { return []byte(text) } }

// protected is a workbook encrypted with a password.
func protected(password string) []byte {
	f := excelize.NewFile()
	defer f.Close()
	f.SetCellValue("Sheet1", "A1", "帐篷")
	var out bytes.Buffer
	if err := f.Write(&out, excelize.Options{Password: password}); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func TestHostileFilesAreRefusedCheaplyWithARemedy(t *testing.T) {
	if book := mustRead(t, fine.zip()); len(book.Sheets[0].Cells) != 1 {
		t.Fatal("the file all others are made from must be sound")
	}
	for _, group := range [][]hostile{damagedSheets, damagedPackages, oversized, heavy, notWorkbooks, hostileTexts, hostileBooks} {
		for _, tc := range group {
			t.Run(tc.name, func(t *testing.T) {
				err := answer(t, tc.make())
				assertRefused(t, err, tc.kind, tc.words...)
			})
		}
	}
}

// TestHostileFilesThatAreSoundAreReadCheaply has files that cost other readers
// gigabytes or minutes and have nothing wrong in them.
func TestHostileFilesThatAreSoundAreReadCheaply(t *testing.T) {
	for _, tc := range costly {
		t.Run(tc.name, func(t *testing.T) {
			if err := answer(t, tc.make()); err != nil {
				t.Error(err)
			}
		})
	}
}

// answer reads a file, tells what it cost and asserts that the memory in use
// stayed within bounds. The time is printed and never judged: it is the
// machine's as much as ours.
func answer(t *testing.T, data []byte) (err error) {
	t.Helper()
	before := cpuTime()
	peak := peakDuring(func() { _, err = readBytes(data) })
	t.Logf("%v of CPU, %.0f MB at most: %v", (cpuTime() - before).Round(time.Millisecond), peak, err)
	if peak > hostileMemory {
		t.Errorf("%.0f MB in use", peak)
	}
	return err
}

// peakDuring watches the heap while something runs and gives the most MB in use
// above what was in use before, dead objects included.
func peakDuring(run func()) float64 {
	runtime.GC()
	before, peak := heapMB(), 0.0
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(time.Millisecond); ; {
			peak = max(peak, heapMB()-before)
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	run()
	close(stop)
	<-stopped
	return max(peak, heapMB()-before)
}

func TestUploadOverTheLimitIsRefusedUnread(t *testing.T) {
	_, err := Read(brokenDisk{}, MaxUpload+1, "folder/测试.xlsx")
	assertRefused(t, err, errs.TooLarge, "50 MB", "拆成")
}

func TestFailingDiskIsNotTakenForADamagedFile(t *testing.T) {
	_, err := Read(brokenDisk{}, 1000, "测试.xlsx")
	if err == nil || errs.KindOf(err) != errs.Internal {
		t.Errorf("error = %v, want an internal one", err)
	}
}

type brokenDisk struct{}

func (brokenDisk) ReadAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }

func TestManyMergesAndFarBlanksAreRead(t *testing.T) {
	var b strings.Builder
	for i := 1; i <= MaxMerges; i++ {
		fmt.Fprintf(&b, `<mergeCell ref="A%d:B%d"/>`, i, i)
	}
	data := workbook(worksheet("", `<row><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>`, "<mergeCells>"+b.String()+"</mergeCells>")).zip()
	start := time.Now()
	if n := len(mustRead(t, data).Sheets[0].Merges); n != MaxMerges {
		t.Errorf("merges = %d", n)
	}
	t.Log(time.Since(start))
}

func TestNamesInMessagesAreSafe(t *testing.T) {
	for name, want := range map[string]string{
		"../../a\x00\n.xlsx": "a.xlsx", `C:\x\台账.xls`: "台账.xls", "": "未命名", strings.Repeat("长", 100): strings.Repeat("长", 60) + "…",
	} {
		if got := shownName(name); got != want {
			t.Errorf("shownName(%q) = %q, want %q", name, got, want)
		}
	}
}
