package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changbei/internal/config"
	"changbei/internal/errs"
)

func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.conf")
	if err := os.WriteFile(file, []byte("# office\naddr = 1.1.1.1:1\ndata=/srv/a\nlog=warn\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("flags win over environment, environment over file, file over default", func(t *testing.T) {
		c, rest, err := config.Load("serve", []string{"--config", file, "--log", "debug", "x.xlsx"}, []string{"CHANGBEI_DATA=/srv/b", "CHANGBEI_LOG=error", "HOME=/"})
		if err != nil || c.Addr != "1.1.1.1:1" || c.Data != "/srv/b" || c.Log != "debug" || c.Demo || len(rest) != 1 {
			t.Fatalf("%+v %v %v", c, rest, err)
		}
	})
	t.Run("a flag without a value switches on", func(t *testing.T) {
		c, _, err := config.Load("serve", []string{"--demo"}, nil)
		if err != nil || !c.Demo {
			t.Fatalf("%+v %v", c, err)
		}
	})
	t.Run("an unknown variable with our prefix is refused by name", func(t *testing.T) {
		_, _, err := config.Load("serve", nil, []string{"CHANGBEI_ADRR=x", "CHANGBEI_TEST_MYSQL_DSN=y"})
		if !errors.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "CHANGBEI_ADRR") {
			t.Fatal(err)
		}
	})
	t.Run("flags are read on both sides of names, a subcommand's own too", func(t *testing.T) {
		for _, args := range [][]string{{"stock", "--out", "f", "--data", "d"}, {"--data=d", "stock", "--out=f"}, {"-out", "f", "--data", "d", "--", "stock"}} {
			var out string
			c, rest, err := config.Load("export", args, nil, config.Flag{Name: "out", Value: &out})
			if err != nil || c.Data != "d" || out != "f" || len(rest) != 1 || rest[0] != "stock" {
				t.Errorf("%v: %+v %q %v %v", args, c, out, rest, err)
			}
		}
	})
	t.Run("a wrong flag is named in Chinese with those there are", func(t *testing.T) {
		for arg, want := range map[string]string{"--foo=1": "--foo 不认识", "--addr": "--addr 后面缺少值", "--=x": "写得不对", "--help": "serve 可用的参数"} {
			_, _, err := config.Load("serve", []string{arg}, nil)
			if got := errs.MessageOf(err); !errors.Is(err, errs.Invalid) || !strings.Contains(got, want) || !strings.Contains(got, "--plain-http") || strings.Contains(got, "flag") {
				t.Errorf("%s: %q", arg, got)
			}
		}
	})
	t.Run("networks are addresses and ranges by commas, and what is none is named", func(t *testing.T) {
		c, _, err := config.Load("serve", []string{"--webhook-lan", " 192.168.1.20, 10.3.7.1/16,::1 ,"}, nil)
		if err != nil || !strings.Contains(c.String(), "webhook-lan=192.168.1.20/32,10.3.0.0/16,::1/128") {
			t.Errorf("%s %v", c, err)
		}
		for _, text := range []string{"relay.local", "10.3.0.0/33", "192.168.1.20:80", "fe80::1%eth0"} {
			_, _, err := config.Load("serve", nil, []string{"CHANGBEI_WEBHOOK_LAN=" + text})
			if !errors.Is(err, errs.Invalid) || !strings.Contains(errs.MessageOf(err), text) || !strings.Contains(errs.MessageOf(err), "CHANGBEI_WEBHOOK_LAN") {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
	t.Run("the password is not printed", func(t *testing.T) {
		c, _, err := config.Load("serve", []string{"--db", "mysql://u:geheim@h/d"}, nil)
		if err != nil || strings.Contains(c.String(), "geheim") {
			t.Fatal(c, err)
		}
	})
}

// TestTheReadmesHaveEverySetting keeps the two tables true: a setting nobody
// reads of is not there.
func TestTheReadmesHaveEverySetting(t *testing.T) {
	for _, file := range []string{"README.md", "README.zh.md"} {
		b, err := os.ReadFile(filepath.Join("..", "..", file))
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, r := range config.Rows() {
			fallback := "| `" + r.Default + "` |"
			if r.Default == "" {
				fallback = "| |"
			}
			if want := "| `--" + r.Name + "` | `" + r.Env + "` " + fallback; !strings.Contains(text, want) {
				t.Errorf("%s has no line %q", file, want)
			}
			if file == "README.md" && !strings.Contains(strings.ReplaceAll(text, "`", ""), r.Help) {
				t.Errorf("%s does not say of %s: %s", file, r.Name, r.Help)
			}
		}
	}
}
