package planning

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// Groups lists the equivalence groups by name, retired ones too.
func (s *Service) Groups(ctx context.Context, actor access.Actor) ([]plan.Group, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return nil, err
	}
	return s.store.Read().ItemGroups(ctx)
}

// GroupInput is the form of a group. Field names in errors: name, unit,
// remark, retired, members, and member.1.item, member.1.ratio of the first
// member's line.
type GroupInput struct {
	ID      id.ID // 0 = a new one
	LockNo  int64 // of the one the form was made from
	Name    string
	Unit    string
	Remark  string
	Members []MemberInput
	Retired bool
}

// MemberInput is a line of the form; one without anything is passed over.
type MemberInput struct {
	Item  string // as plan.TypedItem writes it, or a code or name
	Ratio string // what one counts in the group's unit: 3, 0.5, 1/3
}

// Widths of the columns.
const (
	maxGroupName   = 100
	maxGroupUnit   = 20
	maxGroupRemark = 300
)

// SaveGroup makes a group or changes one.
func (s *Service) SaveGroup(ctx context.Context, actor access.Actor, in GroupInput) (plan.Group, error) {
	var saved plan.Group
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.PlanEdit, 0); err != nil {
			return err
		}
		// One at a time with other groups, standards and goods: two that take
		// in the same goods at once would each find them free.
		if err := tx.TouchCatalog(ctx); err != nil {
			return err
		}
		f, err := frameOf(ctx, tx.Conn)
		if err != nil {
			return err
		}
		old, there := f.goods.Group(in.ID)
		if in.ID != 0 && !there {
			return errs.New(errs.NotFound, "没有这个等效组，请从列表重新进入。")
		}
		if saved, err = f.readGroup(in, old); err != nil {
			return err
		}
		if err := checkGroupUse(ctx, tx.Conn, f, old, saved); err != nil {
			return err
		}
		act := "group.update"
		if in.ID == 0 {
			act, saved.ID = "group.create", tx.NewID()
			err = tx.InsertItemGroup(ctx, saved)
		} else {
			err = tx.UpdateItemGroup(ctx, saved)
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, act, saved.Name, f.describeGroup(saved)))
	})
	if errors.Is(err, store.ErrDuplicate) {
		return saved, errs.Wrap(errs.Conflict, err, "别人刚刚用了同样的等效组名称，这次没有保存。请刷新后核对再保存。")
	}
	return saved, err
}

func (f *frame) readGroup(in GroupInput, old plan.Group) (plan.Group, error) {
	var c errs.Check
	g := plan.Group{ID: old.ID, LockNo: in.LockNo, Name: tidy(in.Name), Unit: tidy(in.Unit), Remark: tidy(in.Remark), Retired: in.Retired}
	for _, t := range []struct {
		field, label, text string
		limit              int
		needed             bool
	}{{"name", "名称", g.Name, maxGroupName, true}, {"unit", "单位", g.Unit, maxGroupUnit, true}, {"remark", "说明", g.Remark, maxGroupRemark, false}} {
		if t.needed && t.text == "" {
			c.Add(t.field, "请填写%s。", t.label)
		}
		checkText(&c, t.field, t.label, t.text, t.limit)
	}
	if n := len([]rune(catalog.Key(g.Name))); n > maxGroupName && len([]rune(g.Name)) <= maxGroupName {
		c.Add("name", "名称里的合写字符（如 ㍿）展开后有 %d 个字，最多 %d 个，请缩短。", n, maxGroupName)
	}
	for _, o := range f.goods.Groups() {
		if o.ID != g.ID && catalog.Key(o.Name) == catalog.Key(g.Name) {
			c.Add("name", "已有名为「%s」的等效组，请换一个名称。", o.Name)
		}
	}
	for i, m := range in.Members {
		if strings.TrimSpace(m.Item) != "" || strings.TrimSpace(m.Ratio) != "" {
			f.readMember(&c, fmt.Sprintf("member.%d.", i+1), &g, m)
		}
	}
	if len(g.Members) == 0 && c.OK() {
		c.Add("members", "请至少加入一种物资。")
	}
	return g, c.Err()
}

func (f *frame) readMember(c *errs.Check, prefix string, g *plan.Group, m MemberInput) {
	ratio, err := plan.ParseRatio(m.Ratio)
	switch {
	case strings.TrimSpace(m.Ratio) == "":
		c.Add(prefix+"ratio", "请填写一件折合多少%s，例如 1、3 或 1/3。", g.Unit)
	case err != nil:
		c.Add(prefix+"ratio", "%s", errs.MessageOf(err))
	}
	it, err := f.goods.ParseItem(m.Item)
	if err != nil {
		c.Add(prefix+"item", "%s", errs.MessageOf(err))
		return
	}
	switch {
	case it.Draft:
		c.Add(prefix+"item", "「%s」还没有计量单位，请先在物资目录补上单位。", it.Label())
	case slices.ContainsFunc(g.Members, func(o plan.Member) bool { return o.ItemID == it.ID }):
		c.Add(prefix+"item", "「%s」在本组里出现了两次，请删去一行。", it.Label())
	}
	if other := f.groupWith(it.ID, g.ID); other != "" && !g.Retired {
		c.Add(prefix+"item", "「%s」已在等效组「%s」里，放进两个组会把同一件物资算两次。请先从那一组移出。", it.Label(), other)
	}
	g.Members = append(g.Members, plan.Member{ItemID: it.ID, Ratio: ratio})
}

// groupWith names another group in use that an item is in.
func (f *frame) groupWith(item, but id.ID) string {
	for _, g := range f.goods.Groups() {
		if g.ID != but && !g.Retired && slices.ContainsFunc(g.Members, func(m plan.Member) bool { return m.ItemID == item }) {
			return g.Name
		}
	}
	return ""
}

func (f *frame) describeGroup(g plan.Group) string {
	var parts []string
	for _, m := range g.Members {
		it, _ := f.goods.Item(m.ItemID)
		parts = append(parts, it.Label()+" 折 "+m.Ratio.String())
	}
	state := "在用"
	if g.Retired {
		state = "已停用"
	}
	return fmt.Sprintf("单位 %s；%s；%s", g.Unit, strings.Join(parts, "、"), state)
}
