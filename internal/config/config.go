// Package config is the one table of settings: default < file < environment
// (CHANGBEI_…) < flags. An unknown setting with our prefix is an error, so
// that a typing mistake is seen at start and not on the night it matters.
// A leaf.
package config

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"changbei/internal/errs"
)

// Config holds every setting of the program.
type Config struct {
	Addr  string // address to listen on
	Data  string // folder of the embedded database, uploads and lock
	DB    string // mysql://… ; empty = the embedded database
	Demo  bool   // fill an empty database with the demo district
	Log   string // debug, info, warn or error
	Plain bool   // allow plain HTTP beyond loopback
	Proxy bool   // a TLS proxy on this machine stands before it

	WebhookLAN []netip.Prefix // networks that are not the internet's and notices may be sent to
}

// setting is a row of the table: name, default, meaning, and where it goes.
type setting struct {
	name, fallback, help string
	secret               bool
	set                  func(*Config, string) error
	get                  func(Config) string
}

var table = []setting{
	{"addr", "127.0.0.1:8080", "address to listen on", false,
		func(c *Config, v string) error { c.Addr = v; return nil }, func(c Config) string { return c.Addr }},
	{"data", "data", "folder of the embedded database and the uploaded files", false,
		func(c *Config, v string) error { c.Data = v; return nil }, func(c Config) string { return c.Data }},
	{"db", "", "mysql://user:password@host:port/database; empty = embedded SQLite in the data folder", true,
		func(c *Config, v string) error { c.DB = v; return nil }, func(c Config) string { return c.DB }},
	{"demo", "false", "fill an empty database with the demo district and print sign-in links", false,
		func(c *Config, v string) error { return setBool(&c.Demo, v) }, func(c Config) string { return fmt.Sprint(c.Demo) }},
	{"log", "info", "least level of log lines: debug, info, warn, error", false,
		setLog, func(c Config) string { return c.Log }},
	{"plain-http", "false", "serve plain HTTP on other addresses than loopback", false,
		func(c *Config, v string) error { return setBool(&c.Plain, v) }, func(c Config) string { return fmt.Sprint(c.Plain) }},
	{"proxy", "false", "a TLS proxy on this machine passes requests on, with X-Forwarded-For and Host or X-Forwarded-Host", false,
		func(c *Config, v string) error { return setBool(&c.Proxy, v) }, func(c Config) string { return fmt.Sprint(c.Proxy) }},
	{"webhook-lan", "", "addresses and networks of the office that webhooks may reach, by commas (192.168.1.20,10.3.0.0/16); empty = the internet only", false,
		setNetworks, func(c Config) string { return networks(c.WebhookLAN) }},
}

// setNetworks reads addresses and networks by commas.
func setNetworks(c *Config, v string) error {
	c.WebhookLAN = nil
	for text := range strings.SplitSeq(v, ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		network, err := netip.ParsePrefix(text)
		if a, single := netip.ParseAddr(text); single == nil && a.Zone() == "" {
			network, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return errs.New(errs.Invalid, "「%s」不是地址或网段，应写成 192.168.1.20 或 10.3.0.0/16 这样，多个用逗号隔开。", text)
		}
		c.WebhookLAN = append(c.WebhookLAN, network.Masked())
	}
	return nil
}

func networks(list []netip.Prefix) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = n.String()
	}
	return strings.Join(texts, ",")
}

func setBool(b *bool, v string) error {
	switch strings.ToLower(v) {
	case "true", "1", "yes":
		*b = true
	case "false", "0", "no", "":
		*b = false
	default:
		return errs.New(errs.Invalid, "应为 true 或 false，现在是「%s」。", v)
	}
	return nil
}

func setLog(c *Config, v string) error {
	switch v {
	case "debug", "info", "warn", "error":
		c.Log = v
		return nil
	}
	return errs.New(errs.Invalid, "应为 debug、info、warn 或 error，现在是「%s」。", v)
}

// prefix leads our environment variables; testPrefix those of the tests.
const (
	prefix     = "CHANGBEI_"
	testPrefix = "CHANGBEI_TEST_"
)

func envName(name string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Flag is a flag that one subcommand has beside the settings: one with a value,
// or a switch.
type Flag struct {
	Name  string
	Value *string
	On    *bool
}

// Load reads the settings of a subcommand. args are its arguments; what is
// left of them comes back, whatever the order: flags may follow names. environ
// is os.Environ() but in tests.
func Load(command string, args, environ []string, own ...Flag) (Config, []string, error) {
	var c Config
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	file := flags.String("config", "", "file of name=value lines")
	given := map[string]*string{}
	for _, s := range table {
		if s.fallback == "false" {
			flags.BoolFunc(s.name, s.help, func(v string) error { given[s.name] = &v; return nil })
		} else {
			flags.Func(s.name, s.help, func(v string) error { given[s.name] = &v; return nil })
		}
	}
	for _, f := range own {
		if f.On != nil {
			flags.BoolVar(f.On, f.Name, *f.On, "")
		} else {
			flags.StringVar(f.Value, f.Name, *f.Value, "")
		}
	}
	rest, err := parse(flags, args)
	if err != nil {
		return c, nil, flagFault(flags, err)
	}
	values, err := fromEnv(environ)
	if err != nil {
		return c, nil, err
	}
	if *file == "" {
		*file = values["config"]
	}
	fromFile, err := readFile(*file)
	if err != nil {
		return c, nil, err
	}
	return c, rest, c.apply(fromFile, values, given)
}

// parse reads flags on both sides of names; the flag package stops at the
// first name. After "--" everything is a name.
func parse(flags *flag.FlagSet, args []string) (names []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		left := flags.Args()
		if len(left) == 0 {
			return names, nil
		}
		if read := len(args) - len(left); read > 0 && args[read-1] == "--" {
			return append(names, left...), nil
		}
		names, args = append(names, left[0]), left[1:]
	}
}

// flagFault says in Chinese what the flag package says in English.
func flagFault(flags *flag.FlagSet, err error) error {
	var known []string
	flags.VisitAll(func(f *flag.Flag) { known = append(known, "--"+f.Name) })
	list := strings.Join(known, "、")
	if errors.Is(err, flag.ErrHelp) {
		return errs.Wrap(errs.Invalid, err, "%s 可用的参数：%s，说明见 README 的配置表。", flags.Name(), list)
	}
	text := err.Error()
	name := "--" + strings.TrimLeft(text[strings.LastIndex(text, " ")+1:], "-")
	what := "写得不对"
	switch {
	case strings.Contains(text, "not defined"):
		what = "不认识"
	case strings.Contains(text, "needs an argument"):
		what = "后面缺少值"
	}
	return errs.Wrap(errs.Invalid, err, "命令行参数 %s %s。%s 可用的参数：%s，说明见 README 的配置表。", name, what, flags.Name(), list)
}

func (c *Config) apply(file, env map[string]string, flags map[string]*string) error {
	for _, s := range table {
		v := s.fallback
		if f, ok := file[s.name]; ok {
			v = f
		}
		if e, ok := env[s.name]; ok {
			v = e
		}
		if f := flags[s.name]; f != nil {
			v = *f
		}
		if err := s.set(c, v); err != nil {
			return errs.Wrap(errs.Invalid, err, "配置项 %s（%s）：%s", s.name, envName(s.name), errs.MessageOf(err))
		}
	}
	return nil
}

func fromEnv(environ []string) (map[string]string, error) {
	known := map[string]string{prefix + "CONFIG": "config"}
	for _, s := range table {
		known[envName(s.name)] = s.name
	}
	values := map[string]string{}
	for _, e := range environ {
		k, v, _ := strings.Cut(e, "=")
		if !strings.HasPrefix(k, prefix) || strings.HasPrefix(k, testPrefix) {
			continue
		}
		name, ok := known[k]
		if !ok {
			return nil, errs.New(errs.Invalid, "不认识环境变量 %s，请对照 README 的配置表改正或去掉。", k)
		}
		values[name] = v
	}
	return values, nil
}

func readFile(path string) (map[string]string, error) {
	values := map[string]string{}
	if path == "" {
		return values, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "打不开配置文件 %s，请检查路径和权限。", path)
	}
	defer f.Close()
	known := map[string]bool{}
	for _, s := range table {
		known[s.name] = true
	}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, v, ok := strings.Cut(line, "=")
		k = strings.TrimSpace(k)
		if !ok || !known[k] {
			return nil, errs.New(errs.Invalid, "配置文件 %s 第 %d 行「%s」不是「名称=值」，或没有这个配置项。", path, n, line)
		}
		values[k] = strings.TrimSpace(v)
	}
	return values, lines.Err()
}

// Row is a line of the configuration table, as documentation prints it.
type Row struct{ Name, Env, Default, Help string }

// Rows gives the table.
func Rows() []Row {
	rows := make([]Row, len(table))
	for i, s := range table {
		rows[i] = Row{s.name, envName(s.name), s.fallback, s.help}
	}
	return rows
}

// String prints the settings in force with secrets covered.
func (c Config) String() string {
	var parts []string
	for _, s := range table {
		v := s.get(c)
		if s.secret && v != "" {
			v = "(hidden)"
		}
		parts = append(parts, s.name+"="+v)
	}
	return strings.Join(parts, " ")
}
