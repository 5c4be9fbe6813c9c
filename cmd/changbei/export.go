package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/reporting"
)

// exportFields are the flags of export, each asked for as a reporting field of
// its name.
var exportFields = []reporting.Field{reporting.FieldDepot, reporting.FieldItem, reporting.FieldCategory, reporting.FieldMonth, reporting.FieldFrom, reporting.FieldTo,
	reporting.FieldVoucher, reporting.FieldType, reporting.FieldNumber, reporting.FieldPlan, reporting.FieldOn, reporting.FieldWithin}

// exportLedger writes a workbook of the whole district, or of one depot. Whoever
// can run it can read the database file anyway, so it acts with an auditor's
// right.
func exportLedger(ctx context.Context, args []string) error {
	var out string
	var blind, byDepot bool
	texts := make([]string, len(exportFields))
	flags := []config.Flag{{Name: "out", Value: &out}, {Name: string(reporting.FieldBlind), On: &blind}, {Name: string(reporting.FieldByDepot), On: &byDepot}}
	for i, f := range exportFields {
		flags = append(flags, config.Flag{Name: string(f), Value: &texts[i]})
	}
	c, rest, err := config.Load("export", args, os.Environ(), flags...)
	if err != nil {
		return err
	}
	kind, err := exportKind(rest)
	if err != nil {
		return err
	}
	ask := reporting.Ask{}
	for i, f := range exportFields {
		ask[f] = strings.TrimSpace(texts[i])
	}
	if blind {
		ask[reporting.FieldBlind] = "1"
	}
	if byDepot {
		ask[reporting.FieldByDepot] = "1"
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
	file, err := reporting.New(st, inventory.New(st)).Export(ctx, console, kind, ask, &book)
	if err != nil {
		return stopped(ctx, err)
	}
	if out == "" {
		out = file.Name
	}
	return writeExport(out, book.Bytes())
}

func exportKind(rest []string) (reporting.Kind, error) {
	switch len(rest) {
	case 0:
		return reporting.Stock, nil
	case 1:
		return reporting.ParseKind(rest[0])
	}
	return "", errs.New(errs.Invalid, "一次只能导出一种，现在写了 %s。用法：changbei export 种类 --out 文件.xlsx。", strings.Join(rest, "、"))
}

func writeExport(out string, book []byte) error {
	if ext := strings.ToLower(filepath.Ext(out)); !slices.Contains([]string{".xlsx", ""}, ext) {
		return errs.New(errs.Invalid, "导出的是 .xlsx 文件，请把 %s 改成 .xlsx 结尾的文件名。", out)
	}
	if err := os.WriteFile(out, book, 0o644); err != nil {
		return errs.Wrap(errs.Invalid, err, "写不了文件 %s，请检查路径和权限。", out)
	}
	if full, err := filepath.Abs(out); err == nil {
		out = full
	}
	fmt.Println("已导出到 " + out)
	return nil
}
