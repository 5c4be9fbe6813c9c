package demo

import (
	"context"
	"fmt"

	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
)

// waterlogging is over and settled: a first load left on a phone call, two
// more by order, and everything came back or was used up.
func (n *nights) waterlogging(ctx context.Context) error {
	r, err := n.response(ctx, dispatching.EventInput{Name: "城区内涝（演示）", Kind: "flood", Areas: n.codes(1, 2), Place: "低洼路段及安置点", BegunAt: n.on(18, "01:50"),
		Summary: "短时强降雨，三处路段积水（演示数据，并非真实事件）"},
		dispatching.ResponseInput{Nature: order.Real, Name: "城区内涝应急响应（演示）", Areas: n.codes(1, 2), Level: 4, DocumentNo: "望应急〔演〕61号", BegunAt: n.on(18, "02:10"), WordFirst: true})
	if err != nil || r.Status == order.Settled {
		return err
	}
	if err := n.change(ctx, r, dispatching.ChangeInput{Act: order.Levelled, Level: 3, DocumentNo: "望应急〔演〕62号", At: n.on(18, "03:30")}); err != nil {
		return err
	}
	desk, depot := n.sites[1], n.sites[0]
	lines, items, err := n.lines(ctx, depot, wanted{"救灾帐篷", 12}, wanted{"瓶装饮用水", 60}, wanted{"救生衣", 20})
	if err != nil {
		return err
	}
	first, err := n.byWord(ctx, dispatching.WordInput{DepotID: depot.ID, SaidAt: n.on(18, "02:14"), LeftAt: n.on(18, "02:31"), Plate: "湘A·演001", Driver: "谢师傅",
		OrderInput: dispatching.OrderInput{ResponseID: r.ID, RequestedAt: n.on(18, "02:12"), RequestedName: desk.Keeper,
			Targets: []dispatching.TargetInput{n.point(desk, desk.Name+"旁安置点（演示）")}, Lines: lines}})
	if err != nil {
		return err
	}
	if err := n.signs(ctx, first, desk, n.on(18, "03:02"), n.on(18, "03:10"), true); err != nil {
		return err
	}
	if err := n.papers(ctx, first, "望应急调〔演〕1号"); err != nil {
		return err
	}
	second, err := n.byOrder(ctx, r, n.sites[2], n.on(18, "04:05"), n.on(18, "04:20"))
	if err != nil {
		return err
	}
	if second, err = n.leaves(ctx, second, n.on(18, "04:52"), "湘A·演002", "唐师傅"); err != nil {
		return err
	}
	if err := n.signs(ctx, second, n.sites[2], n.on(18, "05:25"), n.on(18, "05:31"), false); err != nil {
		return err
	}
	return n.endAndSettle(ctx, r, items, first.ID, second.ID)
}

// byOrder draws an order up and has it approved.
func (n *nights) byOrder(ctx context.Context, r order.Response, desk *site, asked, approved string) (order.Order, error) {
	in := dispatching.OrderInput{ClientKey: n.key(), ResponseID: r.ID, Reason: "应急调拨", RequestedAt: asked, RequestedName: desk.Keeper,
		Targets: []dispatching.TargetInput{n.point(desk, desk.Name+"旁安置点（演示）")}}
	o, there, err := n.told(ctx, in.ClientKey)
	if err != nil {
		return o, err
	}
	if !there {
		if in.Lines, _, err = n.lines(ctx, n.sites[0], wanted{"棉被", 40}, wanted{"方便食品", 30}, wanted{"折叠床", 20}); err != nil {
			return o, err
		}
		if o, err = n.Dispatching.Propose(ctx, n.planner, in); err != nil {
			return o, err
		}
	}
	if approved == "" || o.Status != order.Proposed {
		return o, nil
	}
	return n.Dispatching.Approve(ctx, n.leader, dispatching.DecisionInput{OrderID: o.ID, DocumentNo: fmt.Sprintf("望应急调〔演〕%d号", n.acts), DecidedAt: approved})
}

func (n *nights) endAndSettle(ctx context.Context, r order.Response, items map[id.ID]catalog.Item, orders ...id.ID) error {
	if err := n.change(ctx, r, dispatching.ChangeInput{Act: order.Ended, DocumentNo: "望应急〔演〕65号", At: n.on(16, "18:00")}); err != nil {
		return err
	}
	for _, o := range orders {
		if err := n.settles(ctx, o, items, n.on(13, "10:00")); err != nil {
			return err
		}
	}
	return n.change(ctx, r, dispatching.ChangeInput{Act: order.SettledIt, Note: "物资全部交代清楚（演示）", At: n.on(12, "16:30")})
}

// drill is an exercise: its figures stay apart from real ones.
func (n *nights) drill(ctx context.Context) error {
	r, err := n.response(ctx, dispatching.EventInput{}, dispatching.ResponseInput{Nature: order.Drill, Name: "秋季防汛物资调运演练（演示）", BegunAt: n.on(24, "09:00"), WordFirst: false})
	if err != nil || r.Status == order.Settled {
		return err
	}
	o, err := n.byOrder(ctx, r, n.sites[3], n.on(24, "09:05"), n.on(24, "09:09"))
	if err != nil {
		return err
	}
	if o, err = n.leaves(ctx, o, n.on(24, "09:20"), "湘A·演003", "邓师傅"); err != nil {
		return err
	}
	if err := n.signs(ctx, o, n.sites[3], n.on(24, "09:48"), n.on(24, "09:55"), false); err != nil {
		return err
	}
	return n.change(ctx, r, dispatching.ChangeInput{Act: order.Ended, At: n.on(24, "11:00"), Note: "演练结束，物资待归还（演示）"})
}

// freezing runs: a load by word whose papers are late, one on the road, one to
// pick, one to approve, and a request nobody has answered.
func (n *nights) freezing(ctx context.Context) error {
	r, err := n.response(ctx, dispatching.EventInput{Name: "低温雨雪冰冻（演示）", Kind: "ice", Areas: n.codes(1, 2, 3), Place: "山区道路", BegunAt: n.on(4, "17:00"),
		Summary: "道路结冰，部分群众滞留（演示数据，并非真实事件）"},
		dispatching.ResponseInput{Nature: order.Real, Name: "低温雨雪冰冻应急响应（演示）", Areas: n.codes(1, 2, 3), Level: 4, DocumentNo: "望应急〔演〕70号", BegunAt: n.on(4, "18:00"), WordFirst: true})
	if err != nil {
		return err
	}
	depot, desk := n.sites[0], n.sites[1]
	lines, items, err := n.lines(ctx, depot, wanted{"棉大衣", 30}, wanted{"棉被", 30})
	if err != nil {
		return err
	}
	late, err := n.byWord(ctx, dispatching.WordInput{DepotID: depot.ID, SaidAt: n.on(3, "19:20"), LeftAt: n.on(3, "19:41"),
		Plate: "湘A·演004", Driver: "谢师傅", OrderInput: dispatching.OrderInput{ResponseID: r.ID, RequestedAt: n.on(3, "19:15"),
			RequestedName: desk.Keeper, Targets: []dispatching.TargetInput{n.point(desk, "高速出口滞留点（演示）")}, Lines: lines}})
	if err != nil {
		return err
	}
	if err := n.signs(ctx, late, desk, n.on(3, "20:15"), n.on(3, "20:22"), false); err != nil {
		return err
	}
	if err := n.papers(ctx, late, "", order.WrittenOrder, order.SecondSignature); err != nil {
		return err
	}
	road, err := n.byOrder(ctx, r, n.sites[2], n.on(1, "20:40"), n.on(1, "20:55"))
	if err != nil {
		return err
	}
	if _, err = n.leaves(ctx, road, n.on(1, "21:30"), "湘A·演005", "唐师傅"); err != nil {
		return err
	}
	if _, err := n.byOrder(ctx, r, n.sites[3], n.on(1, "21:00"), n.on(1, "21:10")); err != nil { // to pick
		return err
	}
	if _, err := n.byOrder(ctx, r, n.sites[2], n.on(1, "22:00"), ""); err != nil { // to approve
		return err
	}
	return n.ask(ctx, r, n.sites[3], items, lines)
}

// ask is a street's request without an answer.
func (n *nights) ask(ctx context.Context, r order.Response, s *site, items map[id.ID]catalog.Item, like []dispatching.LineInput) error {
	in := dispatching.RequestInput{ClientKey: n.key(), Direction: order.ToBureau, ResponseID: r.ID, DepotID: s.ID, Kind: "ice", HappenedAt: n.on(1, "21:30"),
		Place: s.Name + "辖区滞留点（演示）", MovedPeople: 46, Days: 2, Remark: "演示数据"}
	for _, l := range like {
		if _, known := items[l.ItemID]; known {
			in.Lines = append(in.Lines, dispatching.NeedInput{Target: itemTarget(l.ItemID), Needed: "50", InStock: "10", Used: "5"})
		}
	}
	_, err := n.Dispatching.SendRequest(ctx, s.keeper, in)
	return err
}

// codes are the divisions of some of the street depots.
func (n *nights) codes(at ...int) []string {
	var list []string
	for _, i := range at {
		if s := n.sites[i]; s.Tier == place.Township && s.Division != "" {
			list = append(list, s.Division)
		}
	}
	return list
}
