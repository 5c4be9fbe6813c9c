// Command shots starts the demo district, walks its pages in Chromium and
// takes pictures: the two of the README, or with -all every page at a desk's
// and a phone's width, to be looked at.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"changbei/internal/app"
	"changbei/internal/browser"
	"changbei/internal/config"
)

func main() {
	out := flag.String("out", "internal/manual", "folder of the pictures")
	data := flag.String("data", "", "data folder of a demo to show, empty = a new one")
	all := flag.Bool("all", false, "every page, desk and phone")
	ledgers := flag.Bool("ledgers", false, "the given ledgers' previews, desk and phone")
	role := flag.String("role", "", "sign in so and take the paths given, whole, desk and phone")
	flag.Parse()
	if err := shoot(context.Background(), *data, *out, *all, *ledgers, *role, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func shoot(ctx context.Context, data, out string, all, ledgers bool, role string, files []string) error {
	if data == "" {
		dir, err := os.MkdirTemp("", "changbei-shots-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		data = dir
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	links := map[string]string{}
	a, err := app.New(ctx, config.Config{Addr: "127.0.0.1:0", Data: data, Demo: true, Log: "warn"}, func(line string) { keepLink(links, line) })
	if err != nil {
		return err
	}
	defer a.Close()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go a.Run(ctx)
	w, err := browser.Open(ctx)
	if err != nil {
		return err
	}
	defer w.Close()
	c := camera{w: w, base: "http://" + a.Addr(), out: out, links: links}
	if ledgers {
		return c.ledgers(files)
	}
	if role != "" {
		return c.some(role, files)
	}
	if all {
		return c.everything()
	}
	return c.readme()
}

// keepLink remembers a printed sign-in link under its role.
func keepLink(links map[string]string, line string) {
	fmt.Println(line)
	head, link, ok := strings.Cut(strings.TrimSpace(line), "\t")
	if role, _, named := strings.Cut(head, " "); ok && named {
		links[role] = link
	}
}

type camera struct {
	w         *browser.Browser
	base, out string
	links     map[string]string
}

// enter signs a role in by its printed link.
func (c camera) enter(role string) error {
	if err := c.w.Go(c.links[role]); err != nil {
		return err
	}
	if err := c.w.Click("main button"); err != nil {
		return err
	}
	return c.w.Wait(".cb-side")
}

func (c camera) readme() error {
	if err := c.w.Desk(); err != nil {
		return err
	}
	if err := c.enter("计划员"); err != nil {
		return err
	}
	if err := c.take("/", "overview.png", false); err != nil {
		return err
	}
	if err := c.plans(); err != nil {
		return err
	}
	if err := c.enter("仓库保管员"); err != nil {
		return err
	}
	if err := c.w.Go(c.base + "/receipts/new"); err != nil {
		return err
	}
	if err := keyReceipt(c.w); err != nil {
		return err
	}
	return c.save("receipt.png", false)
}

// plans takes what a planner looks at, at both sizes: the matrix, people and
// days, a case thought through, and what next year's draft changes.
func (c camera) plans() error {
	for _, p := range []struct{ name, list, link string }{
		{"coverage", "/coverage", ""}, {"carry", "/carry", ""}, {"scenario", "/scenario", ".cb-aside a.cb-btn"},
		{"plan-changes", "/plans", "table tbody tr:nth-child(2) a"},
	} {
		if err := c.w.Go(c.base + p.list); err != nil {
			return err
		}
		path := p.list
		if p.link != "" {
			var err error
			if path, err = c.w.Eval(fmt.Sprintf("document.querySelector(%q).getAttribute('href')", p.link)); err != nil {
				return err
			}
		}
		if p.name == "plan-changes" {
			path += "/changes"
		}
		if err := c.both(path, p.name); err != nil {
			return err
		}
	}
	return c.w.Desk()
}

// keyReceipt keys three lines in, as a keeper does, without a mouse.
func keyReceipt(w *browser.Browser) error {
	steps := []string{"zdc", browser.Enter, "ZDC-2611", browser.Enter, "260305", browser.Enter, browser.Enter, "40", browser.Enter, "186.5", browser.Enter}
	if _, err := w.Eval(`document.querySelector('#line-1-item').focus(), ''`); err != nil {
		return err
	}
	for i, key := range steps {
		if err := w.Type(key); err != nil {
			return err
		}
		if i == 0 {
			if err := w.Wait("#cb-pick li[role=option]"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c camera) take(path, name string, full bool) error {
	if err := c.w.Go(c.base + path); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return c.save(name, full)
}

func (c camera) save(name string, full bool) error {
	shot := c.w.Shot
	if full {
		shot = c.w.FullShot
	}
	b, err := shot()
	if err != nil {
		return err
	}
	fmt.Println(name)
	return os.WriteFile(filepath.Join(c.out, name), b, 0o644)
}

// pages are what -all shows, per role.
var pages = []struct{ role, name, path string }{
	{"仓库保管员", "home", "/"}, {"仓库保管员", "receipt", "/receipts/new"}, {"仓库保管员", "issue", "/issues/new"},
	{"仓库保管员", "transfer", "/transfers/new"}, {"仓库保管员", "move", "/moves/new"}, {"仓库保管员", "disposal", "/disposals/new"},
	{"仓库保管员", "drafts", "/drafts"}, {"仓库保管员", "vouchers", "/vouchers"}, {"仓库保管员", "blanks", "/blanks"}, {"仓库保管员", "stock", "/stock"},
	{"仓库保管员", "stock-lot", "/stock?by=lot"}, {"仓库保管员", "stock-depot", "/stock?by=depot"}, {"仓库保管员", "items", "/items"},
	{"仓库保管员", "depots", "/depots"}, {"仓库保管员", "imports", "/imports"}, {"仓库保管员", "import-new", "/imports/new"},
	{"仓库保管员", "dispatch", "/dispatch"}, {"仓库保管员", "word", "/word/new"},
	{"仓库保管员", "password", "/me/password"}, {"仓库保管员", "fault", "/nothing"},
	{"计划员", "forms", "/forms"}, {"计划员", "exports", "/exports"}, {"计划员", "words", "/words"}, {"计划员", "periods", "/periods"}, {"计划员", "summary", "/summary"}, {"计划员", "templates", "/templates"}, {"计划员", "planner-home", "/"}, {"计划员", "planner-stock", "/stock?by=depot"}, {"计划员", "item-new", "/items/new"}, {"计划员", "depot-new", "/depots/new"},
	{"计划员", "orders", "/orders"}, {"计划员", "order-new", "/orders/new"},
	{"计划员", "coverage", "/coverage"}, {"计划员", "coverage-lines", "/coverage/lines"}, {"计划员", "plans", "/plans"}, {"计划员", "plan-new", "/plans/new"},
	{"计划员", "proposals", "/proposals"}, {"计划员", "rotation", "/rotation"}, {"计划员", "carry", "/carry"}, {"计划员", "scenario", "/scenario"},
	{"计划员", "agreements", "/agreements"}, {"计划员", "expected", "/expected"}, {"计划员", "bases", "/bases"}, {"计划员", "standards", "/standards"},
	{"计划员", "groups", "/groups"}, {"计划员", "roads", "/roads"}, {"计划员", "score", "/score"}, {"计划员", "rectifications", "/rectifications"},
	{"计划员", "plan-settings", "/plan-settings"}, {"计划员", "notices", "/notices"},
	{"计划员", "responses", "/responses"}, {"计划员", "response-new", "/responses/new"}, {"计划员", "events", "/events"}, {"计划员", "speed", "/speed"},
	{"计划员", "requests", "/requests"}, {"计划员", "request-new", "/requests/new"}, {"计划员", "rolls", "/rolls"}, {"计划员", "roll-new", "/rolls/new"},
	{"系统管理员", "accounts", "/accounts"}, {"系统管理员", "account-new", "/accounts/new"}, {"系统管理员", "admin-home", "/"},
	{"系统管理员", "webhooks", "/webhooks"}, {"系统管理员", "webhook-new", "/webhooks/new"},
}

// followed are pages behind the first link of a list.
var followed = []struct{ name, list, selector string }{
	{"voucher", "/vouchers", "table td.is-title a"}, {"item", "/items", "table td.is-title a"}, {"depot", "/depots", "table td.is-title a"},
	{"card", "/stock", "table td.is-title a"}, {"print", "/vouchers", "table td.is-title a"}, {"reversal", "/vouchers", "table td.is-title a"},
	{"draft", "/drafts", "table td.is-row a"}, {"blank-print", "/blanks", "table td.is-row a[href$='/print']"},
}

func (c camera) everything() error {
	role := ""
	if err := c.both("/signin", "signin"); err != nil {
		return err
	}
	for _, p := range pages {
		if p.role != role {
			if err := c.enter(p.role); err != nil {
				return err
			}
			role = p.role
		}
		if err := c.both(p.path, p.name); err != nil {
			return err
		}
		if p.name == "fault" {
			if err := c.follow(); err != nil {
				return err
			}
		}
	}
	for _, problem := range c.w.Problems() {
		fmt.Println("PROBLEM", problem)
	}
	return nil
}

// some takes the given paths as one role sees them, the whole page.
func (c camera) some(role string, paths []string) error {
	if err := c.enter(role); err != nil {
		return err
	}
	for i, path := range paths {
		if err := c.both(path, fmt.Sprintf("some%d", i+1)); err != nil {
			return err
		}
		if err := c.w.Desk(); err != nil {
			return err
		}
		if err := c.take(path, fmt.Sprintf("some%d-full.png", i+1), true); err != nil {
			return err
		}
	}
	for _, problem := range c.w.Problems() {
		fmt.Println("PROBLEM", problem)
	}
	return nil
}

func (c camera) both(path, name string) error {
	for _, width := range []struct {
		suffix string
		set    func() error
		pixels int
	}{{"desk", c.w.Desk, 1366}, {"phone", c.w.Phone, 390}} {
		if err := width.set(); err != nil {
			return err
		}
		if err := c.take(path, name+"-"+width.suffix+".png", false); err != nil {
			return err
		}
		if err := c.tooWide(name+"-"+width.suffix, width.pixels); err != nil {
			return err
		}
	}
	return nil
}

// tooWide tells of a page that has to be pushed sideways, and by what.
func (c camera) tooWide(name string, width int) error {
	wide, err := c.w.Eval(fmt.Sprintf(`((width) => {
		const out = [];
		if (document.documentElement.scrollWidth <= width) return '';
		for (const e of document.querySelectorAll('body *')) {
			const right = e.getBoundingClientRect().right;
			let inside = false;
			for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) inside = inside || /auto|scroll|hidden/.test(getComputedStyle(p).overflowX);
			if (right > width + 1 && !inside && getComputedStyle(e).position !== 'fixed') out.push(e.tagName + '.' + e.className + ' ' + Math.round(right));
		}
		return document.documentElement.scrollWidth + ': ' + out.slice(0, 6).join(', ');
	})(%d)`, width))
	if wide != "" {
		fmt.Println("PROBLEM", name, "is wider than the screen", wide)
	}
	return err
}

func (c camera) follow() error {
	for _, f := range followed {
		if err := c.w.Go(c.base + f.list); err != nil {
			return err
		}
		path, err := c.w.Eval(fmt.Sprintf("(document.querySelector(%q) || {getAttribute: () => ''}).getAttribute('href')", f.selector))
		if err != nil || path == "" {
			return fmt.Errorf("%s: no link %s: %v", f.list, f.selector, err)
		}
		if f.name == "print" || f.name == "reversal" {
			path += "/" + f.name
		}
		if err := c.both(path, f.name); err != nil {
			return err
		}
	}
	return nil
}

// ledgers uploads each file as a planner and shows its preview, whole and as it
// first appears.
func (c camera) ledgers(files []string) error {
	if err := c.enter("计划员"); err != nil {
		return err
	}
	for i, file := range files {
		if err := c.w.Desk(); err != nil {
			return err
		}
		if err := c.w.Go(c.base + "/imports/new"); err != nil {
			return err
		}
		if err := c.w.Files("#file", file); err != nil {
			return err
		}
		if err := c.w.Click("#upload button.is-primary"); err != nil {
			return err
		}
		if err := c.w.Wait("#preview"); err != nil {
			return err
		}
		path, err := c.w.Eval("location.pathname")
		if err != nil {
			return err
		}
		name := fmt.Sprintf("ledger%d", i+1)
		if err := c.both(path, name); err != nil {
			return err
		}
		if err := c.w.Desk(); err != nil {
			return err
		}
		if err := c.take(path, name+"-full.png", true); err != nil {
			return err
		}
	}
	for _, problem := range c.w.Problems() {
		fmt.Println("PROBLEM", problem)
	}
	return nil
}
