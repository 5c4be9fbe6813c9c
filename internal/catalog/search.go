package catalog

import (
	"slices"
	"strings"
	"unicode"
)

// The ways a word can match an item, best first. An alias counts like a name
// and stands behind every name; initials in the middle of a name come last.
const (
	exactCode uint8 = iota
	namePrefix
	initialsPrefix
	codePrefix
	fullPrefix
	nameContains
	aliasPrefix
	aliasInitials
	aliasFull
	aliasContains
	initialsContain
	noMatch
)

// maxWords bounds the words of a query; more only cost time.
const maxWords = 8

// Search gives the items that match every word of a query, best first, at
// most limit (0 = all). An empty query matches nothing.
func (ix *Index) Search(query string, limit int) []Item {
	words := strings.FieldsFunc(query, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("，、；;", r)
	})
	words = words[:min(len(words), maxWords)]
	if len(words) == 0 || len(ix.items) == 0 {
		return nil
	}
	total := make([]uint16, len(ix.items))
	ranks := make([]uint8, len(ix.items))
	for _, w := range words {
		for i := range ranks {
			ranks[i] = noMatch
		}
		ix.rank(w, ranks)
		for i, r := range ranks {
			if r == noMatch || total[i] == missed {
				total[i] = missed
			} else {
				total[i] += uint16(r)
			}
		}
	}
	return ix.best(total, limit)
}

const missed = 1<<16 - 1

// rank notes the best way one word matches each item.
func (ix *Index) rank(word string, ranks []uint8) {
	note := func(rank uint8) func(string, int32) {
		return func(_ string, i int32) { ranks[i] = min(ranks[i], rank) }
	}
	part := func(rank uint8) func(int32) {
		return func(i int32) { ranks[i] = min(ranks[i], rank) }
	}
	key := Key(word)
	if key == "" {
		return
	}
	ix.code.prefixed(key, func(k string, i int32) {
		rank := codePrefix
		if k == key {
			rank = exactCode
		}
		ranks[i] = min(ranks[i], rank)
	})
	ix.name.prefixed(key, note(namePrefix))
	ix.text.containing(key, part(nameContains))
	ix.aliasName.prefixed(key, note(aliasPrefix))
	ix.aliasText.containing(key, part(aliasContains))
	typed := latin(word)
	if typed == "" {
		return
	}
	ix.initials.prefixed(typed, note(initialsPrefix))
	ix.full.prefixed(typed, note(fullPrefix))
	ix.aliasInitials.prefixed(typed, note(aliasInitials))
	ix.aliasFull.prefixed(typed, note(aliasFull))
	if len(typed) > 1 { // one letter stands in the middle of nearly every name
		ix.initialsText.containing(typed, part(initialsContain))
	}
}

// best picks the lowest totals; equals keep the index's order. It keeps a
// short sorted list instead of sorting thousands of hits.
func (ix *Index) best(total []uint16, limit int) []Item {
	if limit <= 0 || limit > len(total) {
		limit = len(total)
	}
	kept := make([]uint64, 0, min(limit, 64)+1)
	for i, t := range total {
		if t == missed {
			continue
		}
		score := uint64(t)<<32 | uint64(i)
		if limit == len(total) {
			kept = append(kept, score)
			continue
		}
		if len(kept) == limit && score >= kept[limit-1] {
			continue
		}
		at, _ := slices.BinarySearch(kept, score)
		kept = slices.Insert(kept, at, score)
		kept = kept[:min(len(kept), limit)]
	}
	slices.Sort(kept)
	items := make([]Item, len(kept))
	for i, score := range kept {
		items[i] = ix.items[uint32(score)]
	}
	return items
}
