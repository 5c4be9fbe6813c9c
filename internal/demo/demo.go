// Package demo fills an empty database with a believable district: 望城区 with
// its real streets and villages, invented people, and two years of receipts
// and issues, all booked through the real use cases.
//
// It may import the use cases, the domain and the embedded seeds; it knows no
// HTTP and no workbook. Everything is deterministic: the same day gives the
// same district. Storage lives, prices, people and vouchers are demo values
// and never law.
package demo

import (
	"context"
	"fmt"
	"time"

	"changbei/internal/accounts"
	"changbei/internal/day"
	"changbei/internal/directory"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/planning"
	"changbei/internal/store"
)

// The settings of a demo database. Setting says that it is one, so that every
// page shows the banner; the others let a fill that was cut off go on.
const (
	Setting       = "demo"
	settingDay    = "demo.day"
	settingFilled = "demo.filled"
)

// Deps are the use cases the demo is booked through.
type Deps struct {
	Store     *store.Store
	Directory *directory.Service
	Inventory *inventory.Service
	Accounts  *accounts.Service
	Planning  *planning.Service
	Importing *importing.Service // nil = nobody counts

	Dispatching *dispatching.Service // nil = nothing ever happens
	Size        Size                 // zero = the whole district
}

// Size cuts the demo down, for tests on slow engines.
type Size struct {
	Streets int  // how many street depots; 0 = all, with the village points
	Months  int  // how far back the books go; 0 = two years
	Plain   bool // receipts and issues only
}

const wholeMonths = 24

// orgSetting is the setting reports print as 编制单位; the package stays below
// reporting, which names it.
const (
	orgSetting = "org.name"
	district   = "望城区应急管理局（演示）"
)

// Filled reports whether the database is a demo and complete.
func Filled(ctx context.Context, st *store.Store) (bool, error) {
	v, err := st.Read().Setting(ctx, settingFilled)
	return v != "", err
}

// IsDemo reports whether the database is a demo's.
func IsDemo(ctx context.Context, st *store.Store) (bool, error) {
	v, err := st.Read().Setting(ctx, Setting)
	return v != "", err
}

// Fill makes the district in an empty database, with books up to the day
// before now. A database that holds somebody's depots or accounts is refused;
// a complete demo is left alone; one that was cut off is finished. log gets
// sentences for the console.
func Fill(ctx context.Context, d Deps, now time.Time, log func(string)) error {
	if done, err := Filled(ctx, d.Store); err != nil || done {
		return err
	}
	today, err := begin(ctx, d.Store, day.At(now))
	if err != nil {
		return err
	}
	f := &filler{Deps: d, today: today, log: log}
	if f.Size.Months == 0 {
		f.Size.Months = wholeMonths
	}
	for _, step := range []func(context.Context) error{f.catalogue, f.divisions, f.people, f.depots, f.loading, f.shelfLives, f.bases, f.books, f.special, f.elsewhere, f.reservePlan,
		f.agreements, f.keeping, f.openDrafts, f.emergency} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	log("演示数据：正在核对账目……")
	report, err := d.Inventory.Check(ctx, nil)
	if err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("demo: the ledger check found %d differences, the first: %s", len(report.Differences), report.Differences[0].Text)
	}
	log(fmt.Sprintf("演示数据已装好：%d 张单据，账目核对无差异。", report.Vouchers))
	return d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.PutSetting(ctx, settingFilled, "1") })
}

// begin marks the database as a demo before anything else is written, and
// gives the day its books are told from: that of the first attempt.
func begin(ctx context.Context, st *store.Store, today day.Day) (day.Day, error) {
	c := st.Read()
	if demo, err := IsDemo(ctx, st); err != nil {
		return today, err
	} else if demo {
		first, err := c.Setting(ctx, settingDay)
		return day.Day{First: first}, err
	}
	depots, err := c.Depots(ctx)
	if err != nil {
		return today, err
	}
	anyone, err := c.AnyAccount(ctx)
	if err != nil {
		return today, err
	}
	if len(depots) > 0 || anyone {
		return today, errs.New(errs.Conflict, "这个数据库里已有储备库或用户，演示数据只能装进空数据库。请换一个数据目录，或去掉 --demo 再启动。")
	}
	return today, st.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting(ctx, settingDay, today.First); err != nil {
			return err
		}
		if err := tx.PutSetting(ctx, orgSetting, district); err != nil {
			return err
		}
		return tx.PutSetting(ctx, Setting, "1")
	})
}

// Link is a fresh single-use way in for one of the demo's people. Token
// belongs behind /signin/link/.
type Link struct {
	Role  string
	Login string
	Name  string
	Token string
}

// Links makes sign-in links for a keeper, a planner, a leader and the system
// administrator; links made before and not used end.
func Links(ctx context.Context, d Deps) ([]Link, error) {
	if demo, err := IsDemo(ctx, d.Store); err != nil {
		return nil, err
	} else if !demo {
		return nil, errs.New(errs.Conflict, "这不是演示数据库，不能用演示账号登录。请去掉 --demo 再启动。")
	}
	var list []Link
	for _, p := range staff {
		if !p.linked {
			continue
		}
		token, err := d.Accounts.Console().Link(ctx, p.login)
		if err != nil {
			return nil, err
		}
		list = append(list, Link{Role: p.role.Name(), Login: p.login, Name: p.name, Token: token})
	}
	return list, nil
}
