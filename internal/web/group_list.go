package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/plan"
	"changbei/internal/web/view"
)

var groupListPage = declare[view.GroupList]("base", "group/list")

// groupList shows what counts for what, what is put away last.
func (s *Server) groupList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	list, err := s.Planning.Groups(ctx, actor)
	if err != nil {
		return err
	}
	goods, err := s.Planning.Goods(ctx, actor)
	if err != nil {
		return err
	}
	p := &view.GroupList{Base: s.base(c), MayEdit: actor.May(access.PlanEdit, 0),
		Empty: view.Empty{Icon: "arrows-exchange", Title: "还没有等效组", Text: "规格不同、可以互相顶替的物资放进一组，例如 1 顶 36㎡ 帐篷折 3 顶 12㎡，计划和推演就按折合后的数量算，不重复计。"}}
	if p.MayEdit {
		p.Empty.URL, p.Empty.Do = "/groups/new", "新增等效组"
	}
	for _, ended := range []bool{false, true} {
		for _, g := range list {
			if g.Retired == ended {
				p.Rows = append(p.Rows, groupRow(g, goods, p.MayEdit))
			}
		}
	}
	return show(s, c, groupListPage, p)
}

func groupRow(g plan.Group, goods *plan.Goods, mayEdit bool) view.GroupRow {
	row := view.GroupRow{Name: g.Name, Unit: g.Unit, Remark: g.Remark, Ended: g.Retired}
	for _, m := range g.Members {
		it, _ := goods.Item(m.ItemID)
		row.Members = append(row.Members, view.GroupMember{Goods: it.Label(), Unit: it.Unit, Ratio: m.Ratio.String()})
	}
	if mayEdit {
		row.URL = "/groups/" + g.ID.String() + "/edit"
	}
	return row
}
