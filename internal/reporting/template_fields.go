package reporting

import (
	"slices"
	"strings"

	"changbei/internal/day"
	"changbei/internal/sheet"
)

// The fields an office may use in its own workbook. One table per kind of
// export: a further kind only adds a table and says where its rows come from.

// templateField is one field: its name, other words for it, and its value in a
// line or in the head.
type templateField[T any] struct {
	name  string
	value func(T) sheet.Value
	also  []string
}

// templateTable is the fields of one kind of export. Names of head and line
// are disjoint: a name tells which row is repeated.
type templateTable[H, L any] struct {
	kind, name string
	about      string
	head       []templateField[H]
	line       []templateField[L]
}

// TemplateKind is a kind of export an own workbook can lay out, with the names
// of its fields in the order pages list them.
type TemplateKind struct {
	Kind, Name, About string
	Head, Line        []string
}

// templateLayout is a table whatever its rows are.
type templateLayout interface {
	kindOf() TemplateKind
	fields() sheet.Fields
}

// templateLayouts are all kinds, in the order pages show them.
var templateLayouts = []templateLayout{stockTemplate, summaryTemplate, voucherTemplate}

// TemplateKinds lists the kinds of export with their fields.
func TemplateKinds() []TemplateKind {
	var out []TemplateKind
	for _, l := range templateLayouts {
		out = append(out, l.kindOf())
	}
	return out
}

func layoutOf(kind string) templateLayout {
	i := slices.IndexFunc(templateLayouts, func(l templateLayout) bool { return l.kindOf().Kind == kind })
	if i < 0 {
		return nil
	}
	return templateLayouts[i]
}

func (t templateTable[H, L]) kindOf() TemplateKind {
	k := TemplateKind{Kind: t.kind, Name: t.name, About: t.about}
	for _, f := range t.head {
		k.Head = append(k.Head, f.name)
	}
	for _, f := range t.line {
		k.Line = append(k.Line, f.name)
	}
	return k
}

// fields gives all names: the ones shown first, then the other words.
func (t templateTable[H, L]) fields() sheet.Fields {
	k := t.kindOf()
	out := sheet.Fields{Head: k.Head, Line: k.Line}
	for _, f := range t.head {
		out.Head = append(out.Head, f.also...)
	}
	for _, f := range t.line {
		out.Line = append(out.Line, f.also...)
	}
	return out
}

// filling gives the values in the order of fields.
func (t templateTable[H, L]) filling(head H, lines []L) sheet.Filling {
	out := sheet.Filling{Head: valuesOf(t.head, head), Lines: make([][]sheet.Value, len(lines))}
	for i, l := range lines {
		out.Lines[i] = valuesOf(t.line, l)
	}
	return out
}

func valuesOf[T any](fields []templateField[T], of T) []sheet.Value {
	var values []sheet.Value
	for _, f := range fields {
		values = append(values, f.value(of))
	}
	for i, f := range fields {
		for range f.also {
			values = append(values, values[i])
		}
	}
	return values
}

// templateHead is what every kind's head knows.
type templateHead struct {
	org, depot string
	preparedBy string
	today      day.Day
	rows       int
}

// templateHeads are the head's fields that every kind has.
func templateHeads[H any](of func(H) templateHead) []templateField[H] {
	return []templateField[H]{
		{"编制单位", func(h H) sheet.Value { return sheet.Text(of(h).org) }, []string{"填报单位", "单位名称"}},
		{"储备库名称", func(h H) sheet.Value { return sheet.Text(of(h).depot) }, nil},
		{"制表人", func(h H) sheet.Value { return sheet.Text(of(h).preparedBy) }, []string{"填表人"}},
		{"制表日期", func(h H) sheet.Value { return sheet.Date(of(h).today) }, []string{"填表日期", "打印日期"}},
		{"行数", func(h H) sheet.Value { return sheet.Int(int64(of(h).rows)) }, nil},
	}
}

// quantityOf is a sum of goods, blank where units differ.
func quantityOf(v sheet.Value, mixed bool) sheet.Value {
	if mixed {
		return sheet.Blank()
	}
	return v
}

// placeholder writes a field as a template names it.
func placeholder(name string) string { return "{{" + name + "}}" }

// placeholderText writes a field behind its words: 编制单位：{{编制单位}}.
func placeholderText(words, name string) string {
	return strings.TrimSpace(words) + placeholder(name)
}
