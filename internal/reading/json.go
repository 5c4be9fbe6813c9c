package reading

import (
	"encoding/json"
	"strconv"

	"changbei/internal/quantity"
)

// MarshalJSON writes the keys of the ledger contract: quantities as numbers,
// days at their own precision, "" for what is not there.
func (r *Result) MarshalJSON() ([]byte, error) {
	out := map[string]any{
		"file": r.FileName, "doc_kind": r.DocKind, "title": r.Title, "as_of": r.AsOf.String(), "filled_in_by": r.FilledInBy,
		"sheets": listOf(r.Sheets, sheetJSON), "tables": listOf(r.Tables, tableJSON), "rows": listOf(r.Rows, rowJSON),
		"skipped": listOf(r.Skipped, skippedJSON), "issues": listOf(r.Issues, issueJSON),
	}
	return json.Marshal(out)
}

type object map[string]any

func listOf[T any](in []T, write func(T) object) []object {
	out := make([]object, 0, len(in))
	for _, x := range in {
		out = append(out, write(x))
	}
	return out
}

func sheetJSON(s Sheet) object { return object{"name": s.Name, "role": s.Role} }

func tableJSON(t Table) object {
	return object{
		"sheet": t.Sheet, "header_rows": t.HeaderRows, "first_data_row": t.FirstDataRow, "last_data_row": t.LastDataRow,
		"doc_kind": t.DocKind, "as_of": t.AsOf.String(), "depot_from": t.DepotFrom, "depot": t.Depot,
		"columns": listOf(t.Columns, func(c Column) object { return object{"col": c.Col, "header": c.Header, "field": c.Field} }),
	}
}

func rowJSON(r Row) object {
	out := object{
		"sheet": r.Sheet, "row": r.Row, "cell": r.Cell, "depot": r.Depot, "category": r.Category, "item": r.Item, "spec": r.Spec, "unit": r.Unit,
		"quantity": quantityJSON(r.Quantity), "date": r.Date.String(), "production_date": r.ProductionDate.String(), "expiry": r.Expiry.String(),
		"location": r.Location, "remark": r.Remark, "status": r.Status, "extra": extraJSON(r), "cells": r.Cells,
	}
	out.text("item_std", r.ItemStd)
	out.text("unit_std", r.UnitStd)
	out.text("lot_no", r.LotNo)
	out.text("source", r.Source)
	out.text("owner", r.Owner)
	out.text("code", r.Code)
	return out
}

func extraJSON(r Row) object {
	e, out := r.Extra, object{}
	for key, v := range map[string]string{
		"direction": e.Direction, "place_level": e.PlaceLevel, "doc_no": e.DocNo, "doc_type": e.DocType, "counterparty": e.Counterparty, "purpose": e.Purpose,
		"handler": e.Handler, "donor": e.Donor, "keeper": e.Keeper, "phone": e.Phone, "shelf_life": e.ShelfLife,
		"period_from": e.PeriodFrom.String(), "period_to": e.PeriodTo.String(),
	} {
		out.text(key, v)
	}
	for key, q := range map[string]*quantity.Q{
		"opening": e.Opening, "in": e.In, "out": e.Out, "closing": e.Closing, "balance": e.Balance, "book_qty": e.BookQty, "counted_qty": e.CountedQty, "gain": e.Gain, "loss": e.Loss,
		"minimum": e.Minimum, "maximum": e.Maximum,
	} {
		if q != nil {
			out[key] = quantityJSON(q)
		}
	}
	if e.Reversal {
		out["reversal"] = true
	}
	out.count("plan_year", e.PlanYear)
	out.count("shelf_life_months", e.ShelfMonths)
	out.count("unit_weight_gram", int(e.WeightGram))
	out.count("unit_volume_cm3", int(e.VolumeCm3))
	if n, err := strconv.Atoi(e.Seq); err == nil {
		out["seq"] = n
	} else {
		out.text("seq", e.Seq)
	}
	if r.Price != nil {
		out["unit_price"] = json.Number(r.Price.String())
	}
	return out
}

func (o object) text(key, v string) {
	if v != "" {
		o[key] = v
	}
}

func (o object) count(key string, n int) {
	if n != 0 {
		o[key] = n
	}
}

func quantityJSON(q *quantity.Q) any {
	if q == nil {
		return nil
	}
	return json.Number(q.String())
}

func skippedJSON(s Skipped) object {
	return object{"sheet": s.Sheet, "row": s.Row, "reason": s.Reason}
}

func issueJSON(i Issue) object {
	out := object{
		"sheet": i.Sheet, "row": i.Row, "cell": i.Cell, "field": i.Field, "value": i.Value, "code": i.Code, "severity": i.Severity, "why": i.Message,
	}
	out.text("suggestion", i.Suggestion)
	return out
}
