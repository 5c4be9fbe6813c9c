package catalog

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/quantity"
)

// What one item may have of packs: more is a slip, and the name is the column's.
const (
	MaxPacks    = 10
	maxPackName = 20
)

var (
	packSeparators = regexp.MustCompile(`[、,，;；\n]+`)
	packEquation   = regexp.MustCompile(`^(?:1|每)?(.*?)=(.*)$`)
)

// PacksText writes packs as ParsePacks reads them: 件=10、箱=24.
func PacksText(packs []Pack) string {
	parts := make([]string, len(packs))
	for i, p := range packs {
		parts[i] = p.Name + "=" + p.Factor.String()
	}
	return strings.Join(parts, "、")
}

// ParsePacks reads the packs of an item as people write them: 箱=24、件=10, or
// 1箱=24瓶. The smaller pack comes first. The item gives the unit; every
// sentence says what is wrong with one of the packs.
func ParsePacks(text string, it Item) ([]Pack, error) {
	var packs []Pack
	it.Packs = nil
	for _, part := range packSeparators.Split(text, -1) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		p, err := it.parsePack(part)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(packs, func(o Pack) bool { return Key(o.Name) == Key(p.Name) }) {
			return nil, errs.New(errs.Invalid, "包装「%s」写了两次，请只留一个。", p.Name)
		}
		packs = append(packs, p)
	}
	if len(packs) > MaxPacks {
		return nil, errs.New(errs.Invalid, "包装最多 %d 种，现在有 %d 种，请删去不用的。", MaxPacks, len(packs))
	}
	slices.SortFunc(packs, func(a, b Pack) int { return cmp.Or(cmp.Compare(a.Factor, b.Factor), cmp.Compare(a.Name, b.Name)) })
	return packs, nil
}

// parsePack reads one pack: 箱=24, 1箱=24瓶.
func (i Item) parsePack(text string) (Pack, error) {
	m := packEquation.FindStringSubmatch(strings.ReplaceAll(text, "＝", "="))
	if m == nil {
		return Pack{}, errs.New(errs.Invalid, "包装「%s」看不明白，请写成「箱=24」，几种之间用顿号隔开。", text)
	}
	p := Pack{Name: strings.Join(strings.Fields(m[1]), "")}
	if name := []rune(p.Name); len(name) == 2 && name[0] == '一' { // 一箱=24, but not 一次性包=5
		p.Name = string(name[1:])
	}
	switch n := len([]rune(p.Name)); {
	case p.Name == "":
		return p, errs.New(errs.Invalid, "包装「%s」没有写名称，请写成「箱=24」。", text)
	case n > maxPackName:
		return p, errs.New(errs.Invalid, "包装名称「%s」最多 %d 个字，现在有 %d 个，请缩短。", p.Name, maxPackName, n)
	case Key(p.Name) == Key(i.Unit):
		return p, errs.New(errs.Invalid, "包装「%s」就是计量单位本身，请写更大的包装，例如「箱=24」。", p.Name)
	}
	var err error
	if p.Factor, err = i.packFactor(p.Name, m[2]); err != nil {
		return p, err
	}
	return p, i.legible(p)
}

// packFactor reads how much one pack holds, in the item's unit.
func (i Item) packFactor(name, figure string) (quantity.Q, error) {
	r, err := quantity.Parse(figure)
	switch {
	case err != nil:
		return 0, errs.New(errs.Invalid, "包装「%s」的装量：%s", name, errs.MessageOf(err))
	case r.Doubt != "" || r.Note != "":
		return 0, errs.New(errs.Invalid, "包装「%s」的装量「%s」不够确切，请填写准确的数字，例如「%s=24」。", name, strings.TrimSpace(figure), name)
	case r.Q <= 0:
		return 0, errs.New(errs.Invalid, "包装「%s」的装量应大于 0。", name)
	case r.Q > quantity.Max:
		return 0, errs.New(errs.Invalid, "包装「%s」的装量超过十亿，请核对。", name)
	case r.Unit != "" && Key(r.Unit) != Key(i.Unit):
		return 0, errs.New(errs.Invalid, "包装「%s」的装量应按计量单位「%s」填写，现在写的是「%s」，请换算后填写。", name, i.Unit, r.Unit)
	}
	return r.Q, nil
}

// legible refuses a name that a quantity in packs could not be read back from:
// one with digits, or a word that already means a number (万).
func (i Item) legible(p Pack) error {
	i.Packs = []Pack{p}
	r, packed, err := i.Measure("1" + p.Name)
	if err != nil || packed == "" || r.Q != p.Factor || r.Doubt != "" {
		return errs.New(errs.Invalid, "「%s」不能作包装名称：填数量时会认不出来。请用不带数字的量词，例如箱、件、包。", p.Name)
	}
	return nil
}

// Hold gives what so many packs hold, in the item's unit.
func (p Pack) Hold(packs quantity.Q) (quantity.Q, error) { return p.hold(packs) }

// PackOf finds an item's pack by a unit as a ledger writes it.
func (i Item) PackOf(unit string) (Pack, bool) {
	at := slices.IndexFunc(i.Packs, func(p Pack) bool { return Key(p.Name) == Key(unit) })
	if at < 0 {
		return Pack{}, false
	}
	return i.Packs[at], true
}
