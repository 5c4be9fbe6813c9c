package sheet

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
)

// rules puts on each open cell what may be typed there: lists, whole numbers or
// decimals. Rows with the same rule share it.
func (w *formWriter) rules() error {
	for _, b := range w.form.Blanks {
		c := FormColumn{Heading: strings.TrimRight(b.Label, "：:"), Choices: b.Choices, Hint: b.Hint}
		if err := w.rule(c, figureRule{}, grid.Ref(w.blankRow(b), b.Col+1)); err != nil {
			return err
		}
	}
	for at, c := range w.form.Columns {
		if !c.Open {
			continue
		}
		if err := w.columnRules(at+1, c); err != nil {
			return err
		}
	}
	if w.form.More == nil {
		return nil
	}
	first, last := w.form.MoreHeading()+1, w.form.lastRow()
	for at, c := range w.form.More {
		if !c.Open || last < first {
			continue
		}
		cells := grid.Ref(first, at+1) + ":" + grid.Ref(last, at+1)
		if err := w.rule(c, figureRule{decimals: len(quantityFormats) - 1}, cells); err != nil {
			return err
		}
	}
	return nil
}

// figureRule is what figures a cell takes.
type figureRule struct {
	decimals int
	most     int64
}

func (w *formWriter) columnRules(col int, c FormColumn) error {
	var order []figureRule
	cells := map[figureRule][]string{}
	for i, r := range w.form.Rows {
		rule := figureRule{}
		if c.Figure {
			rule = figureRule{r.Decimals, r.Most}
		}
		if cells[rule] == nil {
			order = append(order, rule)
		}
		cells[rule] = append(cells[rule], grid.Ref(w.form.FirstRow()+i, col))
	}
	for _, rule := range order {
		if err := w.rule(c, rule, stretches(cells[rule])); err != nil {
			return err
		}
	}
	return nil
}

// stretches joins cells of one column that stand below each other: J8:J10 J12.
func stretches(refs []string) string {
	var parts []string
	for i := 0; i < len(refs); {
		col, row, _ := excelize.CellNameToCoordinates(refs[i])
		n := 1
		for i+n < len(refs) && refs[i+n] == grid.Ref(row+n, col) {
			n++
		}
		part := refs[i]
		if n > 1 {
			part += ":" + refs[i+n-1]
		}
		parts = append(parts, part)
		i += n
	}
	return strings.Join(parts, " ")
}

func (w *formWriter) rule(c FormColumn, figure figureRule, cells string) error {
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(cells)
	if c.Hint != "" {
		dv.SetInput(c.Heading, c.Hint)
	}
	switch {
	case len(c.Choices) > 0:
		if err := w.choices(dv, c); err != nil {
			return err
		}
	case c.Figure:
		if err := figure.set(dv, c.Heading, c.leave()); err != nil {
			return err
		}
	case c.Hint == "":
		return nil
	}
	return w.file.AddDataValidation(w.name, dv)
}

func (w *formWriter) choices(dv *excelize.DataValidation, c FormColumn) error {
	if c.Strict {
		dv.SetError(excelize.DataValidationErrorStyleStop, c.Heading, "请从下拉列表里选一项，或留空。")
	}
	if inline := strings.Join(c.Choices, ","); unitsOf(inline) <= maxInline && !strings.Contains(strings.Join(c.Choices, ""), ",") {
		return dv.SetDropList(c.Choices)
	}
	col := listColumn
	for {
		taken, err := w.file.GetCellValue(w.form.HiddenName, grid.Ref(1, col))
		if err != nil {
			return err
		}
		if taken == "" {
			break
		}
		col++
	}
	for i, text := range c.Choices {
		if err := w.file.SetCellStr(w.form.HiddenName, grid.Ref(i+1, col), text); err != nil {
			return err
		}
	}
	name := grid.ColumnName(col)
	dv.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", w.form.HiddenName, name, name, len(c.Choices)))
	return nil
}

func (c FormColumn) leave() string {
	if c.Leave != "" {
		return c.Leave
	}
	return "没有清点的留空"
}

// set takes numbers from 0, whole ones where the unit is counted in pieces.
func (r figureRule) set(dv *excelize.DataValidation, heading, leave string) error {
	typ, text := excelize.DataValidationTypeWhole, "请填不小于 0 的整数，"+leave+"。"
	if r.decimals > 0 {
		typ, text = excelize.DataValidationTypeDecimal, "请填不小于 0 的数，"+leave+"。"
	}
	if r.most > 0 {
		dv.SetError(excelize.DataValidationErrorStyleStop, heading, fmt.Sprintf("这一行只能填 0 到 %d，%s。", r.most, leave))
		return dv.SetRange(0, int(r.most), typ, excelize.DataValidationOperatorBetween)
	}
	dv.SetError(excelize.DataValidationErrorStyleStop, heading, text)
	return dv.SetRange(0, 0, typ, excelize.DataValidationOperatorGreaterThanOrEqual)
}
