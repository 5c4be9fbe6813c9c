package main

import (
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/errs"
)

// printed runs a command and gives what it wrote to the console.
func printed(t *testing.T, args ...string) (string, error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdout
	os.Stdout = w
	err = run(t, args...)
	os.Stdout = old
	w.Close()
	b, _ := io.ReadAll(r)
	return string(b), err
}

func TestCheckTellsWhatItCompared(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	st, err := app.OpenStore(t.Context(), config.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	st.Close()
	out, err := printed(t, "check", "--data", data, "--print-heads")
	if err != nil || !strings.Contains(out, "编号与单据链：0 处差异") || !strings.Contains(out, "比对了账外保存的 0 个") || !strings.Contains(out, "系统\t还没有单据\t第 0 号\t校验码 —") {
		t.Errorf("%s %v", out, err)
	}
	kept := filepath.Join(data, "heads.txt")
	out, err = printed(t, "check", "--heads", kept, "--data", data)
	if err != nil || !strings.Contains(out, "比对了账外保存的 2 个") || strings.Contains(out, "日结单") {
		t.Errorf("%s %v", out, err)
	}
	if _, err := printed(t, "check", "--heads", kept+"x", "--data", data); !strings.Contains(sentence(err), "heads.txtx") {
		t.Errorf("%v", err)
	}
	b, _ := os.ReadFile(kept)
	if err := os.WriteFile(kept, b[:len(b)-5], 0o600); err != nil { // the power went
		t.Fatal(err)
	}
	if out, err := printed(t, "check", "--data", data); err != nil || !strings.Contains(out, "最后一行没有写完") {
		t.Errorf("%s %v", out, err)
	}
	db, err := sql.Open("sqlite", filepath.Join(data, "changbei.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("UPDATE depot_head SET audit_seq = 3"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	out, err = printed(t, "check", "--data", data)
	if !errors.Is(err, errs.Conflict) || !strings.Contains(out, "✗ 审计链 0 末尾的校验码与记录不符") || !strings.Contains(out, "发现 1 处差异") {
		t.Errorf("%s %v", out, err)
	}
}
