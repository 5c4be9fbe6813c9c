package catalog

import (
	"strings"

	"changbei/internal/errs"
	"changbei/internal/quantity"
)

// Amount reads an exact quantity of this item that may be booked: in its unit
// or in packs of it, not negative, with no more decimals than the unit has.
// "" is 0.
func (i Item) Amount(text string) (quantity.Q, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	r, _, err := i.Measure(text)
	switch {
	case err != nil:
		return 0, err
	case r.Doubt != "":
		return 0, errs.New(errs.Invalid, "“%s”不够确切，请写成准确的数字，如 120。", text)
	case r.Q < 0 || r.Q > quantity.Max:
		return 0, errs.New(errs.Invalid, "“%s”不在可记账的范围内，请核对。", text)
	case r.Unit != "" && Key(r.Unit) != Key(i.Unit):
		return 0, errs.New(errs.Invalid, "“%s”的单位与物资的单位「%s」不同，请换算后只填数字。", text, i.Unit)
	case !r.Q.Fits(i.Decimals):
		return 0, quantity.Check(r.Q, i.Unit, i.Decimals)
	}
	return r.Q, nil
}
