package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/gofrs/flock"

	"changbei/internal/demo"
	"changbei/internal/errs"
)

// checkAddress refuses to send passwords over a network in the clear unless
// somebody said so.
func (a *App) checkAddress(context.Context, Console) error {
	host, port, err := net.SplitHostPort(a.config.Addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errs.Wrap(errs.Invalid, err, "监听地址「%s」不对，应写成 127.0.0.1:8080 这样，端口是 0 到 65535 的数（--addr）。", a.config.Addr)
	}
	ip := net.ParseIP(host)
	if host == "localhost" || ip != nil && ip.IsLoopback() || a.config.Plain {
		return nil
	}
	return errs.New(errs.Invalid, "监听地址 %s 能从别的电脑访问，而明文 HTTP 会让密码在网络上被看到。请在本机装一个 HTTPS 反向代理，本程序监听 127.0.0.1 并加 --proxy；确实要在可信内网用明文，请加 --plain-http。", a.config.Addr)
}

// folderLock keeps a second program out of a data folder.
type folderLock struct{ file *flock.Flock }

func (l *folderLock) release() error { return l.file.Unlock() }

func (a *App) takeFolder(context.Context, Console) error {
	if err := makeFolder(a.config.Data); err != nil {
		return err
	}
	file := flock.New(filepath.Join(a.config.Data, "changbei.lock"))
	ok, err := file.TryLock()
	if err != nil {
		return errs.Wrap(errs.Invalid, err, "数据文件夹 %s 不能加锁，请检查写入权限，或换一个文件夹（--data）。", a.config.Data)
	}
	if !ok {
		return errs.New(errs.Conflict, "常备已经在使用数据文件夹 %s。请用浏览器打开正在运行的那一个，或先把它停掉；要另开一个，请换一个文件夹（--data）。", a.config.Data)
	}
	a.lock = &folderLock{file}
	return nil
}

// makeFolder makes the data folder and tries a write, since the bits of a
// folder do not tell of a read-only disk.
func makeFolder(dir string) error {
	if file := fileOnTheWay(dir); file != "" {
		return errs.New(errs.Invalid, "建不了数据文件夹 %s：%s 是一个文件，不是文件夹。请换一个文件夹（--data）。", dir, file)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return errs.Wrap(errs.Invalid, err, "建不了数据文件夹 %s：没有写入权限。请换一个文件夹（--data）或修改权限。", dir)
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return errs.Wrap(errs.Invalid, err, "数据文件夹 %s 不能写入。请换一个文件夹（--data）或修改权限。", dir)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func (a *App) listen(ctx context.Context, _ Console) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", a.config.Addr)
	if err != nil {
		return listenFault(a.config.Addr, err)
	}
	a.listener = l
	return nil
}

func listenFault(addr string, err error) error {
	var unknown *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return errs.Wrap(errs.Conflict, err, "端口 %s 已被别的程序占用。请停掉那个程序，或换一个端口，如 --addr 127.0.0.1:8081。", addr)
	case errors.Is(err, fs.ErrPermission):
		return errs.Wrap(errs.Invalid, err, "没有权限在 %s 上监听，1024 以下的端口通常只有系统管理员能用。请换一个端口，如 --addr 127.0.0.1:8080。", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &unknown):
		return errs.Wrap(errs.Invalid, err, "这台电脑没有 %s 这个地址。请用 127.0.0.1 或本机网卡的地址（--addr）。", addr)
	}
	return errs.Wrap(errs.Invalid, err, "不能在 %s 上监听（%v）。请检查地址，或换一个端口（--addr）。", addr, err)
}

// greet prints where to go and how to get in.
func (a *App) greet(ctx context.Context, console Console) error {
	console("常备已启动：http://" + a.Addr() + "/ （按 Ctrl+C 停止）")
	if a.config.Demo {
		return a.greetDemo(ctx, console)
	}
	needed, err := a.uses.accounts.SetupNeeded(ctx)
	if err != nil {
		return err
	}
	if needed {
		console("还没有账户。请打开 http://" + a.Addr() + "/setup 建立首个账户，安装码：" + a.uses.accounts.SetupCode())
	}
	return nil
}

func (a *App) greetDemo(ctx context.Context, console Console) error {
	links, err := demo.Links(ctx, a.demo())
	if err != nil {
		return err
	}
	console("演示数据，请勿录入真实业务。登录链接（每个只能用一次，每次启动重新生成）：")
	for _, l := range links {
		console(fmt.Sprintf("  %s %s\thttp://%s/signin/link/%s", l.Role, l.Name, a.Addr(), l.Token))
	}
	return nil
}

var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

func newLog(level string) *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: levels[level]}))
}
