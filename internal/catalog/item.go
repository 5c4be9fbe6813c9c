// Package catalog holds the items of the district: what a thing is called, in
// which unit it is counted, and how people look for it.
//
// Pure: search and matching work on an Index built from rows that somebody
// else loaded. It knows no SQL, HTTP or files.
package catalog

import (
	"strings"
	"unicode"

	"changbei/internal/id"
	"changbei/internal/quantity"

	"golang.org/x/text/unicode/norm"
)

// Category is a 类别 of the bureau's own catalogue.
type Category struct {
	ID       id.ID
	Code     string
	Name     string
	Position int
}

// Unit is a 计量单位 with the decimals its quantities may have (顶 0, 吨 3).
type Unit struct {
	Name     string
	Decimals int
}

// Item is name + spec + one stock unit, with a code of its own. An item whose
// unit is unknown is a draft: it can be found and mended, not posted.
type Item struct {
	ID            id.ID
	Code          string
	Name          string
	Spec          string
	Unit          string
	Decimals      int
	CategoryID    id.ID
	Category      string
	StorageMonths int  // storage life the bureau filled in, 0 = unknown
	Recoverable   bool // 回收类
	Draft         bool
	Serial        bool  // 逐件管理: each piece has its number and is a lot of one
	CheckMonths   int   // how often a machine is tried (试机), 0 = it is not
	WeightGram    int64 // of one stock unit, 0 = not known
	VolumeCm3     int64 // of one stock unit, 0 = not known
	Aliases       []string
	Packs         []Pack
}

// Pack is a larger measure in which an item is handled: 1 箱 = 24 瓶. Factor is
// what one pack holds in the item's unit.
type Pack struct {
	Name   string
	Factor quantity.Q
}

// Weight gives what a quantity of the item weighs, rounded up to a gram; known
// is false where the bureau has not filled in what one weighs.
func (i Item) Weight(q quantity.Q) (gram int64, known bool) {
	return q.Times(i.WeightGram), i.WeightGram > 0
}

// Volume gives the room a quantity of the item takes, rounded up to a cubic
// centimetre; known is false where the bureau has not filled in that of one.
func (i Item) Volume(q quantity.Q) (cm3 int64, known bool) {
	return q.Times(i.VolumeCm3), i.VolumeCm3 > 0
}

// Label gives name and spec in one line.
func (i Item) Label() string {
	if i.Spec == "" {
		return i.Name
	}
	return i.Name + " " + i.Spec
}

// Key normalises a word for comparison: NFKC (full-width to half-width, ㎡ to
// m2), upper case, without white space. Stored in key columns, so that no
// engine's collation decides what is the same word.
func Key(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(text) {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			continue
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return strings.ReplaceAll(b.String(), "×", "*")
}

// MaxLotKey is the width of the columns that hold the folded number of a lot or
// a piece.
const MaxLotKey = 200

// LotNoFits reports that the folded form of a lot's number fits its column:
// NFKC makes four characters of ㍿ and fifteen of ﷺ.
func LotNoFits(no string) bool { return len([]rune(Key(no))) <= MaxLotKey }

// ItemKey is the identity of an item: name, spec and unit.
func ItemKey(name, spec, unit string) string { return Key(name) + "|" + Key(spec) + "|" + Key(unit) }
