package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"changbei/internal/app"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/importing"
)

// importLedger prints what reading alone makes of a workbook; it needs no
// database. Booking is done in the browser, where a person sees the preview.
func importLedger(_ context.Context, args []string) error {
	asJSON := slices.Contains(args, "--json")
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "--json" || a == "--read" })
	if len(args) != 1 {
		return errs.New(errs.Invalid, "请给出一个台账文件：changbei import --read --json 文件.xlsx。入账请在网页上传后核对办理。")
	}
	lexicon, err := app.Lexicon()
	if err != nil {
		return err
	}
	result, err := importing.ReadFile(args[0], filepath.Base(args[0]), lexicon, day.At(time.Now()))
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
