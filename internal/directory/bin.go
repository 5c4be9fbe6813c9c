package directory

import (
	"context"
	"errors"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
)

// PlaceKinds are the kinds of places people add to a depot: bins, and corners
// for goods that may not leave before somebody has looked at them.
var PlaceKinds = []place.Kind{place.Bin, place.Quarantine}

// Bins lists a depot's bins by code.
func (s *Service) Bins(ctx context.Context, actor access.Actor, depot id.ID) ([]place.Place, error) {
	return s.places(ctx, actor, depot, place.Bin)
}

// Places lists a depot's bins and quarantine places by code.
func (s *Service) Places(ctx context.Context, actor access.Actor, depot id.ID) ([]place.Place, error) {
	return s.places(ctx, actor, depot, PlaceKinds...)
}

func (s *Service) places(ctx context.Context, actor access.Actor, depot id.ID, kinds ...place.Kind) ([]place.Place, error) {
	if _, err := s.Depot(ctx, actor, depot); err != nil {
		return nil, err
	}
	return placesOf(ctx, s.store.Read(), depot, kinds...)
}

func placesOf(ctx context.Context, c *store.Conn, depot id.ID, kinds ...place.Kind) ([]place.Place, error) {
	all, err := c.Places(ctx, depot)
	return slices.DeleteFunc(all, func(p place.Place) bool { return !slices.Contains(kinds, p.Kind) }), err
}

// Lengths of the columns.
const (
	maxBinCode = 60
	maxBinName = 100
)

// CreateBin adds a bin or a quarantine place under its folded code, so that the
// database's unique key keeps "a-01" and "Ａ-01" from becoming two. Those who
// keep depots may, and the keeper whose shelves they are. What a place is stays:
// goods on it would change between 可用 and not without a voucher. Field names
// in errors: kind, code, name.
func (s *Service) CreateBin(ctx context.Context, actor access.Actor, depot id.ID, kind place.Kind, code, name string) (place.Place, error) {
	if _, err := s.Depot(ctx, actor, depot); err != nil {
		return place.Place{}, err
	}
	if err := actor.Require(access.BinEdit, depot); err != nil {
		return place.Place{}, err
	}
	bin := place.Place{Kind: kind, DepotID: depot, Code: catalog.Key(code), Name: tidy(name)}
	if bin.Name == "" {
		bin.Name = bin.Code
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		d, err := tx.Depot(ctx, depot)
		if err != nil {
			return err
		}
		if err := checkBin(ctx, tx, bin); err != nil {
			return err
		}
		bin.ID = tx.NewID()
		if err := tx.InsertPlaces(ctx, bin); err != nil {
			return err
		}
		return tx.Audit(ctx, depot, record(actor, "bin.create", d.Name+" "+bin.Code, bin.Kind.Name()+" "+bin.Name))
	})
	return bin, binTaken(err, bin)
}

func checkBin(ctx context.Context, tx *store.Tx, bin place.Place) error {
	var c errs.Check
	if !slices.Contains(PlaceKinds, bin.Kind) {
		c.Add("kind", "请选择类别：货位或待检区。")
	}
	if bin.Code == "" {
		c.Add("code", "请填写货位编码，例如 A-01-02。")
	}
	checkText(&c, "code", "货位编码", bin.Code, maxBinCode)
	checkText(&c, "name", "货位名称", bin.Name, maxBinName)
	all, err := tx.Places(ctx, bin.DepotID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if catalog.Key(p.Code) == bin.Code {
			c.Add("code", "这个储备库已有%s「%s」，直接使用即可；要另设一处，请换一个编码。", p.Kind.Name(), p.Code)
		}
	}
	return c.Err()
}

func binTaken(err error, bin place.Place) error {
	if errors.Is(err, store.ErrDuplicate) {
		return errs.Wrap(errs.Conflict, err, "别人刚刚新增了%s「%s」，请刷新后直接使用。", bin.Kind.Name(), bin.Code)
	}
	return err
}

// EnsureBin gives a depot's bin or quarantine place of a code inside a running
// transaction, making a bin when there is none: ledgers name bins as they like,
// and "a-01" and "Ａ-01" are one. "" is the default bin. For imports: it asks for LedgerImport
// at the depot and not for BinEdit. Call it before the voucher is posted: the
// audit record and the posting share the depot's head.
func (s *Service) EnsureBin(ctx context.Context, tx *store.Tx, actor access.Actor, depot id.ID, code string) (place.Place, error) {
	if err := actor.Require(access.LedgerImport, depot); err != nil {
		return place.Place{}, err
	}
	code = catalog.Key(code)
	if code == "" {
		code = place.DefaultBin
	}
	all, err := placesOf(ctx, tx.Conn, depot, PlaceKinds...)
	if err != nil {
		return place.Place{}, err
	}
	for _, p := range all {
		if catalog.Key(p.Code) == code {
			return p, nil
		}
	}
	var c errs.Check
	checkText(&c, "bin", "货位「"+code+"」", code, maxBinCode)
	if err := c.Err(); err != nil {
		return place.Place{}, err
	}
	bin, made, err := tx.EnsureBin(ctx, depot, code, code)
	if err != nil || !made {
		return bin, err
	}
	return bin, tx.Audit(ctx, depot, record(actor, "bin.create", code, "台账导入时新增"))
}
