package planning_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// dealRoom is a fresh installation with two depots and a few goods.
type dealRoom struct {
	*planning.Service
	store                 *store.Store
	planner, keeper       access.Actor
	leader, street        access.Actor
	own, other            place.Depot
	water, tent, sand     catalog.Item
	draft, boat, wideBoat catalog.Item
	clock                 *atomic.Int64
}

func newDealRoom(t *testing.T, e storetest.Engine) *dealRoom {
	t.Helper()
	r := &dealRoom{clock: &atomic.Int64{}, planner: access.Actor{ID: 1, Name: "沈岚", Grants: []access.Grant{{Role: access.Planner}}},
		leader: access.Actor{ID: 2, Name: "贺志远", Grants: []access.Grant{{Role: access.Leader}}}}
	r.clock.Store(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC).UnixMicro())
	r.store = e.Open(t, func() time.Time { return time.UnixMicro(r.clock.Load()) })
	r.Service = planning.New(r.store)
	dir := directory.New(r.store, directory.Options{})
	if err := dir.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	categories, err := dir.Categories(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	item := func(name, spec, unit, packs string) catalog.Item {
		it, err := dir.CreateItem(t.Context(), r.planner, directory.ItemInput{Name: name, Spec: spec, Unit: unit, Packs: packs, CategoryID: categories[0].ID})
		if err != nil {
			t.Fatal(err)
		}
		return it
	}
	r.water, r.tent, r.sand = item("测试饮用水", "", "瓶", "箱=24"), item("测试帐篷", "12㎡", "顶", ""), item("测试黄沙", "", "吨", "")
	r.draft, r.boat, r.wideBoat = item("测试待定", "", "", ""), item("测试艇", "4人", "艘", ""), item("测试艇", "8人", "艘", "")
	for _, d := range []struct {
		at         *place.Depot
		code, name string
	}{{&r.own, "AA", "甲库"}, {&r.other, "BB", "乙库"}} {
		if *d.at, err = dir.CreateDepot(t.Context(), r.planner, directory.DepotInput{Code: d.code, Name: d.name, Tier: place.Township}); err != nil {
			t.Fatal(err)
		}
	}
	r.keeper = access.Actor{ID: 3, Name: "周建国", Grants: []access.Grant{{Role: access.Keeper, DepotID: r.own.ID}}}
	r.street = access.Actor{ID: 4, Name: "李红梅", Grants: []access.Grant{{Role: access.Street, DepotID: r.own.ID}}}
	return r
}

// form is a right form; its tents and water are in packs and with a price.
func (r *dealRoom) form() planning.AgreementInput {
	return planning.AgreementInput{Number: "望应急协〔2026〕1号", Form: "agreement", Firm: "甲公司", Contact: "张三", Phone: "0731-88060000", FromOn: "2026-01-01",
		ToOn: "2027-12-31", LeadHours: "24", Lines: []planning.AgreementLine{{Item: planning.Listed(r.tent), Qty: "200", Price: "1,320"}, {}, {Item: "测试饮用水", Qty: "10箱2瓶"}}}
}

func (r *dealRoom) save(t *testing.T, in planning.AgreementInput) plan.Deal {
	t.Helper()
	d, err := r.SaveAgreement(t.Context(), r.planner, in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (r *dealRoom) lastAct(t *testing.T) string {
	t.Helper()
	list, err := r.store.Read().AuditPage(t.Context(), 0, 0, "", 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("audit = %v, %v", list, err)
	}
	return list[0].Act + " " + list[0].Object
}

// turnedDown asserts an error's kind and the fields it names, each with a
// sentence.
func turnedDown(t *testing.T, err error, kind errs.Kind, fields ...string) {
	t.Helper()
	var names []string
	for _, f := range errs.FieldsOf(err) {
		if !strings.HasSuffix(f.Message, "。") {
			t.Errorf("field %s: %q is no sentence", f.Name, f.Message)
		}
		names = append(names, f.Name)
	}
	if err == nil || errs.KindOf(err) != kind || !slices.Equal(names, fields) {
		t.Errorf("err = %v; want %v with fields %v", err, kind, fields)
	}
}

func TestAgreementIsSavedChangedAndEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newDealRoom(t, e)
		made := r.save(t, r.form())
		price := made.Goods[0].Price
		if price == nil || *price != 132000 || made.Goods[1].Price != nil || made.Goods[1].Qty.String() != "242" {
			t.Errorf("goods %+v", made.Goods)
		}
		if got := r.lastAct(t); got != "agreement.create 望应急协〔2026〕1号 甲公司" {
			t.Errorf("audit %q", got)
		}
		v, err := r.Agreement(t.Context(), r.leader, made.ID)
		if err != nil || cmp.Diff(sorted(made), sorted(v.Deal)) != "" || v.State != plan.DealHolds || !v.Stale || v.Lines[0].Item.Name == "" {
			t.Errorf("stored %+v, %v", v, err)
		}
		in := r.form()
		in.ID, in.LockNo, in.Firm, in.Lines = made.ID, made.LockNo, "乙公司", []planning.AgreementLine{{Item: r.sand.Code, Qty: "1.5"}}
		changed := r.save(t, in)
		if v, err = r.Agreement(t.Context(), r.planner, made.ID); err != nil || cmp.Diff(changed, v.Deal) != "" || v.Firm != "乙公司" || len(v.Goods) != 1 || v.Goods[0].Qty != 1500 {
			t.Errorf("changed %+v, %v", v, err)
		}
		_, err = r.SaveAgreement(t.Context(), r.planner, in) // of the version before
		turnedDown(t, err, errs.Conflict)
		turnedDown(t, r.EndAgreement(t.Context(), r.planner, made.ID, changed.LockNo, " "), errs.Invalid, "reason")
		turnedDown(t, r.EndAgreement(t.Context(), r.planner, made.ID, made.LockNo, "停产"), errs.Conflict)
		if err := r.EndAgreement(t.Context(), r.planner, made.ID, changed.LockNo, "停产"); err != nil {
			t.Fatal(err)
		}
		if v, err = r.Agreement(t.Context(), r.planner, made.ID); err != nil || v.State != plan.DealEnded || v.Stale {
			t.Errorf("ended %+v, %v", v, err)
		}
		in.LockNo = v.LockNo
		_, err = r.SaveAgreement(t.Context(), r.planner, in)
		turnedDown(t, err, errs.Conflict)
		turnedDown(t, r.EndAgreement(t.Context(), r.planner, made.ID, v.LockNo, "停产"), errs.Conflict)
		err = r.store.Tx(t.Context(), func(tx *store.Tx) error { return tx.UpdateAgreement(t.Context(), v.Deal) })
		turnedDown(t, err, errs.Conflict) // the row itself refuses, whoever asks
		again := r.save(t, r.form())      // the number is free again
		again.LockNo++
		err = r.store.Tx(t.Context(), func(tx *store.Tx) error { return tx.UpdateAgreement(t.Context(), again) })
		turnedDown(t, err, errs.Conflict)
	})
}

// sorted puts goods in the order of their ids, which is the store's.
func sorted(d plan.Deal) plan.Deal {
	d.Goods = slices.Clone(d.Goods)
	slices.SortFunc(d.Goods, func(a, b plan.DealItem) int { return int(a.ItemID - b.ItemID) })
	return d
}

func TestAgreementFormIsRefused(t *testing.T) {
	r := newDealRoom(t, storetest.SQLite())
	r.save(t, r.form())
	line := func(l ...planning.AgreementLine) func(*planning.AgreementInput) {
		return func(in *planning.AgreementInput) { in.Lines = l }
	}
	for _, tc := range []struct {
		name   string
		change func(*planning.AgreementInput)
		fields []string
		says   string
	}{
		{"a number in force", func(in *planning.AgreementInput) { in.Number = " 望应急协〔2026〕 1号" }, []string{"number"}, "甲公司"},
		{"no number, firm, contact or phone", func(in *planning.AgreementInput) { in.Number, in.Firm, in.Contact, in.Phone = "", " ", "", "" },
			[]string{"number", "firm", "contact", "phone"}, "4 处"},
		{"a phone that is none", func(in *planning.AgreementInput) { in.Phone = "问老王 110" }, []string{"phone"}, "不像电话"},
		{"goods kept by a firm", func(in *planning.AgreementInput) { in.Form = "kept" }, []string{"form"}, "企业代储"},
		{"goods in stock", func(in *planning.AgreementInput) { in.Form = "physical" }, []string{"form"}, "入库"},
		{"an unknown form", func(in *planning.AgreementInput) { in.Form = "x" }, []string{"form"}, "请选择"},
		{"an end before the begin", func(in *planning.AgreementInput) { in.ToOn = "2025-12-31" }, []string{"to_on"}, "早于"},
		{"days of another century", func(in *planning.AgreementInput) { in.FromOn, in.ToOn = "1996-01-01", "2099-01-01" }, []string{"from_on", "to_on"}, "太早"},
		{"an end that is no day", func(in *planning.AgreementInput) { in.ToOn = "长期" }, []string{"to_on"}, "具体的日期"},
		{"an end known to the month", func(in *planning.AgreementInput) { in.ToOn = "2027-12" }, []string{"to_on"}, "填到日"},
		{"a lead time in words", func(in *planning.AgreementInput) { in.LeadHours = "三天" }, []string{"lead_hours"}, "小时"},
		{"no lead time", func(in *planning.AgreementInput) { in.LeadHours = "0" }, []string{"lead_hours"}, "1 到"},
		{"no goods", line(planning.AgreementLine{}, planning.AgreementLine{Item: " "}), []string{"lines"}, "至少"},
		{"goods nobody knows", line(planning.AgreementLine{Item: "没有的", Qty: "1"}), []string{"line.1.item"}, "目录中没有"},
		{"a name with two specs", line(planning.AgreementLine{Item: "测试艇", Qty: "1"}), []string{"line.1.item"}, "2 种规格"},
		{"a draft", line(planning.AgreementLine{Item: "测试待定", Qty: "1"}), []string{"line.1.item"}, "计量单位"},
		{"goods twice", line(planning.AgreementLine{Item: r.tent.Code, Qty: "1"}, planning.AgreementLine{}, planning.AgreementLine{Item: r.tent.Label(), Qty: "2"}), []string{"line.3.item"}, "第 1 行"},
		{"quantities of nothing, half a tent, none and a guess", line(planning.AgreementLine{Item: r.water.Code, Qty: "0"}, planning.AgreementLine{Item: r.tent.Code, Qty: "1.5"},
			planning.AgreementLine{Item: r.sand.Code}, planning.AgreementLine{Item: r.boat.Code, Qty: "约10"}), []string{"line.1.qty", "line.2.qty", "line.3.qty", "line.4.qty"}, "大于 0"},
		{"another unit", line(planning.AgreementLine{Item: r.tent.Code, Qty: "3箱"}), []string{"line.1.qty"}, "单位"},
		{"prices below nothing and of three decimals", line(planning.AgreementLine{Item: r.tent.Code, Qty: "1", Price: "-1"}, planning.AgreementLine{Item: r.sand.Code, Qty: "1", Price: "1.234"}),
			[]string{"line.1.price", "line.2.price"}, "负数"},
		{"a price without goods", line(planning.AgreementLine{Price: "3"}), []string{"line.1.item", "line.1.qty"}, "编码或名称"},
	} {
		t.Run(tc.name+" is refused", func(t *testing.T) {
			in := r.form()
			in.Number = "望应急协〔2026〕2号"
			tc.change(&in)
			_, err := r.SaveAgreement(t.Context(), r.planner, in)
			turnedDown(t, err, errs.Invalid, tc.fields...)
			if !strings.Contains(errs.MessageOf(err), tc.says) {
				t.Errorf("says %q, want %q", errs.MessageOf(err), tc.says)
			}
		})
	}
}

func TestAgreementsAreThePlannersToChange(t *testing.T) {
	r := newDealRoom(t, storetest.SQLite())
	d := r.save(t, r.form())
	for _, who := range []access.Actor{r.leader, r.keeper, r.street} {
		_, err := r.SaveAgreement(t.Context(), who, planning.AgreementInput{})
		turnedDown(t, err, errs.Forbidden)
		turnedDown(t, r.EndAgreement(t.Context(), who, d.ID, d.LockNo, "停产"), errs.Forbidden)
		turnedDown(t, r.VerifyAgreement(t.Context(), who, planning.VerifyInput{AgreementID: d.ID}), errs.Forbidden)
	}
	for _, who := range []access.Actor{r.keeper, r.street} { // of one depot: agreements are the district's
		_, err := r.Agreements(t.Context(), who, planning.AgreementFilter{})
		turnedDown(t, err, errs.Forbidden)
		_, err = r.Agreement(t.Context(), who, d.ID)
		turnedDown(t, err, errs.Forbidden)
	}
	_, err := r.Agreement(t.Context(), r.leader, 12345)
	turnedDown(t, err, errs.NotFound)
	_, err = r.Agreements(t.Context(), access.Actor{}, planning.AgreementFilter{})
	turnedDown(t, err, errs.Unauthenticated)
}

func TestCallsMoveTheLastCheckOnlyWhenSomebodyAnswers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newDealRoom(t, e)
		d := r.save(t, r.form())
		for _, step := range []struct{ reached, on, remark, verified string }{
			{"no", "2026-11-20", "无人接听", ""},
			{"yes", "2026-11-10", "张三确认", "2026-11-10"},
			{"no", "2026-11-23", "停机", "2026-11-10"},
			{"yes", "2026-10-01", "补记", "2026-11-10"},
			{"yes", "2026-11-24", "", "2026-11-24"},
		} {
			if err := r.VerifyAgreement(t.Context(), r.planner, planning.VerifyInput{AgreementID: d.ID, Reached: step.reached, CheckedOn: step.on, Remark: step.remark}); err != nil {
				t.Fatal(err)
			}
			r.clock.Add(time.Second.Microseconds())
			if v, err := r.Agreement(t.Context(), r.leader, d.ID); err != nil || v.VerifiedOn != step.verified || v.LockNo != d.LockNo {
				t.Errorf("after %s on %s: verified %q, lock %d, %v", step.reached, step.on, v.VerifiedOn, v.LockNo, err)
			}
		}
		v, err := r.Agreement(t.Context(), r.leader, d.ID)
		if err != nil || len(v.Checks) != 5 || v.VerifiedName != "沈岚" || v.Stale {
			t.Fatalf("%+v, %v", v, err)
		}
		if c := v.Checks[1]; c.CheckedOn != "2026-11-23" || c.Reached || c.Remark != "停机" || c.Phone != "0731-88060000" || c.ActorName != "沈岚" || c.At == 0 {
			t.Errorf("the second call is %+v", c)
		}
		turnedDown(t, r.VerifyAgreement(t.Context(), r.planner, planning.VerifyInput{AgreementID: d.ID, CheckedOn: "2026-11-25", Remark: strings.Repeat("字", 201)}),
			errs.Invalid, "reached", "checked_on", "remark")
		t.Run("stale is what the setting says", func(t *testing.T) {
			r.clock.Add((30 * 24 * time.Hour).Microseconds())
			for _, s := range []struct {
				setting string
				stale   bool
			}{{"", false}, {"29", true}, {"30", false}, {"nonsense", false}} {
				if err := r.store.Tx(t.Context(), func(tx *store.Tx) error { return tx.PutSetting(t.Context(), "plan.verify-days", s.setting) }); err != nil {
					t.Fatal(err)
				}
				if v, err := r.Agreement(t.Context(), r.leader, d.ID); err != nil || v.Stale != s.stale {
					t.Errorf("with %q: stale %t, %v", s.setting, v.Stale, err)
				}
			}
		})
	})
}

func TestAgreementsAreFiltered(t *testing.T) {
	r := newDealRoom(t, storetest.SQLite())
	for _, d := range []struct{ number, form, from, to, item string }{
		{"一", "agreement", "2026-01-01", "2027-12-31", r.tent.Code}, {"二", "social", "2026-01-01", "2026-12-31", r.boat.Code},
		{"三", "capacity", "2025-01-01", "2025-12-31", r.tent.Code}, {"四", "social", "2027-01-01", "2027-12-31", r.sand.Code},
	} {
		in := r.form()
		in.Number, in.Form, in.FromOn, in.ToOn, in.Lines = d.number, d.form, d.from, d.to, []planning.AgreementLine{{Item: d.item, Qty: "3"}}
		r.save(t, in)
	}
	for _, tc := range []struct {
		name string
		f    planning.AgreementFilter
		want string
	}{
		{"all", planning.AgreementFilter{}, "三 二 一 四"},
		{"a form", planning.AgreementFilter{Form: plan.Social}, "二 四"},
		{"what holds, also what ends soon", planning.AgreementFilter{State: plan.DealHolds}, "二 一"},
		{"what ends soon", planning.AgreementFilter{State: plan.DealEnding}, "二"},
		{"what is over", planning.AgreementFilter{State: plan.DealExpired}, "三"},
		{"what must be called", planning.AgreementFilter{Stale: true}, "二 一 四"},
		{"goods by name", planning.AgreementFilter{Query: "帐篷"}, "三 一"},
		{"goods by code", planning.AgreementFilter{Query: strings.ToLower(r.boat.Code)}, "二"},
		{"a number", planning.AgreementFilter{Query: "四"}, "四"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			list, err := r.Agreements(t.Context(), r.leader, tc.f)
			var numbers []string
			for _, a := range list {
				numbers = append(numbers, a.Number)
			}
			if got := strings.Join(numbers, " "); err != nil || got != tc.want {
				t.Errorf("%q, %v; want %q", got, err, tc.want)
			}
		})
	}
}

func TestTwoAgreementsOfOneNumberAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newDealRoom(t, e)
		failed := make(chan error)
		for range 4 {
			go func() {
				_, err := r.SaveAgreement(t.Context(), r.planner, r.form())
				failed <- err
			}()
		}
		saved := 0
		for range 4 {
			switch err := <-failed; {
			case err == nil:
				saved++
			case !errors.Is(err, errs.Invalid):
				t.Errorf("err = %v", err)
			}
		}
		if list, err := r.Agreements(t.Context(), r.planner, planning.AgreementFilter{}); err != nil || saved != 1 || len(list) != 1 {
			t.Errorf("%d saved, %d there, %v", saved, len(list), err)
		}
	})
}
