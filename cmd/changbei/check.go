package main

import (
	"context"
	"fmt"
	"os"

	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/errs"
	"changbei/internal/inventory"
)

// check recomputes the books and names every difference.
func check(ctx context.Context, args []string) error {
	c, rest, err := config.Load("check", args, os.Environ())
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errs.New(errs.Invalid, "check 不认识「%s」。数据文件夹用 --data 指明。", rest[0])
	}
	st, err := app.OpenExisting(ctx, c)
	if err != nil {
		return stopped(ctx, err)
	}
	defer st.Close()
	report, err := inventory.New(st).Check(ctx, func(line string) { fmt.Println("  " + line) })
	if err != nil {
		return stopped(ctx, err)
	}
	for _, line := range report.Lines() {
		fmt.Println(line)
	}
	if !report.OK() {
		return errs.New(errs.Conflict, "账本有差异。")
	}
	return nil
}
