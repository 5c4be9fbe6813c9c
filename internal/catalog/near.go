package catalog

import (
	"cmp"
	"slices"
)

// namebook finds items by what they are called: exactly, by the same sound, or
// nearly.
type namebook struct {
	named   map[string][]namedItem // folded name → items
	entries []nameEntry            // every different name and alias
	bySound map[string][]int32     // full pinyin → entries
	byRune  map[rune][]int32       // a character → entries that hold it
}

// namedItem is an item under one of its names.
type namedItem struct {
	item     int32
	alias    bool
	withSpec bool // the spec is part of this name: 12㎡棉帐篷
}

type nameEntry struct {
	text  string
	runes []rune
	items []int32
}

func newNamebook(items []Item, words *Words) namebook {
	b := namebook{named: map[string][]namedItem{}, bySound: map[string][]int32{}, byRune: map[rune][]int32{}}
	at := map[string]int32{}
	for i, it := range items {
		b.enter(at, it.Name, it.Spec, namedItem{item: int32(i)})
		for _, a := range it.Aliases {
			if !words.NeverSame(a, it.Name) {
				b.enter(at, a, it.Spec, namedItem{item: int32(i), alias: true})
			}
		}
	}
	return b
}

func (b *namebook) enter(at map[string]int32, name, spec string, n namedItem) {
	key := nameKey(name)
	if key == "" {
		return
	}
	b.named[key] = append(b.named[key], n)
	if s := nameKey(spec); s != "" {
		n.withSpec = true
		b.named[key+s] = append(b.named[key+s], n)
		b.named[s+key] = append(b.named[s+key], n)
	}
	e, known := at[key]
	if !known {
		e = int32(len(b.entries))
		at[key] = e
		b.entries = append(b.entries, nameEntry{text: name, runes: []rune(key)})
		b.file(e, key)
	}
	if items := b.entries[e].items; len(items) == 0 || items[len(items)-1] != n.item {
		b.entries[e].items = append(items, n.item)
	}
}

// file puts a new entry under its sounds and characters.
func (b *namebook) file(e int32, key string) {
	for _, s := range sounds(key) {
		if list := b.bySound[s.full]; len(list) == 0 || list[len(list)-1] != e {
			b.bySound[s.full] = append(list, e)
		}
	}
	for _, r := range b.entries[e].runes {
		if list := b.byRune[r]; len(list) == 0 || list[len(list)-1] != e {
			b.byRune[r] = append(list, e)
		}
	}
}

// nearness says why two names look alike, the closest first.
type nearness uint8

const (
	sameSound nearness = iota
	fewEdits
	partOf
)

type nearName struct {
	entry    int32
	how      nearness
	distance int
}

// near lists names that look or sound like one, closest first, without the
// name itself.
func (b *namebook) near(name string) []nearName {
	key := nameKey(name)
	runes := []rune(key)
	seen := map[int32]bool{}
	var list []nearName
	for _, s := range sounds(key) {
		for _, e := range b.bySound[s.full] {
			if !seen[e] && string(b.entries[e].runes) != key {
				seen[e] = true
				list = append(list, nearName{entry: e, how: sameSound})
			}
		}
	}
	for _, r := range runes {
		for _, e := range b.byRune[r] {
			if seen[e] {
				continue
			}
			seen[e] = true
			if how, distance, ok := alike(runes, b.entries[e].runes); ok {
				list = append(list, nearName{e, how, distance})
			}
		}
	}
	slices.SortStableFunc(list, func(x, y nearName) int {
		return cmp.Or(cmp.Compare(x.how, y.how), cmp.Compare(x.distance, y.distance), cmp.Compare(x.entry, y.entry))
	})
	return list
}

// alike compares two names: few edits for their length, or one made of the
// other's characters in order, ending in the same one (the noun stands last in
// Chinese: 防潮垫, 防潮充气垫), or one inside the other.
func alike(a, b []rune) (nearness, int, bool) {
	if slices.Equal(a, b) {
		return 0, 0, false
	}
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	gap := len(long) - len(short)
	if allowed := editsAllowed(len(long)); gap <= allowed {
		if d := edits(short, long); d <= allowed {
			return fewEdits, d, true
		}
	}
	if len(short) < 2 {
		return 0, 0, false
	}
	switch {
	case inside(short, long):
		return partOf, gap, true
	case inOrder(short, long) && short[len(short)-1] == long[len(long)-1]:
		return partOf, gap + maxNameRunes, true // behind every unbroken one
	}
	return 0, 0, false
}

// editsAllowed: in two characters one edit makes another thing (雨衣, 雨靴).
func editsAllowed(length int) int {
	switch {
	case length < 3:
		return 0
	case length < 6:
		return 1
	}
	return 2
}

// maxNameRunes bounds the comparison; the catalogue's names have at most 100.
const maxNameRunes = 128

// edits is the number of characters to insert, drop or change.
func edits(a, b []rune) int {
	if len(b) > maxNameRunes {
		return maxNameRunes
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, ra := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, rb := range b {
			cost := diagonal
			if ra != rb {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

func inOrder(short, long []rune) bool {
	i := 0
	for _, r := range long {
		if i < len(short) && short[i] == r {
			i++
		}
	}
	return i == len(short)
}

func inside(short, long []rune) bool {
	for i := 0; i+len(short) <= len(long); i++ {
		if slices.Equal(short, long[i:i+len(short)]) {
			return true
		}
	}
	return false
}

// maxSuggestions bounds what a page offers as "did you mean".
const maxSuggestions = 5

// Suggest gives names that sound or look like a Chinese word the catalogue
// does not have (折迭床 → 折叠床), closest first; nothing for a known name.
func (ix *Index) Suggest(word string) []string {
	key := nameKey(word)
	if key == "" || latin(word) != "" || len(ix.names.named[key]) > 0 {
		return nil
	}
	var list []string
	offer := func(name string) {
		if len(list) < maxSuggestions && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	near := ix.names.near(word)
	for _, n := range near {
		if n.how == sameSound {
			offer(ix.names.entries[n.entry].text)
		}
	}
	for _, s := range sounds(key) { // the beginning of a name, typed by ear
		ix.full.prefixed(s.full, func(_ string, i int32) { offer(ix.items[i].Name) })
	}
	for _, n := range near {
		offer(ix.names.entries[n.entry].text)
	}
	return list
}
