package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

type agreementRow struct {
	ID           id.ID     `db:"id"`
	Number       string    `db:"number"`
	Form         plan.Form `db:"form"`
	Firm         string    `db:"firm"`
	Contact      string    `db:"contact"`
	Phone        string    `db:"phone"`
	Address      string    `db:"address"`
	FromOn       string    `db:"from_on"`
	ToOn         string    `db:"to_on"`
	LeadHours    int       `db:"lead_hours"`
	VerifiedOn   string    `db:"verified_on"`
	VerifiedName string    `db:"verified_name"`
	Remark       string    `db:"remark"`
	Ended        bool      `db:"ended"`
	EndedOn      string    `db:"ended_on"`
	LockNo       int64     `db:"lock_no"`
}

func (r agreementRow) deal() plan.Deal {
	return plan.Deal{ID: r.ID, Number: r.Number, Form: r.Form, Firm: r.Firm, Contact: r.Contact, Phone: r.Phone, Address: r.Address,
		FromOn: r.FromOn, ToOn: r.ToOn, LeadHours: r.LeadHours, VerifiedOn: r.VerifiedOn, VerifiedName: r.VerifiedName, Remark: r.Remark,
		Ended: r.Ended, EndedOn: r.EndedOn, LockNo: r.LockNo}
}

// Agreements lists all agreements with their goods: those that hold first, the
// one that runs out next at the head; ended ones last.
func (c *Conn) Agreements(ctx context.Context) ([]plan.Deal, error) {
	var rows []agreementRow
	if err := c.list(ctx, &rows, "agreement-list", nil); err != nil {
		return nil, err
	}
	goods, err := c.agreementGoods(ctx, 0)
	if err != nil {
		return nil, err
	}
	list := make([]plan.Deal, len(rows))
	for i, r := range rows {
		list[i] = r.deal()
		list[i].Goods = goods[r.ID]
	}
	return list, nil
}

// Agreement gives one with its goods, or NotFound.
func (c *Conn) Agreement(ctx context.Context, agreement id.ID) (plan.Deal, error) {
	var r agreementRow
	if err := c.get(ctx, &r, "agreement-get", M{"id": agreement}); err != nil {
		return plan.Deal{}, err
	}
	goods, err := c.agreementGoods(ctx, agreement)
	d := r.deal()
	d.Goods = goods[agreement]
	return d, err
}

// agreementGoods gives the goods of one agreement, 0 = of all.
func (c *Conn) agreementGoods(ctx context.Context, agreement id.ID) (map[id.ID][]plan.DealItem, error) {
	var rows []struct {
		AgreementID id.ID      `db:"agreement_id"`
		ItemID      id.ID      `db:"item_id"`
		Qty         quantity.Q `db:"qty"`
		Price       *money.Fen `db:"price_fen"`
	}
	if err := c.list(ctx, &rows, "agreement-goods", M{"agreement_id": agreement}); err != nil {
		return nil, err
	}
	goods := map[id.ID][]plan.DealItem{}
	for _, r := range rows {
		goods[r.AgreementID] = append(goods[r.AgreementID], plan.DealItem{ItemID: r.ItemID, Qty: r.Qty, Price: r.Price})
	}
	return goods, nil
}

func agreementArgs(d plan.Deal) M {
	return M{"id": d.ID, "number": d.Number, "form": d.Form, "firm": d.Firm, "contact": d.Contact, "phone": d.Phone, "address": d.Address,
		"from_on": d.FromOn, "to_on": d.ToOn, "lead_hours": d.LeadHours, "remark": d.Remark, "lock_no": d.LockNo}
}

// InsertAgreement makes an agreement that nobody has asked after yet.
func (t *Tx) InsertAgreement(ctx context.Context, d plan.Deal) error {
	if _, err := t.exec(ctx, "agreement-insert", agreementArgs(d)); err != nil {
		return err
	}
	return t.putAgreementGoods(ctx, d)
}

// UpdateAgreement changes an agreement as it stood under its lock number, and
// puts its goods in the place of the old ones. One that was changed since, or
// has ended, is a Conflict.
func (t *Tx) UpdateAgreement(ctx context.Context, d plan.Deal) error {
	if err := t.mustMatch(ctx, "agreement-update", agreementArgs(d)); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "agreement-item-clear", M{"agreement_id": d.ID}); err != nil {
		return err
	}
	return t.putAgreementGoods(ctx, d)
}

func (t *Tx) putAgreementGoods(ctx context.Context, d plan.Deal) error {
	rows := make([]M, len(d.Goods))
	for i, g := range d.Goods {
		rows[i] = M{"agreement_id": d.ID, "item_id": g.ItemID, "qty": g.Qty, "price_fen": g.Price}
	}
	return t.insertMany(ctx, "agreement-item-insert", rows)
}

// EndAgreement ends an agreement before its day; it is never taken up again.
func (t *Tx) EndAgreement(ctx context.Context, agreement id.ID, lockNo int64, on string) error {
	return t.mustMatch(ctx, "agreement-end", M{"id": agreement, "lock_no": lockNo, "ended_on": on})
}

// VerifyAgreement notes the last day somebody at the firm said that it holds;
// was is the deal as it was read.
func (t *Tx) VerifyAgreement(ctx context.Context, was plan.Deal, on, name string) error {
	return t.mustMatch(ctx, "agreement-verified", M{"id": was.ID, "was_on": was.VerifiedOn, "verified_on": on, "verified_name": name})
}
