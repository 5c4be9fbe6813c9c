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

// check recomputes the books, compares them with what is kept outside the
// database and names every difference.
func check(ctx context.Context, args []string) error {
	var heads string
	var printed bool
	c, rest, err := config.Load("check", args, os.Environ(), config.Flag{Name: "heads", Value: &heads}, config.Flag{Name: "print-heads", On: &printed})
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
	var copies []string
	if heads != "" {
		copies = append(copies, heads)
	}
	report, err := app.CheckBooks(ctx, inventory.New(st), c.Data, func(line string) { fmt.Println("  " + line) }, copies...)
	if err != nil {
		return stopped(ctx, err)
	}
	for _, line := range report.Lines() {
		fmt.Println(line)
	}
	if printed {
		printHeads(report.Heads)
	}
	if !report.OK() {
		return errs.New(errs.Conflict, "账本有差异。")
	}
	return nil
}

// printHeads gives the figures of the daily sheet, to be copied down by hand.
func printHeads(heads []inventory.HeadEnd) {
	fmt.Println("各库账本的末尾，可抄在日结单上：")
	for _, h := range heads {
		name := "系统"
		if h.Depot.Code != "" {
			name = h.Depot.Code + " " + h.Depot.Name
		}
		number := h.Number
		if number == "" {
			number = "还没有单据"
		}
		fmt.Printf("  %s\t%s\t第 %d 号\t校验码 %s\t审计第 %d 号\t校验码 %s\n", name, number, h.Seq, orDash(h.Tail()), h.AuditSeq, orDash(h.AuditTail()))
	}
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
