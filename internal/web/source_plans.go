package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/sourcing"
	"changbei/internal/web/view"
)

// sourcesData makes the page from what is in the form, and the plans if they
// were worked out.
func (s *Server) sourcesData(c echo.Context, t typedSources, least int, out *dispatching.Sources) (*view.Sources, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	o, err := s.orderFormData(c, t.typedOrder, 0)
	if err != nil {
		return nil, err
	}
	p := &view.Sources{Base: o.Base, ClientKey: t.key, Responses: o.Responses, Request: o.Request, RequestID: o.RequestID, RequestFacts: o.RequestFacts,
		Targets: o.Targets, Document: t.document, Approves: actor.May(access.OrderApprove, 0), Sharing: sourcing.SharingRule, LeftOut: len(t.without)}
	p.Lines = o.Lines
	if keep := max(least, len(t.lines)+len(t.idle)); len(p.Lines.Rows) > keep {
		p.Lines.Rows = p.Lines.Rows[:keep]
	}
	ends, err := s.Dispatching.Ends(ctx, actor)
	if err != nil {
		return nil, err
	}
	p.Without = depotsByTier(ends, 0)
	for _, g := range p.Without {
		for i := range g.Options {
			g.Options[i].Checked = slices.Contains(t.without, id.Parse(g.Options[i].Value))
		}
	}
	if out != nil {
		layPlans(p, *out)
	}
	return p, nil
}

// layPlans lays the three plans out.
func layPlans(p *view.Sources, out dispatching.Sources) {
	for _, k := range sourcing.Kinds {
		p.Plans = append(p.Plans, planOf(out, k))
	}
	if out.NoPlan {
		p.Notes = append(p.Notes, "没有现行的储备计划，各库没有底线，“保留底线”与“最快到达”可能相同。")
	}
	for _, item := range slices.SortedFunc(maps.Keys(out.Barred), func(a, b id.ID) int { return cmp.Compare(out.Items[a].Code, out.Items[b].Code) }) {
		it := out.Items[item]
		p.Notes = append(p.Notes, fmt.Sprintf("%s另有 %s %s不能调（过期、冻结、在途、在外、待修或试机过期）。", it.Label(), out.Barred[item].Grouped(), it.Unit))
	}
}

func planOf(out dispatching.Sources, k sourcing.Kind) view.SourcePlan {
	p, f := out.Plans[k], out.Figures[k]
	v := view.SourcePlan{Key: k.Key(), Name: k.Name(), Rule: k.Rule(), Digest: out.Digest(k), Empty: len(p.Takes) == 0}
	if f.SameAs != k {
		v.Same = f.SameAs.Name()
	}
	v.Facts = []view.Fact{{Label: "最后到达", Text: lastText(p)}, {Label: "调出", Text: fmt.Sprintf("%d 个库 %d 车次", f.Depots, f.Legs)}}
	if f.Vehicles > 0 {
		v.Facts = append(v.Facts, view.Fact{Label: "车辆", Text: fmt.Sprintf("约 %d 台", f.Vehicles)})
	}
	v.Met = view.Tag{Tone: "is-ok", Icon: "check", Text: "全部满足"}
	if f.Unmet > 0 {
		v.Met = view.Tag{Tone: "is-bad", Icon: "circle-x", Text: fmt.Sprintf("%d 行不够", f.Unmet)}
	}
	v.Minimum = view.Tag{Tone: "is-ok", Icon: "check", Text: "各库不低于底线"}
	if f.Below > 0 {
		v.Minimum = view.Tag{Tone: "is-warn", Icon: "alert-triangle", Text: fmt.Sprintf("%d 处低于底线", f.Below)}
	}
	if g, err := p.Gap(out.Problem); err == nil && !g.Proven() {
		v.Gap = gapText(g)
	}
	for _, l := range p.Unmet() {
		n := out.Problem.Needs[l.Line-1]
		unit := unitOf(out, n)
		v.Unmet = append(v.Unmet, view.SourceGap{Label: out.Labels[l.Line-1], Asked: l.Asked.Grouped(), Unmet: l.Unmet.Grouped(), Unit: unit})
	}
	for _, h := range p.Held {
		it := out.Items[h.ItemID]
		v.Held = append(v.Held, fmt.Sprintf("%s留底 %s %s%s", out.Depots[h.DepotID].Name, it.Label(), h.Qty.Grouped(), it.Unit))
	}
	for _, leg := range p.Legs {
		v.Legs = append(v.Legs, legOf(out, p, leg))
	}
	return v
}

// unitOf is the unit a need is told in: that of the item which counts one.
func unitOf(out dispatching.Sources, n sourcing.Need) string {
	for _, m := range n.Members {
		if m.Num == m.Den {
			return out.Items[m.ItemID].Unit
		}
	}
	return ""
}

func lastText(p sourcing.Plan) string {
	switch {
	case len(p.Takes) == 0:
		return "—"
	case p.Unknown && p.Last == 0:
		return "时间未知"
	case p.Unknown:
		return fmt.Sprintf("%d 分钟，另有时间未知的", p.Last)
	}
	return fmt.Sprintf("%d 分钟", p.Last)
}

func gapText(g sourcing.Gap) string {
	text := "以下几组未能证明已是最优："
	for i, part := range g.Parts {
		if i > 0 {
			text += "；"
		}
		text += fmt.Sprintf("第 %v 行按%s，本方案 %d，最好不少于 %d", part.Lines, part.Measure.Name(), part.Plan, part.Bound)
	}
	return text + "。"
}

func legOf(out dispatching.Sources, p sourcing.Plan, leg sourcing.Leg) view.SourceLeg {
	v := view.SourceLeg{From: out.Depots[leg.DepotID].Name, To: out.Targets[leg.Target-1].Name, Far: !leg.Known}
	switch {
	case !leg.Known:
		v.Way = "行车时间未知，排在最后"
	case leg.Loading > 0:
		v.Way = fmt.Sprintf("%d 分钟到（路上 %d＋装车 %d）", leg.Arrival, leg.Minutes, leg.Loading)
	default:
		v.Way = fmt.Sprintf("%d 分钟到", leg.Arrival)
	}
	if leg.Vehicles > 0 {
		v.Vehicles = fmt.Sprintf("%d 台车", leg.Vehicles)
		if n := len(leg.Uncounted); n > 0 {
			v.Vehicles += fmt.Sprintf("（%d 种不知重量体积，未计）", n)
		}
	}
	for _, t := range p.Takes {
		if t.DepotID == leg.DepotID && t.Target == leg.Target {
			v.Lines = append(v.Lines, takeOf(out, p, t))
		}
	}
	return v
}

func takeOf(out dispatching.Sources, p sourcing.Plan, t sourcing.Take) view.SourceTake {
	it := out.Items[t.ItemID]
	v := view.SourceTake{Item: it.Name, Spec: it.Spec, Qty: t.Qty.Grouped(), Unit: it.Unit}
	for _, l := range t.Lots {
		v.Lots = append(v.Lots, view.SourceLot{Bin: l.Bin, Expires: l.Expires, Qty: l.Qty.Grouped()})
	}
	for _, r := range p.Remains {
		if r.DepotID == t.DepotID && r.ItemID == t.ItemID {
			v.After = r.After.Grouped()
			if r.Minimum > 0 {
				v.Minimum = r.Minimum.Grouped()
			}
			if r.BelowBy > 0 {
				v.Below = r.BelowBy.Grouped()
			}
		}
	}
	return v
}
