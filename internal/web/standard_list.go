package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/plan"
	"changbei/internal/web/view"
)

var standardListPage = declare[view.StandardList]("base", "standard/list")

// standardList shows what one moved person needs, what is put away last.
func (s *Server) standardList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	list, err := s.Planning.Standards(ctx, actor)
	if err != nil {
		return err
	}
	goods, err := s.Planning.Goods(ctx, actor)
	if err != nil {
		return err
	}
	p := &view.StandardList{Base: s.base(c), MayEdit: actor.May(access.PlanEdit, 0),
		Empty: view.Empty{Icon: "users", Title: "还没有保障标准", Text: "登记每位转移群众需要的物资和用量后，可按人数测算计划、推演保障人·天。"}}
	if p.MayEdit {
		p.Empty.URL, p.Empty.Do = "/standards/new", "新增标准"
	}
	for _, ended := range []bool{false, true} {
		for _, st := range list {
			if st.Retired == ended {
				p.Rows = append(p.Rows, standardRow(st, goods, p.MayEdit))
			}
		}
	}
	return show(s, c, standardListPage, p)
}

func standardRow(st plan.Standard, goods *plan.Goods, mayEdit bool) view.StandardRow {
	row := view.StandardRow{Name: st.Name, Target: goods.Label(st.Target), Per: st.Per.String() + " " + st.Unit, Hundred: (st.Per * 100).Grouped() + " " + st.Unit,
		Often: "一次性", Source: st.Source, Example: st.Example, Ended: st.Retired, Cases: "全部情形"}
	if st.Daily {
		row.Often = "每天"
	}
	if len(st.Cases) > 0 {
		var names []string
		for _, key := range st.Cases {
			names = append(names, plan.CaseName(key))
		}
		row.Cases = strings.Join(names, "、")
	}
	if mayEdit {
		row.URL = "/standards/" + st.ID.String() + "/edit"
	}
	return row
}
