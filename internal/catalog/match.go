package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict says how sure a match is. The zero value books nothing.
type Verdict uint8

// Same may be taken without a question; Similar must be asked.
const (
	Unknown Verdict = iota
	Similar
	Same
)

// Match is the answer for one name of a ledger. Item is set for Same alone;
// Candidates are what to offer, the likeliest first; Why is a sentence for the
// person who decides.
type Match struct {
	Verdict    Verdict
	Item       *Item
	Candidates []Item
	Why        string
}

// maxCandidates bounds what a person is asked to choose from.
const maxCandidates = 5

// line is what a ledger says, folded for comparison.
type line struct{ rawName, rawSpec, rawUnit, name, spec string }

// fit is an item that goes by the line's name.
type fit struct {
	item  int32
	alias bool     // by another name
	spec  bool     // specs agree
	unit  relation // of the two units; unrelated when one is missing
	exact bool     // the same unit, not only one that counts the same pieces
}

// Match finds the item a ledger's line means. It says Same only when the name
// (or an alias, or name and spec in one), the spec and the unit all agree and
// nothing else fits as well; whatever is less certain is Similar, so that a
// person is asked. Names known to be different goods are never offered.
func (ix *Index) Match(name, spec, unit string) Match {
	l := line{rawName: strings.TrimSpace(name), rawSpec: strings.TrimSpace(spec), rawUnit: strings.TrimSpace(unit),
		name: nameKey(name), spec: specKey(spec)}
	if l.name == "" {
		return Match{Why: "没有写物资名称，请补上名称。"}
	}
	fits := ix.fits(l)
	if f, ok := sure(fits); ok {
		item := ix.items[f.item]
		return Match{Verdict: Same, Item: &item, Candidates: []Item{item}, Why: ix.whySame(l, f)}
	}
	return ix.unsure(l, fits)
}

// fits lists the items with the line's name, each once in its best role, the
// best first.
func (ix *Index) fits(l line) []fit {
	var list []fit
	add := func(n namedItem, specAgrees bool) {
		it := ix.items[n.item]
		if ix.words.NeverSame(l.rawName, it.Name) {
			return
		}
		f := fit{item: n.item, alias: n.alias, spec: specAgrees}
		if l.rawUnit != "" && it.Unit != "" {
			f.unit = ix.words.unitRelation(it, l.rawName, l.rawUnit)
			f.exact = ix.words.unitKey(it.Unit) == ix.words.unitKey(l.rawUnit)
		}
		at := slices.IndexFunc(list, func(o fit) bool { return o.item == f.item })
		switch {
		case at < 0:
			list = append(list, f)
		case f.weight() > list[at].weight():
			list[at] = f
		}
	}
	for _, n := range ix.names.named[l.name] {
		s := specKey(ix.items[n.item].Spec)
		add(n, s == l.spec || n.withSpec && l.spec == "")
	}
	if l.spec != "" { // the catalogue may write the spec into its name
		for _, key := range []string{l.name + nameKey(l.spec), nameKey(l.spec) + l.name} {
			for _, n := range ix.names.named[key] {
				add(n, ix.items[n.item].Spec == "" || specKey(ix.items[n.item].Spec) == l.spec)
			}
		}
	}
	ix.fitsByWords(l, add)
	slices.SortStableFunc(list, func(a, b fit) int { return b.weight() - a.weight() })
	return list
}

// fitsByWords adds items under the standard word for the line's name. A size
// inside the line's name must then stand in the item too: 12㎡单帐篷 is not any
// 单帐篷.
func (ix *Index) fitsByWords(l line, add func(namedItem, bool)) {
	standard := nameKey(ix.words.Canonical(l.rawName))
	if standard == l.name {
		return
	}
	for _, n := range ix.names.named[standard] {
		it := ix.items[n.item]
		s := specKey(it.Spec)
		agrees := s == l.spec
		for _, size := range sizesIn(l.name) {
			written := strings.Contains(s, size)
			agrees = (agrees || l.spec == "" && s == size) && (written || strings.Contains(nameKey(it.Name), size))
		}
		n.alias = true
		add(n, agrees)
	}
}

// weight orders fits: specs first, then units, then the item's own name.
func (f fit) weight() int {
	w := 0
	if f.spec {
		w += 8
	}
	if f.unit == same {
		w += 4
	}
	if f.exact {
		w += 2
	}
	if !f.alias {
		w++
	}
	return w
}

// sure gives the one fit that needs no question.
func sure(fits []fit) (fit, bool) {
	var agreeing []fit
	for _, f := range fits {
		if f.spec && f.unit == same {
			agreeing = append(agreeing, f)
		}
	}
	only := func(test func(fit) bool) (fit, bool) {
		var found []fit
		for _, f := range agreeing {
			if test(f) {
				found = append(found, f)
			}
		}
		if len(found) != 1 {
			return fit{}, false
		}
		return found[0], true
	}
	if f, ok := only(func(f fit) bool { return f.exact && !f.alias }); ok {
		return f, true
	}
	if !slices.ContainsFunc(agreeing, func(f fit) bool { return !f.alias }) {
		if f, ok := only(func(f fit) bool { return f.exact }); ok {
			return f, true
		}
	}
	return only(func(fit) bool { return true })
}

func (ix *Index) whySame(l line, f fit) string {
	it := ix.items[f.item]
	switch {
	case !f.exact:
		return fmt.Sprintf("目录中的「%s」；单位「%s」与「%s」都按件计，数量相同。", it.Label(), l.rawUnit, it.Unit)
	case f.alias:
		return fmt.Sprintf("「%s」是目录中「%s」的别名。", l.rawName, it.Label())
	}
	return fmt.Sprintf("目录中的「%s」。", it.Label())
}

// unsure collects what a person may mean and says why it is asked.
func (ix *Index) unsure(l line, fits []fit) Match {
	m := Match{Verdict: Similar}
	offer := func(i int32, why string) {
		it := ix.items[i]
		if len(m.Candidates) == maxCandidates || slices.ContainsFunc(m.Candidates, func(c Item) bool { return c.ID == it.ID && c.Code == it.Code }) {
			return
		}
		if m.Why == "" {
			m.Why = why
		}
		m.Candidates = append(m.Candidates, it)
	}
	for _, f := range fits {
		offer(f.item, ix.whyAsked(l, f))
	}
	for _, name := range ix.words.reviewed(l.rawName) {
		for _, n := range ix.names.named[nameKey(name)] {
			offer(n.item, fmt.Sprintf("「%s」可能就是目录中的「%s」，请确认。", l.rawName, ix.items[n.item].Label()))
		}
	}
	ix.offerNear(l, offer)
	if len(m.Candidates) == 0 {
		return Match{Why: fmt.Sprintf("目录中没有「%s」，也没有名称相近的物资。确是新物资的，请先在物资目录新增。", l.rawName)}
	}
	return m
}

var nearReasons = [...]string{sameSound: "读音相同", fewEdits: "名称相近", partOf: "名称相近"}

// offerNear offers items with near names, those of the line's unit first.
func (ix *Index) offerNear(l line, offer func(int32, string)) {
	near := ix.names.near(l.rawName)
	for _, unitAgrees := range []bool{true, false} {
		for _, n := range near {
			e := ix.names.entries[n.entry]
			if ix.words.NeverSame(l.rawName, e.text) {
				continue
			}
			for _, i := range e.items {
				it := ix.items[i]
				if ix.words.NeverSame(l.rawName, it.Name) || (ix.words.unitKey(it.Unit) == ix.words.unitKey(l.rawUnit)) != unitAgrees {
					continue
				}
				offer(i, fmt.Sprintf("目录中没有「%s」；与「%s」%s，请确认是不是同一种物资。", l.rawName, e.text, nearReasons[n.how]))
			}
		}
	}
}

// whyAsked words what keeps a fit from being certain.
func (ix *Index) whyAsked(l line, f fit) string {
	it := ix.items[f.item]
	switch {
	case it.Unit == "":
		return fmt.Sprintf("目录中的「%s」还没有计量单位，请先在物资目录补上单位。", it.Label())
	case !f.spec && l.spec == "" && it.Spec != "":
		return fmt.Sprintf("目录中的「%s」规格是「%s」，表中没有写规格，请确认是不是这一种。", it.Name, it.Spec)
	case !f.spec && it.Spec == "":
		return fmt.Sprintf("表中「%s」带有规格%s，目录中的「%s」没有规格，请确认是不是同一种物资。", l.rawName, quoted(l.rawSpec), it.Name)
	case !f.spec:
		return fmt.Sprintf("规格不同：表中%s，目录中「%s」，请确认是不是同一种物资。", quoted(l.rawSpec), it.Spec)
	case l.rawUnit == "":
		return fmt.Sprintf("「%s」没有写计量单位，目录中按「%s」计，请确认。", l.rawName, it.Unit)
	case f.unit == notSame:
		return fmt.Sprintf("计量单位不同：表中「%s」，目录中「%s」，要换算后才能记账，请确认。", l.rawUnit, it.Unit)
	case f.unit != same:
		return fmt.Sprintf("计量单位不同：表中「%s」，目录中「%s」，请确认是不是同一种物资。", l.rawUnit, it.Unit)
	}
	return fmt.Sprintf("目录中有几种物资都对得上「%s」，请选一种。", l.rawName)
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return "「" + text + "」"
}

// SameUnit reports that a ledger's unit counts what an item's unit counts, one
// for one.
func (ix *Index) SameUnit(it Item, name, unit string) bool {
	return ix.words.unitRelation(it, name, unit) == same
}
