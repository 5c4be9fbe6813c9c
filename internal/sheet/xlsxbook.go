package sheet

import (
	"net/url"
	"path"
	"strings"

	"changbei/internal/grid"
)

const (
	macrosIgnored   = "工作簿里含有宏，宏没有运行，也不会导入；只读取单元格的内容。"
	linksIgnored    = "工作簿里有指向其他文件的链接，没有去打开它们；只读取上次保存的计算结果。"
	chartSheetFound = "工作表“%s”是单独的图表，里面没有单元格，已略过。"
)

// mainNamespaces are the two names of the spreadsheet vocabulary: the usual
// one and that of "strict" files.
var mainNamespaces = map[string]bool{
	"http://schemas.openxmlformats.org/spreadsheetml/2006/main": true,
	"http://purl.oclc.org/ooxml/spreadsheetml/main":             true,
}

// xlsxBook is the state of reading one workbook.
type xlsxBook struct {
	*archive
	budget
	path     string // of the workbook part, folded
	relation map[string]relation
	date1904 bool
	sheets   []sheetEntry
	styles   []style
	strings  []string
	struck   map[int]bool // indexes of strings with struck-through runs
	book     *grid.Workbook
	visit    func(*sheetScan) error // is shown every filled cell, in the sheet's order
}

// relation is one line of a .rels part. Target is a folded part name.
type relation struct {
	kind, target string
	external     bool
}

type sheetEntry struct {
	name       string
	relation   string
	visibility grid.Visibility
}

// readXLSX collects the grid from a pass.
func readXLSX(a *archive) (*grid.Workbook, error) {
	k := newCollector()
	return passXLSX(a, func(r *sheetScan) error {
		k.take(r.out, &r.cell, r.progress())
		return nil
	})
}

// passXLSX goes over a workbook once and shows every filled cell to visit, as
// sheetScan.cell and with the sheet as far as it is known in sheetScan.out.
// It holds the shared texts, one row's window and nothing else, whatever the
// number of rows. The workbook it gives has the cells only if visit kept them.
func passXLSX(a *archive, visit func(*sheetScan) error) (*grid.Workbook, error) {
	b := &xlsxBook{archive: a, book: &grid.Workbook{Format: "xlsx"}, visit: visit}
	steps := []func() error{b.findWorkbook, b.readWorkbook, b.readStyles, b.readStrings, b.readSheets}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if a.has("xl/vbaproject.bin") {
		b.book.Notices = append(b.book.Notices, macrosIgnored)
	}
	if a.has("xl/externallinks/") {
		b.book.Notices = append(b.book.Notices, linksIgnored)
	}
	return b.book, nil
}

// scan opens a part for the scanner and checks its root element. Errors of the
// part are to be located by the caller, who knows rows and sheet names.
func (b *xlsxBook) scan(part, root string) (*xmlScanner, error) {
	src, err := b.openPart(part)
	if err != nil {
		return nil, err
	}
	s, err := newScanner(src, &b.work)
	if err != nil {
		return nil, err
	}
	return s, s.expectRoot(root)
}

// expectRoot reads the root element, which must be of the given name and, but
// for relations, of the spreadsheet vocabulary.
func (s *xmlScanner) expectRoot(root string) error {
	kind, err := s.next()
	if err != nil {
		return err
	}
	if kind != tokenStart || string(s.local()) != root {
		return broken("根元素应为 <%s>，实际是 <%s>", root, shownToken(s.name))
	}
	if root != "Relationships" && !mainNamespaces[s.namespace()] {
		return broken("<%s> 的命名空间“%s”不是工作簿的", root, shownToken([]byte(s.namespace())))
	}
	return nil
}

// findWorkbook follows the package's relations to the workbook part.
func (b *xlsxBook) findWorkbook() error {
	b.path = "xl/workbook.xml"
	if b.parts["_rels/.rels"] != nil {
		relations, err := b.readRelations("_rels/.rels", "")
		if err != nil {
			return err
		}
		for _, r := range relations {
			if r.kind == "officeDocument" && !r.external {
				b.path = r.target
			}
		}
	}
	if b.parts[b.path] == nil {
		return broken("压缩包里没有工作簿部件（%s），不是 Excel 文件或已损坏", shownToken([]byte(b.path))).mend(pick)
	}
	return nil
}

// readRelations reads a .rels part; targets are resolved against folder.
func (b *xlsxBook) readRelations(part, folder string) (map[string]relation, error) {
	s, err := b.scan(part, "Relationships")
	if err != nil {
		return nil, located(err, "部件“%s”", part)
	}
	relations := map[string]relation{}
	for {
		kind, err := s.next()
		if err != nil {
			return nil, located(err, "部件“%s”", part)
		}
		if kind == tokenEOF {
			return relations, nil
		}
		if kind != tokenStart || string(s.local()) != "Relationship" {
			continue
		}
		id, _ := s.attr("Id")
		kindURI, _ := s.attr("Type")
		target, _ := s.attr("Target")
		mode, _ := s.attr("TargetMode")
		if _, twice := relations[id]; twice {
			return nil, located(broken("关系编号“%s”出现了两次", shownToken([]byte(id))), "部件“%s”", part)
		}
		relations[id] = relation{path.Base(kindURI), resolve(folder, target), strings.EqualFold(mode, "External")}
	}
}

// resolve makes a relation's target a folded part name.
func resolve(folder, target string) string {
	target = foldName(target)
	if plain, err := url.PathUnescape(target); err == nil {
		target = plain
	}
	if !strings.HasPrefix(target, "/") {
		target = folder + "/" + target
	}
	return strings.TrimPrefix(path.Clean(target), "/")
}

// readWorkbook reads the list of sheets and the date system.
func (b *xlsxBook) readWorkbook() error {
	folder := path.Dir(b.path)
	rels := path.Join(folder, "_rels", path.Base(b.path)+".rels")
	var err error
	if b.parts[rels] == nil {
		return broken("工作簿缺少部件“%s”", rels)
	}
	if b.relation, err = b.readRelations(rels, "/"+folder); err != nil {
		return err
	}
	s, err := b.scan(b.path, "workbook")
	if err != nil {
		return located(err, "部件“%s”", b.path)
	}
	if err := b.scanWorkbook(s); err != nil {
		return located(err, "部件“%s”", b.path)
	}
	if len(b.sheets) == 0 {
		return located(broken("工作簿里没有工作表"), "部件“%s”", b.path)
	}
	return nil
}

func (b *xlsxBook) scanWorkbook(s *xmlScanner) error {
	inSheets := false
	for {
		kind, err := s.next()
		if err != nil || kind == tokenEOF {
			return err
		}
		name := string(s.local())
		switch {
		case kind == tokenStart && s.depth() == 2 && name == "workbookPr":
			value, _ := s.attr("date1904")
			b.date1904 = isTrue([]byte(value))
		case kind == tokenStart && s.depth() == 2:
			inSheets = name == "sheets"
		case kind == tokenStart && s.depth() == 3 && inSheets:
			if name != "sheet" {
				return broken("工作表清单里有不认识的内容 <%s>", shownToken(s.name))
			}
			if err := b.addSheet(s); err != nil {
				return err
			}
		}
	}
}

func (b *xlsxBook) addSheet(s *xmlScanner) error {
	if len(b.sheets) >= MaxSheets {
		return tooMuch("工作表超过 %d 张", MaxSheets).mend("请拆成几个文件后分别上传。")
	}
	name, _ := s.attr("name")
	state, _ := s.attr("state")
	entry := sheetEntry{name: name, relation: s.relationID()}
	switch state {
	case "hidden":
		entry.visibility = grid.Hidden
	case "veryHidden":
		entry.visibility = grid.VeryHidden
	}
	for _, other := range b.sheets {
		if other.relation == entry.relation {
			return broken("工作表“%s”与“%s”指向同一个部件", shownName(other.name), shownName(name))
		}
	}
	b.sheets = append(b.sheets, entry)
	return nil
}

// partOfKind gives the part a workbook's relation of a kind points at, "" when
// there is none. Of several it is the first by name, the same at every reading.
func (b *xlsxBook) partOfKind(kind string) string {
	found := ""
	for _, r := range b.relation {
		if r.kind == kind && !r.external && (found == "" || r.target < found) {
			found = r.target
		}
	}
	return found
}
