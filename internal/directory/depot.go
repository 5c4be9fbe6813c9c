package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
)

// depotReaders may see a depot's row: those who see its stock, keep its data,
// or give rights at it.
var depotReaders = []access.Permission{access.StockView, access.DepotEdit, access.AccountManage, access.AccountView}

func mayRead(actor access.Actor, depot id.ID) bool {
	return slices.ContainsFunc(depotReaders, func(p access.Permission) bool { return actor.May(p, depot) })
}

// Depots lists the depots in the actor's scope, the district's first.
func (s *Service) Depots(ctx context.Context, actor access.Actor) ([]place.Depot, error) {
	if err := anywhere(actor, depotReaders...); err != nil {
		return nil, err
	}
	all, err := s.store.Read().Depots(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(d place.Depot) bool { return !mayRead(actor, d.ID) }), nil
}

// AllDepots lists every depot, for those who say who keeps where. It tells
// names, no stock.
func (s *Service) AllDepots(ctx context.Context, actor access.Actor) ([]place.Depot, error) {
	if err := actor.Require(access.AccountView, 0); err != nil {
		return nil, err
	}
	return s.store.Read().Depots(ctx)
}

// Depot gives one depot. One outside the actor's scope looks like none.
func (s *Service) Depot(ctx context.Context, actor access.Actor, depot id.ID) (place.Depot, error) {
	if actor.ID == 0 {
		return place.Depot{}, actor.Require(access.StockView, depot)
	}
	if !mayRead(actor, depot) {
		return place.Depot{}, noDepot()
	}
	d, err := s.store.Read().Depot(ctx, depot)
	if errors.Is(err, errs.NotFound) {
		return d, noDepot()
	}
	return d, err
}

func noDepot() error {
	return errs.New(errs.NotFound, "没有这个储备库，或您无权查看。请从储备库列表中重新选择。")
}

// DepotInput is the depot form. Field names in errors: code, name, tier,
// division, holder, custodian, keeper, phone, address, closed, loading.
type DepotInput struct {
	Code      string // 2–6 letters or digits; fixed afterwards, like tier and division
	Name      string
	Tier      place.Tier
	Division  string
	Holder    place.Holder // "" = as it was, a new one the bureau's
	Custodian string
	Keeper    string
	Phone     string
	Address   string
	Closed    bool
	Loading   string // minutes to load a vehicle as typed, "" = not set
}

// maxLoading bounds the minutes to load a vehicle: nobody loads one for more
// than a day.
const maxLoading = 24 * 60

// CreateDepot adds a depot with its default bin and empty books.
func (s *Service) CreateDepot(ctx context.Context, actor access.Actor, in DepotInput) (place.Depot, error) {
	var made place.Depot
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.DepotEdit, 0); err != nil {
			return err
		}
		all, err := tx.Depots(ctx)
		if err != nil {
			return err
		}
		made, err = checkDepot(in, place.Depot{}, all)
		if err != nil {
			return err
		}
		made.ID = tx.NewID()
		if err := tx.InsertDepot(ctx, made); err != nil {
			return err
		}
		return tx.Audit(ctx, made.ID, record(actor, "depot.create", made.Code+" "+made.Name, describeDepot(made)))
	})
	return made, depotTaken(err)
}

// UpdateDepot changes a depot. Code, tier and division stand in posted
// vouchers and reports and stay. A depot with stock cannot be closed.
func (s *Service) UpdateDepot(ctx context.Context, actor access.Actor, depot id.ID, in DepotInput) (place.Depot, error) {
	var changed place.Depot
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.DepotEdit, depot); err != nil {
			return err
		}
		// The head first: no receipt comes in between the look at the stock and
		// the closing.
		if _, err := tx.TakeHead(ctx, depot); err != nil {
			if errors.Is(err, errs.NotFound) {
				return noDepot()
			}
			return err
		}
		all, err := tx.Depots(ctx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(d place.Depot) bool { return d.ID == depot })
		if at < 0 {
			return noDepot()
		}
		old := all[at]
		if changed, err = checkDepot(in, old, all); err != nil {
			return err
		}
		if err := checkClosing(ctx, tx, old, changed); err != nil {
			return err
		}
		if err := tx.UpdateDepot(ctx, changed); err != nil {
			return err
		}
		return tx.Audit(ctx, depot, record(actor, "depot.update", changed.Code+" "+changed.Name, difference(describeDepot(old), describeDepot(changed))))
	})
	return changed, depotTaken(err)
}

func checkClosing(ctx context.Context, tx *store.Tx, old, changed place.Depot) error {
	if old.Closed || !changed.Closed {
		return nil
	}
	kinds, err := tx.KindsAtDepot(ctx, old.ID)
	if err != nil {
		return err
	}
	open, err := tx.OrdersOpenAt(ctx, old.ID)
	if err != nil || kinds+open == 0 {
		return err
	}
	message := fmt.Sprintf("「%s」还有 %d 种物资在库，请先调出或报废，结存为零后再停用。", old.Name, kinds)
	if kinds == 0 {
		message = fmt.Sprintf("「%s」还有 %d 件调拨事务没有办完（待发、在途或待签收），办完后再停用。", old.Name, open)
	}
	return &errs.Error{Kind: errs.Conflict, Message: message, Fields: []errs.Field{{Name: "closed", Message: message}}}
}

func depotTaken(err error) error {
	if errors.Is(err, store.ErrDuplicate) {
		return errs.Wrap(errs.Conflict, err, "别人刚刚用了同样的储备库编码或名称，这次没有保存。请刷新后核对再保存。")
	}
	return err
}

// checkDepot turns the form into a depot; old is zero for a new one.
func checkDepot(in DepotInput, old place.Depot, all []place.Depot) (place.Depot, error) {
	var c errs.Check
	d := place.Depot{ID: old.ID, Code: place.CodeKey(in.Code), Name: tidy(in.Name), Tier: in.Tier, Division: strings.TrimSpace(in.Division),
		Custodian: tidy(in.Custodian), Keeper: tidy(in.Keeper), Phone: tidy(in.Phone), Address: tidy(in.Address), Closed: in.Closed,
		Holder: cmp.Or(in.Holder, old.Holder, place.HeldByBureau)}
	if old.ID != 0 {
		keepFixed(&c, &d, old)
	} else {
		checkNewDepot(&c, d, all)
	}
	if catalog.Key(d.Name) == "" {
		c.Add("name", "请填写储备库名称。")
	}
	if !slices.Contains(place.Holders, d.Holder) {
		c.Add("holder", "请选择持有单位性质：本系统、其他部门或企业代储。")
	}
	for _, f := range []struct {
		field, label, text string
		limit              int
	}{{"name", "储备库名称", d.Name, 100}, {"custodian", "承储单位", d.Custodian, 100}, {"keeper", "保管员", d.Keeper, 60},
		{"phone", "联系电话", d.Phone, 60}, {"address", "地址", d.Address, 200}} {
		checkText(&c, f.field, f.label, f.text, f.limit)
	}
	checkKey(&c, "name", "储备库名称", d.Name, 100)
	d.LoadingMinutes = minutes(&c, in.Loading)
	for _, o := range all {
		if o.ID != d.ID && catalog.Key(o.Name) == catalog.Key(d.Name) {
			c.Add("name", "已有名为「%s」的储备库（编码 %s），请换一个名称。", o.Name, o.Code)
		}
	}
	return d, c.Err()
}

// minutes reads how long loading takes; nothing typed is not set.
func minutes(c *errs.Check, typed string) int {
	text := strings.TrimSuffix(catalog.Key(typed), "分钟")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxLoading {
		c.Add("loading", "装车时间请填 1 到 %d 之间的整数分钟，不清楚可以留空。", maxLoading)
		return 0
	}
	return n
}

// keepFixed refuses to change what stands in posted papers; a form may leave
// these fields out.
func keepFixed(c *errs.Check, d *place.Depot, old place.Depot) {
	for _, f := range []struct {
		field, label string
		now          *string
		was          string
	}{{"code", "编码", &d.Code, old.Code}, {"tier", "层级", (*string)(&d.Tier), string(old.Tier)}, {"division", "行政区划", &d.Division, old.Division}} {
		if *f.now != "" && *f.now != f.was {
			c.Add(f.field, "储备库的%s建立后不能修改。", f.label)
		}
		*f.now = f.was
	}
}

// divisionDigits is the length of an official code (统计用区划代码).
const divisionDigits = 12

func checkNewDepot(c *errs.Check, d place.Depot, all []place.Depot) {
	if !place.ValidCode(d.Code) {
		c.Add("code", "储备库编码应为 2–6 位大写字母或数字，例如 WC01；它会写进单据编号。")
	}
	if !slices.Contains(place.Tiers, d.Tier) {
		c.Add("tier", "请选择层级：区级、街镇或村社区。")
	}
	if d.Division != "" && (len(d.Division) != divisionDigits || strings.Trim(d.Division, "0123456789") != "") {
		c.Add("division", "行政区划代码应为 %d 位数字，不清楚可以留空。", divisionDigits)
	}
	for _, o := range all {
		if o.Code == d.Code {
			c.Add("code", "编码「%s」已用于「%s」，请换一个。", o.Code, o.Name)
		}
	}
}

// LoadingText words how long loading takes, "" = not set.
func LoadingText(d place.Depot) string {
	if d.LoadingMinutes == 0 {
		return ""
	}
	return strconv.Itoa(d.LoadingMinutes) + " 分钟"
}

func describeDepot(d place.Depot) string {
	state := "使用中"
	if d.Closed {
		state = "已停用"
	}
	return fmt.Sprintf("名称 %s；层级 %s；区划 %s；承储单位 %s；保管员 %s；电话 %s；地址 %s；持有 %s；装车 %s；%s",
		d.Name, d.Tier.Name(), d.Division, d.Custodian, d.Keeper, d.Phone, d.Address, d.Holder.Name(), LoadingText(d), state)
}
