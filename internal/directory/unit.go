package directory

import (
	"context"
	"errors"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/store"
)

// CreateUnit adds a unit of account. Its decimals never change afterwards:
// figures already in the books would no longer fit.
func (s *Service) CreateUnit(ctx context.Context, actor access.Actor, u catalog.Unit) error {
	if err := actor.Require(access.CatalogEdit, 0); err != nil {
		return err
	}
	u.Name = tidy(u.Name)
	if err := checkUnitFields(u); err != nil {
		return err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		// An import may be making the same unit: it has locked the catalogue.
		if err := tx.TouchCatalog(ctx); err != nil {
			return err
		}
		return insertUnit(ctx, tx, actor, u, "")
	})
	if errors.Is(err, store.ErrDuplicate) {
		return &errs.Error{Kind: errs.Conflict, Message: "已有计量单位「" + u.Name + "」。", Fields: []errs.Field{{Name: "name", Message: "已有计量单位「" + u.Name + "」，直接使用即可。"}}, Err: err}
	}
	return err
}

func checkUnitFields(u catalog.Unit) error {
	var c errs.Check
	if u.Name == "" {
		c.Add("name", "请填写计量单位，例如：顶。")
	}
	checkText(&c, "name", "计量单位", u.Name, maxCode)
	if u.Decimals < 0 || u.Decimals > 3 {
		c.Add("decimals", "小数位数应为 0 到 3：按件计的填 0，按重量、长度计的填 3。")
	}
	return c.Err()
}

// insertUnit adds a unit with its audit record.
func insertUnit(ctx context.Context, tx *store.Tx, actor access.Actor, u catalog.Unit, why string) error {
	if err := tx.InsertUnits(ctx, u); err != nil {
		return err
	}
	return tx.Audit(ctx, systemChain, record(actor, "unit.create", u.Name, fmt.Sprintf("小数 %d 位%s", u.Decimals, why)))
}
