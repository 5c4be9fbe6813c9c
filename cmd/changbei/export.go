package main

import (
	"context"
	"os"

	"changbei/internal/access"
	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/reporting"
)

// exportLedger writes the stock ledger of the whole district. Whoever can run
// it can read the database file anyway, so it acts with an auditor's right.
func exportLedger(ctx context.Context, args []string) error {
	out := "库存台账.xlsx"
	var rest []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--out" && i+1 < len(args) {
			i++
			out = args[i]
			continue
		}
		rest = append(rest, args[i])
	}
	c, rest, err := config.Load("export", rest, os.Environ())
	if err != nil {
		return err
	}
	if len(rest) > 1 || len(rest) == 1 && rest[0] != "stock" {
		return errs.New(errs.Invalid, "可以导出的是 stock（库存台账）：changbei export --out 文件.xlsx stock。")
	}
	st, err := app.OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	console := access.Actor{ID: 1, Login: "console", Name: "命令行", Grants: []access.Grant{{Role: access.Audit}}}
	f, err := os.Create(out)
	if err != nil {
		return errs.Wrap(errs.Invalid, err, "写不了文件 %s，请检查路径和权限。", out)
	}
	defer f.Close()
	if err := reporting.New(st, inventory.New(st)).StockLedger(ctx, console, inventory.StockFilter{}, f); err != nil {
		return err
	}
	return f.Sync()
}
