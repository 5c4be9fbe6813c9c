package sheet

import "bytes"

// maxStrings bounds the shared-string table: most cells of a ledger are numbers
// or repeat a text.
const maxStrings = 1_000_000

// readStrings reads the table of shared texts.
func (b *xlsxBook) readStrings() error {
	part := b.partOfKind("sharedStrings")
	if part == "" {
		return nil
	}
	if b.parts[part] == nil {
		return broken("工作簿缺少共用文字部件“%s”", part)
	}
	s, err := b.scan(part, "sst")
	if err != nil {
		return located(err, "共用文字部件“%s”", part)
	}
	b.struck = map[int]bool{}
	if err := b.scanStrings(s); err != nil {
		return located(err, "共用文字部件“%s”第 %d 条", part, len(b.strings)+1)
	}
	return nil
}

// scanStrings never trusts the count the part states: it is what an attacker
// would make the reader allocate.
func (b *xlsxBook) scanStrings(s *xmlScanner) error {
	var text []byte
	for {
		kind, err := s.next()
		if err != nil || kind == tokenEOF {
			return err
		}
		switch {
		case kind == tokenText && !isBlank(s.text):
			return broken("条目之间有多余的文字")
		case kind != tokenStart:
			continue
		case string(s.local()) == "extLst":
			if err := s.skip(); err != nil {
				return err
			}
			continue
		case string(s.local()) != "si":
			return broken("有不认识的内容 <%s>", shownToken(s.name))
		}
		var struck bool
		if text, struck, err = s.readRich(text[:0]); err != nil {
			return err
		}
		if err := b.addString(text, struck); err != nil {
			return err
		}
	}
}

func (b *xlsxBook) addString(text []byte, struck bool) error {
	if len(b.strings) >= maxStrings {
		return tooMuch("共用文字超过 %d 万条", maxStrings/10_000)
	}
	if b.text += len(text); b.text > MaxText {
		return tooMuch("文字总量超过 %d MB", MaxText>>20).mend("请按年份或按库房拆成几个文件后分别上传。")
	}
	if struck {
		b.struck[len(b.strings)] = true
	}
	b.strings = append(b.strings, string(unescapeX(text)))
	return nil
}

// readRich reads the inside of <si> or <is>: plain text or joined runs, without
// the phonetic ones. Struck says that some run with visible text is struck
// through: the whole cell then needs a look, because what is left of it cannot
// be told from the joined text.
func (s *xmlScanner) readRich(dst []byte) (text []byte, struck bool, err error) {
	outside := s.depth() - 1
	for {
		kind, err := s.next()
		if err != nil {
			return dst, struck, err
		}
		switch {
		case kind == tokenEnd && s.depth() == outside:
			return dst, struck, nil
		case kind == tokenText && !isBlank(s.text):
			return dst, struck, broken("文字写在了标签外面")
		case kind != tokenStart:
			continue
		}
		switch string(s.local()) {
		case "t":
			dst, err = s.readString(dst, MaxCellText)
		case "r":
			var runStruck bool
			before := len(dst)
			dst, runStruck, err = s.readRun(dst)
			struck = struck || runStruck && len(bytes.TrimSpace(dst[before:])) > 0
		case "rPh", "phoneticPr", "extLst":
			err = s.skip()
		default:
			err = broken("文字里有不认识的内容 <%s>", shownToken(s.name))
		}
		if err != nil {
			return dst, struck, err
		}
	}
}

// readRun reads one <r>: its text and whether its own font is struck through.
func (s *xmlScanner) readRun(dst []byte) (text []byte, struck bool, err error) {
	outside := s.depth() - 1
	for {
		kind, err := s.next()
		if err != nil {
			return dst, struck, err
		}
		name := string(s.local())
		switch {
		case kind == tokenEnd && s.depth() == outside:
			return dst, struck, nil
		case kind == tokenText && !isBlank(s.text):
			return dst, struck, broken("文字写在了标签外面")
		case kind == tokenStart && name == "t":
			dst, err = s.readString(dst, MaxCellText)
		case kind == tokenStart && name == "strike":
			struck = strikes(s)
		case kind == tokenStart && s.depth() == outside+2 && name != "rPr":
			err = broken("文字里有不认识的内容 <%s>", shownToken(s.name))
		}
		if err != nil {
			return dst, struck, err
		}
	}
}

// readString appends the character data of the current element, which must
// have no children. The limit is that of dst as a whole.
func (s *xmlScanner) readString(dst []byte, limit int) ([]byte, error) {
	for {
		kind, err := s.next()
		if err != nil {
			return dst, err
		}
		switch kind {
		case tokenEnd:
			return dst, nil
		case tokenStart:
			return dst, broken("文字里夹有不认识的内容 <%s>", shownToken(s.name))
		}
		if dst, err = s.appendToken(dst); err != nil {
			return dst, err
		}
		if len(dst) > limit {
			return dst, tooMuch("一个单元格的内容超过 %d KB", limit>>10).
				mend("请把这个单元格的内容缩短后再上传。")
		}
	}
}
