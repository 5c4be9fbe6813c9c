package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
)

// apiVoucher is the body of POST /api/vouchers. Depots go by code or id, items
// by code or name.
type apiVoucher struct {
	Type         apiText   `json:"type"`
	Depot        apiText   `json:"depot"`
	ToDepot      apiText   `json:"to_depot"`
	BusinessOn   apiText   `json:"business_on"`
	Reason       apiText   `json:"reason"`
	Counterparty apiText   `json:"counterparty"`
	Reference    apiText   `json:"reference"`
	Remark       apiText   `json:"remark"`
	BlankNo      apiText   `json:"blank_no"` // of the numbered blank it was written on
	Lines        []apiLine `json:"lines"`
}

type apiLine struct {
	Item     apiText `json:"item"`
	Qty      apiText `json:"qty"`
	LotNo    apiText `json:"lot_no"`
	Produced apiText `json:"produced"`
	Expires  apiText `json:"expires"`
	Price    apiText `json:"price"`
	Bin      apiText `json:"bin"`
	ToBin    apiText `json:"to_bin"`
	Owner    apiText `json:"owner"`
	Remark   apiText `json:"remark"`
	LotID    apiText `json:"lot_id"`
	PlaceID  apiText `json:"place_id"`
}

// apiCreate posts a voucher of any keyed type.
func (s *Server) apiCreate(c echo.Context) error {
	key, err := apiKey(c)
	if err != nil {
		return err
	}
	var body apiVoucher
	if err := readAPI(c, &body); err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	d, err := s.apiDraft(ctx, actor, body)
	if err != nil {
		return err
	}
	d.ClientKey = key
	v, err := s.Inventory.PostDraft(ctx, actor, d)
	if err != nil {
		return err
	}
	return answerPosted(c, v)
}

// apiDraft reads a body as the form of its type.
func (s *Server) apiDraft(ctx context.Context, actor access.Actor, b apiVoucher) (inventory.Draft, error) {
	var c errs.Check
	t := ledger.Type(b.Type)
	kind, keyed := entryKinds[t]
	if !keyed {
		return inventory.Draft{}, oneField("type", "单据类型应为 receipt、issue、transfer、binmove 或 disposal，现在是「%s」。", clip(string(b.Type)))
	}
	if len(b.Lines) > ledger.MaxLines {
		return inventory.Draft{}, errs.New(errs.TooLarge, "一张单据最多 %d 行，请分成几张。", ledger.MaxLines)
	}
	d := inventory.Draft{Type: t, BusinessOn: b.BusinessOn.read(&c, "business_on"), Reason: b.Reason.read(&c, "reason"),
		Counterparty: b.Counterparty.read(&c, "counterparty"), Reference: b.Reference.read(&c, "reference"), Remark: b.Remark.read(&c, "remark"),
		BlankNo: b.BlankNo.read(&c, "blank_no")}
	var err error
	if d.DepotID, err = s.depotNamed(ctx, actor, b.Depot); err != nil {
		return d, err
	}
	if d.ToDepotID, err = s.depotNamed(ctx, actor, b.ToDepot); err != nil {
		return d, err
	}
	for i, l := range b.Lines {
		d.Lines = append(d.Lines, l.line(&c, i+1, kind))
	}
	return d, c.Err()
}

func oneField(name, format string, args ...any) error {
	var c errs.Check
	c.Add(name, format, args...)
	return c.Err()
}

// depotNamed finds a depot by its code or id, 0 for "". One out of sight looks
// like none. A depot's code is fixed, so codes once read stay known.
func (s *Server) depotNamed(ctx context.Context, actor access.Actor, name apiText) (id.ID, error) {
	if name == "" {
		return 0, nil
	}
	key := catalog.Key(string(name))
	known, ok := s.depotCodes.Load(key)
	if !ok {
		depots, err := s.Directory.Depots(ctx, actor)
		if err != nil {
			return 0, err
		}
		for _, d := range depots {
			s.depotCodes.Store(catalog.Key(d.Code), d.ID)
			s.depotCodes.Store(d.ID.String(), d.ID)
		}
		known, ok = s.depotCodes.Load(key)
	}
	if depot, _ := known.(id.ID); ok && actor.May(access.StockView, depot) {
		return depot, nil
	}
	return 0, errs.New(errs.NotFound, "没有储备库「%s」，或您无权查看。请填写储备库的编码。", clip(string(name)))
}

// line reads a line. What its type has no use for is refused: a caller that
// names a bin means it.
func (l apiLine) line(c *errs.Check, n int, kind entryKind) inventory.Line {
	at := func(key string) string { return fmt.Sprintf("line.%d.%s", n, key) }
	for _, f := range []struct {
		key  string
		text apiText
		used bool
	}{{"produced", l.Produced, !kind.takes}, {"expires", l.Expires, !kind.takes}, {"price", l.Price, !kind.takes}, {"bin", l.Bin, !kind.takes},
		{"owner", l.Owner, !kind.takes}, {"to_bin", l.ToBin, kind.takes && kind.lands}, {"lot_id", l.LotID, kind.takes}, {"place_id", l.PlaceID, kind.takes}} {
		if f.text != "" && !f.used {
			c.Add(at(f.key), "第 %d 行：这种单据没有 %s 这一项，请去掉。", n, f.key)
		}
	}
	if kind.takes && l.PlaceID != "" && l.LotID == "" {
		c.Add(at("place_id"), "第 %d 行只有 place_id，请同时写明 lot_id；都不写则按先到期先出配批。", n)
	}
	text := func(key string, t apiText) string { return t.read(c, at(key)) }
	out := inventory.Line{Item: text("item", l.Item), Qty: string(l.Qty), LotNo: text("lot_no", l.LotNo), Produced: text("produced", l.Produced),
		Expires: text("expires", l.Expires), Price: string(l.Price), Bin: text("bin", l.Bin), ToBin: text("to_bin", l.ToBin),
		Owner: text("owner", l.Owner), Remark: text("remark", l.Remark),
		LotID: apiID(c, at("lot_id"), l.LotID), PlaceID: apiID(c, at("place_id"), l.PlaceID)}
	if strings.TrimSpace(out.Item) == "" {
		c.Add(at("item"), "第 %d 行没有填物资，请填写编码或名称。", n)
	}
	return out
}

func apiID(c *errs.Check, name string, text apiText) id.ID {
	v := id.Parse(string(text))
	if text != "" && v == 0 {
		c.Add(name, "编号「%s」有误，请用接口给出的编号。", clip(string(text)))
	}
	return v
}

// apiReversal is the body of POST /api/vouchers/:id/reversal; no lines means
// all.
type apiReversal struct {
	Lines      []int   `json:"lines"`
	Reason     apiText `json:"reason"`
	BusinessOn apiText `json:"business_on"`
}

// apiReverse takes a voucher back, whole or by line.
func (s *Server) apiReverse(c echo.Context) error {
	var body apiReversal
	voucher, key, err := apiFollow(c, &body)
	if err != nil {
		return err
	}
	slices.Sort(body.Lines)
	var check errs.Check
	r := inventory.ReverseRequest{VoucherID: voucher, Lines: slices.Compact(body.Lines), Reason: body.Reason.read(&check, "reason"),
		BusinessOn: body.BusinessOn.read(&check, "business_on"), ClientKey: key}
	if err := check.Err(); err != nil {
		return err
	}
	if err := checkReversal(&r); err != nil {
		return err
	}
	v, err := s.Inventory.Reverse(c.Request().Context(), actorOf(c), r)
	if err != nil {
		return err
	}
	return answerPosted(c, v)
}

// apiReturn is the body of POST /api/vouchers/:id/return.
type apiReturn struct {
	Reason     apiText         `json:"reason"`
	BusinessOn apiText         `json:"business_on"`
	Lines      []apiReturnLine `json:"lines"`
}

type apiReturnLine struct {
	EntryID apiText `json:"entry_id"`
	Qty     apiText `json:"qty"`
	Bin     apiText `json:"bin"`
	Remark  apiText `json:"remark"`
}

// apiGiveBack takes goods of an issue back in.
func (s *Server) apiGiveBack(c echo.Context) error {
	var body apiReturn
	voucher, key, err := apiFollow(c, &body)
	if err != nil {
		return err
	}
	var check errs.Check
	r := inventory.ReturnRequest{VoucherID: voucher, Reason: body.Reason.read(&check, "reason"), BusinessOn: body.BusinessOn.read(&check, "business_on"), ClientKey: key}
	for i, l := range body.Lines {
		at := fmt.Sprintf("line.%d.", i+1)
		if l.Qty == "" {
			check.Add(at+"qty", "第 %d 行请填写归还的数量。", i+1)
		}
		r.Lines = append(r.Lines, inventory.ReturnLine{EntryID: apiID(&check, at+"entry_id", l.EntryID), Qty: string(l.Qty),
			Bin: l.Bin.read(&check, at+"bin"), Remark: l.Remark.read(&check, at+"remark")})
	}
	if err := check.Err(); err != nil {
		return err
	}
	v, err := s.Inventory.Return(c.Request().Context(), actorOf(c), r)
	if err != nil {
		return err
	}
	return answerPosted(c, v)
}

// apiFollow reads what every voucher that follows another one needs.
func apiFollow(c echo.Context, body any) (voucher id.ID, key string, err error) {
	if voucher, err = pathID(c, "id"); err != nil {
		return 0, "", err
	}
	if key, err = apiKey(c); err != nil {
		return 0, "", err
	}
	return voucher, key, readAPI(c, body)
}

// apiShown is a posted voucher with the ids that later requests name.
type apiShown struct {
	apiPosted
	Type         ledger.Type    `json:"type"`
	Depot        string         `json:"depot"`
	ToDepot      string         `json:"to_depot"`
	Actor        string         `json:"actor"`
	Reason       string         `json:"reason"`
	Counterparty string         `json:"counterparty"`
	Reference    string         `json:"reference"`
	Remark       string         `json:"remark"`
	BlankNo      string         `json:"blank_no"`
	Lines        []apiShownLine `json:"lines"`
}

type apiShownLine struct {
	EntryID  string `json:"entry_id"`
	Line     int    `json:"line"`
	Item     string `json:"item"` // its code
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Qty      string `json:"qty"`
	Packed   string `json:"packed"`
	LotID    string `json:"lot_id"`
	LotNo    string `json:"lot_no"`
	Expires  string `json:"expires"`
	Bin      string `json:"bin"`
	ToBin    string `json:"to_bin"`
	Remark   string `json:"remark"`
	Reversed bool   `json:"reversed"`
	Left     string `json:"left"` // of an issue: may still come back
}

// apiShow gives a posted voucher.
func (s *Server) apiShow(c echo.Context) error {
	v, err := s.voucherOf(c)
	if err != nil {
		return err
	}
	out := apiShown{apiPosted: apiPosted{ID: v.ID.String(), Number: v.Number, BusinessOn: v.BusinessOn.String(), HashTail: ledger.Tail(v.Hash), URL: voucherURL(v.ID)},
		Type: v.Type, Depot: v.Depot.Code, ToDepot: v.ToDepot.Code, Actor: v.ActorName, Reason: v.Reason, Counterparty: v.Counterparty,
		Reference: v.Reference, Remark: v.Remark, BlankNo: v.BlankNo, Lines: []apiShownLine{}}
	for _, l := range v.Lines {
		out.Lines = append(out.Lines, apiShownLine{EntryID: l.EntryID.String(), Line: l.Line, Item: l.Item.Code, Name: l.Item.Name, Unit: l.Item.Unit,
			Qty: l.Qty.String(), Packed: l.Packed, LotID: l.Lot.ID.String(), LotNo: l.Lot.No, Expires: l.Lot.Expires.String(), Bin: l.Bin, ToBin: l.ToBin,
			Remark: l.Remark, Reversed: l.Reversed, Left: l.Left.String()})
	}
	return c.JSON(http.StatusOK, out)
}
