package inventory_test

import (
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

// reopen asks that a month be opened again, and decides as a second person.
func (s *rules) reopen(m ledger.Month, approve bool) {
	s.t.Helper()
	r, err := s.inv.AskReopening(s.ctx, s.planner, s.depot.ID, m, "漏记一张入库单")
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.inv.DecideReopening(s.ctx, actor(107, "孙立", access.Leader, 0), r.ID, approve); err != nil {
		s.t.Fatal(err)
	}
}

// numberedAway spoils where pieces are that are not in any depot.
func (s *rules) numberedAway() []spoil {
	second := "批次 " + s.second.String()
	return []spoil{
		{"a piece that left and is forgotten", func() { s.exec("DELETE FROM piece WHERE lot_id = ?", s.second) }, "piece", second, "没有装备登记"},
		{"a piece that left to another place", func() { s.exec("UPDATE piece SET place_id = 5 WHERE lot_id = ?", s.second) }, "piece", "装备编号 FD-002", "按明细在外部地点 used"},
		{"a piece that left as if it never came in", func() { s.exec("UPDATE piece SET place_id = 0 WHERE lot_id = ?", s.second) }, "piece", "装备编号 FD-002", "按明细在外部地点 used"},
		{"a piece that came in twice", func() {
			s.exec("UPDATE entry SET lot_id = ? WHERE lot_id = ?", s.second, s.piece)
			s.exec("UPDATE stock SET qty = 1000 WHERE lot_id = ?", s.second)
			s.exec("DELETE FROM stock WHERE lot_id = ?", s.piece)
		}, "piece", second, "按明细同时在"},
		{"a piece of two at one place", func() {
			s.exec("UPDATE entry SET qty = 2 * qty WHERE lot_id = ? AND voucher_id = ?", s.second, s.pieceOut.ID)
		},
			"piece", second, "按明细有 2 件"},
	}
}

// heldRecords spoils holds whose audit records stand.
func (s *rules) heldRecords() []spoil {
	set := func(what string) func() {
		return func() { s.exec("UPDATE lot_hold SET " + what + " WHERE lot_id = " + s.rice.String() + " AND held = 1") }
	}
	depot := "储备库 WC01 的冻结记录"
	return []spoil{
		{"a lot's holds that are erased", func() { s.exec("DELETE FROM lot_hold WHERE lot_id = ?", s.rice) }, "hold", "冻结记录", "审计记录里有 3 次冻结和解除冻结"},
		{"all holds that are erased", func() {
			s.exec("DELETE FROM lot_hold")
			s.exec("UPDATE lot SET held = 0")
		}, "hold", "冻结记录", "只记着 0 次"},
		{"a hold for another reason", set("reason = '改'"), "hold", depot, "审计链"},
		{"a hold by another person", set("actor_id = 5"), "hold", depot, "审计链"},
		{"a hold by another name", set("actor_name = '别人'"), "hold", depot, "审计链"},
		{"a hold at another time", set("at = at + 1"), "hold", depot, "审计链"},
		{"a hold that one depot forgot", func() {
			s.exec("DELETE FROM lot_hold WHERE lot_id = ? AND depot_id = ? AND held = 0", s.rice, s.d.other.ID)
		}, "hold", "储备库 GTL 的冻结记录", "审计链"},
		{"a hold that nobody made", func() {
			s.exec("INSERT INTO lot_hold (id, lot_id, depot_id, seq, held, reason, actor_id, actor_name, at) VALUES (5, ?, ?, 99999, 0, '改', 1, '别人', 1)", s.piece, s.depot.ID)
		}, "hold", depot, "比审计记录多"},
	}
}

// monthRecords spoils who closed months, and who had them opened again.
func (s *rules) monthRecords() []spoil {
	closed := func(what string) func() {
		return func() { s.exec("UPDATE period SET " + what + " WHERE month = '2026-09'") }
	}
	asked := func(what string) func() {
		return func() { s.exec("UPDATE reopening SET " + what + " WHERE status = 'approved'") }
	}
	month, request := "储备库 WC01 2026-09", "储备库 WC01 2026-10 的反结账申请"
	list := []spoil{
		{"a month closed by another name", closed("actor_name = '别人'"), "period", month, "与审计记录不符"},
		{"a month closed by another person", closed("actor_id = 5"), "period", month, "与审计记录不符"},
		{"a month closed at another time", closed("closed_at = closed_at + 1"), "period", month, "与审计记录不符"},
		{"a month closed without a record", func() {
			s.exec("INSERT INTO period (depot_id, month, actor_id, actor_name, closed_at) VALUES (?, '2026-10', 1, '别人', 1)", s.d.other.ID)
			s.exec("UPDATE depot_head SET closed_on = '2026-10-31' WHERE depot_id = ?", s.d.other.ID)
		}, "period", "储备库 GTL 2026-10", "没有月结的审计记录"},
		{"all months opened without a record", func() {
			for _, table := range []string{"period", "period_stock", "period_item"} {
				s.exec("DELETE FROM " + table)
			}
			s.exec("UPDATE depot_head SET closed_on = ''")
		}, "period", month, "月结的登记却不在了"},
		{"a request decided by who asked", asked("decided_id = asked_id"), "period", request, "同一个人"},
		{"requests that are gone", func() { s.exec("DELETE FROM reopening") }, "period", request, "登记不在了"},
	}
	for _, what := range []string{"reason = '改'", "status = 'refused'", "asked_id = 5", "asked_name = '改'", "asked_at = asked_at + 1",
		"decided_id = 5", "decided_name = '改'", "decided_at = decided_at + 1"} {
		list = append(list, spoil{"a request with another " + what, asked(what), "period", request, "与审计记录不符"})
	}
	return append(list, spoil{"a request of another month", asked("month = '2026-09'"), "period", "储备库 WC01 2026-09 的反结账申请", "与审计记录不符"})
}

// tents adds an item through the catalogue's own use cases, and changes it: its
// unit is the last one recorded. An item whose words look like fields of the
// record is nobody's to tell.
func (s *rules) tents() {
	s.t.Helper()
	dir := directory.New(s.st, directory.Options{})
	if err := dir.CreateUnit(s.ctx, s.planner, catalog.Unit{Name: "顶"}); err != nil {
		s.t.Fatal(err)
	}
	in := directory.ItemInput{Name: "帐篷", Spec: "12㎡", Unit: "床", CategoryID: s.d.quilt.CategoryID}
	odd := directory.ItemInput{Name: "怪；单位 吨；逐件管理", Unit: "床", CategoryID: s.d.quilt.CategoryID}
	for _, in := range []directory.ItemInput{in, odd} {
		it, err := dir.CreateItem(s.ctx, s.planner, in)
		if err != nil {
			s.t.Fatal(err)
		}
		in.Unit, in.Serial, in.Aliases = "顶", true, []string{"别名；单位 米"}
		if _, err := dir.UpdateItem(s.ctx, s.planner, it.ID, in); err != nil {
			s.t.Fatal(err)
		}
		in.Spec, in.Serial, in.Aliases = in.Spec+"；加厚", false, nil
		if _, err := dir.UpdateItem(s.ctx, s.planner, it.ID, in); err != nil {
			s.t.Fatal(err)
		}
	}
	tent, err := dir.CreateItem(s.ctx, s.planner, directory.ItemInput{Name: "棉帐篷", Unit: "床", CategoryID: s.d.quilt.CategoryID, Code: "ZP-1"})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := dir.UpdateItem(s.ctx, s.planner, tent.ID, directory.ItemInput{Name: "棉帐篷", Unit: "顶", CategoryID: s.d.quilt.CategoryID, Serial: true}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *rules) catalogue() []spoil {
	return []spoil{
		{"an item in another unit", func() { s.exec("UPDATE item SET unit = '吨' WHERE code = 'ZP-1'") }, "item", "物资 ZP-1", "审计记录里是「顶」"},
		{"an item counted otherwise", func() { s.exec("UPDATE item SET serial = 0 WHERE code = 'ZP-1'") }, "item", "物资 ZP-1", "审计记录里是逐件管理"},
		{"a unit with other decimals", func() { s.exec("UPDATE unit SET decimals = 3 WHERE name = '顶'") }, "item", "计量单位 顶", "审计记录里是 0 位"},
	}
}

func (s *rules) depots() []spoil {
	return []spoil{
		{"a place of no known kind", func() { s.exec("UPDATE place SET kind = 'shelf' WHERE id = ?", s.d.corner.ID) }, "place", "货位 " + s.d.corner.ID.String(), "「shelf」"},
		{"a depot closed with goods in it", func() { s.exec("UPDATE depot SET closed = 1 WHERE id = ?", s.depot.ID) }, "depot", "储备库 WC01", "已停用，却还有"},
	}
}

// TestCheckNamesMissingTriggers drops what keeps the books append-only, and
// puts a trigger that does nothing in the place of one.
func TestCheckNamesMissingTriggers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e, o := e.Fixed(t)
		s := &spoiled{world: newWorld(t, e), raw: storetest.Raw(t, o)}
		s.mustCheck()
		idle := "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT 1; END"
		if e.Name == "mysql" {
			idle = "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW SET @x = 1"
		}
		s.exec("DROP TRIGGER entry_no_update")
		s.exec("DROP TRIGGER audit_no_delete")
		s.exec(idle)
		r, err := s.inv.Check(s.ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"触发器 entry_no_update 不在了", "触发器 audit_no_delete 被换成了别的"}
		for i, d := range r.Differences {
			if d.Kind != "trigger" || i >= len(want) || !strings.HasPrefix(d.Object+" "+d.Text, want[i]) {
				t.Errorf("%v", d)
			}
		}
		if len(r.Differences) != len(want) {
			t.Errorf("%v", r.Differences)
		}
	})
}
