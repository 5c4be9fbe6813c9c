package reading

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"regexp"
	"strings"
)

// words are the headings and marks this package needs beside the synonyms of
// the district; on the same heading they win.
//
//go:embed words.csv
var words string

// heading is what the word list says of one heading.
type heading struct {
	field  Field
	review bool // look at the values before believing it
}

type rule struct {
	name string
	form *regexp.Regexp
}

// Lexicon is the offices' vocabulary. It is read-only after loading and may be
// shared by any number of readings.
type Lexicon struct {
	headings   map[string]heading
	forms      []rule            // whole headings put together from parts: 本期 入库 数量
	patterns   []rule            // what a heading may hold
	items      map[string]string // variant → standard word
	units      map[string]string
	unitWords  map[string]bool // known units; true = may be a fraction
	totals     map[string]string
	carries    map[string]string
	pairs      map[string]string
	kinds      []rule
	roleNames  []rule
	directions map[string]string
	empty      map[string]bool
	ditto      map[string]bool
	examples   map[string]bool
	papers     map[string]map[string]string // of papers that are no ledgers: by list, variant → meaning
}

// LoadLexicon reads the synonyms (columns kind, canonical, variant, relation,
// note) on top of the package's own words.
func LoadLexicon(synonyms io.Reader) (*Lexicon, error) {
	l := &Lexicon{
		headings: map[string]heading{}, items: map[string]string{}, units: map[string]string{}, unitWords: map[string]bool{}, totals: map[string]string{},
		carries: map[string]string{}, pairs: map[string]string{}, directions: map[string]string{}, empty: map[string]bool{}, ditto: map[string]bool{}, examples: map[string]bool{},
		papers: map[string]map[string]string{},
	}
	for _, source := range []struct {
		name string
		text io.Reader
		wins bool
	}{{"synonyms", synonyms, false}, {"words.csv", strings.NewReader(words), true}} {
		if err := l.load(source.text, source.wins); err != nil {
			return nil, fmt.Errorf("reading: %s: %w", source.name, err)
		}
	}
	return l, nil
}

func (l *Lexicon) load(text io.Reader, wins bool) error {
	lines := csv.NewReader(text)
	lines.FieldsPerRecord = 5
	if _, err := lines.Read(); err != nil {
		return fmt.Errorf("heading line: %w", err)
	}
	for {
		record, err := lines.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.add(record[0], record[1], record[2], record[3], wins); err != nil {
			line, _ := lines.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// add takes one line. Kinds this package does not use are passed over: the
// same list serves the catalogue.
func (l *Lexicon) add(kind, canonical, variant, relation string, wins bool) error {
	key := fold(variant)
	switch kind {
	case "header":
		l.addHeading(canonical, key, relation, wins)
	case "form", "pattern", "doc_kind", "sheet_role":
		return l.addRule(kind, canonical, variant)
	case "item":
		if relation == "same" {
			l.items[key] = canonical
		}
	case "unit":
		if relation == "same" {
			l.units[key] = canonical
		}
	case "unit_word":
		l.unitWords[key] = canonical == "measure"
	case "total_word":
		l.totals[key] = canonical
	case "carry_word":
		l.carries[key] = canonical
	case "pair":
		l.pairs[key] = canonical
	case "direction":
		l.directions[key] = canonical
	case "empty_mark", "no_expiry":
		l.empty[key] = true
	case "ditto":
		l.ditto[key] = true
	case "example_mark":
		l.examples[key] = true
	case "request_label", "request_column", "roll_label", "roll_column":
		if l.papers[kind] == nil {
			l.papers[kind] = map[string]string{}
		}
		l.papers[kind][key] = canonical
	}
	return nil
}

// addHeading keeps the first meaning of a heading unless the new one wins; a
// not_same line only says that the heading is known and not read.
func (l *Lexicon) addHeading(canonical, key, relation string, wins bool) {
	if relation == "not_same" {
		canonical = string(Other)
	}
	if old, known := l.headings[key]; known && !wins && (old.field != Other || relation == "not_same") {
		return
	}
	l.headings[key] = heading{Field(canonical), relation == "review"}
}

func (l *Lexicon) addRule(kind, name, form string) error {
	compiled, err := regexp.Compile(form)
	if err != nil {
		return fmt.Errorf("%s %q: %w", kind, form, err)
	}
	r := rule{name, compiled}
	switch kind {
	case "form":
		l.forms = append(l.forms, r)
	case "pattern":
		l.patterns = append(l.patterns, r)
	case "doc_kind":
		l.kinds = append(l.kinds, r)
	default:
		l.roleNames = append(l.roleNames, r)
	}
	return nil
}

// heading finds the meaning of a heading: as written, then without what is in
// brackets, then by the patterns.
func (l *Lexicon) heading(text string) (heading, bool) {
	if h, ok := l.exactHeading(text); ok {
		return h, true
	}
	base, _ := cutBrackets(fold(text))
	for _, p := range l.patterns {
		if p.form.MatchString(base) {
			return heading{field: Field(p.name)}, true
		}
	}
	return heading{}, false
}

// exactHeading leaves the patterns out: they are too wide to tell a heading
// row from a row of values.
func (l *Lexicon) exactHeading(text string) (heading, bool) {
	key := strings.Trim(fold(text), "*:★.。#_-/")
	if h, ok := l.headings[key]; ok {
		return h, true
	}
	base, _ := cutBrackets(key)
	base = strings.Trim(base, "*:★.。#_-/")
	if h, ok := l.headings[base]; ok {
		return h, true
	}
	if han := withoutLatin(base); han != base && han != "" {
		return l.exactHeading(han)
	}
	if n := runeCount(base); n < 2 || n > maxFormRunes {
		return heading{}, false
	}
	for _, f := range l.forms {
		if f.form.MatchString(base) {
			return heading{field: Field(f.name)}, true
		}
	}
	return heading{}, false
}

// maxFormRunes bounds what is held against the forms: longer texts are no
// headings made of words like 本期 and 数量.
const maxFormRunes = 14

// match gives the name of the first rule whose form a text holds.
func match(rules []rule, text string) string {
	for _, r := range rules {
		if r.form.MatchString(text) {
			return r.name
		}
	}
	return ""
}

// stdUnit gives the standard word of a unit, the word itself when it has none.
func (l *Lexicon) stdUnit(unit string) string {
	key := fold(unit)
	if std, ok := l.units[key]; ok {
		return std
	}
	return key
}

func (l *Lexicon) isUnit(unit string) bool {
	key := fold(unit)
	_, word := l.unitWords[key]
	_, variant := l.units[key]
	return key != "" && (word || variant)
}

// Measures reports whether a unit can be a fraction: 吨, not 台.
func (l *Lexicon) Measures(unit string) bool {
	return l.unitWords[fold(unit)] || l.unitWords[fold(l.stdUnit(unit))]
}

func (l *Lexicon) isEmpty(text string) bool { return text == "" || l.empty[fold(text)] }

func (l *Lexicon) isDitto(text string) bool {
	return l.ditto[fold(text)] || text == "\"" || text == "”"
}

// stdItem gives the standard name of an item, "" when the list has none or the
// name is standard already.
func (l *Lexicon) stdItem(item string) string {
	if std := l.items[fold(item)]; std != "" && fold(std) != fold(item) {
		return std
	}
	return ""
}

// WithHeadings gives the vocabulary with headings that the bureau explained
// itself; on the same heading they win.
func (l *Lexicon) WithHeadings(own map[string]Field) *Lexicon {
	if len(own) == 0 {
		return l
	}
	more := *l
	more.headings = maps.Clone(l.headings)
	for word, field := range own {
		more.headings[fold(word)] = heading{field: field}
	}
	return &more
}

// HeadingKey folds a heading as it is compared.
func HeadingKey(text string) string { return fold(text) }

// withoutLatin takes the English off a heading in two languages: 品名item.
func withoutLatin(folded string) string {
	return strings.TrimFunc(folded, func(r rune) bool { return r < 0x2e80 })
}
