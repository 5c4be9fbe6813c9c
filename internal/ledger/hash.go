package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"changbei/internal/id"
	"changbei/internal/money"
)

// digest collects a list of fields so that no two different lists look the
// same: each field is preceded by its length.
type digest struct{ b []byte }

func newDigest(kind string) *digest {
	d := &digest{make([]byte, 0, 1024)}
	d.text(kind)
	return d
}

func (d *digest) text(s string) {
	d.b = strconv.AppendInt(d.b, int64(len(s)), 10)
	d.b = append(append(d.b, ':'), s...)
}

func (d *digest) number(n int64) {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], n, 10)
	d.b = strconv.AppendInt(d.b, int64(len(text)), 10)
	d.b = append(append(d.b, ':'), text...)
}

// more adds a field that came later to the books, with its name and only where
// it says something, so that the hashes of older vouchers stay what they are.
func (d *digest) more(name, s string) {
	if s != "" {
		d.text(name)
		d.text(s)
	}
}

func (d *digest) moreID(name string, i id.ID) {
	if i != 0 {
		d.more(name, i.String())
	}
}

func (d *digest) sum() string {
	sum := sha256.Sum256(d.b)
	return hex.EncodeToString(sum[:])
}

// ContentHash covers everything a voucher says, what its lots are, and the hash
// of the voucher before it at the same depot, so that no line, expiry or price
// can be changed, taken out or put in later without check noticing.
func (v Voucher) ContentHash() string {
	d := newDigest("voucher/1")
	d.text(v.PrevHash)
	for _, n := range []int64{int64(v.ID), int64(v.DepotID), v.Seq, v.RecordedAt, int64(v.ActorID), int64(v.ReversesID)} {
		d.number(n)
	}
	for _, s := range []string{string(v.Type), v.Number, v.BusinessOn.First, v.ActorName, v.Reason, v.Counterparty, v.Reference, v.Remark, v.ClientKey, v.RequestHash} {
		d.text(s)
	}
	entries := slices.Clone(v.Entries)
	slices.SortFunc(entries, func(a, b Entry) int { return int(min(1, max(-1, a.ID-b.ID))) })
	for _, e := range entries {
		for _, n := range []int64{int64(e.ID), int64(e.Line), int64(e.PlaceID), int64(e.DepotID), int64(e.LotID), int64(e.ItemID), int64(e.Qty), e.Seq, int64(e.ReversesID)} {
			d.number(n)
		}
		d.text(e.Remark)
		d.text(e.LotSeal)
		d.moreID("returns", e.ReturnsID)
		d.more("packed", e.Packed)
	}
	d.moreID("to_depot", v.ToDepotID)
	d.more("blank", v.BlankNo)
	return d.sum()
}

// Tail gives the last eight characters of a hash, as printed on the paper.
func Tail(hash string) string {
	if len(hash) < 8 {
		return hash
	}
	return hash[len(hash)-8:]
}

// Key is the identity of a lot: item, batch number, production day, expiry,
// source, price and owner. It is unique in the database, so the same goods
// keyed twice are one lot.
func (l Lot) Key() string {
	d := newDigest("lot/1")
	d.number(int64(l.ItemID))
	d.text(l.No)
	d.text(l.Produced.String())
	d.text(l.Expires.String())
	d.text(string(l.Source))
	d.text(priceText(l.Price))
	d.text(l.Owner)
	if l.Serial {
		d.more("serial", "1")
	}
	return d.sum()
}

// Seal covers everything of a lot that never changes: its key and the day it
// first came in. Held is left out, since it may change.
func (l Lot) Seal() string {
	d := newDigest("lot-seal/1")
	d.number(int64(l.ID))
	d.text(l.Key())
	d.text(l.Received.String())
	return d.sum()
}

func priceText(p *money.Fen) string {
	if p == nil {
		return ""
	}
	return p.String()
}

// AuditRecord is one line of the audit trail, chained per depot, with one
// chain (depot 0) for acts on the system itself.
type AuditRecord struct {
	ID        int64
	Chain     int64
	Seq       int64
	At        int64 // microseconds UTC
	ActorID   int64
	ActorName string
	Act       string // receipt.post, account.create …
	Object    string // what it was done to, as people name it
	Result    string // ok, denied, failed
	Detail    string
	IP        string
	RequestID string
	PrevHash  string
	Hash      string
}

// ContentHash covers the record and the hash of the one before it.
func (a AuditRecord) ContentHash() string {
	d := newDigest("audit/1")
	d.text(a.PrevHash)
	for _, n := range []int64{a.ID, a.Chain, a.Seq, a.At, a.ActorID} {
		d.number(n)
	}
	for _, s := range []string{a.ActorName, a.Act, a.Object, a.Result, a.Detail, a.IP, a.RequestID} {
		d.text(s)
	}
	return d.sum()
}
