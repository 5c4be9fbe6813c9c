package web

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"

	"changbei/internal/code"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/web/view"
)

var blankPrintPage = declare[view.BlankPrint]("print", "blank/print")

func blankPrintURL(batch id.ID) string { return "/blanks/batches/" + batch.String() + "/print" }

// blankPrint lays the sheets of a printing that are still open out for paper:
// triplicate, or A4 on demand.
func (s *Server) blankPrint(c echo.Context) error {
	batch, err := pathID(c, "id")
	if err != nil {
		return err
	}
	depot, list, err := s.Inventory.BlankBatch(c.Request().Context(), actorOf(c), batch)
	if err != nil {
		return err
	}
	kind, self := list[0].Type, blankPrintURL(batch)
	p := &view.BlankPrint{Base: s.base(c), Heading: kind.Name(), Paper: "form", FormURL: self, A4URL: self + "?paper=a4", BackURL: "/blanks", Copies: copies,
		Printed: list[0].PrintedName + " " + view.When(list[0].PrintedAt)}
	if c.QueryParam("paper") == "a4" {
		p.Paper = "a4"
	}
	p.Unit = view.PaperUnit(firstText(depot.Custodian, p.Org, depot.Name))
	label, reasons := inventory.Reasons(kind)
	p.Lay(kind, depot.Name, label, reasons, inventory.PartyLabel(kind))
	for _, text := range inventory.PaperSigners(kind, "") {
		p.Signers = append(p.Signers, view.PaperSigner(text))
	}
	origin := s.reachable(c.Request())
	for _, b := range list {
		text := b.Number
		if origin != "" {
			text = origin + blankURL(b.Number)
		}
		drawn, err := code.QR(text)
		if err != nil {
			return err
		}
		p.Sheets = append(p.Sheets, view.BlankSheet{Number: b.Number, Code: drawn})
	}
	return show(s, c, blankPrintPage, p)
}

// maxHost bounds the name in a code: a longer one makes it too fine to scan.
const maxHost = 80

// reachable gives the address by which other machines reach this program, as
// the browser that prints knows it; "" where it is this machine's own name for
// itself, which is no use to a phone.
func (s *Server) reachable(r *http.Request) string {
	host, scheme := r.Host, "http://"
	if s.TLS {
		scheme = "https://"
	}
	if passed := r.Header.Get("X-Forwarded-Host"); s.Proxy && passed != "" {
		host = passed
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	addr, err := netip.ParseAddr(name)
	if name == "localhost" || err == nil && addr.IsLoopback() || len(host) > maxHost {
		return ""
	}
	return scheme + host
}
