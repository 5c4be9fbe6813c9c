package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/errs"
)

// serve runs the program until it is told to stop.
func serve(ctx context.Context, args []string) error {
	c, rest, err := config.Load("serve", args, os.Environ())
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errs.New(errs.Invalid, "serve 不认识「%s」。可用的参数见 README 的配置表。", rest[0])
	}
	a, err := app.New(ctx, c, func(line string) { fmt.Println(line) })
	if err != nil {
		return stopped(ctx, err)
	}
	return errors.Join(a.Run(ctx), a.Close())
}
