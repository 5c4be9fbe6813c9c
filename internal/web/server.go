package web

import (
	"log/slog"
	"net/http"
	"sync"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"changbei/internal/accounts"
	"changbei/internal/directory"
	"changbei/internal/dispatching"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/planning"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/web/view"
)

// Deps are the use cases the pages stand on, and how they are served.
type Deps struct {
	Store       *store.Store
	Accounts    *accounts.Service
	Directory   *directory.Service
	Inventory   *inventory.Service
	Planning    *planning.Service
	Dispatching *dispatching.Service
	Importing   *importing.Service
	Reporting   *reporting.Service
	Templates   *reporting.Templates
	Demo        bool // the database is a demo's: every page says so
	TLS         bool // served over TLS: cookies are Secure and named __Host-
	Proxy       bool // behind a TLS proxy on this machine, whose headers are true
	Log         *slog.Logger
}

// Server serves the pages. Safe for concurrent use.
type Server struct {
	Deps
	echo     *echo.Echo
	sessions *scs.SessionManager
	pages    templates
	assets   assets
	metrics  *metrics

	depotCodes sync.Map // code or id as text -> id, of depots once asked for
}

// New checks every template and asset and builds the routes, so that a missing
// file stops the program at its start and not a person at a page.
func New(d Deps) (*Server, error) {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{Deps: d, sessions: newSessions(d.Store, d.TLS), metrics: newMetrics()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = loadTemplates(s.assets); err != nil {
		return nil, err
	}
	s.build()
	return s, nil
}

func (s *Server) build() {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	// The address of the connection is the only one nobody can forge, unless a
	// proxy of our own on this machine stands between.
	e.IPExtractor = echo.ExtractIPDirect()
	if s.Proxy {
		e.IPExtractor = echo.ExtractIPFromXFFHeader(echo.TrustLoopback(true), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false))
	}
	e.HTTPErrorHandler = s.fault
	e.Use(s.observe, s.recoverPanic, s.secure)
	e.GET("/assets/:name", s.asset)
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/metrics", s.metricsPage)
	// Somebody signed in who mistypes an address keeps their menu.
	e.RouteNotFound("/*", func(echo.Context) error { return echo.ErrNotFound }, s.session, s.identify)
	for _, r := range Routes {
		for _, method := range methods(r.Method) {
			e.Add(method, r.Path, s.handler(r), s.limit(r), s.session, s.identify, s.guard(r), s.protect)
		}
	}
	s.echo = e
}

// methods adds HEAD to GET: watchdogs and browsers ask so for what is there.
func methods(method string) []string {
	if method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{method}
}

func (s *Server) handler(r Route) echo.HandlerFunc {
	return func(c echo.Context) error { return r.handle(s, c) }
}

// ServeHTTP makes a Server an http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// base gives what every page has.
func (s *Server) base(c echo.Context) view.Base {
	actor := actorOf(c)
	b := view.Base{CSRF: s.csrfToken(c), Demo: s.Demo, Org: s.org(c), Flash: s.takeFlash(c)}
	if actor.ID != 0 {
		b.Actor = view.Person{ID: actor.ID, Name: actor.Name, Roles: view.RoleNames(actor.Grants)}
		b.Menu, b.Shortcuts = menuFor(actor, c.Request().URL.Path)
	}
	return b
}

// org is the bureau's name. A page is worth more than its heading, so a
// database that cannot answer is no reason to refuse it here.
func (s *Server) org(c echo.Context) string {
	name, err := s.Store.Read().Setting(c.Request().Context(), reporting.OrgSetting)
	if err != nil {
		return ""
	}
	return name
}
