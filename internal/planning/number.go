package planning

import (
	"strconv"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/quantity"

	"golang.org/x/text/width"
)

// number reads a whole number within bounds; full-width digits are taken.
func number(c *errs.Check, field, label, text string, least, most int) int {
	n, err := strconv.Atoi(width.Narrow.String(strings.TrimSpace(text)))
	if err != nil || n < least || n > most {
		c.Add(field, "%s请填 %d 到 %d 之间的整数。", label, least, most)
		return 0
	}
	return n
}

// amount reads a sure quantity without its unit; "" is 0.
func amount(c *errs.Check, field, label, text string) quantity.Q {
	if strings.TrimSpace(text) == "" {
		return 0
	}
	r, err := quantity.Parse(text)
	switch {
	case err != nil:
		c.Add(field, "%s「%s」看不懂：%s", label, text, errs.MessageOf(err))
		return 0
	case r.Unit != "" || r.Doubt != "":
		c.Add(field, "%s「%s」请只填数字，单位填在单位栏。", label, text)
		return 0
	case r.Q < 0:
		c.Add(field, "%s不能是负数。", label)
		return 0
	case r.Q > quantity.Max:
		c.Add(field, "%s超过十亿，请核对。", label)
		return 0
	}
	return r.Q
}
