package store

import (
	"context"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/plan"
)

type groupRow struct {
	ID      id.ID  `db:"id"`
	Name    string `db:"name"`
	Unit    string `db:"unit"`
	Remark  string `db:"remark"`
	Retired bool   `db:"retired"`
	LockNo  int64  `db:"lock_no"`
}

// ItemGroups lists the equivalence groups with their members, retired ones
// too: approved plans may name them.
func (c *Conn) ItemGroups(ctx context.Context) ([]plan.Group, error) {
	var rows []groupRow
	if err := c.list(ctx, &rows, "item-group-list", nil); err != nil {
		return nil, err
	}
	var members []struct {
		GroupID id.ID `db:"group_id"`
		ItemID  id.ID `db:"item_id"`
		Num     int64 `db:"num"`
		Den     int64 `db:"den"`
	}
	if err := c.list(ctx, &members, "item-group-members", nil); err != nil {
		return nil, err
	}
	list, at := make([]plan.Group, len(rows)), map[id.ID]int{}
	for i, r := range rows {
		list[i] = plan.Group{ID: r.ID, Name: r.Name, Unit: r.Unit, Remark: r.Remark, Retired: r.Retired, LockNo: r.LockNo}
		at[r.ID] = i
	}
	for _, m := range members {
		g := &list[at[m.GroupID]]
		g.Members = append(g.Members, plan.Member{ItemID: m.ItemID, Ratio: plan.Ratio{Num: m.Num, Den: m.Den}})
	}
	return list, nil
}

// InsertItemGroup makes a group; a name already used is ErrDuplicate.
func (t *Tx) InsertItemGroup(ctx context.Context, g plan.Group) error {
	if _, err := t.exec(ctx, "item-group-insert", M{"id": g.ID, "name": g.Name, "name_key": catalog.Key(g.Name), "unit": g.Unit, "remark": g.Remark}); err != nil {
		return err
	}
	return t.putMembers(ctx, g)
}

// UpdateItemGroup changes a group as it stood under its lock number; one that
// was changed since is a Conflict.
func (t *Tx) UpdateItemGroup(ctx context.Context, g plan.Group) error {
	err := t.mustMatch(ctx, "item-group-update", M{"id": g.ID, "name": g.Name, "name_key": catalog.Key(g.Name), "unit": g.Unit, "remark": g.Remark,
		"retired": g.Retired, "lock_no": g.LockNo})
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, "item-group-clear", M{"group_id": g.ID}); err != nil {
		return err
	}
	return t.putMembers(ctx, g)
}

func (t *Tx) putMembers(ctx context.Context, g plan.Group) error {
	rows := make([]M, len(g.Members))
	for i, m := range g.Members {
		rows[i] = M{"group_id": g.ID, "item_id": m.ItemID, "num": m.Ratio.Num, "den": m.Ratio.Den}
	}
	return t.insertMany(ctx, "item-group-member-insert", rows)
}
