package plan

import (
	"slices"

	"changbei/internal/id"
)

// Case is a kind of disaster (灾种) that standards tell apart.
type Case struct{ Key, Name string }

// Cases lists them in the order pages show them.
var Cases = []Case{{"flood", "洪涝"}, {"torrent", "山洪"}, {"fire", "森林火灾"}, {"ice", "冰冻"}}

// CaseName gives the office's word, "" for none.
func CaseName(key string) string {
	if at := slices.IndexFunc(Cases, func(c Case) bool { return c.Key == key }); at >= 0 {
		return Cases[at].Name
	}
	return ""
}

// For reports that the standard holds in a case; one without cases holds in
// all.
func (s Standard) For(key string) bool { return len(s.Cases) == 0 || slices.Contains(s.Cases, key) }

// SameNeed gives the first item two standards would both count in the same
// case: it would serve two needs.
func (g *Goods) SameNeed(a, b Standard) (item id.ID, both bool) {
	together := len(a.Cases) == 0 && len(b.Cases) == 0 ||
		slices.ContainsFunc(Cases, func(c Case) bool { return a.For(c.Key) && b.For(c.Key) })
	if !together || a.Retired || b.Retired {
		return 0, false
	}
	mine := g.All(a.Target)
	for _, it := range g.All(b.Target) {
		if slices.Contains(mine, it) {
			return it, true
		}
	}
	return 0, false
}
