package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/ledger"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/reading"
)

// importOrder is what the command line says.
type importOrder struct {
	read, asJSON, dryRun, apply bool
	orders                      importing.Orders
	act                         string
}

// importLedger reads ledgers. --read needs no database; --dry-run holds them
// against one and writes nothing; --apply books them.
func importLedger(ctx context.Context, args []string) error {
	var o importOrder
	c, files, err := config.Load("import", args, os.Environ(),
		config.Flag{Name: "read", On: &o.read}, config.Flag{Name: "json", On: &o.asJSON}, config.Flag{Name: "dry-run", On: &o.dryRun}, config.Flag{Name: "apply", On: &o.apply},
		config.Flag{Name: "depot", Value: &o.orders.Depot}, config.Flag{Name: "as-of", Value: &o.orders.AsOf}, config.Flag{Name: "as", Value: &o.act},
		config.Flag{Name: "create", On: &o.orders.Create}, config.Flag{Name: "accept", On: &o.orders.Accept}, config.Flag{Name: "only-clean", On: &o.orders.OnlyClean})
	if err != nil {
		return err
	}
	o.orders.Act = importing.Act(o.act)
	switch {
	case len(files) == 0:
		return errs.New(errs.Invalid, "请给出台账文件：changbei import --read --json 文件 只读；--dry-run 文件… 与数据库核对，不入账；--apply 文件… 入账。")
	case o.dryRun && o.apply:
		return errs.New(errs.Invalid, "--dry-run 和 --apply 只能用一个。")
	case !o.dryRun && !o.apply:
		return readLedgers(files, o.asJSON)
	}
	return bookLedgers(ctx, c, files, o)
}

// readLedgers prints what reading alone makes of workbooks.
func readLedgers(files []string, asJSON bool) error {
	if asJSON && len(files) > 1 {
		return errs.New(errs.Invalid, "--json 一次只读一个文件。")
	}
	lexicon, err := app.Lexicon()
	if err != nil {
		return err
	}
	var failed error
	for _, file := range files {
		if failed = errors.Join(failed, readLedger(file, lexicon, asJSON)); failed != nil && len(files) > 1 {
			fmt.Fprintln(os.Stderr, file+"："+sentence(failed))
			failed = errs.New(errs.Invalid, "有文件没有读出来，见上。")
		}
	}
	return failed
}

func readLedger(file string, lexicon *reading.Lexicon, asJSON bool) error {
	if st, err := os.Stat(file); err != nil {
		return errs.Wrap(errs.NotFound, err, "打不开文件 %s：没有这个文件，或没有读取权限。请检查路径。", file)
	} else if st.IsDir() {
		return errs.New(errs.Invalid, "%s 是文件夹，请给出台账文件。", file)
	}
	result, err := importing.ReadFile(file, filepath.Base(file), lexicon, day.At(time.Now()))
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(result)
	}
	fmt.Printf("%s：%s，截止 %s，%d 行，跳过 %d 行，%d 处问题\n", result.FileName, importing.KindName(result.DocKind), result.AsOf, len(result.Rows), len(result.Skipped), len(result.Issues))
	for _, i := range result.Issues {
		fmt.Println("  " + i.Message)
	}
	return nil
}

// bookLedgers holds ledgers against the database, one after the other; a file
// that cannot be booked does not keep the next out.
func bookLedgers(ctx context.Context, c config.Config, files []string, o importOrder) error {
	st, err := app.OpenExisting(ctx, c)
	if err != nil {
		return stopped(ctx, err)
	}
	defer st.Close()
	imp, err := app.Importing(c, st)
	if err != nil {
		return err
	}
	// Whoever can run it can write the database file anyway.
	console := access.Actor{ID: 1, Login: "console", Name: "命令行", Grants: []access.Grant{{Role: access.Planner}}}
	failed := 0
	for _, file := range files {
		if err := bookLedger(ctx, imp, console, file, o); err != nil {
			failed++
			fmt.Printf("%s：%s\n", filepath.Base(file), sentence(err))
		}
		if ctx.Err() != nil {
			return errStopped
		}
	}
	if failed > 0 {
		return errs.New(errs.Invalid, "%d 个文件没有办成，原因见上。", failed)
	}
	return nil
}

func bookLedger(ctx context.Context, imp *importing.Service, console access.Actor, file string, o importOrder) error {
	if o.dryRun {
		p, err := imp.Try(ctx, console, file, o.orders)
		if err == nil {
			tell(p)
		}
		return err
	}
	p, posted, err := imp.Take(ctx, console, file, o.orders)
	if err != nil {
		if p != nil {
			tell(p)
		}
		return err
	}
	draft, made, err := imp.Draft(ctx, console, p.Batch.ID)
	if err != nil {
		return err
	}
	if made {
		fmt.Printf("%s：已生成%s的草稿，核对后请在计划页面报批\n", filepath.Base(file), planning.Label(draft))
		return nil
	}
	fmt.Printf("%s：已入账，%s\n", filepath.Base(file), numbers(posted))
	return nil
}

func numbers(posted []ledger.Voucher) string {
	if len(posted) == 0 {
		return "没有需要生成的单据"
	}
	var list []string
	for _, v := range posted {
		list = append(list, v.Number)
	}
	return fmt.Sprintf("%d 张单据：%s", len(list), strings.Join(list, "、"))
}

// tell prints how a ledger stands against the database.
func tell(p *importing.Preview) {
	fmt.Printf("%s：%s，%s，截止 %s，可导入 %d 行，待确认 %d 行，错误 %d 行，不导入 %d 行\n", p.Batch.FileName, importing.KindName(p.Kind), p.Act.Name(), p.AsOf,
		p.Counts.OK, p.Counts.Confirm, p.Counts.Error, p.Counts.Skipped)
	if p.Blocked != "" {
		fmt.Println("  " + p.Blocked)
	}
	for _, r := range p.Rows {
		if r.Status == reading.OK || r.Skipped || r.Aside {
			continue
		}
		for _, x := range r.Problems {
			fmt.Println("  " + x.Message)
		}
	}
	for _, i := range p.Loose() {
		fmt.Println("  " + i.Message)
	}
	tellPlan(p.Plan)
	for _, d := range p.Compare {
		fmt.Printf("  差异：%s 台账 %s，账面 %s %s\n", d.Item.Label(), d.Ledger, d.Book, d.Item.Unit)
	}
}

// tellPlan prints what a plan's workbook changes.
func tellPlan(d *importing.PlanDraft) {
	if d == nil {
		return
	}
	base := "没有以前的计划可比"
	if d.Base.ID != 0 {
		base = "与" + planning.Label(d.Base) + "比较"
	}
	fmt.Printf("  %d 年%s，草稿 %d 行，%s，%d 处不同\n", d.Year, d.Season.Name(), d.Lines, base, len(d.Changes))
	if d.Base.ID == 0 {
		return // all of it is new
	}
	for _, c := range d.Changes {
		fmt.Printf("  差异：%s %s 标准 %s → %s %s\n", c.Depot, c.Label, standardOf(c.Old), standardOf(c.New), c.Unit)
	}
}

func standardOf(l *plan.Line) string {
	if l == nil {
		return "无"
	}
	return l.Standard.String()
}
