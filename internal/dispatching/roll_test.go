package dispatching_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"
)

// Numbers of nobody: the first two are right, the third is not.
const (
	idZhang = "11010519491231002X"
	idLi    = "440524188001010014"
	idWrong = "440524188001010015"
	aPhone  = "13900001234"
)

func got(row int, name, idNo, word, unit, qty string) dispatching.RollLine {
	return dispatching.RollLine{Row: row, Cell: fmt.Sprintf("F%d", row), NameCell: fmt.Sprintf("B%d", row), IDCell: fmt.Sprintf("C%d", row), Person: name, IDNo: idNo, Phone: aPhone,
		Household: "4", Village: "新康社区", Address: "3 组", Word: word, Unit: unit, Typed: qty, Remark: "代领 " + aPhone}
}

// handed is an order signed for at a point, with what it brought.
func (w *world) handed(lines ...dispatching.LineInput) order.Shipment {
	w.t.Helper()
	o := w.sent(w.toPoint(), lines...)
	in := w.signing(o.Shipments[0], "", "", "")
	for i, l := range o.Shipments[0].Lines {
		in.Lines[i].Good = l.Qty.String()
	}
	if _, err := w.dis.Sign(w.ctx, w.officer, in); err != nil {
		w.t.Fatal(err)
	}
	return w.order(o.ID).Shipments[0]
}

func (w *world) rollInput(sh order.Shipment, lines ...dispatching.RollLine) dispatching.RollInput {
	return dispatching.RollInput{ClientKey: inventory.NewKey(), Source: dispatching.RollSource{ShipmentID: sh.ID}.Key(), Title: "七月安置发放", FileName: "发放 " + aPhone + ".xlsx", Lines: lines}
}

func (w *world) roll(in dispatching.RollInput) order.Roll {
	w.t.Helper()
	r, err := w.dis.MakeRoll(w.ctx, w.officer, in)
	if err != nil {
		w.t.Fatal(err, errs.FieldsOf(err))
	}
	return r
}

func (w *world) applying(r order.Roll) dispatching.RollAct {
	return dispatching.RollAct{ClientKey: inventory.NewKey(), RollID: r.ID, LockNo: r.LockNo}
}

func (w *world) rollView(r order.Roll) dispatching.RollView {
	w.t.Helper()
	v, err := w.dis.Roll(w.ctx, w.officer, r.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) wantRoll(r order.Roll, want order.RollStatus) {
	w.t.Helper()
	if v := w.rollView(r); v.Status != want {
		w.t.Errorf("the list is %s, should be %s", v.Status, want)
	}
}

// A list books its goods as used, what expires first taken first, and gives
// them back whole.
func TestAListIsBookedFirstExpiredFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		sh := w.handed(w.line(w.north, w.water, "500"), w.line(w.north, w.tent, "10"))
		in := w.rollInput(sh, got(3, "张三", idZhang, "饮用水", "瓶", "300"), got(3, "张三", idZhang, "救灾帐篷 12㎡", "", "1"), got(4, "李四", idLi, "饮用水", "瓶", "120"))
		r := w.roll(in)
		if again := w.roll(in); again.ID != r.ID || r.Number != "FF-GTL-2026-000001" {
			t.Errorf("a second tap: %s, %s", r.Number, again.Number)
		}
		w.wantStands(w.north, w.water, place.Borrower, 500) // nothing is booked by reading a list
		act := w.applying(r)
		for range 2 { // and a second tap books none
			if _, err := w.dis.ApplyRoll(w.ctx, w.officer, act); err != nil {
				t.Fatal(err)
			}
		}
		w.wantStands(w.north, w.water, place.Borrower, 80)
		w.wantStands(w.north, w.tent, place.Borrower, 9)
		lots := map[string]quantity.Q{}
		for _, l := range w.order(w.orderOf(sh)).Shipments[0].Lines {
			lot, err := w.st.Read().LotsByID(w.ctx, []id.ID{l.LotID})
			if err != nil {
				t.Fatal(err)
			}
			lots[lot[l.LotID].No] += l.Used
		}
		if lots["W1"] != quantity.Of(400) || lots["W2"] != quantity.Of(20) || lots["T1"] != quantity.Of(1) {
			t.Errorf("used of each lot: %v", lots)
		}
		w.mustCheck()
		booked, err := w.st.Read().RollClearings(w.ctx, r.ID)
		if err != nil || len(booked) != 3 {
			t.Fatal(booked, err)
		}
		undo := dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: booked[0].VoucherID, OrderID: w.orderOf(sh), Reason: "错"}
		refused(t, w.dis.UndoClear(w.ctx, w.keeper, undo), errs.Conflict, "整份撤销")
		back := dispatching.RollAct{ClientKey: inventory.NewKey(), RollID: r.ID, Reason: "发错了村"}
		for range 2 {
			if err := w.dis.UndoRoll(w.ctx, w.officer, back); err != nil {
				t.Fatal(err)
			}
		}
		w.wantStands(w.north, w.water, place.Borrower, 500)
		w.wantStands(w.north, w.tent, place.Borrower, 10)
		w.wantRoll(r, order.RollUndone)
		_, err = w.dis.ApplyRoll(w.ctx, w.officer, dispatching.RollAct{ClientKey: inventory.NewKey(), RollID: r.ID, LockNo: r.LockNo})
		refused(t, err, errs.Conflict, "已撤销")
		w.mustCheck()
	})
}

func (w *world) orderOf(sh order.Shipment) id.ID {
	w.t.Helper()
	of, err := w.st.Read().ShipmentOrder(w.ctx, sh.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return of
}

// More than a street still owes is refused in words, and nothing is booked.
func TestAListTakesNoMoreThanIsOwed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		sh := w.handed(w.line(w.north, w.water, "100"), w.line(w.north, w.tent, "5"))
		r := w.roll(w.rollInput(sh, got(3, "张三", idZhang, "饮用水", "瓶", "60"), got(4, "李四", idLi, "饮用水", "瓶", "61"), got(4, "李四", idLi, "救灾帐篷", "顶", "1")))
		_, err := w.dis.ApplyRoll(w.ctx, w.officer, w.applying(r))
		refused(t, err, errs.Conflict, "「饮用水」花名册合计 121 瓶，这一车到 2026-07-03 还没有交代的只有 100 瓶，多出 21 瓶")
		w.wantStands(w.north, w.tent, place.Borrower, 5)
		w.wantRoll(r, order.RollDraft)
		if v := w.rollView(r); v.Sums[0].Short() != quantity.Of(21) || v.Sums[0].Owed != quantity.Of(100) {
			t.Errorf("sums %+v", v.Sums)
		}
		for _, x := range w.rollView(r).People[1].Rows {
			if x.Word != "饮用水" {
				continue
			}
			less := "40"
			if err := w.dis.EditRoll(w.ctx, w.officer, dispatching.RollEdit{RollID: r.ID, LockNo: r.LockNo, Rows: []dispatching.RowEdit{{ID: x.ID, Typed: &less}}}); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.dis.ApplyRoll(w.ctx, w.officer, w.applying(r))
		refused(t, err, errs.Conflict, "刚刚被别人改过") // of the page before the edit
		if _, err = w.dis.ApplyRoll(w.ctx, w.officer, w.applying(w.rollView(r).Roll)); err != nil {
			t.Fatal(err)
		}
		w.wantStands(w.north, w.water, place.Borrower, 0)
		w.mustCheck()
	})
}

// Of several loads of a response to a street one list takes; each load's depot
// has its own voucher. Loads that came after the day of the list are not taken.
func TestAListOfAWholeResponse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		w.handed(w.line(w.south, w.tent, "4"))
		w.handed(w.line(w.north, w.tent, "6"))
		w.clock.Pass(24 * time.Hour)
		w.handed(w.line(w.north, w.tent, "3"))
		sources, err := w.dis.RollSources(w.ctx, w.officer)
		if err != nil || len(sources) != 4 || sources[0].ShipmentID != 0 || sources[0].Owed[0].Owed != quantity.Of(13) {
			t.Fatalf("%+v %v", sources, err)
		}
		in := w.rollInput(order.Shipment{}, got(3, "张三", idZhang, "救灾帐篷", "顶", "5"), got(4, "李四", idLi, "救灾帐篷", "顶", "6"))
		in.Source, in.HeldOn = sources[0].Key(), "2026-07-03"
		r := w.roll(in)
		_, err = w.dis.ApplyRoll(w.ctx, w.officer, w.applying(r))
		refused(t, err, errs.Conflict, "到 2026-07-03 还没有交代的只有 10 顶")
		in.ClientKey, in.HeldOn = inventory.NewKey(), ""
		r = w.roll(in)
		if _, err = w.dis.ApplyRoll(w.ctx, w.officer, w.applying(r)); err != nil {
			t.Fatal(err)
		}
		if v := w.rollView(r); len(v.Vouchers) < 2 || v.Response.ID != w.response.ID {
			t.Errorf("vouchers %+v", v.Vouchers)
		}
		if left := w.stands(w.north, w.tent, place.Borrower) + w.stands(w.south, w.tent, place.Borrower); left != quantity.Of(2) {
			t.Errorf("%s are left", left)
		}
		w.mustCheck()
		if err := w.dis.UndoRoll(w.ctx, w.planner, dispatching.RollAct{ClientKey: inventory.NewKey(), RollID: r.ID, Reason: "重发"}); err != nil {
			t.Fatal(err)
		}
		w.wantStands(w.south, w.tent, place.Borrower, 4)
		w.mustCheck()
	})
}

// Words that are not sure are asked, rows that are wrong are mended or left out.
func TestAListIsMendedBeforeItIsBooked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		sh := w.handed(w.line(w.north, w.water, "100"), w.line(w.north, w.tent, "5"))
		bad := got(5, "", idWrong, "矿泉水", "瓶", "一些")
		bad.Issues = []order.RowIssue{{Text: "F5 “一些”不是数字。", Wrong: true}}
		r := w.roll(w.rollInput(sh, got(3, "张三", idZhang, "矿泉水", "瓶", "10"), got(4, "李四", idZhang, "矿泉水", "瓶", "5"), bad, got(3, "张三", idZhang, "间数", "", "3")))
		v := w.rollView(r)
		if len(v.Words) != 2 || v.Words[0].Item.ID != 0 || v.Words[0].Proposed != w.water.ID || v.Words[1].Proposed != 0 || v.Wrong != 1 || v.Doubtful != 1 {
			t.Fatalf("words %+v, %d wrong, %d doubtful", v.Words, v.Wrong, v.Doubtful)
		}
		texts := ""
		for _, p := range v.People {
			for _, x := range p.Rows {
				for _, i := range x.Issues() {
					texts += i.Text
				}
			}
		}
		for _, part := range []string{"同一个身份证号", "C5 身份证号的校验位不对", "第 5 行姓名没有填写", "F5 “一些”不是数字"} {
			if !strings.Contains(texts, part) {
				t.Errorf("nothing says %q: %s", part, texts)
			}
		}
		_, err := w.dis.ApplyRoll(w.ctx, w.officer, w.applying(r))
		refused(t, err, errs.Invalid, "4 条不知道是哪一种物资")
		name, qty := "王五", "2"
		row := v.People[2].Rows[0].ID
		mend := dispatching.RollEdit{RollID: r.ID, LockNo: v.LockNo, Words: []dispatching.WordChoice{{No: 0, ItemID: w.water.ID}, {No: 1, Skip: true}}}
		if err := w.dis.EditRoll(w.ctx, w.officer, mend); err != nil {
			t.Fatal(err)
		}
		_, err = w.dis.ApplyRoll(w.ctx, w.officer, w.applying(w.rollView(r).Roll))
		refused(t, err, errs.Invalid, "还有 1 条有错误")
		mend = dispatching.RollEdit{RollID: r.ID, LockNo: v.LockNo, Rows: []dispatching.RowEdit{{ID: row, Person: &name, Typed: &qty}}}
		refused(t, w.dis.EditRoll(w.ctx, w.officer, mend), errs.Conflict, "刚刚被别人改过")
		mend.LockNo = w.rollView(r).LockNo
		if err := w.dis.EditRoll(w.ctx, w.officer, mend); err != nil {
			t.Fatal(err)
		}
		if v = w.rollView(r); v.Wrong != 0 || v.Sums[0].Listed != quantity.Of(17) || !v.Words[1].Skipped {
			t.Errorf("%d wrong, sums %+v, words %+v", v.Wrong, v.Sums, v.Words)
		}
		if _, err = w.dis.ApplyRoll(w.ctx, w.officer, w.applying(v.Roll)); err != nil {
			t.Fatal(err)
		}
		w.wantStands(w.north, w.water, place.Borrower, 83)
		refused(t, w.dis.EditRoll(w.ctx, w.officer, mend), errs.Conflict, "已入账")
		w.mustCheck()
	})
}

// A discarded draft leaves nobody behind.
func TestADiscardedListIsGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		r := w.roll(w.rollInput(w.handed(w.line(w.north, w.tent, "5")), got(3, "张三", idZhang, "救灾帐篷", "顶", "1")))
		refused(t, w.dis.DiscardRoll(w.ctx, w.keeper, r.ID, r.LockNo), errs.NotFound, "无权")
		if err := w.dis.DiscardRoll(w.ctx, w.officer, r.ID, r.LockNo); err != nil {
			t.Fatal(err)
		}
		rows, err := w.st.Read().RollRows(w.ctx, r.ID)
		if err != nil || len(rows) != 0 {
			t.Errorf("%d people are left, %v", len(rows), err)
		}
		_, err = w.dis.Roll(w.ctx, w.officer, r.ID)
		refused(t, err, errs.NotFound, "没有这份发放花名册")
	})
}

// Only those of the desk see people, masked; whole numbers are for a reason
// that is kept with who, when and which list, and the record holds no number.
func TestPeopleAreMaskedAndEveryWholeLookIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		r := w.roll(w.rollInput(w.handed(w.line(w.north, w.tent, "5")), got(3, "张三", idZhang, "救灾帐篷", "顶", "1"), got(4, "李四", idWrong, "救灾帐篷", "顶", idLi)))
		far := access.Actor{ID: 110, Name: "外街", Grants: []access.Grant{{Role: access.Street, DepotID: w.north.ID}}}
		for _, who := range []access.Actor{w.keeper, w.leader, w.audit, w.stranger, far} {
			_, err := w.dis.Roll(w.ctx, who, r.ID)
			refused(t, err, errs.NotFound, "无权查看")
			_, err = w.dis.Reveal(w.ctx, who, r.ID, dispatching.RollSeen, "核对身份")
			refused(t, err, errs.NotFound, "无权查看")
		}
		if p, err := w.dis.Rolls(w.ctx, far, dispatching.RollQuery{}); err != nil || len(p.Rolls) != 0 {
			t.Errorf("another street lists %d, %v", len(p.Rolls), err)
		}
		secrets := []string{idZhang, idLi, idWrong, aPhone}
		hides := func(what, text string) {
			t.Helper()
			for _, s := range secrets {
				if strings.Contains(text, s) {
					t.Errorf("%s says %s", what, s)
				}
			}
		}
		v := w.rollView(r)
		hides("the list", fmt.Sprintf("%+v", v))
		if p := v.People[0]; p.IDNo != "110***********002X" || p.Phone != "139****1234" || p.Remark != "代领 139****1234" {
			t.Errorf("masked as %s, %s, %s", p.IDNo, p.Phone, p.Remark)
		}
		for reason, part := range map[string]string{" ": "请填写", "看看": "理由太短", "核对 " + idZhang: "不要写身份证号"} {
			_, err := w.dis.Reveal(w.ctx, w.officer, r.ID, dispatching.RollSeen, reason)
			refused(t, err, errs.Invalid, part)
			hides("the refusal", err.Error())
		}
		before := w.records(r.DeskID)
		for _, use := range []dispatching.RollUse{dispatching.RollSeen, dispatching.RollExported, dispatching.RollPrinted} {
			whole, err := w.dis.Reveal(w.ctx, w.officer, r.ID, use, "民政局核对发放对象")
			if err != nil || whole.People[0].IDNo != idZhang || !whole.Full {
				t.Errorf("%+v %v", whole.People, err)
			}
		}
		after := w.records(r.DeskID)
		if len(after)-len(before) != 3 {
			t.Errorf("%d looks are kept", len(after)-len(before))
		}
		for _, a := range after {
			hides("the record", fmt.Sprintf("%+v", a))
		}
		if a := after[len(after)-1]; a.ActorName != w.officer.Name || a.Object != r.Number || !strings.HasPrefix(a.Act, "roll.reveal.") || !strings.Contains(a.Detail, "民政局核对发放对象") {
			t.Errorf("kept: %+v", a)
		}
	})
}

type auditRow struct{ ActorName, Act, Object, Detail string }

// records gives the audit trail of a depot in its order.
func (w *world) records(depot id.ID) []auditRow {
	w.t.Helper()
	rows, err := w.st.Read().AuditChain(w.ctx, depot, 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	var list []auditRow
	for _, a := range rows {
		list = append(list, auditRow{a.ActorName, a.Act, a.Object, a.Detail})
	}
	return list
}
