package dispatching

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/store"
)

// EventInput is an event as typed. Field names in errors: name, kind, areas,
// place, summary, begun_at.
type EventInput struct {
	Name, Kind string
	Areas      []string // codes of divisions
	Place      string
	Summary    string
	BegunAt    string
}

// RecordEvent writes an event down.
func (s *Service) RecordEvent(ctx context.Context, actor access.Actor, in EventInput) (order.Event, error) {
	var e order.Event
	if err := actor.Require(access.ResponseEdit, 0); err != nil {
		return e, err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		var c errs.Check
		e = order.Event{ID: tx.NewID(), Name: tidy(in.Name), Kind: in.Kind, Place: tidy(in.Place), Summary: tidy(in.Summary),
			AuthorID: actor.ID, AuthorName: actor.Name, RecordedAt: tx.NowMicro()}
		needText(&c, "name", "事件名称", e.Name, 100)
		checkText(&c, "place", "地点", e.Place, 200)
		checkText(&c, "summary", "情况", e.Summary, 500)
		if order.KindName(in.Kind) == "" {
			c.Add("kind", "请选择灾种。")
		}
		var err error
		if e.Areas, err = areas(ctx, tx.Conn, &c, in.Areas); err != nil {
			return err
		}
		e.BegunAt = moment(&c, "begun_at", "发生时间", in.BegunAt, tx.Now)
		if err := c.Err(); err != nil {
			return err
		}
		if err := tx.InsertEvent(ctx, e); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, "event.record", e.Name, order.Clock(e.BegunAt)+" "+order.KindName(e.Kind)))
	})
	return e, err
}

// areas checks the codes of divisions; none is the whole district.
func areas(ctx context.Context, c *store.Conn, check *errs.Check, codes []string) ([]string, error) {
	known, err := c.Divisions(ctx)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, code := range codes {
		if code == "" || slices.Contains(list, code) {
			continue
		}
		if !slices.ContainsFunc(known, func(d place.Division) bool { return d.Code == code }) {
			check.Add("areas", "没有编码为“%s”的街镇，请从列表选择。", code)
			continue
		}
		list = append(list, code)
	}
	if len(strings.Join(list, ",")) > 500 {
		check.Add("areas", "选的街镇太多，请改选全区（不勾选）。")
	}
	return list, nil
}

// ResponseInput is a response as typed. Field names in errors: name, nature,
// level, areas, document_no, begun_at.
type ResponseInput struct {
	EventID    id.ID
	Nature     order.Nature
	Name       string
	Areas      []string
	Level      order.Level
	DocumentNo string
	BegunAt    string
	WordFirst  bool
}

// BeginResponse begins a response, a drill or a pre-positioning.
func (s *Service) BeginResponse(ctx context.Context, actor access.Actor, in ResponseInput) (order.Response, error) {
	var r order.Response
	if err := actor.Require(access.ResponseEdit, 0); err != nil {
		return r, err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		var c errs.Check
		r = order.Response{ID: tx.NewID(), EventID: in.EventID, Nature: in.Nature, Name: tidy(in.Name), Level: in.Level, Status: order.Running,
			WordFirst: in.WordFirst, DocumentNo: tidy(in.DocumentNo), AuthorID: actor.ID, AuthorName: actor.Name, RecordedAt: tx.NowMicro(), LockNo: 1}
		needText(&c, "name", "响应名称", r.Name, 100)
		checkText(&c, "document_no", "文号", r.DocumentNo, 60)
		if !slices.Contains(order.Natures, in.Nature) {
			c.Add("nature", "请选择性质：实战、演练或预置。")
		}
		if !in.Level.Known() || in.Nature == order.Real && in.Level == 0 {
			c.Add("level", "请选择响应级别（Ⅰ—Ⅳ级）。")
		}
		if in.EventID != 0 {
			if _, err := tx.Event(ctx, in.EventID); err != nil {
				return err
			}
		}
		var err error
		if r.Areas, err = areas(ctx, tx.Conn, &c, in.Areas); err != nil {
			return err
		}
		r.BegunAt = moment(&c, "begun_at", "启动时间", in.BegunAt, tx.Now)
		if r.BegunAt != 0 && r.BegunAt < tx.Now.Add(-longAgo).UnixMicro() {
			c.Add("begun_at", "启动时间 %s 太早了，请核对年月。", order.Clock(r.BegunAt))
		}
		r.Flood = order.FloodSeason.Holds(dayOf(r.BegunAt))
		if err := c.Err(); err != nil {
			return err
		}
		if err := tx.InsertResponse(ctx, r); err != nil {
			return err
		}
		if err := s.changed(ctx, tx, actor, r, order.Change{Act: order.Began, Level: r.Level, DocumentNo: r.DocumentNo, At: r.BegunAt}); err != nil || !r.WordFirst {
			return err
		}
		return s.changed(ctx, tx, actor, r, order.Change{Act: order.WordOn, Level: r.Level, At: r.BegunAt})
	})
	return r, err
}

// changed writes a change of a response with its audit record.
func (s *Service) changed(ctx context.Context, tx *store.Tx, actor access.Actor, r order.Response, c order.Change) error {
	c.ID, c.ResponseID, c.ActorID, c.ActorName, c.RecordedAt = tx.NewID(), r.ID, actor.ID, actor.Name, tx.NowMicro()
	if err := tx.InsertChange(ctx, c); err != nil {
		return err
	}
	if err := s.tellResponse(ctx, tx, actor, r, c); err != nil {
		return err
	}
	return tx.Audit(ctx, 0, record(actor, "response."+string(c.Act), r.Name, tidy(fmt.Sprintf("%s %s %s %s", order.Clock(c.At), c.Level.Name(), c.DocumentNo, c.Note))))
}

// ChangeInput is a change of a response as typed. Field names in errors: act,
// level, document_no, note, at.
type ChangeInput struct {
	ResponseID id.ID
	LockNo     int64
	Act        order.Act // not Began
	Level      order.Level
	DocumentNo string
	Note       string
	At         string
}

// ChangeResponse changes the level, switches 先调后补, ends a response or
// settles its accounts, to the minute it took effect.
func (s *Service) ChangeResponse(ctx context.Context, actor access.Actor, in ChangeInput) (order.Response, error) {
	var r order.Response
	if err := actor.Require(access.ResponseEdit, 0); err != nil {
		return r, err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) (err error) {
		if r, err = tx.Response(ctx, in.ResponseID); err != nil {
			return err
		}
		if r.LockNo != in.LockNo && in.LockNo != 0 {
			return errs.New(errs.Conflict, "「%s」刚刚被别人改过，请刷新页面核对后再办。", r.Name)
		}
		changes, err := tx.Changes(ctx, r.ID)
		if err != nil {
			return err
		}
		was := r.Status
		ch := order.Change{Act: in.Act, Level: r.Level, DocumentNo: tidy(in.DocumentNo), Note: tidy(in.Note)}
		var c errs.Check
		checkText(&c, "document_no", "文号", ch.DocumentNo, 60)
		checkText(&c, "note", "说明", ch.Note, 300)
		ch.At = moment(&c, "at", "时间", in.At, tx.Now)
		if n := len(changes); n > 0 && ch.At < changes[n-1].At {
			c.Add("at", "时间 %s 早于上一次变更（%s %s），请核对。", order.Clock(ch.At), order.Clock(changes[n-1].At), changes[n-1].Act.Name())
		}
		applyChange(&c, &r, &ch, in, actor)
		if err := c.Err(); err != nil {
			return err
		}
		if err := tx.UpdateResponse(ctx, r, was); err != nil {
			return err
		}
		if in.Act == order.SettledIt { // under the lock: nothing joins the response any more
			if err := s.checkSettled(ctx, tx.Conn, r); err != nil {
				return err
			}
		}
		return s.changed(ctx, tx, actor, r, ch)
	})
	r.LockNo++
	return r, err
}

// applyChange is what an act does to a response, refused where it makes no
// sense.
func applyChange(c *errs.Check, r *order.Response, ch *order.Change, in ChangeInput, actor access.Actor) {
	running := r.Status == order.Running
	switch in.Act {
	case order.Levelled:
		switch {
		case !running:
			c.Add("act", "「%s」已经终止，不能再调整级别。", r.Name)
		case !in.Level.Known() || in.Level == 0 && r.Nature == order.Real:
			c.Add("level", "请选择响应级别（Ⅰ—Ⅳ级）。")
		case in.Level == r.Level:
			c.Add("level", "现在就是%s，没有变化。", r.Level.Name())
		}
		r.Level, ch.Level = in.Level, in.Level
		if ch.DocumentNo != "" {
			r.DocumentNo = ch.DocumentNo
		}
	case order.WordOn, order.WordOff:
		on := in.Act == order.WordOn
		switch {
		case !running:
			c.Add("act", "「%s」已经终止，不能再启用或停用先调后补。", r.Name)
		case on == r.WordFirst:
			c.Add("act", "先调后补已经是这个状态，没有变化。")
		}
		r.WordFirst = on
	case order.Ended:
		if !running {
			c.Add("act", "「%s」已经终止过了（%s）。", r.Name, order.Clock(r.EndedAt))
		}
		r.Status, r.EndedAt, r.WordFirst = order.Over, ch.At, false
	case order.SettledIt:
		if r.Status != order.Over {
			c.Add("act", "「%s」%s，先终止响应，再清账。", r.Name, r.Status.Name())
		}
		r.Status, r.SettledAt, r.SettledName = order.Settled, ch.At, actor.Name
	default:
		c.Add("act", "没有这种变更。")
	}
}

// checkSettled refuses to settle a response that owes something, and names it.
func (s *Service) checkSettled(ctx context.Context, c *store.Conn, r order.Response) error {
	debts, err := c.Debts(ctx, r.ID)
	if err != nil {
		return err
	}
	accounts, err := s.accounts(ctx, c, r.ID)
	if err != nil {
		return err
	}
	var open []string
	add := func(n int, text string) {
		if n > 0 {
			open = append(open, fmt.Sprintf(text, n))
		}
	}
	road, field := accounts.Open()
	add(debts.Requests, "%d 份需求报告没有答复")
	add(debts.Orders, "%d 份调拨指令没有办结")
	add(road, "%d 行物资还在途中，没有签收或查明")
	add(field, "%d 行物资还在街镇手里，没有报用、归还或核销")
	add(debts.Papers, "%d 份手续没有补齐")
	if len(open) > 0 {
		return errs.New(errs.Conflict, "「%s」还不能清账：%s。办完以后再清账。", r.Name, strings.Join(open, "；"))
	}
	return nil
}
