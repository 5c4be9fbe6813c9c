package reporting

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/polite"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// Stock writes the stock the actor may see into a template; rows and rights as
// in the built-in layout.
func (t *Templates) Stock(ctx context.Context, actor access.Actor, template id.ID, f inventory.StockFilter, w io.Writer) error {
	return t.fill(ctx, actor, template, stockTemplate, w, func() (sheet.Filling, int, error) {
		rows, _, err := t.reports.inventory.StockByLot(ctx, actor, f, inventory.AllRows)
		if err != nil {
			return sheet.Filling{}, 0, err
		}
		head, err := t.head(ctx, actor, onlyDepot(rows, f.DepotID), len(rows))
		h := stockHead{templateHead: head}
		for _, r := range rows {
			h.total.add(r)
		}
		return stockTemplate.filling(h, numberedOf(rows)), len(rows), err
	})
}

// Summary writes a month's summary into a template.
func (t *Templates) Summary(ctx context.Context, actor access.Actor, template id.ID, f inventory.SummaryFilter, w io.Writer) error {
	return t.fill(ctx, actor, template, summaryTemplate, w, func() (sheet.Filling, int, error) {
		sum, err := t.reports.inventory.Summary(ctx, actor, f)
		if err != nil {
			return sheet.Filling{}, 0, err
		}
		depot := ""
		if f.DepotID != 0 {
			d, err := t.reports.store.Read().Depot(ctx, f.DepotID)
			if err != nil {
				return sheet.Filling{}, 0, err
			}
			depot = d.Name
		}
		head, err := t.head(ctx, actor, depot, len(sum.Rows))
		h := summaryHead{templateHead: head, period: SummaryPeriod(sum)}
		for _, r := range sum.Rows {
			h.total.Add(r)
		}
		return summaryTemplate.filling(h, numberedOf(sum.Rows)), len(sum.Rows), err
	})
}

// Voucher writes one voucher into a template.
func (t *Templates) Voucher(ctx context.Context, actor access.Actor, template, voucher id.ID, w io.Writer) error {
	return t.fill(ctx, actor, template, voucherTemplate, w, func() (sheet.Filling, int, error) {
		v, err := t.reports.inventory.Voucher(ctx, actor, voucher)
		if err != nil {
			return sheet.Filling{}, 0, err
		}
		head, err := t.head(ctx, actor, v.Depot.Name, len(v.Lines))
		return voucherTemplate.filling(voucherHead{head, v}, numberedOf(v.Lines)), len(v.Lines), err
	})
}

func (t *Templates) head(ctx context.Context, actor access.Actor, depot string, rows int) (templateHead, error) {
	org, err := t.reports.store.Read().Setting(ctx, OrgSetting)
	return templateHead{org: cmp.Or(org, "（未设置）"), depot: depot, preparedBy: actor.Name, today: t.reports.inventory.Today(), rows: rows}, err
}

// fill opens an active template of a layout and fills it, one at a time as all
// reports, and with a line in the trail before the figures leave the house.
func (t *Templates) fill(ctx context.Context, actor access.Actor, template id.ID, layout templateLayout, w io.Writer, rows func() (sheet.Filling, int, error)) error {
	e, path, err := t.Get(ctx, actor, template)
	if err != nil {
		return err
	}
	if e.Kind != layout.kindOf().Kind || e.Status != TemplateActive {
		return errs.New(errs.Invalid, "模板“%s”不能用来导出%s，可能已经停用。请重新选择版式。", e.Name, layout.kindOf().Name)
	}
	done, err := t.reports.wait(ctx)
	if err != nil {
		return err
	}
	defer done()
	return polite.Run(func() error {
		read, err := t.readFile(path, e, layout)
		if err != nil {
			return err
		}
		filling, n, err := rows()
		if err != nil {
			return err
		}
		if err := t.trail(ctx, actor, e, layout, n); err != nil {
			return err
		}
		return read.Fill(w, filling)
	})
}

func (t *Templates) trail(ctx context.Context, actor access.Actor, e Template, layout templateLayout, rows int) error {
	return t.reports.store.Tx(ctx, func(tx *store.Tx) error {
		a := templateAudit(actor, e.Kind+".export", e)
		a.Object, a.Detail = layout.kindOf().Name, fmt.Sprintf("模板“%s”第 %d 版，%d 行", e.Name, e.Version, rows)
		return tx.Audit(ctx, 0, a)
	})
}
