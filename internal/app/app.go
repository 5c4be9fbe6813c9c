package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"changbei/internal/accounts"
	"changbei/internal/config"
	"changbei/internal/demo"
	"changbei/internal/directory"
	"changbei/internal/dispatching"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/planning"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/web"
)

// Limits of the HTTP server. A workbook of 50 MB over a village's line takes
// minutes to arrive, so the body's time is generous; a head's is not.
const (
	headTime  = 10 * time.Second
	bodyTime  = 10 * time.Minute
	writeTime = 10 * time.Minute
	idleTime  = 2 * time.Minute
	stopTime  = 20 * time.Second
)

// App is the running program: store, use cases, pages and what runs beside
// them.
type App struct {
	config   config.Config
	log      *slog.Logger
	lock     *folderLock
	store    *store.Store
	uses     uses
	server   *http.Server
	listener net.Listener
	beside   sync.WaitGroup
	stop     context.CancelFunc
}

// uses are the use cases.
type uses struct {
	accounts    *accounts.Service
	directory   *directory.Service
	inventory   *inventory.Service
	planning    *planning.Service
	dispatching *dispatching.Service
	importing   *importing.Service
	reporting   *reporting.Service
	templates   *reporting.Templates
}

// Console is where the operator reads what to do next: a sentence per line.
type Console func(line string)

// New opens everything and listens, but serves nothing yet: what is wrong is
// told before anybody is let in. Close it in any case it gave no error.
func New(ctx context.Context, c config.Config, console Console) (*App, error) {
	a := &App{config: c, log: newLog(c.Log)}
	for _, step := range []func(context.Context, Console) error{a.checkAddress, a.takeFolder, a.listen, a.open, a.wire, a.fill, a.pages, a.greet} {
		if err := step(ctx, console); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

func (a *App) open(ctx context.Context, _ Console) (err error) {
	a.log.Info("settings", "values", a.config.String())
	a.store, err = OpenStore(ctx, a.config)
	return err
}

func (a *App) wire(ctx context.Context, _ Console) error {
	inv := inventory.New(a.store)
	dir := directory.New(a.store, directory.Options{})
	imp, err := Importing(a.config, a.store)
	a.uses = uses{accounts: accounts.New(a.store, accounts.Options{}), directory: dir,
		inventory: inv, importing: imp, planning: planning.New(a.store), dispatching: dispatching.New(a.store), reporting: reporting.New(a.store, inv)}
	if err != nil {
		return err
	}
	a.uses.templates, err = reporting.NewTemplates(a.uses.reporting, filepath.Join(a.config.Data, "templates"))
	return err
}

// fill gives an empty database what it starts from: the demo district when
// asked for, else the published catalogue.
func (a *App) fill(ctx context.Context, console Console) error {
	if a.config.Demo {
		return demo.Fill(ctx, a.demo(), a.store.Now(), console)
	}
	return a.uses.directory.Bootstrap(ctx)
}

func (a *App) demo() demo.Deps {
	return demo.Deps{Store: a.store, Directory: a.uses.directory, Inventory: a.uses.inventory, Accounts: a.uses.accounts, Planning: a.uses.planning, Importing: a.uses.importing}
}

func (a *App) pages(ctx context.Context, _ Console) error {
	isDemo, err := demo.IsDemo(ctx, a.store)
	if err != nil {
		return err
	}
	server, err := web.New(web.Deps{Store: a.store, Accounts: a.uses.accounts, Directory: a.uses.directory,
		Inventory: a.uses.inventory, Planning: a.uses.planning, Dispatching: a.uses.dispatching, Importing: a.uses.importing, Reporting: a.uses.reporting, Templates: a.uses.templates, Demo: isDemo,
		TLS: a.config.Proxy, Proxy: a.config.Proxy, Log: a.log})
	if err != nil {
		return err
	}
	a.server = &http.Server{Handler: server, ReadHeaderTimeout: headTime, ReadTimeout: bodyTime,
		WriteTimeout: writeTime, IdleTimeout: idleTime, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)}
	return nil
}

// Addr is where it listens.
func (a *App) Addr() string { return a.listener.Addr().String() }

// Run serves until the context ends, then lets running requests finish.
func (a *App) Run(ctx context.Context) error {
	beside, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	a.beside.Go(func() { a.housekeep(beside) })
	failed := make(chan error, 1)
	go func() { failed <- a.server.Serve(a.listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	a.log.Info("stopping")
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	return a.server.Shutdown(wait)
}

// Close gives back everything that was taken, whatever of it there is.
func (a *App) Close() error {
	if a.stop != nil {
		a.stop()
	}
	a.beside.Wait()
	if a.stop != nil { // it has served
		a.keepLastHeads()
	}
	var failed []error
	if a.listener != nil {
		if err := a.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			failed = append(failed, err)
		}
	}
	if a.store != nil {
		failed = append(failed, a.store.Close())
	}
	if a.lock != nil {
		failed = append(failed, a.lock.release())
	}
	return errors.Join(failed...)
}
