package sheet

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/grid"
)

// What InsertRows of the library leaves behind is mended here, in the parts
// themselves: defined names, charts, comments, tables, and of the sheet its
// rules, breaks and merges.

// keepNames notes the defined names as the office wrote them.
func (f *filler) keepNames() {
	f.defined = nil
	if book := f.file.WorkBook; book != nil && book.DefinedNames != nil {
		for _, n := range book.DefinedNames.DefinedName {
			f.defined = append(f.defined, n.Data)
		}
	}
}

// names writes the defined names anew: print areas and titles, lists, filters.
func (f *filler) names() error {
	if len(f.defined) == 0 {
		return nil
	}
	list := f.file.WorkBook.DefinedNames.DefinedName
	for i := range list {
		if i < len(f.defined) {
			list[i].Data = stretched(f.defined[i], "", f.repeats, false, true)
			if list[i].Name == printTitles {
				list[i].Data = fixedTitles(list[i].Data)
			}
		}
	}
	return nil
}

const printTitles = "_xlnm.Print_Titles"

var looseTitle = regexp.MustCompile(`([!:])([A-Z]{1,3}|[0-9]+)\b`)

// fixedTitles writes 1:4 as $1:$4: some programs leave the signs out, and
// others then print no title at all.
func fixedTitles(refs string) string {
	at := strings.LastIndex(refs, "'") + 1 // behind the last quoted name
	return refs[:at] + looseTitle.ReplaceAllString(refs[at:], "$1$$$2")
}

var (
	chartFormula = regexp.MustCompile(`(<(?:\w+:)?f>)([^<]*)(</)`)
	chartCache   = regexp.MustCompile(`(?s)<(?:\w+:)?(?:num|str|multiLvlStr)Cache\b.*?</(?:\w+:)?(?:num|str|multiLvlStr)Cache>`)
	relTarget    = regexp.MustCompile(`Target="([^"]*)"`)
	tableRange   = regexp.MustCompile(`(<(?:table|autoFilter)\b[^>]*?\bref=")([^"]*)(")`)
	commentRef   = regexp.MustCompile(`(<(?:\w+:)?(?:comment|threadedComment)\b[^>]*?\bref=")([^"]*)(")`)
	shapeBox     = regexp.MustCompile(`(?s)<(?:\w+:)?shape .*?</(?:\w+:)?shape>`)
	shapeRow     = regexp.MustCompile(`(<(?:\w+:)?Row>\s*)(\d+)(\s*</(?:\w+:)?Row>)`)
	shapeAnchor  = regexp.MustCompile(`(<(?:\w+:)?Anchor>)([^<]*)(</(?:\w+:)?Anchor>)`)
)

// drawings moves what points at cells from outside the sheets.
func (f *filler) drawings() error {
	f.file.Pkg.Range(func(key, content any) bool {
		name, text := key.(string), content.([]byte)
		if strings.HasPrefix(name, "xl/charts/") && strings.HasSuffix(name, ".xml") {
			f.file.Pkg.Store(name, f.chart(text))
		}
		return true
	})
	for _, s := range f.sheets {
		if r := f.repeats[s.grid.Name]; r.added() > 0 {
			f.relatives(s.part, r)
		}
	}
	return nil
}

// chart moves the ranges of a chart. Its own copy of the figures goes: it is
// of the template, and every program makes it anew.
func (f *filler) chart(text []byte) []byte {
	changed := false
	out := chartFormula.ReplaceAllFunc(text, func(m []byte) []byte {
		p := chartFormula.FindSubmatch(m)
		old := html.UnescapeString(string(p[2]))
		moved := stretched(old, "", f.repeats, false, true)
		changed = changed || moved != old
		return join(p[1], escaped(moved), p[3])
	})
	if !changed {
		return text
	}
	return chartCache.ReplaceAll(out, nil)
}

func escaped(s string) []byte {
	var out bytes.Buffer
	xml.EscapeText(&out, []byte(s))
	return out.Bytes()
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// relatives mends the tables and comments that belong to a sheet.
func (f *filler) relatives(part string, r rowRepeat) {
	rels, ok := f.part(path.Join(path.Dir(part), "_rels", path.Base(part)+".rels"))
	if !ok {
		return
	}
	for _, m := range relTarget.FindAllSubmatch(rels.text, -1) {
		target := resolve(path.Dir(part), html.UnescapeString(string(m[1])))
		p, ok := f.part(target)
		if !ok {
			continue
		}
		switch {
		case strings.Contains(target, "/tables/"):
			f.file.Pkg.Store(p.name, mapGroup(tableRange, p.text, func(ref string) string { return widened(ref, r) }))
		case strings.Contains(target, "omments"):
			f.file.Pkg.Store(p.name, mapGroup(commentRef, p.text, func(ref string) string { return movedRef(ref, r) }))
		case strings.HasSuffix(target, ".vml"):
			f.file.Pkg.Store(p.name, shapeBox.ReplaceAllFunc(p.text, func(shape []byte) []byte { return movedShape(shape, r) }))
		}
	}
}

type packagePart struct {
	name string
	text []byte
}

// part finds a part whatever the case of its name.
func (f *filler) part(folded string) (found packagePart, ok bool) {
	f.file.Pkg.Range(func(key, content any) bool {
		if name := key.(string); foldName(name) == folded {
			found, ok = packagePart{name, content.([]byte)}, true
		}
		return !ok
	})
	return found, ok
}

// mapGroup changes the second group of every match.
func mapGroup(form *regexp.Regexp, text []byte, change func(string) string) []byte {
	return form.ReplaceAllFunc(text, func(m []byte) []byte {
		p := form.FindSubmatch(m)
		return join(p[1], []byte(change(string(p[2]))), p[3])
	})
}

// widened extends ranges that still end at the repeated row, after the library
// has moved those below it. Several stand side by side with blanks between.
func widened(refs string, r rowRepeat) string {
	out := strings.Fields(refs)
	for i, ref := range out {
		from, to, isRange := strings.Cut(ref, ":")
		if !isRange {
			to = from
		}
		end, ok := parseReference(to)
		if ok && end.row == r.row {
			out[i] = from + ":" + end.text(r.end(r.row))
		}
	}
	return strings.Join(out, " ")
}

// movedRef moves one cell's name.
func movedRef(ref string, r rowRepeat) string {
	c, ok := parseReference(ref)
	if !ok {
		return ref
	}
	return c.text(r.moved(c.row))
}

// movedShape moves the box of a comment with its cell; rows count from 0
// there, and an anchor is eight numbers with rows at the third and seventh.
func movedShape(shape []byte, r rowRepeat) []byte {
	m := shapeRow.FindSubmatch(shape)
	if m == nil {
		return shape
	}
	row, err := strconv.Atoi(string(m[2]))
	if err != nil || row+1 <= r.row {
		return shape
	}
	shape = mapGroup(shapeRow, shape, func(string) string { return strconv.Itoa(row + r.added()) })
	return mapGroup(shapeAnchor, shape, func(anchor string) string {
		n := strings.Split(anchor, ",")
		for _, at := range []int{2, 6} {
			if at >= len(n) {
				return anchor
			}
			top, err := strconv.Atoi(strings.TrimSpace(n[at]))
			if err != nil {
				return anchor
			}
			n[at] = " " + strconv.Itoa(top+r.added())
		}
		return strings.Join(n, ",")
	})
}

var (
	ruleRange   = regexp.MustCompile(`(<(?:conditionalFormatting|dataValidation|autoFilter)\b[^>]*?\b(?:sqref|ref)=")([^"]*)(")`)
	extRange    = regexp.MustCompile(`(<xm:sqref>)([^<]*)(</xm:sqref>)`)
	extFormula  = regexp.MustCompile(`(<xm:f>)([^<]*)(</xm:f>)`)
	breakID     = regexp.MustCompile(`(<brk\b[^>]*?\bid=")(\d+)(")`)
	breakList   = regexp.MustCompile(`(?s)<rowBreaks.*?</rowBreaks>`)
	mergesEnd   = []byte(`</mergeCells>`)
	mergesCount = regexp.MustCompile(`(<mergeCells\b[^>]*?\bcount=")(\d+)(")`)
	dataEnd     = []byte(`</sheetData>`)
)

// finish works on a sheet's XML as the library wrote it: values beside the
// formulas, and what stands behind the rows.
func (f *filler) finish(w io.Writer, s *templateSheet, text []byte) error {
	end := bytes.LastIndex(text, dataEnd)
	if end < 0 {
		return fmt.Errorf("sheet: %q was written without rows", s.grid.Name)
	}
	if err := withValues(w, text[:end], f.values[s.part]); err != nil {
		return err
	}
	_, err := w.Write(f.mendTail(s, text[end:]))
	return err
}

// mendTail moves what stands behind a sheet's rows.
func (f *filler) mendTail(s *templateSheet, tail []byte) []byte {
	r := f.repeats[s.grid.Name]
	if s.row == 0 || r.added() == 0 {
		return tail
	}
	tail = mapGroup(ruleRange, tail, func(refs string) string { return widened(refs, r) })
	tail = mapGroup(extRange, tail, func(refs string) string {
		fields := strings.Fields(refs)
		for i := range fields {
			fields[i] = stretched(fields[i], s.grid.Name, f.repeats, false, true)
		}
		return strings.Join(fields, " ")
	})
	tail = mapGroup(extFormula, tail, func(formula string) string {
		return string(escaped(stretched(html.UnescapeString(formula), s.grid.Name, f.repeats, false, true)))
	})
	tail = breakList.ReplaceAllFunc(tail, func(list []byte) []byte {
		return mapGroup(breakID, list, func(id string) string {
			n, _ := strconv.Atoi(id)
			return strconv.Itoa(r.end(n))
		})
	})
	return s.mergedLines(tail, r)
}

// mergedLines repeats the merges inside the repeated row. They are written
// here because the library compares each with each when it saves.
func (s *templateSheet) mergedLines(tail []byte, r rowRepeat) []byte {
	var added bytes.Buffer
	count := 0
	for _, m := range s.grid.Merges {
		if m.Row1 != s.row || m.Row2 != s.row {
			continue
		}
		for n := 1; n < r.n; n++ {
			count++
			added.WriteString(`<mergeCell ref="` + grid.Ref(s.row+n, m.Col1) + ":" + grid.Ref(s.row+n, m.Col2) + `"/>`)
		}
	}
	at := bytes.Index(tail, mergesEnd)
	if count == 0 || at < 0 {
		return tail
	}
	tail = join(tail[:at], added.Bytes(), tail[at:])
	return mapGroup(mergesCount, tail, func(old string) string {
		n, _ := strconv.Atoi(old)
		return strconv.Itoa(n + count)
	})
}
