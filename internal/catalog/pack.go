package catalog

import (
	"regexp"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/quantity"
)

// parts finds a figure with the measure behind it: 5箱, 3 瓶.
var parts = regexp.MustCompile(`([0-9][0-9.,]*)\s*([^0-9.,\s]+)`)

// twoFigures have a blank between them and no measure: 2 3箱 is not 23箱.
var twoFigures = regexp.MustCompile(`[0-9０-９]\s+[0-9０-９]`)

// Measure reads a quantity of this item, in its unit or in packs of it: 5箱3瓶.
// packed is what was typed, "" without packs. The conversion is exact; what
// does not come out even in thousandths is refused.
func (i Item) Measure(text string) (r quantity.Reading, packed string, err error) {
	r, err = quantity.Parse(text)
	if err == nil && (r.Unit == "" || Key(r.Unit) == Key(i.Unit)) || len(i.Packs) == 0 {
		return r, "", err
	}
	text, visible := quantity.Bare(text)
	if err != nil && (!visible || twoFigures.MatchString(text)) {
		return r, "", err // folding would join what stands apart
	}
	folded := Key(text)
	found := parts.FindAllStringSubmatch(folded, -1)
	var joined strings.Builder
	for _, f := range found {
		joined.WriteString(f[0])
	}
	if len(found) == 0 || joined.String() != folded {
		return r, "", err // not packs: the parser's own answer
	}
	sum := quantity.Q(0)
	for _, f := range found {
		q, e := i.part(f[1], f[2])
		if e != nil {
			return r, "", e
		}
		if sum += q; sum > quantity.Max {
			return r, "", errs.Refuse(quantity.CodeTooLarge, "“%s”换算后超过十亿，请核对。", text)
		}
	}
	return quantity.Reading{Q: sum, Unit: i.Unit, Multiplier: 1}, text, nil
}

// part reads one figure with its measure.
func (i Item) part(figure, measure string) (quantity.Q, error) {
	r, err := quantity.Parse(figure)
	if err != nil {
		return 0, err
	}
	if Key(measure) == Key(i.Unit) {
		return r.Q, nil
	}
	for _, p := range i.Packs {
		if Key(p.Name) == Key(measure) {
			return p.hold(r.Q)
		}
	}
	return 0, errs.Refuse(quantity.CodeNotNumeric, "“%s”不是「%s」的单位（%s），请换算后填写，或请计划员在物资目录登记装箱数。", measure, i.Label(), i.measures())
}

// hold says how much some packs hold: exactly, or not at all.
func (p Pack) hold(packs quantity.Q) (quantity.Q, error) {
	if packs > quantity.Max/max(1, p.Factor/quantity.One+1) {
		return 0, errs.Refuse(quantity.CodeTooLarge, "%s %s换算后超过十亿，请核对。", packs, p.Name)
	}
	product := packs * p.Factor
	if product%quantity.One != 0 {
		return 0, errs.Refuse(quantity.CodeFraction, "%s %s（每%s %s）换算不尽，请按基本单位填写。", packs, p.Name, p.Name, p.Factor)
	}
	return product / quantity.One, nil
}

func (i Item) measures() string {
	names := []string{i.Unit}
	for _, p := range i.Packs {
		names = append(names, p.Name+"="+p.Factor.String()+i.Unit)
	}
	return strings.Join(names, "、")
}
