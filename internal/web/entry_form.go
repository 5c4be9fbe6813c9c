package web

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// typed lays what the form says over a draft, as it was typed.
func typed(f *form.Form, d inventory.Draft) inventory.Draft {
	kind := entryKinds[d.Type]
	d.ClientKey, d.Version, d.DepotID = f.Text("client_key"), f.Version(), f.ID("depot")
	if d.Type == ledger.Transfer {
		d.ToDepotID = f.ID("to_depot")
	}
	d.BusinessOn, d.Reason = f.Text("business_on"), f.Text("reason")
	d.Counterparty, d.Reference, d.Remark = f.Text("counterparty"), f.Text("reference"), f.Text("remark")
	d.BlankNo = f.Text("blank_no")
	d.Lines = nil
	for _, n := range lineNumbers(f) {
		name := func(key string) string { return "line." + strconv.Itoa(n) + "." + key }
		at := func(key string) string { return f.Text(name(key)) }
		figure := func(key string) string { return f.Figure(name(key)) }
		l := inventory.Line{ItemID: id.Parse(at("item_id")), Item: at("item"), LotNo: at("lot_no"), Produced: at("produced"), Expires: at("expires"),
			Qty: figure("qty"), Price: figure("price"), Bin: at("bin"), Owner: at("owner"), Remark: at("remark")}
		if kind.takes {
			l.LotID, l.PlaceID = id.Parse(at("lot_id")), id.Parse(at("place_id"))
			if kind.lands {
				l.ToBin = at("to_bin")
			}
		}
		d.Lines = append(d.Lines, l)
	}
	return d
}

// lineNumbers gives the numbers of the rows a form sent, in their order: rows
// taken out in the browser leave gaps.
func lineNumbers(f *form.Form) []int {
	var all []int
	for _, name := range f.Names() {
		rest, ok := strings.CutPrefix(name, "line.")
		if !ok {
			continue
		}
		digits, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(digits); err == nil && n > 0 && strconv.Itoa(n) == digits {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// entryData makes the page of a draft.
func (s *Server) entryData(c echo.Context, d inventory.Draft) (*view.Entry, error) {
	ctx, actor, kind := c.Request().Context(), actorOf(c), entryKinds[d.Type]
	p := &view.Entry{Base: s.base(c), Kind: string(d.Type), Heading: d.Type.Name(), PartyLabel: inventory.PartyLabel(d.Type), DepotLabel: "储备库", Action: kind.path,
		Takes: kind.takes, ByHand: kind.byHand, Priced: d.Type == ledger.Receipt,
		Blank: slices.Contains(ledger.BlankTypes, d.Type)}
	if d.ID != 0 {
		p.Action, p.DiscardURL, p.Saved = draftURL(d.ID), draftURL(d.ID)+"/discard", view.When(d.UpdatedAt)
	}
	p.ReasonLabel, p.Reasons = reasonOptions(d)
	depots, err := s.postingDepots(ctx, actor, d.DepotID, d.ToDepotID)
	if err != nil {
		return nil, err
	}
	p.Depots = depotOptions(depots, d.DepotID)
	if d.Type == ledger.Transfer {
		p.DepotLabel, p.ToDepots = "调出库", depotOptions(depots, d.ToDepotID)
	}
	if p.Bins, err = s.entryBins(ctx, actor, d, depots); err != nil {
		return nil, err
	}
	lines, err := s.entryLines(ctx, actor, d)
	if err != nil {
		return nil, err
	}
	p.Draft = view.EntryDraft{ID: d.ID, ClientKey: d.ClientKey, Version: d.Version, BusinessOn: d.BusinessOn, Counterparty: d.Counterparty,
		Reference: d.Reference, Remark: d.Remark, BlankNo: d.BlankNo, Lines: lines}
	p.Lay()
	return p, nil
}

func reasonOptions(d inventory.Draft) (label string, options []view.Option) {
	label, texts := inventory.Reasons(d.Type)
	for _, t := range texts {
		options = append(options, view.Option{Value: t, Label: t, Checked: t == d.Reason})
	}
	return label, options
}

// postingDepots are the depots a form offers. The draft's own stay even when
// they were closed meanwhile: the refusal says so, the choice does not vanish.
func (s *Server) postingDepots(ctx context.Context, actor access.Actor, chosen ...id.ID) ([]place.Depot, error) {
	depots, err := s.Directory.Depots(ctx, actor)
	return slices.DeleteFunc(depots, func(d place.Depot) bool {
		return !actor.May(access.VoucherPost, d.ID) || d.Closed && !slices.Contains(chosen, d.ID)
	}), err
}

// maxBinLists bounds how many depots' places go with a page; beyond it only
// those of the chosen depots do, and others are typed.
const maxBinLists = 30

// entryBins lists where goods can be put: bins, and corners for goods that are
// looked at first.
func (s *Server) entryBins(ctx context.Context, actor access.Actor, d inventory.Draft, depots []place.Depot) ([]view.EntryBins, error) {
	if !entryKinds[d.Type].lands {
		return nil, nil
	}
	var lists []view.EntryBins
	for _, at := range depots {
		if len(depots) > maxBinLists && at.ID != d.DepotID && at.ID != d.ToDepotID {
			continue
		}
		places, err := s.Directory.Places(ctx, actor, at.ID)
		if err != nil {
			return nil, err
		}
		lists = append(lists, view.EntryBins{DepotID: at.ID.String(), Bins: binOptions(places)})
	}
	return lists, nil
}

// binOptions lists places for a field that knows them by code.
func binOptions(places []place.Place) []view.Option {
	var list []view.Option
	for _, p := range places {
		o := view.Option{Value: p.Code}
		if p.Kind == place.Quarantine {
			o.Label = p.Kind.Name()
		}
		list = append(list, o)
	}
	return list
}

// entryLines adds to what was typed what the system knows: spec, unit, amount,
// and of a chosen lot its days.
func (s *Server) entryLines(ctx context.Context, actor access.Actor, d inventory.Draft) ([]view.EntryLine, error) {
	if len(d.Lines) == 0 {
		return nil, nil
	}
	ix, err := s.Directory.Index(ctx)
	if err != nil {
		return nil, err
	}
	items := map[id.ID]catalog.Item{}
	for _, it := range ix.Items() {
		items[it.ID] = it
	}
	shelves, err := s.chosenShelves(ctx, actor, d)
	if err != nil {
		return nil, err
	}
	lines := make([]view.EntryLine, len(d.Lines))
	for i, l := range d.Lines {
		lines[i] = entryLine(l, items[l.ItemID])
		if shelf, ok := shelves[shelfOf{l.LotID, l.PlaceID}]; ok {
			lines[i].Texts["produced"], lines[i].Texts["expires"] = shelf.Lot.Produced.String(), shelf.Lot.Expires.String()
		}
	}
	return lines, nil
}

func entryLine(l inventory.Line, it catalog.Item) view.EntryLine {
	texts := map[string]string{"item": l.Item, "lot_no": l.LotNo, "produced": l.Produced, "expires": l.Expires, "qty": l.Qty, "price": l.Price,
		"bin": l.Bin, "to_bin": l.ToBin, "owner": l.Owner, "remark": l.Remark, "spec": it.Spec, "unit": it.Unit, "amount": amountOf(l, it)}
	return view.EntryLine{Texts: texts, ItemID: idText(l.ItemID), LotID: idText(l.LotID), PlaceID: idText(l.PlaceID),
		Facts: view.EntryFacts{Unit: it.Unit, Months: it.StorageMonths, Serial: it.Serial, Packs: catalog.PacksText(it.Packs)}}
}

// amountOf computes what it can; cells that cannot be read have no amount.
func amountOf(l inventory.Line, it catalog.Item) string {
	qty, _, err := it.Measure(l.Qty)
	if err != nil || qty.Doubt != "" || qty.Q < 0 || qty.Q > quantity.Max {
		return ""
	}
	price, err := money.Parse(l.Price)
	if err != nil || price < 0 || price > money.Max {
		return ""
	}
	return price.Times(qty.Q).Grouped()
}

type shelfOf struct{ lot, place id.ID }

// chosenShelves looks up the lots that lines chose to take. A depot the person
// may not post at shows none; posting will say why.
func (s *Server) chosenShelves(ctx context.Context, actor access.Actor, d inventory.Draft) (map[shelfOf]ledger.Shelf, error) {
	found := map[shelfOf]ledger.Shelf{}
	var items []id.ID
	for _, l := range d.Lines {
		if l.LotID != 0 && l.ItemID != 0 {
			items = append(items, l.ItemID)
		}
	}
	if len(items) == 0 {
		return found, nil
	}
	slices.Sort(items)
	shelves, err := s.Inventory.Shelves(ctx, actor, d.Type, d.DepotID, slices.Compact(items))
	if err != nil && !errors.Is(err, errs.NotFound) && !errors.Is(err, errs.Forbidden) {
		return nil, err
	}
	for _, shelf := range shelves {
		found[shelfOf{shelf.Lot.ID, shelf.PlaceID}] = shelf
	}
	return found, nil
}
