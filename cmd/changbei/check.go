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
	c, _, err := config.Load("check", args, os.Environ())
	if err != nil {
		return err
	}
	st, err := app.OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	report, err := inventory.New(st).Check(ctx, func(line string) { fmt.Println("  " + line) })
	if err != nil {
		return err
	}
	for _, line := range report.Lines() {
		fmt.Println(line)
	}
	if !report.OK() {
		return errs.New(errs.Conflict, "账本有差异。")
	}
	return nil
}
