package planning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Goods gives the catalogue as plans see it, for pages that name targets.
func (s *Service) Goods(ctx context.Context, actor access.Actor) (*plan.Goods, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return nil, err
	}
	f, err := frameOf(ctx, s.store.Read())
	if err != nil {
		return nil, err
	}
	return f.goods, nil
}

// Standards lists the standards per person in their order, retired ones too.
func (s *Service) Standards(ctx context.Context, actor access.Actor) ([]plan.Standard, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return nil, err
	}
	return s.store.Read().Standards(ctx)
}

// StandardInput is the form of a standard. Field names in errors: name,
// target, unit, per, cases, source.
type StandardInput struct {
	ID      id.ID // 0 = a new one
	LockNo  int64 // of the one the form was made from
	Name    string
	Target  string // as plan.Goods.Typed writes it, or a code or name
	Unit    string // "" = that of the goods
	Per     string // 0.25 or 1/4
	Daily   bool
	Cases   []string
	Source  string
	Example bool // shipped or for show, nobody's rule
	Retired bool
}

// Widths of the columns.
const (
	maxStandardName   = 100
	maxStandardSource = 200
)

// SaveStandard makes a standard or changes one.
func (s *Service) SaveStandard(ctx context.Context, actor access.Actor, in StandardInput) (plan.Standard, error) {
	var saved plan.Standard
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.PlanEdit, 0); err != nil {
			return err
		}
		// One at a time with other groups, standards and goods: two that take
		// in the same goods at once would each find them free.
		if err := tx.TouchCatalog(ctx); err != nil {
			return err
		}
		all, err := tx.Standards(ctx)
		if err != nil {
			return err
		}
		f, err := frameOf(ctx, tx.Conn)
		if err != nil {
			return err
		}
		old := plan.Standard{Position: 1}
		if len(all) > 0 {
			old.Position = all[len(all)-1].Position + 1
		}
		if in.ID != 0 {
			at := slices.IndexFunc(all, func(o plan.Standard) bool { return o.ID == in.ID })
			if at < 0 {
				return errs.New(errs.NotFound, "没有这条保障标准，请从列表重新进入。")
			}
			old = all[at]
		}
		if saved, err = f.readStandard(in, old, all); err != nil {
			return err
		}
		act := "standard.update"
		if in.ID == 0 {
			act, saved.ID = "standard.create", tx.NewID()
			err = tx.InsertStandard(ctx, saved)
		} else {
			err = tx.UpdateStandard(ctx, saved)
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, act, saved.Name, f.describe(saved)))
	})
	return saved, err
}

func (f *frame) readStandard(in StandardInput, old plan.Standard, all []plan.Standard) (plan.Standard, error) {
	var c errs.Check
	st := plan.Standard{ID: old.ID, LockNo: in.LockNo, Position: old.Position, Name: tidy(in.Name), Unit: tidy(in.Unit), Daily: in.Daily,
		Source: tidy(in.Source), Example: in.Example, Retired: in.Retired}
	if st.Name == "" {
		c.Add("name", "请填写名称，例如 棉被。")
	}
	checkText(&c, "name", "名称", st.Name, maxStandardName)
	if st.Source == "" {
		c.Add("source", "请填写来源，例如文件名称和文号；没有依据的写明“示例值”。")
	}
	checkText(&c, "source", "来源", st.Source, maxStandardSource)
	for _, o := range all {
		if o.ID != st.ID && !o.Retired && !st.Retired && o.Name == st.Name && sameCases(o.Cases, in.Cases) {
			c.Add("name", "已有名为「%s」、适用情形相同的标准，请换一个名称或修改原来的。", o.Name)
		}
	}
	var err error
	if st.Per, err = plan.ParsePer(in.Per); err != nil {
		c.Add("per", "%s", errs.MessageOf(err))
	} else if st.Per > quantity.Max {
		c.Add("per", "每人用量太大，请核对。")
	}
	for _, one := range plan.Cases {
		if slices.Contains(in.Cases, one.Key) {
			st.Cases = append(st.Cases, one.Key)
		}
	}
	if slices.ContainsFunc(in.Cases, func(key string) bool { return plan.CaseName(key) == "" }) {
		c.Add("cases", "适用情形不在列表中，请重新勾选。")
	}
	f.readStandardTarget(&c, &st, in, old, all)
	return st, c.Err()
}

func (f *frame) readStandardTarget(c *errs.Check, st *plan.Standard, in StandardInput, old plan.Standard, all []plan.Standard) {
	if old.ID != 0 && tidy(in.Target) == tidy(f.goods.Typed(old.Target)) {
		st.Target = old.Target // a retired group is not offered and may stay
	} else {
		target, err := f.goods.ParseTarget(in.Target)
		if err != nil {
			c.Add("target", "%s", errs.MessageOf(err))
			return
		}
		st.Target = target
	}
	label := f.goods.Label(st.Target)
	units := f.goods.Units(st.Target)
	if st.Unit == "" && len(units) > 0 {
		st.Unit = units[0]
	}
	switch {
	case st.Retired: // what is put away need not fit the goods of today
		return
	case f.isDraft(st.Target):
		c.Add("target", "「%s」还没有计量单位，请先在物资目录补上单位。", label)
		return
	case f.isRetired(st.Target):
		c.Add("target", "等效组「%s」已停用，请换成在用的，或先恢复它。", label)
		return
	case len(f.goods.Counting(st.Target, st.Unit)) == 0:
		c.Add("unit", "单位“%s”换算不到「%s」（单位：%s）。请改用其中的单位，或先在物资目录登记包装。", st.Unit, label, strings.Join(units, "、"))
	}
	for _, o := range all {
		if o.ID == st.ID {
			continue
		}
		if item, both := f.goods.SameNeed(*st, o); both {
			it, _ := f.goods.Item(item)
			c.Add("target", "与标准「%s」重叠：「%s」在同样的情形下会同时满足两项需要，同一份库存算了两次。请换物资、改适用情形，或先停用那一条。", o.Name, it.Label())
			return
		}
	}
}

func (f *frame) isDraft(t plan.Target) bool {
	it, ok := f.goods.Item(t.ID)
	return t.Kind == plan.OfItem && ok && it.Draft
}

func (f *frame) isRetired(t plan.Target) bool {
	g, ok := f.goods.Group(t.ID)
	return t.Kind == plan.OfGroup && ok && g.Retired
}

func sameCases(a, b []string) bool {
	x, y := slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(x, y)
}

func (f *frame) describe(st plan.Standard) string {
	how, state := "一次性", "在用"
	if st.Daily {
		how = "每天"
	}
	if st.Retired {
		state = "已停用"
	}
	if st.Example {
		state += "，示例"
	}
	var cases []string
	for _, key := range st.Cases {
		cases = append(cases, plan.CaseName(key))
	}
	if len(cases) == 0 {
		cases = []string{"全部情形"}
	}
	return fmt.Sprintf("%s 每人%s %s %s；%s；来源 %s；%s", f.goods.Label(st.Target), how, st.Per, st.Unit, strings.Join(cases, "、"), st.Source, state)
}
