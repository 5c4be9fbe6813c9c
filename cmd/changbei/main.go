// Command changbei is the inventory system for emergency reserves of a
// district: one program, one file per subcommand.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"changbei/internal/errs"
)

// version is set by the release build.
var version = "dev"

// command runs one subcommand with its arguments.
type command struct {
	name, help string
	run        func(ctx context.Context, args []string) error
}

var commands = []command{
	{"serve", "启动服务：serve [--demo] [--addr 地址] [--db mysql://…]", serve},
	{"check", "核对账本，有差异时退出码为 1：check [--heads 另存的校验文件] [--print-heads]", check},
	{"import", "读台账：import --read [--json] 文件；--dry-run 文件… 核对；--apply 文件… 入账 [--depot 代码 --as-of 日期 --as settle|receive|journal …]", importLedger},
	{"export", "导出 Excel：export 种类 [--out 文件.xlsx] [--depot 代码 --item 编码 --month 2026-10 --voucher 编号 …]", exportLedger},
	{"version", "显示版本", showVersion},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := dispatch(ctx, os.Args[1:])
	if errors.Is(err, errStopped) {
		fmt.Fprintln(os.Stderr, "已停止。")
		os.Exit(stoppedCode)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "changbei: "+sentence(err))
		os.Exit(1)
	}
}

// errStopped says that a person stopped a command before it was done.
var errStopped = errors.New("stopped")

// stoppedCode is what shells give for Ctrl+C. Not 0: a check that was stopped
// has not found the books in order.
const stoppedCode = 130

// stopped makes any failure after Ctrl+C a plain stop: what the layers below
// say of a cancelled context is no news to whoever cancelled it.
func stopped(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errStopped
	}
	return err
}

func dispatch(ctx context.Context, args []string) error {
	if len(args) > 0 {
		for _, c := range commands {
			if c.name == args[0] {
				return c.run(ctx, args[1:])
			}
		}
	}
	fmt.Println("用法：changbei 命令 [参数]")
	for _, c := range commands {
		fmt.Printf("  %-8s %s\n", c.name, c.help)
	}
	if len(args) > 0 && !slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		return errs.New(errs.Invalid, "没有「%s」这个命令。", args[0])
	}
	return nil
}

// sentence gives the Chinese sentence of our own errors, and the plain text of
// others: on a console the operator is the one who can act on it.
func sentence(err error) string {
	if errs.KindOf(err) == errs.Internal {
		return err.Error()
	}
	return errs.MessageOf(err)
}

func showVersion(context.Context, []string) error {
	fmt.Println("changbei " + version)
	return nil
}
