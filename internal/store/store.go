// Package store is the only package that knows SQL, sqlx and the drivers.
//
// It keeps one portable text per query (sql/queries, named), runs them on
// SQLite or the MySQL family, and gives use cases typed methods on Conn. All
// writing happens inside Tx; what differs between engines is one dialect
// value. It must not know HTTP, workbooks or who may do what.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"

	"github.com/jmoiron/sqlx"
)

// Pool sizes. 16 connections gave 0.9 of the throughput of 64 at a fifth of
// the p99. What writes cannot take the last eight, so that pages open while
// postings wait for each other. Three minutes lie below every server's and
// proxy's idle limit.
const (
	mysqlConns    = maxWriters + maxOthers + 8
	mysqlLifetime = 3 * time.Minute
)

// Store is an open database.
type Store struct {
	write   *sqlx.DB
	read    *sqlx.DB
	reader  runner      // read, with its statements kept prepared
	writer  *writer     // SQLite's; nil on the MySQL family
	lane    *lane       // in front of the writer
	lanes   *depotLanes // of the MySQL family
	heads   *headCache
	others  chan struct{} // held by transactions that are in no lane
	heavy   chan struct{} // held by the one heavy reader on SQLite
	dialect dialect
	queries map[string]query
	ids     atomic.Pointer[id.Source]
	node    atomic.Int64
	holder  string
	now     func() time.Time
	stop    chan struct{}
}

// Options say which database to open. Exactly one of SQLite and MySQL is set.
type Options struct {
	SQLite string           // path of the database file
	MySQL  string           // mysql://user:password@host:port/database
	Now    func() time.Time // nil = the system clock
	Driver string           // a driver of another name round the engine's own, "" = the own
}

// driver gives the name to open the engine's own driver by.
func (o Options) driver(own string) string {
	if o.Driver != "" {
		return o.Driver
	}
	return own
}

// Open connects, brings the schema up to date, leases a node number and
// prepares every query once, so that a wrong column stops the program in its
// first second.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{now: o.Now, heads: newHeadCache(), others: make(chan struct{}, maxOthers), heavy: make(chan struct{}, 1), stop: make(chan struct{})}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.queries, err = loadQueries(); err != nil {
		return nil, err
	}
	if o.MySQL != "" {
		err = s.openMySQL(ctx, o)
	} else {
		err = s.openSQLite(o)
	}
	if err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		s.Close()
		if o.MySQL == "" && s.dialect.readOnly(err) {
			return nil, readOnlyFault(o.SQLite, err)
		}
		return nil, err
	}
	return s, nil
}

func (s *Store) ready(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.prepareAll(ctx); err != nil {
		return err
	}
	if s.dialect.name == "sqlite" {
		var err error
		if s.writer, err = openWriter(s.write); err != nil {
			return err
		}
		s.lane = openLane(s.writer.begin, s.dialect.unknownAtCommit, s.heads.clear)
	} else {
		s.lanes = &depotLanes{writers: newWriters(s.write, s.dialect.unreachable), at: map[id.ID]*lane{}}
	}
	if err := s.leaseNode(ctx); err != nil {
		return err
	}
	go s.renewNode()
	return nil
}

func (s *Store) openSQLite(o Options) error {
	s.dialect = sqliteDialect
	path := o.SQLite
	if err := refuseForeign(path); err != nil {
		return err
	}
	write, err := openDB(o.driver("sqlite"), "sqlite", sqliteDSN(path, false))
	if err != nil {
		return err
	}
	// One writer: SQLite has one anyway, and the lane in front of it is fairer
	// than polling for the lock.
	write.SetMaxOpenConns(1)
	if err := write.Ping(); err != nil {
		write.Close()
		return openFault(path, err)
	}
	read, err := openDB(o.driver("sqlite"), "sqlite", sqliteDSN(path, true))
	if err != nil {
		write.Close()
		return err
	}
	// Readers that use every core starve the writer (measured: 0.2 ×); but one
	// long report must not keep every page waiting, so there are two at least.
	read.SetMaxOpenConns(max(2, runtime.NumCPU()-1))
	s.write, s.read, s.reader = write, read, newPrepared(read)
	return s.assertSQLite()
}

// minSQLite is the oldest engine whose WAL handling is trusted.
const minSQLite = 3051003

func (s *Store) assertSQLite() error {
	var v string
	if err := s.write.Get(&v, "SELECT sqlite_version()"); err != nil {
		return err
	}
	var a, b, c int
	if _, err := fmt.Sscanf(v, "%d.%d.%d", &a, &b, &c); err != nil || a*1000000+b*1000+c < minSQLite {
		return fmt.Errorf("store: SQLite %s is older than 3.51.3", v)
	}
	return nil
}

func openFault(path string, err error) error {
	if _, statErr := os.Stat(path); statErr == nil {
		if f, openErr := os.OpenFile(path, os.O_RDWR, 0); openErr != nil {
			return readOnlyFault(path, err)
		} else {
			f.Close()
		}
	}
	if sqliteDialect.readOnly(err) {
		return readOnlyFault(path, err)
	}
	return errs.Wrap(errs.Invalid, err, "打不开数据库文件 %s：文件夹不可写，或文件已损坏。请检查权限，必要时从备份恢复。", path)
}

func readOnlyFault(path string, err error) error {
	return errs.Wrap(errs.Invalid, err, "数据库文件 %s 不能写入，请检查文件权限后再启动。", path)
}

// openDB opens a driver by the name it is registered under; bind is the engine
// whose placeholders it takes.
func openDB(name, bind, address string) (*sqlx.DB, error) {
	db, err := sql.Open(name, address)
	if err != nil {
		return nil, err
	}
	return sqlx.NewDb(db, bind), nil
}

func (s *Store) openMySQL(ctx context.Context, o Options) error {
	s.dialect = mysqlDialect
	dsn, err := mysqlDSN(o.MySQL)
	if err != nil {
		return err
	}
	dsn, err = readCommitted(ctx, o, dsn)
	if err != nil {
		return err
	}
	db, err := openDB(o.driver("mysql"), "mysql", dsn)
	if err != nil {
		return badAddress(err)
	}
	db.SetMaxOpenConns(mysqlConns)
	db.SetMaxIdleConns(mysqlConns)
	db.SetConnMaxLifetime(mysqlLifetime)
	s.write, s.read, s.reader = db, db, newPrepared(db)
	return nil
}

// readCommitted makes every connection READ COMMITTED from its start: asking
// for it at each BEGIN is a round trip more for each posting. The variable has
// two names, and a server knows one of them for sure.
func readCommitted(ctx context.Context, o Options, dsn string) (string, error) {
	db, err := openDB(o.driver("mysql"), "mysql", dsn)
	if err != nil {
		return "", badAddress(err)
	}
	defer db.Close()
	var known []struct {
		Name  string `db:"Variable_name"`
		Value string `db:"Value"`
	}
	if err := db.SelectContext(ctx, &known, "SHOW VARIABLES LIKE 'transaction_isolation'"); err != nil {
		return "", errs.Wrap(errs.Invalid, err, "连不上数据库：请检查 --db 的主机、端口、用户、密码和库名，并确认数据库已启动。")
	}
	variable := "tx_isolation"
	if len(known) == 1 {
		variable = "transaction_isolation"
	}
	return withVariable(dsn, variable, "'READ-COMMITTED'")
}

func badAddress(err error) error {
	return errs.Wrap(errs.Invalid, err, "数据库地址写得不对，应为 mysql://用户:密码@主机:端口/库名。")
}

// Close gives the node number back and closes the connections.
func (s *Store) Close() error {
	select {
	case <-s.stop:
		return nil
	default:
		close(s.stop)
	}
	s.releaseNode()
	if s.lanes != nil {
		s.lanes.close()
	}
	if s.lane != nil {
		s.lane.close()
		s.writer.close(true)
	}
	err := s.write.Close()
	if s.read != s.write {
		if e := s.read.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Engine names the dialect: sqlite or mysql.
func (s *Store) Engine() string { return s.dialect.name }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// NewID gives a new row key.
func (s *Store) NewID() id.ID { return s.ids.Load().Next() }

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.now() }

// Read gives a connection for reading outside a transaction.
func (s *Store) Read() *Conn { return &Conn{ext: s.reader, s: s} }

// Tx is a running transaction. Now is one instant for all rows it writes.
type Tx struct {
	*Conn
	Now time.Time

	lane   *lane                // the queue it came through, nil = none
	depot  id.ID                // whose queue that is, 0 = everybody's
	sure   bool                 // heads are taken, none is assumed
	began  int64                // the head cache's state at its begin
	heads  map[id.ID]*Head      // taken or assumed, and stored before the commit
	keep   map[id.ID]bool       // of these, what may be assumed by the next posting
	forget bool                 // it changed what all heads rest on
	lots   map[id.ID]ledger.Lot // read under a head, so that they stay what they are
	made   map[id.ID]bool       // lots no other transaction can know
	opened map[shelfKey]bool    // of those, the shelves that have a row by now
}

// NowMicro is Now as the database stores instants.
func (t *Tx) NowMicro() int64 { return t.Now.UnixMicro() }

// NewID gives a new row key.
func (c *Conn) NewID() id.ID { return c.s.ids.Load().Next() }

var _ runner = (*sqlx.Tx)(nil)
var _ runner = (*sqlx.DB)(nil)

// isNoRows reports an empty result of a one-row query.
func isNoRows(err error) bool { return err == sql.ErrNoRows }
