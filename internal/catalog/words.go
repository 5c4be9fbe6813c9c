package catalog

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
)

// relation says how two words stand to each other.
type relation uint8

const (
	unrelated relation = iota
	same               // two words for one thing
	review             // may be one thing: a person must say
	notSame            // easily confused and never one thing
)

var relations = map[string]relation{"same": same, "review": review, "not_same": notSame}

type wordPair struct{ a, b string }

func pairOf(a, b string) wordPair {
	if a > b {
		a, b = b, a
	}
	return wordPair{a, b}
}

// Words is what is known about names and units of goods beyond one bureau's
// own catalogue: collected synonyms with their verdicts. It never changes.
type Words struct {
	canonical map[string]string   // key of a name → the standard word for it
	variants  map[string][]string // key of the standard word → other words
	names     map[wordPair]relation
	reviews   map[string][]string // key of a name → names it may be the same as
	units     map[string]string   // key of a unit → the standard word
	unitPairs map[wordPair]relation
	forItem   []itemUnits
}

// itemUnits is a pair of units that count the same pieces for one family of
// goods: 顶 and 个 of tents.
type itemUnits struct {
	pair   wordPair
	family string // key of a name that must stand in the item's name
	rel    relation
}

var noWords = &Words{}

// ReadWords reads a table kind, canonical, variant, relation, note with a
// heading row. It takes the rows of kind item, unit and unit_for_item; others
// belong to the reading of ledgers.
func ReadWords(r io.Reader) (*Words, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("catalog: words: %w", err)
	}
	w := &Words{canonical: map[string]string{}, variants: map[string][]string{}, names: map[wordPair]relation{}, reviews: map[string][]string{},
		units: map[string]string{}, unitPairs: map[wordPair]relation{}}
	for i, row := range rows {
		if i == 0 || len(row) < 5 {
			continue
		}
		rel, known := relations[row[3]]
		if !known {
			return nil, fmt.Errorf("catalog: words: row %d: unknown relation %q", i+1, row[3])
		}
		switch row[0] {
		case "item":
			w.addName(row[1], row[2], rel)
		case "unit":
			w.addUnit(row[1], row[2], rel)
		case "unit_for_item":
			w.addItemUnits(row[1], row[2], row[4], rel)
		}
	}
	return w, nil
}

func (w *Words) addName(canonical, variant string, rel relation) {
	c, v := nameKey(canonical), nameKey(variant)
	if c == v || c == "" || v == "" {
		return
	}
	if rel == same {
		w.canonical[v] = canonical
		w.variants[c] = append(w.variants[c], variant)
		return
	}
	w.names[pairOf(c, v)] = rel
	if rel == review {
		w.reviews[c] = append(w.reviews[c], variant)
		w.reviews[v] = append(w.reviews[v], canonical)
	}
}

func (w *Words) addUnit(canonical, variant string, rel relation) {
	if rel == same {
		w.units[Key(variant)] = canonical
		return
	}
	w.unitPairs[pairOf(Key(canonical), Key(variant))] = rel
}

// addItemUnits reads the family from the note: "帐篷: both words count …".
func (w *Words) addItemUnits(canonical, variant, note string, rel relation) {
	family, _, ok := strings.Cut(note, ":")
	if !ok {
		return
	}
	w.forItem = append(w.forItem, itemUnits{pairOf(w.unitKey(canonical), w.unitKey(variant)), nameKey(family), rel})
}

// Canonical gives the standard word for a name, or the name itself.
func (w *Words) Canonical(name string) string {
	if c, ok := w.canonical[nameKey(name)]; ok {
		return c
	}
	return name
}

// Variants gives the other words for a standard name, in the table's order.
func (w *Words) Variants(name string) []string { return slices.Clone(w.variants[nameKey(name)]) }

// SaysTheSame reports that a variant of an item's name says no more than the
// item does: 12㎡单帐篷 names a size that 单帐篷 without a spec does not have.
func (w *Words) SaysTheSame(variant string, it Item) bool {
	for _, size := range sizesIn(nameKey(variant)) {
		if !strings.Contains(nameKey(it.Name)+"|"+specKey(it.Spec), size) {
			return false
		}
	}
	return true
}

// Unit gives the standard word for a unit, or the unit itself: 公斤 → 千克.
func (w *Words) Unit(unit string) string {
	if c, ok := w.units[Key(unit)]; ok {
		return c
	}
	return strings.TrimSpace(unit)
}

func (w *Words) unitKey(unit string) string { return Key(w.Unit(unit)) }

// NeverSame reports that two names are known to be different goods, whatever
// they look like. Standard words speak for their variants.
func (w *Words) NeverSame(a, b string) bool { return w.nameRelation(a, b) == notSame }

func (w *Words) nameRelation(a, b string) relation {
	ka, kb := nameKey(a), nameKey(b)
	ca, cb := nameKey(w.Canonical(a)), nameKey(w.Canonical(b))
	found := unrelated
	for _, p := range []wordPair{pairOf(ka, kb), pairOf(ca, kb), pairOf(ka, cb), pairOf(ca, cb)} {
		found = max(found, w.names[p]) // not_same outweighs review
	}
	if found == unrelated && ca == cb {
		return same
	}
	return found
}

// reviewed lists the names a name may be the same as, which a person must say.
func (w *Words) reviewed(name string) []string {
	list := slices.Clone(w.reviews[nameKey(name)])
	if c := w.Canonical(name); nameKey(c) != nameKey(name) {
		list = append(list, w.reviews[nameKey(c)]...)
	}
	return list
}

// unitRelation says how a ledger's unit stands to an item's. Two units that
// count single pieces of one family are the same only for that family.
func (w *Words) unitRelation(item Item, name, unit string) relation {
	p := pairOf(w.unitKey(item.Unit), w.unitKey(unit))
	if p.a == p.b {
		return same
	}
	found := w.unitPairs[p]
	for _, u := range w.forItem {
		if u.pair == p && inFamily(u.family, item, name) {
			found = max(found, u.rel)
		}
	}
	return found
}

func inFamily(family string, item Item, name string) bool {
	for _, n := range append([]string{name, item.Name}, item.Aliases...) {
		if strings.Contains(nameKey(n), family) {
			return true
		}
	}
	return false
}
