package sheet

import (
	"slices"
	"strings"
)

// ownLine are the elements that begin and end a line.
var ownLine = []string{"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "center", "form", "hr", "address"}

// passedOver are the elements whose content is no text of the page.
// <comment> is where LibreOffice keeps the note of a cell.
var passedOver = []string{"template", "xml", "select", "svg", "math", "object", "comment"}

// rawTexts are those whose content has no tags at all.
var rawTexts = []string{"script", "title", "noscript", "iframe", "noembed", "noframes"}

// voids are the elements without an end.
var voids = []string{"br", "img", "hr", "input", "meta", "link", "col", "wbr", "area", "base", "embed", "param", "source", "track"}

// start takes a start tag.
func (p *htmlPage) start(t htmlTag) error {
	if p.skipTag != "" {
		return p.passStart(t.name)
	}
	var table *htmlTable
	if n := len(p.open); n > 0 {
		table = p.open[n-1]
	}
	switch t.name {
	case "table":
		return p.startTable(t)
	case "style":
		p.style = true
		return nil
	case "meta":
		p.headed = p.headed || t.get("name") == "generator" && strings.HasPrefix(t.get("content"), "LibreOffice")
		return nil
	case "tr", "td", "th", "caption", "thead", "tbody", "tfoot", "col":
		if table == nil && t.name != "caption" && t.name != "col" {
			return broken("表格的行或单元格 <%s> 写在了表格外面", t.name)
		}
		return table.start(t)
	}
	if slices.Contains(rawTexts, t.name) || !t.closed && (slices.Contains(passedOver, t.name) ||
		t.look.hidden && !slices.Contains(voids, t.name) && t.name != "body") {
		p.skipTag, p.skipped = t.name, 1
		return nil
	}
	p.inline(t, table)
	return nil
}

// start takes a tag that makes up tables; outside of them some mean nothing.
func (t *htmlTable) start(tag htmlTag) error {
	if t == nil {
		return nil
	}
	switch tag.name {
	case "tr":
		return t.startRow(tag)
	case "td", "th":
		return t.startCell(tag)
	case "caption":
		if err := t.startRow(tag); err != nil {
			return err
		}
		return t.startCell(htmlTag{})
	case "col":
		return t.describe(tag)
	}
	t.hidden = tag.look.hidden
	return t.endRow()
}

// inline takes a tag that may stand in a cell.
func (p *htmlPage) inline(t htmlTag, table *htmlTable) {
	text := &p.text
	if table != nil {
		if table.cell == nil {
			return
		}
		text = &table.cell.text
		if struckTags[t.name] || t.look.struck && !slices.Contains(voids, t.name) {
			table.cell.struck++
		}
	}
	switch {
	case t.name == "br":
		text.lineBreak()
	case t.name == "input" && (t.get("type") == "" || strings.EqualFold(t.get("type"), "text")):
		text.write([]byte(t.get("value")))
	case slices.Contains(ownLine, t.name):
		text.block()
	}
}

// end takes an end tag; one that nothing waits for means nothing, as in a
// browser.
func (p *htmlPage) end(name string) error {
	if p.skipTag != "" {
		return p.passEnd(name)
	}
	if name == "style" {
		p.style = false
	}
	if len(p.open) == 0 {
		if slices.Contains(ownLine, name) {
			p.text.block()
		}
		return nil
	}
	table := p.open[len(p.open)-1]
	switch name {
	case "table":
		return p.endTable()
	case "tr", "thead", "tbody", "tfoot", "caption":
		return table.endRow()
	case "td", "th":
		return table.endCell()
	}
	if table.cell != nil {
		if slices.Contains(ownLine, name) {
			table.cell.text.block()
		} else if struckTags[name] {
			table.cell.struck = max(0, table.cell.struck-1)
		}
	}
	return nil
}

// tableParts are the tags that hold a table together.
var tableParts = []string{"tr", "td", "th", "thead", "tbody", "tfoot", "caption"}

// passStart takes a start tag inside an element that is passed over. A part of
// the table around that element means that its end is missing: everything
// behind it would be lost.
func (p *htmlPage) passStart(name string) error {
	switch {
	case name == p.skipTag:
		p.skipped++
	case name == "table":
		p.passed++
	}
	if slices.Contains(tableParts, name) {
		p.hidden = true
		return p.checkPassed()
	}
	return nil
}

func (p *htmlPage) passEnd(name string) error {
	switch {
	case name == p.skipTag:
		if p.skipped--; p.skipped == 0 {
			p.skipTag, p.passed = "", 0
		}
	case name == "table":
		if p.passed--; p.passed < 0 {
			p.passed = 0
			return p.checkPassed()
		}
	case slices.Contains(tableParts, name):
		return p.checkPassed()
	}
	return nil
}

func (p *htmlPage) checkPassed() error {
	if p.passed == 0 && len(p.open) > 0 {
		return broken("标签 <%s> 没有结束", p.skipTag)
	}
	return nil
}
