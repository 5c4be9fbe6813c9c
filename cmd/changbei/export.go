package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

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
	c, rest, err := config.Load("export", args, os.Environ(), config.Flag{Name: "out", Value: &out})
	if err != nil {
		return err
	}
	if len(rest) > 1 || len(rest) == 1 && rest[0] != "stock" {
		return errs.New(errs.Invalid, "可以导出的是 stock（库存台账）：changbei export stock --out 文件.xlsx。")
	}
	st, err := app.OpenExisting(ctx, c)
	if err != nil {
		return stopped(ctx, err)
	}
	defer st.Close()
	console := access.Actor{ID: 1, Login: "console", Name: "命令行", Grants: []access.Grant{{Role: access.Audit}}}
	// Whole before it is written: an export that fails leaves the file of the
	// last one alone.
	var book bytes.Buffer
	if err := reporting.New(st, inventory.New(st)).StockLedger(ctx, console, inventory.StockFilter{}, &book); err != nil {
		return stopped(ctx, err)
	}
	if err := os.WriteFile(out, book.Bytes(), 0o644); err != nil {
		return errs.Wrap(errs.Invalid, err, "写不了文件 %s，请检查路径和权限。", out)
	}
	if full, err := filepath.Abs(out); err == nil {
		out = full
	}
	fmt.Println("已导出到 " + out)
	return nil
}
