package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changbei/internal/app"
	"changbei/internal/config"
)

func run(t *testing.T, args ...string) error {
	t.Helper()
	return dispatch(t.Context(), args)
}

func TestExportTakesFlagsInAnyOrder(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), t.TempDir()
	st, err := app.OpenStore(t.Context(), config.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	st.Close()
	for name, args := range map[string][]string{"a": {"stock", "--out", "", "--data", data}, "b": {"--data=" + data, "--out=", "stock"}, "c": {"--out", "", "stock", "--data", data}} {
		out := filepath.Join(dir, name+".xlsx")
		for i := range args {
			switch {
			case args[i] == "--out=":
				args[i] += out
			case args[i] == "":
				args[i] = out
			}
		}
		if err := run(t, append([]string{"export"}, args...)...); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		if f, err := os.Stat(out); err != nil || f.Size() == 0 {
			t.Errorf("%v wrote nothing: %v", args, err)
		}
	}
	if err := run(t, "check", "--data", data); err != nil {
		t.Errorf("check: %v", err)
	}
}

func TestWrongCallsAreAnsweredInChinese(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	for call, want := range map[string]string{
		"check --data " + none:                none,
		"export stock --out x --data " + none: none,
		"export nothing":                      "stock",
		"check now":                           "不认识「now」",
		"serve --foo":                         "--foo 不认识",
		"import " + none + ".xlsx":            "打不开文件 " + none + ".xlsx",
		"import " + filepath.Dir(none):        "是文件夹",
		"import --jsn":                        "--jsn 不认识",
		"count":                               "没有「count」这个命令",
	} {
		err := run(t, strings.Fields(call)...)
		if err == nil || !strings.Contains(sentence(err), want) {
			t.Errorf("%s: %v", call, err)
		}
	}
	if _, err := os.Stat(none); !os.IsNotExist(err) {
		t.Error("a folder was made")
	}
}

func TestCtrlCIsNoError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	data := filepath.Join(t.TempDir(), "data")
	if err := dispatch(ctx, []string{"serve", "--demo", "--addr", "127.0.0.1:0", "--data", data}); !errors.Is(err, errStopped) {
		t.Errorf("serve: %v", err)
	}
	if err := stopped(t.Context(), os.ErrExist); err != os.ErrExist {
		t.Errorf("a failure without Ctrl+C became %v", err)
	}
}
