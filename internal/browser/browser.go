// Package browser drives Chromium for the tests' journeys and the manual's
// pictures. Page errors, console errors and answers of 500 are collected: a
// page that looks right over a broken script is not right.
//
// It knows nothing of the product and is not part of the program.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Browser is one window of a fresh profile.
type Browser struct {
	ctx      context.Context
	cancel   func()
	mu       sync.Mutex
	problems []string
}

// path finds Chromium: the one named, or one the system has.
func path() (string, error) {
	if p := os.Getenv("CHANGBEI_TEST_CHROMIUM"); p != "" {
		return p, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", errors.New("browser: no Chromium found; install the package chromium or set CHANGBEI_TEST_CHROMIUM")
}

// Open starts a browser that speaks Chinese. Close it.
func Open(ctx context.Context) (*Browser, error) {
	bin, err := path()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "changbei-browser-*")
	if err != nil {
		return nil, err
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(bin), chromedp.UserDataDir(dir),
		// File names are Chinese: without a UTF-8 locale Chromium opens none of them.
		chromedp.Env("LANGUAGE=zh_CN:zh", "LC_ALL=C.UTF-8"), chromedp.Flag("headless", "new"), chromedp.Flag("lang", "zh-CN")}
	// The sandbox cannot run as root, as CI and containers do; the only pages
	// shown are our own.
	for _, f := range []string{"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "no-default-browser-check",
		"disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage", "hide-scrollbars"} {
		options = append(options, chromedp.Flag(f, true))
	}
	// Offices reach the program by a name on plain HTTP, where browsers behave
	// otherwise than on loopback addresses.
	options = append(options, chromedp.Flag("host-resolver-rules", "MAP changbei.test 127.0.0.1"))
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	window, closeWindow := chromedp.NewContext(allocator)
	b := &Browser{ctx: window, cancel: func() { closeWindow(); stopAllocator(); os.RemoveAll(dir) }}
	if err := b.Do(chromedp.Navigate("about:blank")); err != nil {
		b.Close()
		return nil, fmt.Errorf("browser: start: %w", err)
	}
	go b.listen()
	if err := b.watch(); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// listen collects console errors until the browser closes.
func (b *Browser) listen() {
	for m, err := range chromedp.Console(b.ctx) {
		if err != nil {
			return
		}
		if m.IsException() || m.Type == "error" {
			b.note(m.String())
		}
	}
}

func (b *Browser) watch() error {
	return chromedp.Listen(b.ctx, func(event any) {
		if e, ok := event.(*network.EventResponseReceived); ok && e.Response.Status >= 500 {
			b.note(fmt.Sprintf("status %d: %s", e.Response.Status, e.Response.URL))
		}
	})
}

func (b *Browser) note(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, text)
}

// Problems lists what went wrong on the pages so far.
func (b *Browser) Problems() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.problems...)
}

// Close ends the browser and drops its profile.
func (b *Browser) Close() { b.cancel() }

// actionTime bounds one action; a page that takes longer is broken.
const actionTime = time.Minute

// Do runs one action.
func (b *Browser) Do(a chromedp.Action[chromedp.Void]) error {
	_, err := run(b, a)
	return err
}

func run[T any](b *Browser, a chromedp.Action[T]) (T, error) {
	ctx := b.ctx
	if chromedp.FromContext(ctx).Target != nil { // the first action starts the browser under its own context
		var cancel func()
		ctx, cancel = context.WithTimeout(b.ctx, actionTime)
		defer cancel()
	}
	return chromedp.Run(ctx, a)
}

// Desk makes the window an office screen of 1366 × 768.
func (b *Browser) Desk() error { return b.Do(chromedp.EmulateViewport(1366, 768)) }

// Phone makes it a phone of 390 × 844.
func (b *Browser) Phone() error {
	return b.Do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
}

// Go opens an address and waits until it is loaded.
func (b *Browser) Go(address string) error { return b.Do(chromedp.Navigate(address)) }

// Files chooses files in a file field.
func (b *Browser) Files(selector string, paths ...string) error {
	return b.Do(chromedp.SetUploadFiles(selector, paths))
}

// Wait waits until something is on the page and visible.
func (b *Browser) Wait(selector string) error { return b.Do(chromedp.WaitVisible(selector)) }

// Click clicks something.
func (b *Browser) Click(selector string) error { return b.Do(chromedp.Click(selector)) }

// Type sends keys to whatever has the focus. A text of other than keyboard
// letters is inserted whole, as an input method does.
func (b *Browser) Type(text string) error {
	for _, r := range text {
		if r > 0x7f && r < 0xe000 || r > 0xf8ff { // kb's own keys live in the private area
			return b.insert(text)
		}
	}
	return b.Do(chromedp.KeyEvent(text))
}

func (b *Browser) insert(text string) error {
	return b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// Press sends one key, with modifiers.
func (b *Browser) Press(key string, modifiers ...chromedp.Modifier) error {
	return b.Do(chromedp.KeyEvent(key, chromedp.KeyModifiers(modifiers...)))
}

// Keys that journeys press.
const (
	Enter     = kb.Enter
	Tab       = kb.Tab
	ArrowDown = kb.ArrowDown
)

// Text gives the visible text of something.
func (b *Browser) Text(selector string) (string, error) { return run(b, chromedp.Text(selector)) }

// Eval gives the string a script computes.
func (b *Browser) Eval(script string) (string, error) {
	return run(b, chromedp.Evaluate[string](script))
}

// Shot takes a picture of what the window shows.
func (b *Browser) Shot() ([]byte, error) { return run(b, chromedp.CaptureScreenshot()) }

// FullShot takes a picture of the whole page.
func (b *Browser) FullShot() ([]byte, error) { return run(b, chromedp.FullScreenshot(100)) }

// PDF prints the page on its own paper.
func (b *Browser) PDF() ([]byte, error) {
	return run(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
}
