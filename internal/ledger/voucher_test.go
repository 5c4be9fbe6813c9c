package ledger_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

func example() ledger.Voucher {
	return ledger.Voucher{ID: 1, DepotID: 2, Type: ledger.Receipt, Number: "RK-WC01-2026-000001", Seq: 3, BusinessOn: day.Of(2026, 11, 24), RecordedAt: 4, ActorID: 5,
		ActorName: "周静", Reason: "本级采购", Counterparty: "甲", Reference: "乙", Remark: "丙", ReversesID: 6, ClientKey: "k", RequestHash: "r", PrevHash: "p",
		Entries: []ledger.Entry{{ID: 11, Line: 1, PlaceID: 1, LotID: 7, ItemID: 8, Qty: -1000, Seq: 3, ReversesID: 9, Remark: "丁"},
			{ID: 12, Line: 1, PlaceID: 20, DepotID: 2, LotID: 7, ItemID: 8, Qty: 1000, Seq: 3}}}
}

// touch changes one field of a struct, whatever its type.
func touch(t *testing.T, f reflect.Value) {
	t.Helper()
	switch f.Kind() {
	case reflect.Int, reflect.Int64:
		f.SetInt(f.Int() + 1)
	case reflect.String:
		f.SetString(f.String() + "x")
	case reflect.Bool:
		f.SetBool(!f.Bool())
	case reflect.Struct:
		touch(t, f.Field(0))
	case reflect.Pointer:
		p := reflect.New(f.Type().Elem())
		p.Elem().SetInt(1)
		f.Set(p)
	default:
		t.Fatalf("no way to change a %s", f.Type())
	}
}

// sensitive asserts that a hash changes with every field of a struct but the
// named ones, so that a field added later is not forgotten.
func sensitive[T any](t *testing.T, make func() T, hash func(T) string, inner func(*T) reflect.Value, but ...string) {
	t.Helper()
	base := make()
	want := hash(base)
	s := inner(&base)
	for i := range s.NumField() {
		name := s.Type().Field(i).Name
		v := make()
		if f := inner(&v).Field(i); f.Kind() != reflect.Slice {
			touch(t, f)
		} else {
			f.Set(f.Slice(0, f.Len()-1))
		}
		if changed := hash(v) != want; changed == slices.Contains(but, name) {
			t.Errorf("%s.%s: the hash changed: %t", s.Type().Name(), name, changed)
		}
	}
}

func TestVoucherHashCoversEveryField(t *testing.T) {
	self := func(v *ledger.Voucher) reflect.Value { return reflect.ValueOf(v).Elem() }
	sensitive(t, example, ledger.Voucher.ContentHash, self, "Hash", "Again")
	for i := range 2 {
		entry := func(v *ledger.Voucher) reflect.Value { return reflect.ValueOf(&v.Entries[i]).Elem() }
		sensitive(t, example, ledger.Voucher.ContentHash, entry)
	}
}

func TestVoucherHash(t *testing.T) {
	v := example()
	want := v.ContentHash()
	t.Run("the order in which entries are read does not matter", func(t *testing.T) {
		slices.Reverse(v.Entries)
		if v.ContentHash() != want || v.Entries[0].ID != 12 {
			t.Error("other hash, or the caller's entries were sorted")
		}
	})
	t.Run("text that moves to the next field does", func(t *testing.T) {
		a, b := example(), example()
		a.Counterparty, a.Reference = "甲乙", ""
		b.Counterparty, b.Reference = "甲", "乙"
		if a.ContentHash() == b.ContentHash() {
			t.Error("same hash")
		}
	})
	t.Run("the paper shows its last eight characters", func(t *testing.T) {
		if len(want) != 64 || ledger.Tail(want) != want[56:] || ledger.Tail("") != "" || ledger.Tail("abc") != "abc" {
			t.Errorf("%s: %s", want, ledger.Tail(want))
		}
	})
	t.Run("what stands on paper already still holds", func(t *testing.T) {
		if got := ledger.Tail(want); got != "be026e9f" {
			t.Errorf("the hash of the same voucher is now …%s: every chain in use would break", got)
		}
	})
}

func TestAuditHashCoversEveryField(t *testing.T) {
	record := func() ledger.AuditRecord {
		return ledger.AuditRecord{ID: 1, Chain: 2, Seq: 3, At: 4, ActorID: 5, ActorName: "a", Act: "b", Object: "c", Result: "ok", Detail: "d", IP: "e", RequestID: "f", PrevHash: "g"}
	}
	sensitive(t, record, ledger.AuditRecord.ContentHash, func(a *ledger.AuditRecord) reflect.Value { return reflect.ValueOf(a).Elem() }, "Hash")
}

func TestLotKey(t *testing.T) {
	lot := func() ledger.Lot {
		return ledger.Lot{ID: 1, ItemID: 2, No: "L1", Produced: day.Of(2026, 1, 1), Expires: day.Of(2028, 1, 1), Received: day.Of(2026, 2, 1), Source: "本级采购", Owner: "区局"}
	}
	self := func(l *ledger.Lot) reflect.Value { return reflect.ValueOf(l).Elem() }
	sensitive(t, lot, ledger.Lot.Key, self, "ID", "Received", "Held") // when it came and whether it is held make no other goods
	sensitive(t, lot, ledger.Lot.Seal, self, "Held")                  // the seal is of this very lot, and holding it is lawful
	free, none := lot(), lot()
	free.Price = new(money.Fen)
	if free.Key() == none.Key() {
		t.Error("a price of zero and no price are the same lot")
	}
	month, first := lot(), lot()
	month.Expires = day.Stored("2028-01-01", day.ToMonth)
	if month.Key() == first.Key() {
		t.Error("January and the first of January are the same lot")
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		t    ledger.Type
		code string
		n    int64
		want string
	}{
		{ledger.Receipt, "WC01", 1, "RK-WC01-2026-000001"}, {ledger.Opening, "WC01", 2, "RK-WC01-2026-000002"}, {ledger.Issue, "GT", 123456, "CK-GT-2026-123456"},
		{ledger.Reversal, "GTL", 1234567, "HC-GTL-2026-1234567"}, {ledger.Transfer, "A1", 9, "DB-A1-2026-000009"}, {ledger.Return, "A1", 9, "GH-A1-2026-000009"},
		{ledger.Loan, "A1", 9, "JY-A1-2026-000009"}, {ledger.BinMove, "A1", 9, "YK-A1-2026-000009"}, {ledger.Disposal, "A1", 9, "BF-A1-2026-000009"}, {ledger.Adjustment, "A1", 9, "PD-A1-2026-000009"},
	} {
		if got := ledger.Number(c.t, c.code, 2026, c.n); got != c.want {
			t.Errorf("%s; want %s", got, c.want)
		}
	}
	for _, typ := range ledger.Types {
		if typ.Name() == "" || len(typ.Prefix()) != 2 {
			t.Errorf("type %s: name %q, prefix %q", typ, typ.Name(), typ.Prefix())
		}
	}
	if ledger.Type("gift").Name() != "" {
		t.Error("an unknown type has a name")
	}
}

func TestValidate(t *testing.T) {
	if err := example().Validate(); err != nil {
		t.Fatalf("a good voucher: %v", err)
	}
	many := func(v *ledger.Voucher) {
		for range ledger.MaxLines {
			v.Entries = append(v.Entries, v.Entries[0], v.Entries[1])
		}
	}
	for name, c := range map[string]struct {
		spoil func(*ledger.Voucher)
		kind  errs.Kind
	}{
		"unknown type":             {func(v *ledger.Voucher) { v.Type = "gift" }, errs.Internal},
		"no depot":                 {func(v *ledger.Voucher) { v.DepotID = 0 }, errs.Internal},
		"no business date":         {func(v *ledger.Voucher) { v.BusinessOn = day.Day{} }, errs.Internal},
		"a month as business date": {func(v *ledger.Voucher) { v.BusinessOn.Precision = day.ToMonth }, errs.Internal},
		"no client key":            {func(v *ledger.Voucher) { v.ClientKey = "" }, errs.Internal},
		"no lines":                 {func(v *ledger.Voucher) { v.Entries = nil }, errs.Invalid},
		"too many lines":           {many, errs.TooLarge},
		"a zero":                   {func(v *ledger.Voucher) { v.Entries[0].Qty = 0 }, errs.Invalid},
		"too much":                 {func(v *ledger.Voucher) { v.Entries[1].Qty = quantity.Max + 1 }, errs.Invalid},
		"far too little":           {func(v *ledger.Voucher) { v.Entries[0].Qty = -quantity.Max - 1 }, errs.Invalid},
		"no place":                 {func(v *ledger.Voucher) { v.Entries[0].PlaceID = 0 }, errs.Internal},
		"no lot":                   {func(v *ledger.Voucher) { v.Entries[0].LotID = 0 }, errs.Internal},
		"no item":                  {func(v *ledger.Voucher) { v.Entries[0].ItemID = 0 }, errs.Internal},
		"goods out of nothing":     {func(v *ledger.Voucher) { v.Entries[0].Qty++ }, errs.Internal},
		"one lot into another":     {func(v *ledger.Voucher) { v.Entries[0].LotID++ }, errs.Internal},
	} {
		v := example()
		c.spoil(&v)
		if err := v.Validate(); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v; want %v", name, err, c.kind)
		}
	}
}

func TestExpired(t *testing.T) {
	on := day.Of(2026, 11, 24)
	for expires, want := range map[day.Day]bool{
		{}: false, day.Of(2026, 11, 23): true, on: false, day.Stored("2026-11-01", day.ToMonth): false, day.Stored("2026-10-01", day.ToMonth): true,
		day.Stored("2026-01-01", day.ToYear): false, day.Stored("2025-01-01", day.ToYear): true,
	} {
		if got := (ledger.Lot{ID: id.ID(1), Expires: expires}).Expired(on); got != want {
			t.Errorf("%q expired on %s: %t", expires, on, got)
		}
	}
}
