package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	if strings.HasPrefix(args[0], "-") {
		return errs.New(errs.Invalid, "import 不认识参数「%s」，可用的是 --read 和 --json。", args[0])
	}
	if st, err := os.Stat(args[0]); err != nil {
		return errs.Wrap(errs.NotFound, err, "打不开文件 %s：没有这个文件，或没有读取权限。请检查路径。", args[0])
	} else if st.IsDir() {
		return errs.New(errs.Invalid, "%s 是文件夹，请给出一个台账文件。", args[0])
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
