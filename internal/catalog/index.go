package catalog

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// Index finds items by name, alias, code and pinyin, and matches the names of
// a ledger. It is a snapshot: build a new one when the catalogue changed. Safe
// for concurrent use, since nothing in it changes.
type Index struct {
	items []Item // in the order equals are shown
	words *Words

	code, name, initials, full          table
	aliasName, aliasInitials, aliasFull table
	text, aliasText, initialsText       passage

	names namebook
}

// NewIndex builds an index. Words add what is known about names and units
// beyond the catalogue's own aliases; without them matching only knows the
// items.
func NewIndex(items []Item, words ...*Words) *Index {
	ix := &Index{items: slices.Clone(items), words: noWords}
	if len(words) > 0 && words[0] != nil {
		ix.words = words[0]
	}
	slices.SortStableFunc(ix.items, shownBefore)
	for i, it := range ix.items {
		ix.add(int32(i), it)
	}
	for _, t := range []*table{&ix.code, &ix.name, &ix.initials, &ix.full, &ix.aliasName, &ix.aliasInitials, &ix.aliasFull} {
		t.sort()
	}
	ix.names = newNamebook(ix.items, ix.words)
	return ix
}

// shownBefore orders items that match equally well: usable before drafts,
// short before long, then by code.
func shownBefore(a, b Item) int {
	draft := func(i Item) int {
		if i.Draft {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(draft(a), draft(b)), cmp.Compare(len(a.Name)+len(a.Spec), len(b.Name)+len(b.Spec)), cmp.Compare(a.Code, b.Code))
}

func (ix *Index) add(i int32, it Item) {
	ix.code.add(Key(it.Code), i)
	name, spec := Key(it.Name), Key(it.Spec)
	ix.name.add(name+spec, i)
	parts := []string{name + spec}
	if spec != "" {
		parts = append(parts, spec+name)
	}
	ix.text.add(i, parts...)
	for _, s := range sounds(it.Name) {
		ix.initials.add(s.initials, i)
		ix.full.add(s.full, i)
		ix.initialsText.add(i, s.initials)
	}
	for _, a := range it.Aliases {
		ix.aliasName.add(Key(a), i)
		ix.aliasText.add(i, Key(a))
		for _, s := range sounds(a) {
			ix.aliasInitials.add(s.initials, i)
			ix.aliasFull.add(s.full, i)
			ix.initialsText.add(i, s.initials)
		}
	}
}

// Len is the number of items.
func (ix *Index) Len() int { return len(ix.items) }

// Items lists all items by code.
func (ix *Index) Items() []Item {
	list := slices.Clone(ix.items)
	slices.SortFunc(list, func(a, b Item) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

// table finds by prefix: keys sorted, with the item each belongs to.
type table struct{ rows []tableRow }

type tableRow struct {
	key  string
	item int32
}

func (t *table) add(key string, item int32) {
	if key != "" {
		t.rows = append(t.rows, tableRow{key, item})
	}
}

func (t *table) sort() {
	slices.SortFunc(t.rows, func(a, b tableRow) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.item, b.item)) })
	t.rows = slices.Compact(t.rows)
}

// prefixed calls found for every row whose key begins with the prefix.
func (t *table) prefixed(prefix string, found func(key string, item int32)) {
	i := sort.Search(len(t.rows), func(i int) bool { return t.rows[i].key >= prefix })
	for ; i < len(t.rows) && strings.HasPrefix(t.rows[i].key, prefix); i++ {
		found(t.rows[i].key, t.rows[i].item)
	}
}

// passage finds by substring: the texts of all items in one string, because
// one long search is many times faster than thousands of short ones.
type passage struct {
	text   string
	build  strings.Builder
	starts []int32 // where the texts of each entry begin
	item   []int32
}

// textEnd parts the texts; Key never gives control characters, so no word
// reaches across it.
const textEnd = "\x00"

func (p *passage) add(item int32, texts ...string) {
	p.starts = append(p.starts, int32(p.build.Len()))
	p.item = append(p.item, item)
	for _, t := range texts {
		p.build.WriteString(t)
		p.build.WriteString(textEnd)
	}
	p.text = p.build.String()
}

// containing calls found for every entry whose texts contain the word.
func (p *passage) containing(word string, found func(item int32)) {
	for at := 0; at < len(p.text); {
		i := strings.Index(p.text[at:], word)
		if i < 0 {
			return
		}
		entry, hit := slices.BinarySearch(p.starts, int32(at+i))
		if !hit {
			entry--
		}
		found(p.item[entry])
		if entry+1 == len(p.starts) {
			return
		}
		at = int(p.starts[entry+1])
	}
}
